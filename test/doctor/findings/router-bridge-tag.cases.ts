import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const UNTAGGED: readonly (readonly [string, string])[] = [
  ['tagged=bridge1,ether6,ether7 vlan-ids=40', 'tagged=ether6,ether7 vlan-ids=40'],
];
const older = (...more: (readonly [string, string])[]): Changes => ({
  'export.rsc': [['by RouterOS 7.16', 'by RouterOS 7.15.3'], ...UNTAGGED, ...more],
});

export const cases: readonly FindingCase[] = [
  {
    when: 'vlan40 of the router lies on the bridge, which is not tagged for it',
    change: older(),
    finds: [
      {
        id: 'router-bridge-not-tagged',
        sure: 'likely',
        vlan: 'kids',
        what: /^vlan40 of the router lies on bridge1, but bridge1 itself is not tagged for VLAN 40/,
        cure: [
          /^\/interface bridge vlan set \[find bridge=bridge1 vlan-ids=40\] tagged=bridge1,ether6,ether7$/,
        ],
        prove: /CURRENT-TAGGED/,
        evidence: ['export.rsc:6', 'export.rsc:13'],
      },
    ],
  },
  {
    when: 'the export does not tell its release',
    change: { 'export.rsc': [['# 2025-11-18 09:10:00 by RouterOS 7.16\n', ''], ...UNTAGGED] },
    finds: [{ id: 'router-bridge-not-tagged', sure: 'possible' }],
  },
  {
    when: 'RouterOS 7.16 and later add the bridge by themselves',
    change: { 'export.rsc': UNTAGGED },
    finds: [],
  },
  {
    when: 'the VLAN interface is disabled, or lies on a port',
    change: older(['add interface=bridge1 name=vlan40', 'add disabled=yes interface=bridge1 name=vlan40']),
    finds: [],
  },
  {
    when: 'the router has no part in the VLAN: another machine is its gateway',
    change: older(['add interface=bridge1 name=vlan40 vlan-id=40\n', '']),
    finds: [],
  },
  {
    when: 'a second entry for the VLAN has the bridge',
    change: older([
      'tagged=ether6,ether7 vlan-ids=40',
      'tagged=ether6,ether7 vlan-ids=40\nadd bridge=bridge1 tagged=bridge1 vlan-ids=30-49',
    ]),
    finds: [],
  },
  {
    when: 'the bridge does not filter: the table has no effect',
    change: older(['vlan-filtering=yes', 'vlan-filtering=no']),
    finds: [{ id: 'router-filtering-off' }],
  },
];
