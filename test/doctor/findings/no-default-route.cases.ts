import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const NO_DEFAULT: Changes = {
  'route.txt': [['default            192.168.60.1       UGS       12    90211     -     8 vio0\n', '']],
};

export const cases: readonly FindingCase[] = [
  {
    when: 'the table has no default route',
    change: NO_DEFAULT,
    finds: [
      {
        id: 'no-default-route',
        sure: 'certain',
        what: /192\.0\.2\.53 is on no network that this machine knows/,
        cure: [/^echo <GATEWAY> > \/etc\/mygate$/],
        evidence: ['route.txt:3'],
      },
    ],
  },
  {
    when: 'all servers are on a network of the machine',
    change: {
      ...NO_DEFAULT,
      'vlandns.yaml': [["['tls://192.0.2.53#dns.example', 198.51.100.53]", '[192.168.60.1]']],
    },
    finds: [],
  },
  {
    when: 'a Linux machine has none',
    on: 'linux',
    change: { 'ip-route.txt': [['default via 192.168.60.1 dev eth0 proto static\n', '']] },
    finds: [{ id: 'no-default-route', cure: [/^ip route add default via <GATEWAY>$/] }],
  },
  { when: 'only IPv6 has none, as in the capture itself', finds: [] },
  {
    when: 'routes of their own lead to the servers',
    change: {
      'route.txt': [
        [
          'default            192.168.60.1       UGS       12    90211     -     8 vio0\n',
          '192.0.2/24         192.168.60.1       UGS       12    90211     -     8 vio0\n198.51.100.53      192.168.60.1       UGHS      12    90211     -     8 vio0\n',
        ],
      ],
    },
    finds: [],
  },
  {
    when: 'two halves make the whole, as a VPN has them',
    on: 'linux',
    change: {
      'ip-route.txt': [
        [
          'default via 192.168.60.1 dev eth0 proto static\n',
          '0.0.0.0/1 via 192.168.60.1 dev eth0\n128.0.0.0/1 via 192.168.60.1 dev eth0\n',
        ],
      ],
    },
    finds: [],
  },
];
