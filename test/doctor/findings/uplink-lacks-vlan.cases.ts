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
];
