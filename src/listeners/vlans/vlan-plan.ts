// Which addresses a VLAN shall be served on, given its interface, and its state afterwards. Pure. The rule: when a link goes
// away nothing is closed; a listener is closed only when its address is gone.

import type { LinkAddress } from '../../links/link-state.ts';
import type { ProbeResult } from '../../links/probe.ts';
import type { Binding, BoundAddress, ListenerReport } from './listener-set.ts';

/** What a VLAN listens on: an interface to follow, or addresses. */
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
  /** The probe's word for the fault, or the system's error code of a failed bind. */
  readonly fault: string;
  readonly why: string;
  readonly cure: string;
  /** The system's own lines; empty for a failed bind. */
  readonly evidence: string;
}

/**
 * `serving`; `in part` = some of the addresses could not be bound; `link lost` = sockets are open but the link is gone;
 * `waiting` = no socket is open.
 */
export type VlanState = 'serving' | 'in part' | 'link lost' | 'waiting';

/** An address that should be served and is not. */
export interface UnboundAddress {
  readonly address: string;
  readonly port: number;
  /** The system's error code of the failed bind. */
  readonly code: string;
}

/** The state of a VLAN at one moment. */
export interface VlanStatus {
  readonly vlan: string;
  readonly interface?: string;
  readonly state: VlanState;
  readonly bound: readonly BoundAddress[];
  readonly unbound: readonly UnboundAddress[];
  readonly problems: readonly VlanProblem[];
  /** Something worth knowing that is no fault. */
  readonly note?: string;
  /** The interface's own prefixes, for `subnets: interface`; kept while the link is lost. */
  readonly prefixes: readonly InterfacePrefix[];
  /** How often it has stopped being served since the start. */
  readonly losses: number;
  /** Whether its interface is there, up and has a carrier; true where it has none to follow. */
  readonly hasLink: boolean;
  /** How often that was seen to change since the start. */
  readonly linkChanges: number;
}

/** A VLAN with the findings about its interface. */
export interface FoundVlan {
  readonly vlan: WatchedVlan;
  /** Undefined where it has no interface to follow. */
  readonly found: ProbeResult | undefined;
  /** As in VlanStatus. */
  readonly prefixes: readonly InterfacePrefix[];
}

/** A prefix of an interface: one of its addresses (without zone) and how many bits of it are the network's. */
export interface InterfacePrefix {
  readonly address: string;
  readonly family: 4 | 6;
  readonly prefixLength: number;
}

/** What happened to a VLAN between two looks. */
type VlanChange = 'bound' | 'in part' | 'waiting' | 'lost' | 'healed' | 'changed';

/** A report about a VLAN: a change; that changes are no longer reported one by one; that they are again. */
export type VlanEvent = VlanChange | 'flapping' | 'settled';

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
  if (isLinkLost(found)) {
    return [...listen, ...ofInterface.map((binding) => ({ ...binding, vlan: vlan.name }))];
  }
  const addresses = found.usable ? found.link.addresses : (found.link?.addresses ?? []);
  const isBound = ({ address, zoneIndex }: LinkAddress): boolean =>
    ofInterface.some((binding) => binding.address === address && binding.zoneIndex === zoneIndex);
  return [
    ...listen,
    ...addresses
      .filter((address) => address.state === 'ready' || mayStay(address, isBound))
      .map(({ address, zoneIndex }) => ({
        vlan: vlan.name,
        address,
        port: vlan.port,
        interface: name,
        ...(zoneIndex === undefined ? {} : { zoneIndex }),
      })),
  ];
}

/** A VLAN with the bindings that are wanted for it. */
export interface VlanPlan extends FoundVlan {
  readonly wanted: readonly Binding[];
}

/** Takes addresses from VLANs whose link is lost where an interface with a link has them now: they have moved there. */
export function withoutMoved(plans: readonly VlanPlan[]): VlanPlan[] {
  const isKept = ({ found }: VlanPlan, binding: Binding): boolean =>
    binding.interface !== undefined && isLinkLost(found);
  const live = plans.flatMap((plan) => plan.wanted.filter((binding) => !isKept(plan, binding)));
  const taken = new Set(live.map(({ address, port }) => `${address} ${port}`));
  return plans.map((plan) => ({
    ...plan,
    wanted: plan.wanted.filter(
      (binding) => !(isKept(plan, binding) && taken.has(`${binding.address} ${binding.port}`)),
    ),
  }));
}

// A served address that is being checked again (tentative), or whose router is gone, comes back by itself.
function mayStay(address: LinkAddress, isBound: (address: LinkAddress) => boolean): boolean {
  return address.state !== 'duplicated' && isBound(address);
}

/** The state of a VLAN after its bindings were tried. */
export function statusOf(
  { vlan, found, prefixes }: FoundVlan,
  reports: readonly ListenerReport[],
  before: VlanStatus | undefined,
): VlanStatus {
  const bound = reports.flatMap((report) => (report.state === 'bound' ? [report.bound] : []));
  const unbound = reports.flatMap(({ binding: { address, port }, ...report }) =>
    report.state === 'failed' ? [{ address, port, code: report.fault.code }] : [],
  );
  const state = stateOf(found, bound, unbound);
  return {
    vlan: vlan.name,
    ...(vlan.interface === undefined ? {} : { interface: vlan.interface }),
    state,
    bound,
    unbound,
    problems: problemsIn(found, reports),
    ...(found?.usable === true && found.note !== undefined ? { note: found.note } : {}),
    prefixes,
    ...countsAfter(before, { state, hasLink: isThere(found) }),
  };
}

function problemsIn(found: ProbeResult | undefined, reports: readonly ListenerReport[]): VlanProblem[] {
  const failed = reports.flatMap((report) => (report.state === 'failed' ? [report.fault] : []));
  return [
    ...(found === undefined || found.usable ? [] : [found]),
    ...failed.map(({ code, why, cure }) => ({ fault: code, why, cure, evidence: '' })),
  ];
}

type Counts = Pick<VlanStatus, 'losses' | 'hasLink' | 'linkChanges'>;

function countsAfter(before: VlanStatus | undefined, now: Pick<VlanStatus, 'state' | 'hasLink'>): Counts {
  const { state, hasLink } = now;
  if (before === undefined) return { losses: 0, hasLink, linkChanges: 0 };
  return {
    losses: before.losses + Number(isServed(before.state) && !isServed(state)),
    hasLink,
    linkChanges: before.linkChanges + Number(before.hasLink !== hasLink),
  };
}

function isThere(found: ProbeResult | undefined): boolean {
  return found === undefined || found.usable || !(isLinkLost(found) || found.fault === 'absent');
}

/** Whether nothing is amiss and nothing is awaited. */
export function isWell({ state, problems, note }: VlanStatus): boolean {
  return state === 'serving' && problems.length === 0 && note === undefined;
}

/** Whether clients are answered, on some addresses at least. */
function isServed(state: VlanState): boolean {
  return state === 'serving' || state === 'in part';
}

function isLinkLost(found: ProbeResult | undefined): boolean {
  return found?.usable === false && (found.fault === 'down' || found.fault === 'no carrier');
}

function stateOf(
  found: ProbeResult | undefined,
  bound: readonly BoundAddress[],
  unbound: readonly UnboundAddress[],
): VlanState {
  if (bound.length === 0) return 'waiting';
  if (isLinkLost(found)) return 'link lost';
  return unbound.length === 0 ? 'serving' : 'in part';
}

/** The prefixes of a VLAN's interface, given what they were before. */
export function prefixesOf(
  found: ProbeResult | undefined,
  before: VlanStatus | undefined,
): readonly InterfacePrefix[] {
  if (found === undefined) return [];
  if (isLinkLost(found)) return before?.prefixes ?? [];
  const addresses = found.link?.addresses ?? [];
  return addresses
    .filter((address) => address.state !== 'duplicated')
    .map(({ address, family, prefixLength }) => ({
      address: address.replace(/%.*$/, ''),
      family,
      prefixLength,
    }));
}

/** What happened between two states of a VLAN; undefined when nothing worth a log line did. */
export function eventOf(before: VlanStatus | undefined, now: VlanStatus): VlanChange | undefined {
  if (before === undefined) {
    if (now.state === 'in part') return 'in part';
    return now.state === 'serving' ? 'bound' : 'waiting';
  }
  if (before.state !== now.state) {
    if (now.state === 'serving') return 'healed';
    if (now.state === 'in part') return 'in part';
    return isServed(before.state) ? 'lost' : 'waiting';
  }
  if (signature(before) === signature(now)) return undefined;
  return now.state === 'waiting' ? 'waiting' : 'changed';
}

function signature({ bound, problems, prefixes, note }: VlanStatus): string {
  return JSON.stringify([
    bound.map(({ binding }) => [binding.address, binding.port]),
    problems.map(({ why }) => why),
    prefixes,
    note,
  ]);
}

/** Whether one of these VLANs is bound to an address and port. */
export function isServedAt(statuses: readonly VlanStatus[], address: string, port: number): boolean {
  return statuses.some(({ bound }) =>
    bound.some(({ binding }) => binding.address === address && binding.port === port),
  );
}
