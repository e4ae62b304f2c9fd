import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'what the VM sends goes into VLAN 1',
    change: {
      'bridge-vlan.txt': [
        [
          'tap107i1          40 PVID Egress Untagged',
          'tap107i1          1 PVID Egress Untagged\n                  40 Egress Untagged',
        ],
      ],
    },
    finds: [
      {
        id: 'tap-wrong-pvid',
        sure: 'certain',
        what: /goes into VLAN 1, its PVID; its card has tag=40$/,
        cure: [/^bridge vlan add dev tap107i1 vid 40 pvid untagged$/, /^bridge vlan del dev tap107i1 vid 1$/],
        evidence: ['qm-config-107.txt:7', 'bridge-vlan.txt:7', 'bridge-vlan.txt:8'],
      },
    ],
  },
  {
    when: 'there is no PVID at all',
    change: {
      'bridge-vlan.txt': [
        ['tap107i1          40 PVID Egress Untagged', 'tap107i1          40 Egress Untagged'],
      ],
    },
    finds: [{ id: 'tap-wrong-pvid', what: /is dropped: the port has no PVID/ }],
  },
  {
    when: 'a card without a tag has PVID 1, as it should',
    finds: [],
  },
];
