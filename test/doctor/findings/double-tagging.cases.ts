import type { FindingCase } from '../../support/doctor-cases.ts';

const VLAN40: readonly (readonly [string, string])[] = [
  [
    'vio1: flags',
    'vio1: flags=2008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO> mtu 1500\n\tlladdr 00:00:5e:00:53:28\n\tstatus: active\nvlan40: flags',
  ],
  [
    'index 2 priority 0 llprio 3\n',
    'index 6 priority 0 llprio 3\n\tencap: vnetid 40 parent vio1 txprio packet rxprio outer\n\tgroups: vlan\n',
  ],
];
const guest = {
  'vlandns.yaml': [['interface: vio1', 'interface: vlan40']],
  'ifconfig.txt': VLAN40,
  'hostname-if.txt': [
    [
      '==> /dev/null',
      '==> /etc/hostname.vlan40 <==\nvnetid 40 parent vio1\ninet 192.168.40.2 255.255.255.0\n\n==> /dev/null',
    ],
  ],
  'pfctl-sr.txt': [['vio1', 'vlan40']],
} as const;

export const cases: readonly FindingCase[] = [
  {
    when: 'the host has tag=40 and the VM vlan40 on the same card',
    change: guest,
    finds: [
      {
        id: 'double-tagging',
        sure: 'certain',
        what: /^VLAN 40 is tagged twice: the host has tag=40 on the card, and vlan40 in the VM expects a tag on vio1/,
        cure: [
          /^ifconfig vlan40 destroy$/,
          /^echo 'inet 192\.168\.40\.2 <NETMASK>' > \/etc\/hostname\.vio1$/,
          /^qm set 107 --net1 virtio=00:00:5E:00:53:28,bridge=vmbr1$/,
        ],
        evidence: ['qm-config-107.txt:7', 'ifconfig.txt:20', 'ifconfig.txt:15'],
      },
    ],
  },
  {
    when: 'the same on Linux',
    on: 'linux',
    change: {
      'vlandns.yaml': [['interface: eth1', 'interface: vlan40']],
      'ip-addr.txt': [
        [
          '3: eth1: ',
          '3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast state UP group default qlen 1000\n    link/ether 00:00:5e:00:53:28 brd ff:ff:ff:ff:ff:ff\n4: vlan40@eth1: ',
        ],
        [
          'promiscuity 0  allmulti 0 minmtu 68 maxmtu 65535\n    inet 192.168.40.2',
          'promiscuity 0\n    vlan protocol 802.1Q id 40 <REORDER_HDR>\n    inet 192.168.40.2',
        ],
      ],
      'nft.txt': [['"eth1"', '"vlan40"']],
    },
    add: { 'qm-config-107.txt': 'net1: virtio=00:00:5E:00:53:28,bridge=vmbr1,tag=40\n' },
    finds: [{ id: 'double-tagging', cure: [/^qm set 107 --net1 virtio=00:00:5E:00:53:28,bridge=vmbr1$/] }],
  },
  {
    when: 'the tagged card is another one than that of vlan40',
    change: {
      ...guest,
      'qm-config-107.txt': [
        ['bridge=vmbr1,tag=40', 'bridge=vmbr1'],
        ['net0: virtio=00:00:5E:00:53:3C,bridge=vmbr1', 'net0: virtio=00:00:5E:00:53:3C,bridge=vmbr1,tag=60'],
      ],
      'bridge-vlan.txt': [
        [
          'tap107i0          1 PVID Egress Untagged\n                  2-4094',
          'tap107i0          60 PVID Egress Untagged',
        ],
        ['40 PVID Egress Untagged', '1 PVID Egress Untagged\n                  2-4094'],
      ],
    },
    without: ['export.rsc'],
    finds: [],
  },
];
