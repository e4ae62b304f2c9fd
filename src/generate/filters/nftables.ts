// A table of nft(8) for a Linux router: stray port 53 goes to the listener of its VLAN, and ways around the filter are
// blocked. It is a table of its own, so that it can be reloaded and removed without touching any other.

import { comment, headingOf, titleOf } from '../comments.ts';
import { DNS_PORT, SEES_ONLY, firewallPlanOf } from './firewall-plan.ts';
import type { Generated, Listener, Plan, VlanFacts } from '../plan.ts';
import { isLoopback } from '../../addresses/address-scope.ts';

const BOTH = 'meta l4proto { tcp, udp }';

/** Addresses per line of a set. */
const PER_LINE = 4;

/** Makes a file for `nft -f`. */
export function nftablesRules(plan: Plan): Generated {
  const { vlans, faults, remarks } = firewallPlanOf(plan, nameFault);
  if (faults.length > 0) return { faults };
  const loopback = vlans.filter((vlan) => targetsOf(vlan).some(({ address }) => isLoopback(address)));
  const heading = headingOf(plan, {
    mark: '#',
    title: 'nft(8): stray DNS goes to the listener of its VLAN, ways around the filter are closed.',
    install: [
      `Install: ${plan.call} > /etc/nftables.vlandns.conf; nft -f /etc/nftables.vlandns.conf`,
      '  and to keep it, at the end of /etc/nftables.conf: include "/etc/nftables.vlandns.conf"',
      ...SEES_ONLY,
      'It lets nothing in: where another table drops what comes to this machine, let port 53 in there.',
      ...loopback.map(
        ({ name, packetsOn }) =>
          `VLAN ${name} listens on loopback: sysctl -w net.ipv4.conf.${packetsOn ?? 'INTERFACE'}.route_localnet=1 (and not for IPv6)`,
      ),
      ...remarks,
    ],
    check: 'nft -c -f /etc/nftables.vlandns.conf',
  });
  const blocks = vlans.some(({ bypass }) => bypass === 'block');
  const parts = [
    ...(blocks ? ([4, 6] as const).map((family) => setOf(plan.resolvers, family)) : []),
    TURN_AWAY,
    chainOf('strays', 'type nat hook prerouting priority dstnat; policy accept;', vlans.map(redirections)),
    chainOf(
      'ways_around',
      'type filter hook forward priority filter - 10; policy accept;',
      vlans.map(blocksOf),
    ),
  ];
  return {
    text: `${heading}table inet vlandns\ndelete table inet vlandns\n\ntable inet vlandns {\n${parts.join('\n')}}\n`,
  };
}

// The name is written in quotes, and `*` at its end would be a wildcard.
function nameFault({ place, interface: name }: VlanFacts): string | undefined {
  return name === undefined || /^[\w.@:-]{1,15}$/.test(name)
    ? undefined
    : `${place}.interface: ${JSON.stringify(name)} is no name of an interface that nft(8) reads as it is; write one such as eth0.40`;
}

const TURN_AWAY = `	chain turn_away {
		meta l4proto tcp reject with tcp reset
		reject
	}
`;

/** Public resolvers of a family, by address. */
function setOf(resolvers: readonly string[], family: 4 | 6): string {
  const own = resolvers.filter((address) => address.includes(':') === (family === 6));
  const lines: string[] = [];
  for (let from = 0; from < own.length; from += PER_LINE)
    lines.push(`\t\t\t${own.slice(from, from + PER_LINE).join(', ')}`);
  const about = comment('\t#', [
    `Public resolvers that also answer over HTTPS, TLS or QUIC, IPv${family}: config/bypass/addresses.txt.`,
  ]);
  return `${about}	set doh${family} {
		type ipv${family}_addr
		flags interval
		auto-merge
		elements = {
${lines.join(',\n')}
		}
	}
`;
}

function chainOf(name: string, base: string, sections: readonly (readonly string[])[]): string {
  const lines = [base, ...sections.flat()].map((line) => `\t\t${line}\n`);
  return `\tchain ${name} {\n${lines.join('')}\t}\n`;
}

function targetsOf({ isFollowed, listeners }: VlanFacts): readonly Listener[] {
  return isFollowed ? [] : listeners;
}

function redirections(vlan: VlanFacts): string[] {
  const title = `# ${titleOf(vlan)}, policy ${vlan.policy}, bypass: ${vlan.bypass}`;
  if (vlan.isFollowed) return [title, followed(vlan)];
  const rules = familiesOf(vlan).flatMap((family) => {
    const target = reachable(vlan, family);
    if (target === undefined) return [];
    const { address, port } = target;
    const [inet, to] = family === 4 ? ['ip', address] : ['ip6', `[${address}]`];
    const strays = port === DNS_PORT ? `${inet} daddr != ${address} ` : '';
    return [
      `${packetsOf(vlan, family)}${strays}${BOTH} th dport ${DNS_PORT} dnat ${inet} to ${port === DNS_PORT ? address : `${to}:${port}`}`,
    ];
  });
  return rules.length === 0 ? [] : [title, ...rules];
}

/** Redirects to the address that the interface has at the time; queries to one of its own addresses are left as they are. */
function followed(vlan: VlanFacts): string {
  const { port } = vlan;
  return port === DNS_PORT
    ? `${packetsOf(vlan)}fib daddr . iif type != local ${BOTH} th dport ${DNS_PORT} redirect`
    : `${packetsOf(vlan)}${BOTH} th dport ${DNS_PORT} redirect to :${port}`;
}

// Linux accepts no packet from elsewhere for ::1, whatever its settings.
function reachable(vlan: VlanFacts, family: 4 | 6): Listener | undefined {
  return targetsOf(vlan).find(
    (listener) => listener.family === family && !(family === 6 && isLoopback(listener.address)),
  );
}

function blocksOf(vlan: VlanFacts): string[] {
  const lacking = vlan.isFollowed
    ? []
    : familiesOf(vlan).filter((family) => reachable(vlan, family) === undefined);
  const strays = lacking.map(
    (family) => `${packetsOf(vlan, family)}${BOTH} th dport ${DNS_PORT} goto turn_away`,
  );
  const ways =
    vlan.bypass === 'block'
      ? familiesOf(vlan).flatMap((family) => [
          `${packetsOf(vlan, family)}${BOTH} th dport 853 goto turn_away`,
          `${packetsOf(vlan, family)}${BOTH} ${family === 4 ? 'ip' : 'ip6'} daddr @doh${family} goto turn_away`,
        ])
      : [];
  const rules = [...strays, ...ways];
  return rules.length === 0 ? [] : [`# ${titleOf(vlan)}`, ...rules];
}

/** The families of a VLAN's clients: both for an interface, else those of its subnets. */
function familiesOf({ packetsOn, subnets }: VlanFacts): readonly (4 | 6)[] {
  return ([4, 6] as const).filter(
    (family) => packetsOn !== undefined || subnets.some((subnet) => subnet.family === family),
  );
}

/** The condition that matches the packets of a VLAN, with a blank after it. */
function packetsOf({ packetsOn, subnets }: VlanFacts, family?: 4 | 6): string {
  const nfproto = family === undefined ? '' : `meta nfproto ipv${family} `;
  if (packetsOn !== undefined) return `iifname "${packetsOn}" ${nfproto}`;
  const own = subnets.filter((subnet) => subnet.family === family).map(({ text }) => text);
  return `${family === 6 ? 'ip6' : 'ip'} saddr { ${own.join(', ')} } `;
}
