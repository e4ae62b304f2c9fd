import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'frames reach the VM with their tag on',
    change: { 'bridge-vlan.txt': [['40 PVID Egress Untagged', '40 PVID']] },
    finds: [
      {
        id: 'tap-tagged-egress',
        sure: 'certain',
        what: /hands the frames of VLAN 40 to the VM with their tag/,
        cure: [/^bridge vlan add dev tap107i1 vid 40 pvid untagged$/],
        prove: /tcpdump -eni vio1 vlan/,
        evidence: ['bridge-vlan.txt:7'],
      },
    ],
  },
  {
    when: 'the card has no tag and all VLANs go to the VM tagged, where vlan(4) takes them',
    change: {
      'qm-config-107.txt': [[',tag=40', '']],
      'bridge-vlan.txt': [['40 PVID Egress Untagged', '1 PVID Egress Untagged\n                  2-4094']],
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
      'hostname-if.txt': [
        [
          '==> /dev/null',
          '==> /etc/hostname.vlan40 <==\nvnetid 40 parent vio1\ninet 192.168.40.2 255.255.255.0\n\n==> /dev/null',
        ],
      ],
      'pfctl-sr.txt': [['vio1', 'vlan40']],
    },
    finds: [],
  },
];
