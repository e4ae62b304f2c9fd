import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'the VLAN is not in the table',
    change: {
      'export.rsc': [
        [
          'add bridge=bridge1 tagged=bridge1,ether6,ether7 vlan-ids=40\n',
          'add bridge=bridge1 tagged=bridge1,ether6 vlan-ids=30-39\n',
        ],
        ['add bridge=bridge1 interface=ether2 pvid=40\n', ''],
      ],
    },
    finds: [
      {
        id: 'router-lacks-vlan',
        sure: 'likely',
        vlan: 'kids',
        what: /has no VLAN 40$/,
        cure: [/^\/interface bridge vlan add bridge=bridge1 tagged=bridge1,ether6 vlan-ids=40$/],
        evidence: ['export.rsc:12', 'export.rsc:13'],
      },
    ],
  },
  {
    when: 'only the bridge itself is tagged for it, and one port is tagged for another',
    change: {
      'export.rsc': [
        [
          'tagged=bridge1,ether6,ether7 vlan-ids=40',
          'tagged=bridge1 vlan-ids=40\nadd bridge=bridge1 tagged=bridge1,ether6 vlan-ids=90',
        ],
      ],
    },
    finds: [
      {
        id: 'router-port-not-tagged',
        sure: 'likely',
        cure: [/^\/interface bridge vlan set \[find vlan-ids=40\] tagged=bridge1,ether6$/],
        evidence: ['export.rsc:13', 'export.rsc:14'],
      },
    ],
  },
  {
    when: 'a port carries the other VLAN of the configuration tagged, and not this one',
    change: {
      'export.rsc': [
        ['tagged=bridge1,ether6,ether7 vlan-ids=40', 'tagged=bridge1,ether7 vlan-ids=40'],
        ['tagged=bridge1 untagged=ether6,ether7 vlan-ids=60', 'tagged=bridge1,ether6 vlan-ids=60'],
        [' pvid=60', ''],
      ],
      'qm-config-107.txt': [
        ['net0: virtio=00:00:5E:00:53:3C,bridge=vmbr1', 'net0: virtio=00:00:5E:00:53:3C,bridge=vmbr1,tag=60'],
      ],
      'bridge-vlan.txt': [
        [
          'tap107i0          1 PVID Egress Untagged\n                  2-4094',
          'tap107i0          60 PVID Egress Untagged',
        ],
      ],
    },
    finds: [
      {
        id: 'router-port-not-tagged',
        sure: 'possible',
        vlan: 'kids',
        what: /^ether6 of the router.*if the host hangs there/,
        cure: [/\[find vlan-ids=40\] tagged=bridge1,ether7,ether6$/],
      },
      { id: 'router-port-not-tagged', sure: 'possible', vlan: 'servers', what: /^ether7 of the router/ },
    ],
  },
  {
    when: 'the export is terse, one command a line, and the VLAN is in a range',
    add: {
      'export.rsc':
        '/interface bridge add name=bridge1 vlan-filtering=yes\n/interface bridge vlan add bridge=bridge1 tagged=bridge1,ether6 vlan-ids=35-49\n/interface bridge vlan add bridge=bridge1 tagged=bridge1 untagged=ether6 vlan-ids=60\n',
    },
    finds: [],
  },
  {
    when: 'a disabled entry and a comment name it: they do not count',
    add: {
      'export.rsc':
        '/interface bridge\nadd name=bridge1 vlan-filtering=yes\n/interface bridge vlan\nadd bridge=bridge1 disabled=yes tagged=bridge1,ether6 vlan-ids=40\n# add bridge=bridge1 tagged=bridge1,ether6 vlan-ids=40\nadd bridge=bridge1 tagged=bridge1,ether6 untagged=ether7 vlan-ids=60,90\n',
    },
    finds: [{ id: 'router-lacks-vlan', evidence: ['export.rsc:6'] }],
  },
  {
    when: 'an access port has the VLAN, and the table does not: the card of the VM wants it tagged',
    change: { 'export.rsc': [['add bridge=bridge1 tagged=bridge1,ether6,ether7 vlan-ids=40\n', '']] },
    finds: [{ id: 'router-lacks-vlan', vlan: 'kids' }],
  },
];
