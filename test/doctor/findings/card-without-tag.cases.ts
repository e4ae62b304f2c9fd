import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const change: Changes = {
  'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1']],
  'bridge-vlan.txt': [['40 PVID Egress Untagged', '1 PVID Egress Untagged\n                  2-4094']],
};

export const cases: readonly FindingCase[] = [
  {
    when: 'the router sends the VLAN tagged only',
    change: { ...change, 'export.rsc': [['add bridge=bridge1 interface=ether2 pvid=40\n', '']] },
    finds: [
      {
        id: 'card-without-tag',
        sure: 'likely',
        what: /^net1 has no tag=40/,
        cure: [/^qm set 107 --net1 virtio=00:00:5E:00:53:28,bridge=vmbr1,tag=40$/],
        evidence: ['qm-config-107.txt:7', 'export.rsc:12'],
      },
    ],
  },
  { when: 'the router has it untagged somewhere, as VLAN 60 of the same house', change, finds: [] },
  { when: 'the router was not looked at', change, without: ['export.rsc'], finds: [] },
  {
    when: 'the bridge is that of one VLAN, over bond0.40 or of an SDN: a tag would be wrong there',
    change: {
      'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=kids']],
      'export.rsc': [['add bridge=bridge1 interface=ether2 pvid=40\n', '']],
    },
    without: ['bridge-vlan.txt', 'ip-link.txt'],
    finds: [],
  },
  {
    when: 'the port was put into the VLAN by hand',
    change: {
      'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1']],
      'export.rsc': [['add bridge=bridge1 interface=ether2 pvid=40\n', '']],
    },
    finds: [],
  },
];
