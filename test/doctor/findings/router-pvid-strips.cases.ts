import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'the trunk port has the VLAN as its PVID',
    change: {
      'export.rsc': [
        ['interface=ether6 pvid=60', 'interface=ether6 pvid=40'],
        [
          'tagged=bridge1,ether6,ether7 vlan-ids=40',
          'tagged=bridge1,ether7 vlan-ids=40\nadd bridge=bridge1 tagged=bridge1,ether6 vlan-ids=90',
        ],
        ['untagged=ether6,ether7', 'untagged=ether7'],
      ],
    },
    finds: [
      {
        id: 'router-pvid-strips',
        sure: 'likely',
        vlan: 'kids',
        what: /^ether6 of the router carries tagged VLANs, but has pvid=40: VLAN 40 leaves it without its tag$/,
        cure: [
          /^\/interface bridge port set \[find interface=ether6\] pvid=1$/,
          /^\/interface bridge vlan set \[find vlan-ids=40\] tagged=bridge1,ether7,ether6$/,
        ],
        cost: /behind ether6/,
        evidence: ['export.rsc:9', 'export.rsc:14', 'qm-config-107.txt:7'],
      },
    ],
  },
  {
    when: 'the trunk port is untagged for it in the table',
    change: {
      'export.rsc': [
        [
          'tagged=bridge1,ether6,ether7 vlan-ids=40',
          'tagged=bridge1,ether7 untagged=ether6 vlan-ids=40\nadd bridge=bridge1 tagged=bridge1,ether6 vlan-ids=90',
        ],
      ],
    },
    finds: [
      {
        id: 'router-pvid-strips',
        what: /is untagged for VLAN 40/,
        cure: [/\[find vlan-ids=40\] tagged=bridge1,ether7,ether6 untagged=""$/],
      },
    ],
  },
  { when: "VLAN 60 is the trunk's PVID, and its card has no tag: the story's own house", finds: [] },
];
