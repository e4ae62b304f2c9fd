import { readFileSync } from 'node:fs';
import type { FindingCase } from '../../support/doctor-cases.ts';

const OWN = readFileSync(new URL('../../generate/golden/nftables.txt', import.meta.url), 'utf8').replaceAll(
  'em0',
  'eth1',
);

/** The input chain of the capture with a chain of type nat before it. */
const nat = (rules: string, kind = 'inet'): Record<string, string> => ({
  'nft-nat.txt': `table ${kind} nat {\n\tchain house {\n\t\tudp dport 5000 dnat to 203.0.113.9:53\n\t}\n\n\tchain prerouting {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\t${rules}\n\t}\n}\n`,
});

export const cases: readonly FindingCase[] = [
  ...[
    [
      'to another machine',
      'iifname "eth1" udp dport 53 counter packets 3 bytes 180 dnat ip to 203.0.113.53:53',
      /to 203\.0\.113\.53 port 53/,
    ],
    [
      'to another port of this machine',
      'meta l4proto { tcp, udp } th dport 53 redirect to :5353',
      /to this machine port 5353/,
    ],
    [
      'to a resolver on loopback',
      'ip saddr 192.168.40.0/24 udp dport domain dnat to 127.0.0.1',
      /to 127\.0\.0\.1 port 53/,
    ],
  ].map(([where, rule, what]): FindingCase => ({
    when: `queries are sent ${String(where)}`,
    on: 'linux',
    add: nat(String(rule)),
    finds: [
      {
        id: 'netfilter-redirects',
        sure: 'likely',
        vlan: 'kids',
        ...(what instanceof RegExp ? { what } : {}),
        cure: [/inet nat prerouting/],
        evidence: ['nft-nat.txt:8'],
      },
    ],
  })),
  {
    when: 'it is iptables',
    on: 'linux',
    without: ['nft.txt'],
    add: {
      'iptables.txt':
        '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i eth1 -p udp -m udp --dport 53 -j DNAT --to-destination 203.0.113.53:53\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n',
    },
    finds: [{ id: 'netfilter-redirects', evidence: ['iptables.txt:3'] }],
  },
  ...[
    ['to our own listener', 'iifname "eth1" udp dport 53 dnat ip to 192.168.40.2:53'],
    ['to the address of the interface', 'iifname "eth1" fib daddr . iif type != local udp dport 53 redirect'],
    [
      'elsewhere, those to other addresses only',
      'ip daddr != 192.168.40.2 udp dport 53 dnat to 203.0.113.53',
    ],
    ['elsewhere, those of another interface', 'iifname "eth7" udp dport 53 dnat to 203.0.113.53'],
    ['elsewhere, those of IPv6', 'meta nfproto ipv6 udp dport 53 dnat ip6 to [2001:db8::53]:53'],
    ['elsewhere, perhaps: a set decides', 'ip saddr @guests udp dport 53 dnat to 203.0.113.53'],
    ['to one of several', 'udp dport 53 dnat to 203.0.113.53-203.0.113.59'],
    [
      'where containers are, by rules for other ports',
      'fib daddr type local counter packets 9 bytes 540 jump house',
    ],
  ].map(([where, rule = '']): FindingCase => ({
    when: `they are sent ${where}`,
    on: 'linux',
    add: nat(rule),
    finds: [],
  })),
  {
    when: 'the table is that of vlandns generate nftables',
    on: 'linux',
    add: { 'nft-vlandns.txt': OWN },
    finds: [],
  },
];
