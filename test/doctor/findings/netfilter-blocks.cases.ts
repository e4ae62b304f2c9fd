import type { FindingCase } from '../../support/doctor-cases.ts';

const UDP = '\t\tiifname "eth1" udp dport { 53, 67 } accept\n';
const TCP = '\t\tiifname "eth1" tcp dport 53 accept\n';

export const cases: readonly FindingCase[] = [
  {
    when: 'the policy drops, and no rule lets port 53 in',
    on: 'linux',
    change: {
      'nft.txt': [
        [UDP, ''],
        [TCP, ''],
      ],
    },
    finds: [
      {
        id: 'netfilter-blocks',
        sure: 'likely',
        what: /no rule names port 53/,
        cure: [/^nft insert rule /],
        evidence: ['nft.txt:3'],
      },
    ],
  },
  {
    when: 'a rule drops port 53 on the interface',
    on: 'linux',
    change: { 'nft.txt': [[UDP, '\t\tiifname "eth1" udp dport 53 drop\n']] },
    finds: [
      {
        id: 'netfilter-blocks',
        sure: 'possible',
        what: /^a rule .* drops port 53$/,
        evidence: ['nft.txt:6'],
      },
    ],
  },
  {
    when: 'a rule drops it on another interface',
    on: 'linux',
    change: { 'nft.txt': [[UDP, `${UDP}\t\tiifname "eth7" udp dport 53 drop\n`]] },
    finds: [],
  },
  {
    when: 'everything from the interface is let in',
    on: 'linux',
    change: {
      'nft.txt': [
        [UDP, '\t\tiifname "eth1" accept\n'],
        [TCP, ''],
      ],
    },
    finds: [],
  },
  {
    when: 'it is iptables',
    on: 'linux',
    without: ['nft.txt'],
    add: {
      'iptables.txt':
        '*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n',
    },
    finds: [
      {
        id: 'netfilter-blocks',
        cure: [/^iptables -I INPUT -i <INTERFACE> -p udp --dport 53 -j ACCEPT$/],
        evidence: ['iptables.txt:2'],
      },
    ],
  },
  {
    when: 'iptables lets port 53 in',
    on: 'linux',
    without: ['nft.txt'],
    add: {
      'iptables.txt': '*filter\n:INPUT DROP [0:0]\n-A INPUT -p udp -m udp --dport 53 -j ACCEPT\nCOMMIT\n',
    },
    finds: [],
  },
];
