import type { FindingCase } from '../../support/doctor-cases.ts';

const TAP = '22: tap107i1: <BROADCAST,MULTICAST,PROMISC,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast master vmbr1';

export const cases: readonly FindingCase[] = [
  {
    when: 'the tap is in no bridge',
    change: { 'ip-link.txt': [[TAP, TAP.replace(' master vmbr1', '')]] },
    finds: [
      {
        id: 'tap-not-in-bridge',
        sure: 'certain',
        what: /^tap107i1 is in no bridge, but its card says bridge=vmbr1$/,
        cure: [/^qm status 107$/, /^qm shutdown 107 && qm start 107$/],
        cost: /full stop/,
        evidence: ['qm-config-107.txt:7', 'ip-link.txt:9'],
      },
    ],
  },
  {
    when: 'the tap is in another bridge',
    change: { 'ip-link.txt': [[TAP, TAP.replace('vmbr1', 'vmbr0')]] },
    finds: [{ id: 'tap-not-in-bridge', what: /is in vmbr0/ }],
  },
  {
    when: 'the tap is down, and the card of the VM has no carrier for it',
    change: {
      'ip-link.txt': [[TAP, TAP.replace(',UP,LOWER_UP', '')]],
      'ifconfig.txt': [
        [
          'llprio 3\n\tmedia: Ethernet autoselect\n\tstatus: active\n\tinet 192.168.40.2',
          'llprio 3\n\tmedia: Ethernet autoselect\n\tstatus: no carrier\n\tinet 192.168.40.2',
        ],
      ],
    },
    finds: [
      { id: 'tap-down', cure: [/^ip link set tap107i1 up$/] },
      { id: 'no-carrier', because: 'tap-down' },
    ],
  },
  {
    when: 'bridge link shows other taps, and not this one',
    without: ['ip-link.txt', 'bridge-vlan.txt'],
    add: {
      'bridge-link.txt':
        '2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master vmbr1 state forwarding priority 32 cost 5\n21: tap107i0: <BROADCAST,MULTICAST,PROMISC,UP,LOWER_UP> mtu 1500 master vmbr1 state forwarding priority 32 cost 2\n',
    },
    finds: [{ id: 'tap-absent', sure: 'likely', evidence: ['qm-config-107.txt:7'] }],
  },
  {
    when: 'the bridge is not VLAN-aware, and Proxmox has made one for the tag',
    change: {
      'ip-link.txt': [[TAP, TAP.replace('vmbr1', 'vmbr1v40')]],
      'vlan-filtering.txt': [[':1', ':0']],
    },
    without: ['bridge-vlan.txt'],
    finds: [],
  },
  {
    when: 'Open vSwitch has the ports',
    change: { 'ip-link.txt': [[' master vmbr1', ' master ovs-system']] },
    without: ['bridge-vlan.txt'],
    finds: [],
  },
];
