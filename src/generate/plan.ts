// What the neighbours of vlandns have to know of each VLAN: where it listens, who its clients are, and what this machine has
// of that now. Pure: configuration and links in, facts out; the targets say what is not known.

import type { Config, Vlan } from '../config/config.ts';
import type { Prefix } from '../addresses/prefix.ts';
import { isWildcard } from '../config/sections/web/web-listen.ts';
import { filteredVlans } from '../config/sections/web/web-reach.ts';
import { isLinkLocal, isLoopback } from '../addresses/address-scope.ts';
import { readPrefix, toNetwork } from '../addresses/prefix-text.ts';
import { isInside } from '../addresses/prefix.ts';
import type { LinkAddress, LinkState } from '../links/link-state.ts';
import { probe } from '../links/probe.ts';

/** An address and a port that a VLAN is asked on. */
export interface Listener {
  /** Canonical, without brackets or zone. */
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
  /** The prefix that the address has on the interface; undefined where it is only in the configuration. */
  readonly length?: number;
}

/** One VLAN as its neighbours see it. */
export interface VlanFacts {
  readonly name: string;
  readonly id: number | undefined;
  readonly policy: string;
  readonly bypass: 'block' | 'allow';
  /** The interface of the configuration, or the one of this machine that has an address of the VLAN. */
  readonly interface: string | undefined;
  /** Whether the configuration names the interface and not addresses, so that these may change. */
  readonly isFollowed: boolean;
  /** The port on the addresses of the interface. */
  readonly port: number;
  /** Without link-local addresses and those that may change. Empty where the interface has none now. */
  readonly listeners: readonly Listener[];
  /** The addresses that this machine has in the VLAN now, without link-local and loopback ones. */
  readonly ownAddresses: readonly Listener[];
  /** The interface has IPv6 addresses that may change: made from an advertised prefix, or temporary. */
  readonly hasPassing: boolean;
  /** The families whose addresses the interface asks for by itself. */
  readonly autoconf: readonly (4 | 6)[];
  /** The interface that its clients' packets come in on; for a carp(4) the one below it. Undefined where not known. */
  readonly packetsOn: string | undefined;
  /** The settings of a carp(4). */
  readonly carp: LinkState['carp'];
  /** Whether the subnets are the interface's, and follow it. */
  readonly isSubnetFollowed: boolean;
  /** The prefixes of the clients, host bits cleared. Empty where they are the interface's and not known now. */
  readonly subnets: readonly Prefix[];
  /** The clients that have a policy of their own, and so an address of their own. */
  readonly exceptions: readonly Prefix[];
  /** Where the page is served that a filtered VLAN has nothing to do with: addresses of other VLANs. */
  readonly closedPages: readonly Pick<Listener, 'address' | 'family' | 'port'>[];
  /** What vlan(4) lies on, where the interface is one. */
  readonly parent: string | undefined;
  /** Why nothing is known of the interface, and the cure. */
  readonly trouble: string | undefined;
  /** `FILE:LINE:COL: error: vlans.NAME`, the beginning of a message. */
  readonly place: string;
}

/** What a target is made from. */
export interface Plan {
  /** The command that makes this output, as it is typed. */
  readonly call: string;
  /** The configuration file. */
  readonly file: string;
  readonly vlans: readonly VlanFacts[];
  /** Addresses and prefixes of public resolvers, for `bypass: block`. */
  readonly resolvers: readonly string[];
}

/** The text of a target, or why there is none; a fault is a line that says what to do. */
export type Generated = { readonly text: string } | { readonly faults: readonly string[] };

/** What the facts are taken from: the configuration, and this machine as it is now. */
export interface Sources {
  readonly config: Config;
  readonly links: readonly LinkState[];
  readonly platform: NodeJS.Platform;
}

/** The facts of a VLAN. */
export function factsOf(vlan: Vlan, sources: Sources): VlanFacts {
  const { config, links } = sources;
  const written = vlan.subnets === 'interface' ? undefined : vlan.subnets;
  const link = linkOf(vlan, links);
  const onLink = addressesOf(link, vlan.port);
  return {
    name: vlan.name,
    id: vlan.id,
    policy: vlan.policy,
    bypass: config.policies.find(({ name }) => name === vlan.policy)?.bypass ?? 'allow',
    interface: vlan.interface ?? link?.name,
    isFollowed: vlan.interface !== undefined,
    ...linkFacts(vlan.interface ?? link?.name, link),
    isSubnetFollowed: written === undefined,
    port: vlan.port,
    listeners: vlan.listen?.map(toListener) ?? onLink,
    ownAddresses: onLink.filter(
      ({ address }) => written === undefined || written.some((subnet) => contains(subnet, address)),
    ),
    subnets: written ?? prefixesOf(link),
    exceptions: vlan.clients.map(({ prefix }) => prefix),
    closedPages: closedPagesOf(vlan, config, written ?? prefixesOf(link)),
    trouble: troubleOf(vlan, sources),
    place: `${config.file}:${vlan.at.line}:${vlan.at.column}: error: vlans.${vlan.name}`,
  };
}

/** One in its own subnets is reached past the packet filter, and check warns of it; so it does of wildcards. */
function closedPagesOf(vlan: Vlan, config: Config, subnets: readonly Prefix[]): Listener[] {
  if (!filteredVlans(config).includes(vlan)) return [];
  return (config.web?.listen ?? [])
    .filter(
      ({ address }) =>
        !isLoopback(address) && !isWildcard(address) && !subnets.some((subnet) => contains(subnet, address)),
    )
    .map(toListener);
}

function troubleOf({ interface: name, id }: Vlan, { links, platform }: Sources): string | undefined {
  if (name === undefined) return undefined;
  const found = probe(name, { links, platform, ...(id === undefined ? {} : { vlanId: id }) });
  return found.usable ? undefined : `${found.why}; ${found.cure}`;
}

function toListener({ address, port }: { readonly address: string; readonly port: number }): Listener {
  return { address, family: address.includes(':') ? 6 : 4, port };
}

/** The interface that is named, or that has an address of the VLAN. */
function linkOf(vlan: Vlan, links: readonly LinkState[]): LinkState | undefined {
  if (vlan.interface !== undefined) return links.find(({ name }) => name === vlan.interface);
  const listen = new Set(vlan.listen?.map(({ address }) => address));
  const subnets = vlan.subnets === 'interface' ? [] : vlan.subnets;
  const has = (isOne: (address: string) => boolean): LinkState | undefined =>
    links.find((link) => addressesOf(link, vlan.port).some(({ address }) => isOne(address)));
  return (
    has((address) => listen.has(address)) ??
    has((address) => subnets.some((subnet) => contains(subnet, address)))
  );
}

/** The addresses of an interface that clients elsewhere can ask. */
function addressesOf(link: LinkState | undefined, port: number): Listener[] {
  return (link?.addresses ?? [])
    .filter((one) => isForClients(one) && lasts(one))
    .map(({ address, family, prefixLength }) => ({ address, family, port, length: prefixLength }));
}

function isForClients({ address, state }: LinkAddress): boolean {
  return state !== 'duplicated' && !isLinkLocal(address) && !isLoopback(address);
}

// An IPv6 address made from an advertised prefix is lost when the prefix is; DHCP mostly gives the same address again.
function lasts({ family, origin }: LinkAddress): boolean {
  return origin === undefined || (family === 4 && origin !== 'temporary');
}

type LinkFacts = Pick<VlanFacts, 'hasPassing' | 'autoconf' | 'packetsOn' | 'carp' | 'parent'>;

/** What the interface is, apart from the addresses that can be asked. */
function linkFacts(name: string | undefined, link: LinkState | undefined): LinkFacts {
  return {
    hasPassing: (link?.addresses ?? []).some((one) => !lasts(one) && isForClients(one)),
    autoconf: link?.autoconfFamilies ?? [],
    packetsOn: packetsOn(name, link),
    carp: link?.carp,
    parent: link?.parent,
  };
}

function packetsOn(name: string | undefined, link: LinkState | undefined): string | undefined {
  return name !== undefined && /^carp[0-9]+$/.test(name) ? link?.parent : name;
}

function prefixesOf(link: LinkState | undefined): Prefix[] {
  const prefixes = (link?.addresses ?? []).flatMap(({ address, prefixLength, state }) =>
    state === 'duplicated' || isLinkLocal(address) || isLoopback(address)
      ? []
      : (toNetwork(address, prefixLength) ?? []),
  );
  return prefixes.filter(({ text }, index) => prefixes.findIndex((other) => other.text === text) === index);
}

/** Whether an address lies in a prefix. */
export function contains(prefix: Prefix, address: string): boolean {
  return isInside(prefixOf(address), prefix);
}

/** Reads a prefix or an address that is known to be one; a zone is left out. */
export function prefixOf(text: string): Prefix {
  const reading = readPrefix(text.replace(/%[^/]*/, ''));
  if ('fault' in reading) throw new Error(reading.fault);
  return reading.value;
}
