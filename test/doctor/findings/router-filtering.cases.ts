import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'the router has a table and does not use it; what the table lacks is not held against it',
    change: {
      'export.rsc': [
        ['add name=bridge1 vlan-filtering=yes', 'add name=bridge1'],
        ['vlan-ids=40', 'vlan-ids=41'],
      ],
    },
    finds: [
      {
        id: 'router-filtering-off',
        sure: 'possible',
        cure: [/^\/interface bridge set \[find name=bridge1\] vlan-filtering=yes$/],
        cost: /safe mode/,
        evidence: ['export.rsc:4', 'export.rsc:13'],
      },
    ],
  },
  { when: 'it uses it', finds: [] },
  {
    when: 'its switch chip does the VLANs',
    change: {
      'export.rsc': [
        [
          'add name=bridge1 vlan-filtering=yes',
          'add name=bridge1\n/interface ethernet switch vlan\nadd ports=ether2,ether6 switch=switch1 vlan-id=40',
        ],
      ],
    },
    finds: [],
  },
];
