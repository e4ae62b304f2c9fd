import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'the card is in VLAN 41, the configuration says 40',
    change: { 'qm-config-107.txt': [['tag=40', 'tag=41']], 'bridge-vlan.txt': [['40 PVID', '41 PVID']] },
    finds: [
      {
        id: 'wrong-tag',
        sure: 'likely',
        what: /puts vio1 into VLAN 41, the configuration says that kids is VLAN 40/,
        cure: [/^qm set 107 --net1 virtio=00:00:5E:00:53:28,bridge=vmbr1,tag=40$/, /`id: 41`/],
        evidence: ['qm-config-107.txt:7', 'ifconfig.txt:15'],
      },
    ],
  },
  {
    when: 'the configuration does not say which VLAN it is',
    change: {
      'qm-config-107.txt': [['tag=40', 'tag=41']],
      'bridge-vlan.txt': [['40 PVID', '41 PVID']],
      'vlandns.yaml': [['id: 40, ', '']],
    },
    finds: [],
  },
];
