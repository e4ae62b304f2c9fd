// hostname.if(5) for the interface of one VLAN: up, with the address that the VLAN is served on.

import type { Prefix } from '../../addresses/prefix.ts';
import { comment, headingOf, titleOf } from '../comments.ts';
import { isOpenbsdInterface, notOpenbsd } from './openbsd-names.ts';
import { driverOf } from '../../links/link-state.ts';
import type { Generated, Listener, Plan, VlanFacts } from '../plan.ts';
import { isLoopback } from '../../addresses/address-scope.ts';
import { contains } from '../plan.ts';
import { hostOf, netmaskOf } from '../neighbours/pools.ts';

/** The place in its subnet of the proposed address: after the first, which most networks give to their router. */
const PROPOSED = 2n;

/** Makes hostname.if(5); the plan has to be of one VLAN, since there is a file for each interface. */
export function hostnameIf(plan: Plan): Generated {
  const [vlan] = plan.vlans;
  if (vlan === undefined || plan.vlans.length > 1) throw new Error('hostname.if is made for one VLAN');
  if (!isOpenbsdInterface(vlan)) return { faults: [notOpenbsd(vlan)] };
  const name = vlan.interface ?? '';
  const heading = headingOf(plan, {
    mark: '#',
    title: `hostname.if(5) of ${name}: ${titleOf(vlan)}.`,
    install: isWhole(name)
      ? [
          `Install: ${plan.call} > /etc/hostname.${name}; chmod 640 /etc/hostname.${name}`,
          `  sh /etc/netstart ${name}`,
        ]
      : [
          `Install: not in place of /etc/hostname.${name}, which says more than addresses (${KEPT[driverOf(name)] ?? 'what makes it'}),`,
          '  and of which ifconfig(8) shows no secrets. Keep its lines, put those in that it lacks, then:',
          `  sh /etc/netstart ${name}`,
        ],
    check: `ifconfig ${name}`,
  });
  const lines = [
    ...tagLines(vlan),
    ...carpLines(vlan),
    ...addressLines(vlan, 4),
    ...addressLines(vlan, 6),
    'up',
  ];
  return { text: `${heading}${lines.map((line) => `${line}\n`).join('')}` };
}

/** What stands in the files of interfaces that netstart(8) makes, and has to stay there. */
const KEPT: Readonly<Record<string, string>> = {
  carp: 'vhid, carpdev, pass',
  wg: 'wgkey, wgport, wgpeer',
  trunk: 'trunkproto, trunkport',
  aggr: 'trunkport',
  pppoe: 'pppoedev, authname, authkey',
};

/** Whether tag and addresses are all that the file needs: so for a card, and for a VLAN interface. */
function isWhole(name: string): boolean {
  return !/^(?:carp|wg|trunk|aggr|pppoe|gre|egre|gif|etherip|vxlan|eoip|tun|tap|bridge|veb|vport|vether|pair|sec|tpmr|bpe|mpe|svlan)[0-9]+$/.test(
    name,
  );
}

function carpLines({ interface: name = '', carp, parent, id }: VlanFacts): string[] {
  if (driverOf(name) !== 'carp') return [];
  const { vhid = id ?? 'VHID', advbase = 1, advskew = 0 } = carp ?? {};
  return [
    commentLine('With the password of the group where there is one: pass PASSWORD.'),
    `vhid ${vhid} carpdev ${parent ?? 'PARENT'} advbase ${advbase} advskew ${advskew}`,
  ];
}

/** vlan(4) needs its tag and its parent; on any other interface frames arrive without a tag. */
function tagLines({ interface: name, id, parent }: VlanFacts): string[] {
  if (!/^vlan[0-9]+$/.test(name ?? '')) return [];
  if (parent !== undefined && id !== undefined) return [`vnetid ${id} parent ${parent}`];
  const advice =
    'Put the tag and the interface that carries the tagged frames in here; that one has to be up, too.';
  return [commentLine(advice), `vnetid ${id ?? 'TAG'} parent ${parent ?? 'PARENT'}`];
}

function addressLines(vlan: VlanFacts, family: 4 | 6): string[] {
  const { subnets, ownAddresses, listeners, autoconf, isFollowed } = vlan;
  const found = subnets.filter((subnet) => subnet.family === family);
  const word = family === 4 ? 'inet' : 'inet6';
  // DHCP and advertisements give the first address at each boot, so a written one is an alias.
  const isAsked = isFollowed && autoconf.includes(family);
  // Every VLAN is taken to have IPv4; nothing shows that this one has IPv6.
  if (found.length === 0 && !isAsked)
    return family === 6
      ? []
      : [commentLine('The subnet is not known: the address is asked for by DHCP.'), 'inet autoconf'];
  const known = [...ownAddresses, ...listeners].filter(
    (one) =>
      one.family === family &&
      !isLoopback(one.address) &&
      !(isAsked && family === 4 && one.length !== 32) &&
      found.some((subnet) => contains(subnet, one.address)),
  );
  const addresses = known.filter(
    ({ address }, index) => known.findIndex((other) => other.address === address) === index,
  );
  const lines = addresses
    // An address with a network comes first; a single-host one (/32) is an alias beside it.
    .toSorted((one, other) => Number(one.length === 32) - Number(other.length === 32))
    .map((one, index) => {
      const subnet = found.find((each) => contains(each, one.address));
      return addressLine(one, subnet, index > 0 || isAsked);
    });
  if (isAsked) return [`${word} autoconf`, ...lines];
  const bare = found.filter((subnet) => !addresses.some(({ address }) => contains(subnet, address)));
  const proposals = bare.flatMap((subnet, index) => {
    const address = hostOf(subnet, PROPOSED);
    return [
      commentLine(`Proposed: ${address} of ${subnet.text}; take another where it is in use.`),
      addressLine({ address, family }, subnet, lines.length + index > 0),
    ];
  });
  return [...lines, ...proposals];
}

// A second address of IPv4 has to be an alias, or it takes the place of the first.
function addressLine(
  { address, family, length }: Pick<Listener, 'address' | 'family' | 'length'>,
  subnet: Prefix | undefined,
  isFurther: boolean,
): string {
  const bits = length ?? subnet?.length ?? (family === 4 ? 24 : 64);
  if (family === 6) return `inet6 ${address} ${bits}`;
  return `inet ${isFurther ? 'alias ' : ''}${address} ${netmaskOf({ length: bits })}`;
}

function commentLine(text: string): string {
  return comment('#', [text]).trimEnd();
}
