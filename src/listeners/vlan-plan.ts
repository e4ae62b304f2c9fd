// Which addresses a VLAN shall be served on, given its interface, and what became of it. Pure. The rule: a link that goes
// away closes nothing; only an address that is gone is closed.

import type { LinkAddress } from '../links/link-state.ts';
import type { ProbeResult } from '../links/probe.ts';
import type { Binding, BoundPair, ListenerReport } from './listener-set.ts';

/** A VLAN as far as listening goes: an interface to follow, or addresses. */
export interface WatchedVlan {
  readonly name: string;
  /** VLAN tag, for the commands in a cure. */
  readonly id?: number;
  /** Every address of it is served, on `port`. */
  readonly interface?: string;
  readonly port: number;
  /** Addresses to serve, whatever interface has them. */
  readonly listen?: readonly { readonly address: string; readonly port: number }[];
}

/** Why a VLAN is not served, or not on all its addresses. */
export interface VlanProblem {
  /** What the probe found, or the system's error code of a failed bind. */
  readonly fault: string;
  readonly why: string;
  readonly cure: string;
  /** The system's own lines; empty for a failed bind. */
  readonly evidence: string;
}

/** `serving`; `link lost` = sockets are open but the link is gone; `waiting` = no socket is open. */
type VlanState = 'serving' | 'link lost' | 'waiting';

/** A VLAN at one moment. */
export interface VlanStatus {
  readonly vlan: string;
  readonly interface?: string;
  readonly state: VlanState;
  readonly pairs: readonly BoundPair[];
  readonly problems: readonly VlanProblem[];
  /** Something worth knowing that is no fault. */
  readonly note?: string;
  /** The interface's own prefixes, for `subnets: interface`; kept while the link is lost. */
  readonly prefixes: readonly InterfacePrefix[];
  /** How often it has stopped being served since the start. */
  readonly losses: number;
}

/** A prefix of an interface: one of its addresses (without zone) and how many bits of it are the network's. */
export interface InterfacePrefix {
  readonly address: string;
  readonly family: 4 | 6;
  readonly prefixLength: number;
}

/** What happened to a VLAN between two looks. */
export type VlanEvent = 'bound' | 'waiting' | 'lost' | 'healed' | 'changed';

/** The bindings wanted for a VLAN; `open` are those it has now. */
export function wantedBindings(
  vlan: WatchedVlan,
  found: ProbeResult | undefined,
  open: readonly Binding[],
): Binding[] {
  const listen = (vlan.listen ?? []).map((endpoint) => ({ vlan: vlan.name, ...endpoint }));
  if (vlan.interface === undefined || found === undefined) return listen;
  const name = vlan.interface;
  const ofInterface = open.filter((binding) => binding.interface === name && binding.port === vlan.port);
  // Linux does not tell the addresses of an interface that does not run, and most systems keep them.
  if (!found.usable && (found.fault === 'down' || found.fault === 'no carrier')) {
    return [...listen, ...ofInterface.map((binding) => ({ ...binding, vlan: vlan.name }))];
  }
  const addresses = found.usable ? found.link.addresses : (found.link?.addresses ?? []);
  const bound = new Set(ofInterface.map((binding) => binding.address));
  return [
    ...listen,
    ...addresses
      .filter((address) => address.state === 'ready' || mayStay(address, bound))
      .map(({ address }) => ({ vlan: vlan.name, address, port: vlan.port, interface: name })),
  ];
}

// An address that was served and is being checked anew, or whose router is gone, comes back by itself.
function mayStay(address: LinkAddress, bound: ReadonlySet<string>): boolean {
  return address.state !== 'duplicated' && bound.has(address.address);
}

/** What a VLAN is, after its bindings were tried. */
export function statusOf(
  vlan: WatchedVlan,
  found: ProbeResult | undefined,
  reports: readonly ListenerReport[],
  before: VlanStatus | undefined,
): VlanStatus {
  const pairs = reports.flatMap((report) => (report.state === 'bound' ? [report.pair] : []));
  const problems: VlanProblem[] = found === undefined || found.usable ? [] : [found];
  for (const report of reports) {
    if (report.state === 'failed') {
      const { code, why, cure } = report.fault;
      problems.push({ fault: code, why, cure, evidence: '' });
    }
  }
  const state = stateOf(found, pairs);
  const wasServing = before?.state === 'serving';
  return {
    vlan: vlan.name,
    ...(vlan.interface === undefined ? {} : { interface: vlan.interface }),
    state,
    pairs,
    problems,
    ...(found?.usable === true && found.note !== undefined ? { note: found.note } : {}),
    prefixes: prefixesOf(found, before),
    losses: (before?.losses ?? 0) + (wasServing && state !== 'serving' ? 1 : 0),
  };
}

function stateOf(found: ProbeResult | undefined, pairs: readonly BoundPair[]): VlanState {
  if (pairs.length === 0) return 'waiting';
  const lost = found?.usable === false && (found.fault === 'down' || found.fault === 'no carrier');
  return lost ? 'link lost' : 'serving';
}

function prefixesOf(
  found: ProbeResult | undefined,
  before: VlanStatus | undefined,
): readonly InterfacePrefix[] {
  if (found === undefined) return [];
  if (!found.usable && (found.fault === 'down' || found.fault === 'no carrier'))
    return before?.prefixes ?? [];
  const addresses = found.link?.addresses ?? [];
  return addresses
    .filter((address) => address.state !== 'duplicated')
    .map(({ address, family, prefixLength }) => ({
      address: address.replace(/%.*$/, ''),
      family,
      prefixLength,
    }));
}

/** What happened between two states of a VLAN; undefined when nothing did that is worth a line. */
export function eventOf(before: VlanStatus | undefined, now: VlanStatus): VlanEvent | undefined {
  if (before === undefined) return now.state === 'serving' ? 'bound' : 'waiting';
  if (before.state !== now.state) {
    if (now.state === 'serving') return 'healed';
    return before.state === 'serving' ? 'lost' : 'waiting';
  }
  if (signature(before) === signature(now)) return undefined;
  return now.state === 'waiting' ? 'waiting' : 'changed';
}

function signature({ pairs, problems, prefixes }: VlanStatus): string {
  return JSON.stringify([
    pairs.map(({ binding }) => [binding.address, binding.port]),
    problems.map(({ why }) => why),
    prefixes,
  ]);
}
