import type { FindingCase } from '../../support/doctor-cases.ts';

const NO_CARRIER: readonly (readonly [string, string])[] = [
  [
    'index 2 priority 0 llprio 3\n\tmedia: Ethernet autoselect\n\tstatus: active',
    'index 2 priority 0 llprio 3\n\tmedia: Ethernet autoselect\n\tstatus: no carrier',
  ],
];
const HOST_FILES = ['qm-config-107.txt', 'bridge-vlan.txt', 'ip-link.txt', 'vlan-filtering.txt'];

export const cases: readonly FindingCase[] = [
  {
    when: 'the host was not looked at: the driver comes last, with placeholders',
    change: { 'ifconfig.txt': NO_CARRIER },
    without: HOST_FILES,
    finds: [
      {
        id: 'no-carrier',
        sure: 'certain',
        vlan: 'kids',
        what: /^vio1 is up but has no carrier.*asks the host each time/,
        cure: [
          /^qm config <VMID> \| grep -i 00:00:5E:00:53:28$/,
          /^bridge link show \| grep tap<VMID>i$/,
          /^qm set <VMID> --net<N> e1000=00:00:5E:00:53:28,bridge=<BRIDGE>,tag=40$/,
        ],
        cost: /10-15 %.*another name/,
        evidence: ['ifconfig.txt:14', 'ifconfig.txt:18'],
      },
    ],
  },
  {
    when: 'the host has the link down: that is the fault, and no carrier follows from it',
    change: {
      'ifconfig.txt': NO_CARRIER,
      'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1,link_down=1,tag=40']],
    },
    finds: [
      {
        id: 'host-link-down',
        sure: 'certain',
        what: /net1 of VM 107, which is vio1, is set down/,
        cure: [/^qm set 107 --net1 virtio=00:00:5E:00:53:28,bridge=vmbr1,tag=40$/],
        evidence: ['qm-config-107.txt:7', 'ifconfig.txt:15'],
      },
      { id: 'no-carrier', because: 'host-link-down' },
    ],
  },
  {
    when: 'on the host all is well: now the driver is suspected, with what the cure costs',
    change: { 'ifconfig.txt': NO_CARRIER },
    finds: [
      {
        id: 'driver-no-carrier',
        sure: 'likely',
        cure: [
          /^qm set 107 --net1 e1000=00:00:5E:00:53:28,bridge=vmbr1,tag=40$/,
          /^qm shutdown 107 && qm start 107$/,
          /^mv \/etc\/hostname\.vio1 \/etc\/hostname\.em0$/,
        ],
        cost: /full stop of the VM/,
        evidence: ['ifconfig.txt:14', 'ifconfig.txt:18', 'qm-config-107.txt:7', 'ip-link.txt:9'],
      },
    ],
  },
  {
    when: 'em(4) has no link: no word of the virtio driver',
    change: {
      'ifconfig.txt': [...NO_CARRIER, ['vio1', 'em0']],
      'vlandns.yaml': [['vio1', 'em0']],
      'hostname-if.txt': [['vio1', 'em0']],
      'pfctl-sr.txt': [['vio1', 'em0']],
    },
    without: [...HOST_FILES, 'dmesg.txt', 'status.json'],
    finds: [{ id: 'no-carrier', cure: [/cable and the switch port/, /^ifconfig em0 media$/] }],
  },
  {
    when: 'eth1 of a Linux machine has no carrier',
    on: 'linux',
    change: {
      'ip-addr.txt': [
        ['eth1: <BROADCAST,MULTICAST,UP,LOWER_UP>', 'eth1: <NO-CARRIER,BROADCAST,MULTICAST,UP>'],
        [
          'qdisc pfifo_fast state UP group default qlen 1000\n    link/ether 00:00:5e:00:53:28',
          'qdisc pfifo_fast state DOWN group default qlen 1000\n    link/ether 00:00:5e:00:53:28',
        ],
      ],
    },
    finds: [{ id: 'no-carrier', cure: [/cable/, /^ip -d link show eth1$/], prove: /LOWER_UP/ }],
  },
  {
    when: 'a carp(4) interface is backup: normal on the standby node',
    change: {
      'ifconfig.txt': [
        ['vio1: flags=2008843', 'carp0: flags=8843'],
        [
          'index 2 priority 0 llprio 3\n\tmedia: Ethernet autoselect\n\tstatus: active',
          'index 2 priority 15 llprio 3\n\tcarp: BACKUP carpdev vio0 vhid 40 advbase 1 advskew 100\n\tgroups: carp\n\tstatus: backup',
        ],
      ],
      'vlandns.yaml': [['vio1', 'carp0']],
      'hostname-if.txt': [['vio1', 'carp0']],
    },
    without: [...HOST_FILES, 'pfctl-sr.txt', 'dmesg.txt'],
    finds: [],
  },
];
