import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'the tap is in a bridge that does not look at tags',
    change: { 'vlan-filtering.txt': [[':1', ':0']] },
    finds: [
      {
        id: 'vlan-filtering-off',
        sure: 'certain',
        what: /^vmbr1 does not look at VLAN tags/,
        cure: [/bridge-vlan-aware yes/, /^ifreload -a$/, /^qm shutdown 107/],
        cost: /every VM on vmbr1/,
        prove: /vlan_filtering/,
        evidence: ['vlan-filtering.txt:1', 'ip-link.txt:9', 'qm-config-107.txt:7'],
      },
    ],
  },
  {
    when: 'it is off on a bridge that the card is not in',
    add: {
      'vlan-filtering.txt':
        '/sys/class/net/vmbr0/bridge/vlan_filtering:0\n/sys/class/net/vmbr1/bridge/vlan_filtering:1\n',
    },
    finds: [],
  },
  {
    when: 'where the tap is was not looked at: Proxmox may have made a bridge for the tag',
    change: { 'vlan-filtering.txt': [[':1', ':0']] },
    without: ['ip-link.txt'],
    finds: [],
  },
];
