import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'bridge-vids leaves the VLAN out',
    change: {
      'bridge-vlan.txt': [
        [
          'eno1              1 PVID Egress Untagged\n                  2-4094',
          'eno1              1 PVID Egress Untagged\n                  60\n                  100-199',
        ],
      ],
    },
    finds: [
      {
        id: 'uplink-lacks-vlan',
        sure: 'certain',
        vlan: 'kids',
        what: /^eno1, the way out of vmbr1, is not in VLAN 40/,
        cure: [/^bridge vlan add dev eno1 vid 40$/, /bridge-vids 2-4094/],
        prove: /tcpdump -eni eno1 vlan 40/,
        evidence: ['bridge-vlan.txt:2', 'bridge-vlan.txt:3', 'bridge-vlan.txt:4', 'ip-link.txt:3'],
      },
    ],
  },
  {
    when: 'the uplink takes the tag off, and the router has the VLAN tagged only',
    change: {
      'bridge-vlan.txt': [
        [
          'eno1              1 PVID Egress Untagged\n                  2-4094',
          'eno1              2-39\n                  40 PVID Egress Untagged',
        ],
      ],
      'export.rsc': [['add bridge=bridge1 interface=ether2 pvid=40\n', '']],
    },
    finds: [
      {
        id: 'uplink-untags',
        sure: 'likely',
        cure: [/^bridge vlan del dev eno1 vid 40$/, /^bridge vlan add dev eno1 vid 40$/],
      },
    ],
  },
  {
    when: 'the uplink takes the tag off, and nothing says that the switch wants it',
    change: {
      'bridge-vlan.txt': [
        [
          'eno1              1 PVID Egress Untagged\n                  2-4094',
          'eno1              40 PVID Egress Untagged',
        ],
      ],
    },
    without: ['export.rsc'],
    finds: [],
  },
  {
    when: 'a second way out of the bridge has other VLANs',
    change: {
      'ip-link.txt': [
        [
          '2: eno1: <BROADCAST',
          '9: eno9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master vmbr1 state UP mode DEFAULT group default qlen 1000\n2: eno1: <BROADCAST',
        ],
      ],
      'bridge-vlan.txt': [['vmbr1  ', 'eno9              60\nvmbr1  ']],
    },
    finds: [],
  },
];
