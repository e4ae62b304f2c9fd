import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const change = (trunks: string): Changes => ({
  'vlandns.yaml': [['interface: vio1', 'interface: vlan40']],
  'qm-config-107.txt': [['bridge=vmbr1,tag=40', `bridge=vmbr1,trunks=${trunks}`]],
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
});

export const cases: readonly FindingCase[] = [
  {
    when: 'the card carries other VLANs only',
    change: change('10;20-30'),
    without: ['hostname-if.txt'],
    finds: [
      {
        id: 'trunks-lack-vlan',
        sure: 'certain',
        cure: [/^qm set 107 --net1 'virtio=00:00:5E:00:53:28,bridge=vmbr1,trunks=10;20-30;40'$/],
        evidence: ['qm-config-107.txt:7', 'ifconfig.txt:20'],
      },
    ],
  },
  {
    when: 'the VLAN lies in a range of them',
    change: change('10;20-50'),
    without: ['hostname-if.txt'],
    finds: [],
  },
];
