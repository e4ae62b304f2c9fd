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
  ...(
    [
      [
        'raw',
        'table inet raw {\n\tchain prerouting {\n\t\ttype filter hook prerouting priority raw; policy accept;\n\t\tiifname "eth1" udp dport 53 drop\n\t}\n}\n',
        /drops udp to 192\.168\.40\.2 port 53$/,
        /^nft insert rule inet raw prerouting iifname 'eth1' /,
      ],
      [
        'a chain below it',
        'table ip fw {\n\tchain lan {\n\t\tmeta l4proto { tcp, udp } th dport 53 drop\n\t}\n\tchain pre {\n\t\ttype filter hook prerouting priority mangle - 5; policy accept;\n\t\tiifname "eth1" jump lan\n\t}\n}\n',
        /drops udp and tcp/,
        /^nft insert rule ip fw lan /,
      ],
      [
        'a policy',
        'table inet fw {\n\tchain pre {\n\t\ttype filter hook prerouting priority filter; policy drop;\n\t\tiifname "eth0" accept\n\t}\n}\n',
        /, at prerouting, before it is taken in: the policy is drop$/,
        /^nft insert rule inet fw pre /,
      ],
      [
        'ingress of the interface',
        'table netdev fw {\n\tchain in {\n\t\ttype filter hook ingress device "eth1" priority filter; policy accept;\n\t\tudp dport 53 drop\n\t}\n}\n',
        /drops udp to/,
        /^nft insert rule netdev fw in /,
      ],
    ] as const
  ).map(([where, text, what, cure]): FindingCase => ({
    when: `it is dropped before it comes to the input chain: ${where}`,
    on: 'linux',
    add: { 'nft-more.txt': text },
    finds: [{ id: 'netfilter-blocks', sure: 'likely', what, cure: [cure] }],
  })),
  {
    when: 'iptables drops it in the raw table',
    on: 'linux',
    without: ['nft.txt'],
    add: {
      'iptables.txt':
        '*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i eth1 -p udp -m udp --dport 53 -j DROP\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n',
    },
    finds: [
      {
        id: 'netfilter-blocks',
        what: /drops udp to/,
        cure: [/^iptables -t raw -I PREROUTING -i eth1 -p udp --dport 53 -j ACCEPT$/],
        evidence: ['iptables.txt:3'],
      },
    ],
  },
  {
    when: 'ip6tables drops, and the VLAN has an address of IPv6',
    on: 'linux',
    change: {
      'ip-addr.txt': [
        [
          '    inet 192.168.40.2/24 brd 192.168.40.255 scope global eth1\n',
          '    inet 192.168.40.2/24 brd 192.168.40.255 scope global eth1\n    inet6 fd00:40::2/64 scope global\n',
        ],
      ],
    },
    without: ['nft.txt'],
    add: {
      'ip6tables.txt': '*filter\n:INPUT DROP [0:0]\n-A INPUT -s fd00:60::/64 -p udp -j ACCEPT\nCOMMIT\n',
    },
    finds: [
      { id: 'netfilter-blocks', what: /to fd00:40::2 port 53/, cure: [/^ip6tables -I INPUT -i eth1 /] },
    ],
  },
  ...[
    [
      'a drop in prerouting is for another interface',
      'filter hook prerouting priority raw',
      'iifname "eth7" udp dport 53 drop',
    ],
    [
      'it is for what is not our port',
      'filter hook prerouting priority raw',
      'iifname "eth1" udp dport 5353 drop',
    ],
    [
      'a state is asked for where there is none yet',
      'filter hook prerouting priority raw',
      'ct state new udp dport 53 drop',
    ],
    [
      'ingress of another interface drops',
      'filter hook ingress device "eth7" priority filter',
      'udp dport 53 drop',
    ],
    [
      'strays are turned away where packets are sent on',
      'filter hook forward priority filter',
      'udp dport 53 drop',
    ],
    [
      'what has no way back is dropped',
      'filter hook prerouting priority raw',
      'fib saddr . iif oif missing drop',
    ],
    [
      'packets for others are dropped',
      'filter hook prerouting priority raw',
      'fib daddr . iif type != { local, broadcast, multicast } drop',
    ],
  ].map(([when = '', base = '', rule = '']): FindingCase => ({
    when,
    on: 'linux',
    add: {
      'nft-more.txt': `table inet more {\n\tchain base {\n\t\ttype ${base}; policy accept;\n\t\t${rule}\n\t}\n}\n`,
    },
    finds: [],
  })),
  {
    when: 'the input chain lets in the port that queries are redirected to',
    on: 'linux',
    change: {
      'vlandns.yaml': [['interface: eth1,', "listen: ['192.168.40.2:5353'], subnets: [192.168.40.0/24],"]],
      'nft.txt': [
        [UDP, '\t\tiifname "eth1" udp dport 5353 accept\n'],
        [TCP, '\t\tiifname "eth1" tcp dport 5353 accept\n'],
      ],
    },
    add: {
      'nft-nat.txt':
        'table inet nat {\n\tchain pre {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\tiifname "eth1" meta l4proto { tcp, udp } th dport 53 redirect to :5353\n\t}\n}\n',
    },
    finds: [],
  },
];
