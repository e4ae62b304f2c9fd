import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const OWN = 'pass in quick on vio1 inet proto udp from any to ! (vio1) port = 53 rdr-to (vio1:0) port 53\n';
const replacing = (rule: string): Changes => ({ 'pfctl-sr.txt': [[OWN, `${rule}\n`]] });

export const cases: readonly FindingCase[] = [
  {
    when: 'all DNS of the VLAN is sent to another machine',
    change: replacing(
      'pass in quick on vio1 inet proto udp from any to any port = 53 rdr-to 203.0.113.53 port 53',
    ),
    finds: [
      {
        id: 'pf-redirects',
        sure: 'certain',
        vlan: 'kids',
        what: /^pf sends queries that come in on vio1 to 203\.0\.113\.53 port 53, where this VLAN does not listen$/,
        cure: [/192\.168\.40\.2 port 53/, /pfctl -f/, /^pfctl -k <CLIENT>$/],
        evidence: ['pfctl-sr.txt:4'],
      },
    ],
  },
  {
    when: 'a match rule redirects, and a later pass lets it through',
    change: replacing('match in on vio1 inet proto udp from any to any port = 53 rdr-to 127.0.0.1 port 5353'),
    finds: [{ id: 'pf-redirects', evidence: ['pfctl-sr.txt:4'] }],
  },
  { when: 'stray DNS is caught and sent to our own listener, as it should be', finds: [] },
  {
    when: 'it is sent to our own address by number',
    change: replacing(
      'pass in quick on vio1 inet proto udp from any to any port = 53 rdr-to 192.168.40.2 port 53',
    ),
    finds: [],
  },
  {
    when: 'another interface is redirected',
    change: replacing(
      'pass in quick on vio7 inet proto udp from any to any port = 53 rdr-to 203.0.113.53 port 53',
    ),
    finds: [],
  },
  {
    when: 'it is diverted to another program',
    change: replacing(
      'pass in quick on vio1 inet proto udp from any to any port = 53 divert-to 127.0.0.1 port 5353',
    ),
    finds: [
      {
        id: 'pf-redirects',
        sure: 'certain',
        what: /to 127\.0\.0\.1 port 5353, where this VLAN does not listen$/,
        evidence: ['pfctl-sr.txt:4'],
      },
    ],
  },
  {
    when: 'it is routed to another machine',
    change: replacing('pass in quick on vio1 inet proto udp from any to any port = 53 route-to 192.168.40.1'),
    finds: [{ id: 'pf-redirects', what: /to 192\.168\.40\.1/ }],
  },
  ...[
    ['diverted to our own listener', 'divert-to 192.168.40.2 port 53'],
    ['only its answers are diverted', 'divert-reply'],
    ['a program looks at it on its way', 'divert-packet port 700'],
    ['sent to one of several', 'rdr-to { 192.168.40.2, 192.168.40.3 } port 53 round-robin'],
    ['sent to a table', 'rdr-to <resolvers> port 53 round-robin'],
    ['answered through the interface that it came in on', 'reply-to 192.168.40.1'],
  ].map(([when = '', how = '']): FindingCase => ({
    when: `it is ${when}`,
    change: replacing(`pass in quick on vio1 inet proto udp from any to any port = 53 ${how}`),
    finds: [],
  })),
];
