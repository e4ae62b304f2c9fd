import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const VLAN40: Changes = {
  'vlandns.yaml': [['interface: vio1', 'interface: vlan40']],
  'ifconfig.txt': [
    [
      'vio1: flags',
      'vio1: flags=2008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO> mtu 1500\n\tlladdr 00:00:5e:00:53:28\n\tstatus: active\nvlan40: flags',
    ],
    [
      'index 2 priority 0 llprio 3\n',
      'index 6 priority 0 llprio 3\n\tencap: vnetid 40 parent vio1 txprio packet rxprio outer\n\tgroups: vlan\n',
    ],
  ],
  'pfctl-sr.txt': [['vio1', 'vlan40']],
};
const card = (options: string, filtering: '0' | '1'): Changes => ({
  ...VLAN40,
  'qm-config-107.txt': [['bridge=vmbr1,tag=40', `bridge=vmbr1,${options}`]],
  'vlan-filtering.txt': [[':1', `:${filtering}`]],
});

export const cases: readonly FindingCase[] = [
  {
    when: 'the bridge of a card with trunks does not look at tags',
    change: card('trunks=10;40', '0'),
    without: ['hostname-if.txt', 'bridge-vlan.txt'],
    finds: [
      {
        id: 'trunks-need-filtering',
        sure: 'likely',
        vlan: 'kids',
        what: /^the card has trunks=10;40, but vmbr1 does not look at VLAN tags/,
        cure: [
          /bridge-vlan-aware yes/,
          /^ifreload -a$/,
          /^qm shutdown 107 && qm start 107$/,
          /^qm set 107 --net1 virtio=00:00:5E:00:53:28,bridge=vmbr1$/,
        ],
        cost: /every VM on vmbr1/,
        evidence: ['vlan-filtering.txt:1', 'qm-config-107.txt:7'],
      },
    ],
  },
  {
    when: 'they leave the VLAN out as well: one fault, since they hold nothing there',
    change: card('trunks=10;20', '0'),
    without: ['hostname-if.txt', 'bridge-vlan.txt'],
    finds: [{ id: 'trunks-need-filtering' }],
  },
  {
    when: 'the VM did not start for it: its tap is not there',
    change: {
      ...card('trunks=10;40', '0'),
      'ip-link.txt': [['22: tap107i1: ', '22: tap108i1: ']],
    },
    without: ['hostname-if.txt', 'bridge-vlan.txt'],
    finds: [{ id: 'trunks-need-filtering' }, { id: 'tap-absent', because: 'trunks-need-filtering' }],
  },
  {
    when: 'the bridge looks at tags',
    change: card('trunks=10;40', '1'),
    without: ['hostname-if.txt', 'bridge-vlan.txt'],
    finds: [],
  },
  {
    when: 'the card has no trunks: every tag goes through such a bridge',
    change: card('mtu=1500', '0'),
    without: ['hostname-if.txt', 'bridge-vlan.txt'],
    finds: [],
  },
  {
    when: 'whether the bridge looks at tags is not known',
    change: card('trunks=10;40', '1'),
    without: ['hostname-if.txt', 'bridge-vlan.txt', 'vlan-filtering.txt'],
    finds: [],
  },
];
