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
        what: /drops udp and tcp to 192\.168\.40\.2 port 53: no rule lets it in/,
        cure: [/^nft insert rule inet filter input iifname 'eth1' /],
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
        sure: 'likely',
        what: /drops udp to 192\.168\.40\.2 port 53$/,
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
        cure: [/^iptables -I INPUT -i eth1 -p udp --dport 53 -j ACCEPT$/],
        evidence: ['iptables.txt:2'],
      },
    ],
  },
  {
    when: 'iptables lets port 53 in',
    on: 'linux',
    without: ['nft.txt'],
    add: {
      'iptables.txt':
        '*filter\n:INPUT DROP [0:0]\n-A INPUT -p udp -m udp --dport 53 -j ACCEPT\n-A INPUT -p tcp -m multiport --dports 22,50:60 -j ACCEPT\nCOMMIT\n',
    },
    finds: [],
  },
  {
    when: 'ufw lets it in, chains below the one that drops',
    on: 'linux',
    without: ['nft.txt'],
    add: {
      'iptables.txt':
        '*nat\n:INPUT DROP [0:0]\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n:ufw-user-input - [0:0]\n-A INPUT -j ufw-before-input\n-A ufw-before-input -i lo -j ACCEPT\n-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A ufw-before-input -m conntrack --ctstate INVALID -j DROP\n-A ufw-before-input -j ufw-user-input\n-A ufw-user-input -i eth+ -p udp -m udp --dport 53 -m comment --comment "it is -j DROP" -j ACCEPT\n-A ufw-user-input -s 192.168.40.0/24 -p tcp -j ACCEPT\nCOMMIT\n',
    },
    finds: [],
  },
  {
    when: 'ufw does not',
    on: 'linux',
    without: ['nft.txt'],
    add: {
      'iptables.txt':
        '*filter\n:INPUT DROP [0:0]\n-A INPUT -j ufw-user-input\n-A ufw-user-input ! -i eth1 -p udp -m udp --dport 53 -j ACCEPT\n-A ufw-user-input -p tcp -m tcp --dport 53 -j RETURN\n-A ufw-user-input -i eth1 -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n',
    },
    finds: [
      {
        id: 'netfilter-blocks',
        what: /drops udp and tcp .*: no rule lets it in/,
        evidence: ['iptables.txt:2'],
      },
    ],
  },
  ...[
    ['the interface leads to a chain of its own', 'iifname vmap { "eth0" : drop, "eth1" : jump kids }'],
    ['its clients are let in by their addresses', 'ip saddr { 192.168.40.0/24, 192.168.60.0/24 } accept'],
    ['a set says which ports, and nobody knows what is in it', 'th dport @dns accept'],
    ['a limit stands before it', 'meta l4proto { tcp, udp } th dport 53 limit rate 10/second accept'],
    [
      'strangers are dropped first',
      'ip saddr != 192.168.0.0/16 udp dport 53 drop\n\t\tmeta l4proto { tcp, udp } accept',
    ],
    [
      'it is dropped for whom nothing let in before',
      'meta l4proto { tcp, udp } th dport domain accept\n\t\tudp dport 53 drop',
    ],
  ].map(([when = '', rule = '']): FindingCase => ({
    when,
    on: 'linux',
    add: {
      'nft.txt': `table inet filter {\n\tchain kids {\n\t\taccept\n\t}\n\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tct state vmap { established : accept, related : accept, invalid : drop }\n\t\ticmp type echo-request accept\n\t\t${rule}\n\t}\n}\n`,
    },
    finds: [],
  })),
];
