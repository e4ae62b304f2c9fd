// What is looked at: the VLANs of the configuration, each with the interface and addresses that serve it; or, where there
// is no configuration, the interfaces themselves.

import type { Config, Vlan } from '../../config/config.ts';
import type { Prefix } from '../../addresses/prefix.ts';
import { readPrefix, toNetwork } from '../../addresses/prefix-text.ts';
import { isInside } from '../../addresses/prefix.ts';
import type { Evidence } from '../facts/evidence.ts';
import type { LinkFact } from '../facts/machine-facts.ts';
import type { VmNicFact } from '../facts/network-facts.ts';

/** A VLAN, or an interface where no configuration says what it is for. */
export interface Subject {
  /** The VLAN's name; undefined where there is no configuration. */
  readonly vlan: string | undefined;
  /** The VLAN tag, where the configuration has it or it stands in the evidence. */
  readonly id: number | undefined;
  readonly interface: string | undefined;
  /** The interface as it was seen; undefined where it was not. */
  readonly link: LinkFact | undefined;
  /** The interface below, of a vlan(4) or a carp(4). */
  readonly parent: LinkFact | undefined;
  /** Where it listens or would listen, without zones. */
  readonly listen: readonly { readonly address: string; readonly port: number }[];
  /** The card on the host, where nothing but the host was looked at. */
  readonly card: VmNicFact | undefined;
  /** Where its clients are. */
  readonly subnets: readonly Prefix[];
  /** The subnets are written in the configuration, not taken from the interface. */
  readonly hasOwnSubnets: boolean;
}

/** Interfaces that serve nobody: loopback, logs, tunnels, the way out by PPP, and what container engines make. */
const NO_VLAN =
  /^(?:lo|enc|pflog|pfsync|tun|tap|wg|gre|gif|sit|ip6tnl|ifb|dummy|docker|podman|cni|cali|flannel|lxc|lxd|incus|veth|virbr|br-[0-9a-f]{12}$|vether|bridge|veb|pppoe?|tailscale|zt)\d*/;

/** The VLANs of the configuration, or the interfaces that might be some; `only` names one by name, tag or interface. */
export function subjectsOf(config: Config | undefined, evidence: Evidence, only?: string): Subject[] {
  const links = evidence.all('link');
  const all = config === undefined ? ofEvidence(evidence) : config.vlans.map((vlan) => ofVlan(vlan, links));
  const subjects = config === undefined ? withoutParents(all) : all;
  return only === undefined ? subjects : subjects.filter((subject) => isNamed(subject, only));
}

function ofEvidence(evidence: Evidence): Subject[] {
  const links = evidence.all('link');
  if (links.length === 0)
    return evidence.all('vm nic').flatMap((card) => (card.tag === undefined ? [] : [ofCard(card)]));
  const members = new Set(evidence.all('member').map(({ name }) => name));
  return (
    links
      // A port that has addresses of its own serves like any other: vport(4) is there for that.
      .filter(
        ({ name, isPart, addresses }) => !((isPart || members.has(name)) && hasOnlyLinkLocal(addresses)),
      )
      .filter(({ name }) => !NO_VLAN.test(name))
      .map((link) => ofLink(link, links))
  );
}

// Where only the host was looked at, all that is known of a VLAN is the card of some VM.
function ofCard(card: VmNicFact): Subject {
  const { tag: id } = card;
  const nothing = { vlan: undefined, interface: undefined, link: undefined, parent: undefined };
  return { ...nothing, id, card, listen: [], subnets: [], hasOwnSubnets: false };
}

/** What messages call it: the VLAN, the interface, or the card of the VM. */
export function nameOf({ vlan, interface: name, card }: Subject): string {
  const cardName = card === undefined ? '?' : `net${card.index} of VM ${card.vmId ?? '?'}`;
  return vlan ?? name ?? cardName;
}

function isNamed({ vlan, id, interface: name }: Subject, only: string): boolean {
  return vlan === only || name === only || (id !== undefined && String(id) === only);
}

// An interface that only carries vlan(4) interfaces is judged with them.
function withoutParents(subjects: readonly Subject[]): Subject[] {
  const parents = new Set(subjects.flatMap(({ parent }) => parent?.name ?? []));
  // Any interface that is up has a link-local address.
  return subjects.filter(
    ({ link }) => link === undefined || !parents.has(link.name) || !hasOnlyLinkLocal(link.addresses),
  );
}

/** Whether all addresses are link-local, which clients are not given. */
export function hasOnlyLinkLocal(addresses: readonly { readonly address: string }[]): boolean {
  return addresses.every(({ address }) => isLinkLocal(address));
}

/** Whether an address is link-local (RFC 4291 section 2.5.6, RFC 3927). */
export function isLinkLocal(address: string): boolean {
  return /^(?:fe[89ab][0-9a-f]:|169\.254\.)/i.test(address);
}

function ofVlan(vlan: Vlan, links: readonly LinkFact[]): Subject {
  const link =
    vlan.interface === undefined
      ? links.find((one) => one.addresses.some(({ address }) => isListened(vlan, address)))
      : links.find(({ name }) => name === vlan.interface);
  const own = vlan.subnets === 'interface' ? prefixesOf(link) : vlan.subnets;
  const ofInterface = vlan.interface === undefined ? [] : addressesOf(link);
  return {
    vlan: vlan.name,
    id: vlan.id ?? link?.vlanId,
    interface: vlan.interface ?? link?.name,
    link,
    parent: links.find(({ name }) => name === link?.parent),
    listen: [
      ...(vlan.listen ?? []).map(({ address, port }) => ({ address, port })),
      ...ofInterface.map((address) => ({ address, port: vlan.port })),
    ],
    card: undefined,
    subnets: own,
    hasOwnSubnets: vlan.subnets !== 'interface',
  };
}

function isListened({ listen }: Vlan, address: string): boolean {
  return (listen ?? []).some((one) => one.address === address);
}

function ofLink(link: LinkFact, links: readonly LinkFact[]): Subject {
  return {
    vlan: undefined,
    id: link.vlanId,
    interface: link.name,
    link,
    parent: links.find(({ name }) => name === link.parent),
    listen: addressesOf(link).map((address) => ({ address, port: 53 })),
    card: undefined,
    subnets: prefixesOf(link),
    hasOwnSubnets: false,
  };
}

function addressesOf(link: LinkFact | undefined): string[] {
  const ready = (link?.addresses ?? []).filter(({ state }) => state === 'ready');
  return ready.map(({ address }) => address.replace(/%.*$/, ''));
}

function prefixesOf(link: LinkFact | undefined): Prefix[] {
  return (link?.addresses ?? []).flatMap(({ address, prefixLength }) => {
    const prefix = toNetwork(address.replace(/%.*$/, ''), prefixLength);
    return prefix === undefined ? [] : [prefix];
  });
}

/** Says whether an address lies in one of the prefixes. */
export function liesIn(address: string, prefixes: readonly Prefix[]): boolean {
  const reading = readPrefix(address.replace(/%.*$/, ''));
  return 'value' in reading && prefixes.some((prefix) => isInside(reading.value, prefix));
}
