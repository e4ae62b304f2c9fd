import type { FindingCase } from '../../support/doctor-cases.ts';

const DOWN_VIO1: readonly (readonly [string, string])[] = [
  [
    'vio1: flags=2008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO>',
    'vio1: flags=2008802<BROADCAST,SIMPLEX,MULTICAST,LRO>',
  ],
  [
    'index 2 priority 0 llprio 3\n\tmedia: Ethernet autoselect\n\tstatus: active',
    'index 2 priority 0 llprio 3\n\tmedia: Ethernet autoselect\n\tstatus: no carrier',
  ],
];

export const cases: readonly FindingCase[] = [
  {
    when: "it is the story's own captures",
    on: 'story',
    finds: [
      {
        id: 'not-up',
        sure: 'certain',
        what: /^em0 is not up \(no UP in its flags\), although `status: active` shows that there is a wire$/,
        cure: [/^ifconfig em0 up$/],
        evidence: ['ifconfig-em0.txt:1', 'ifconfig-em0.txt:3'],
      },
      {
        id: 'not-up',
        sure: 'certain',
        what: /^vio1 is not up .*says nothing about the wire$/,
        cure: [/^ifconfig vio1 up$/, /hostname\.vio1/],
        prove: /ifconfig vio1/,
        evidence: ['ifconfig-vio1.txt:1', 'ifconfig-vio1.txt:5'],
      },
    ],
  },
  {
    when: 'vio1 is not up, though its file is there',
    change: { 'ifconfig.txt': DOWN_VIO1 },
    finds: [
      {
        id: 'not-up',
        vlan: 'kids',
        cure: [/^sh \/etc\/netstart vio1$/],
        evidence: ['ifconfig.txt:14', 'ifconfig.txt:18'],
      },
    ],
  },
  {
    when: 'vio1 is not up, without an address, and the daemon waits for it',
    change: {
      'ifconfig.txt': [
        ...DOWN_VIO1,
        ['\tinet 192.168.40.2 netmask 0xffffff00 broadcast 192.168.40.255\n', ''],
      ],
      'status.json': [
        [
          '"interface": "vio1",\n      "state": "serving"',
          '"interface": "vio1",\n      "state": "waiting",\n      "problem": "vio1 is not up"',
        ],
      ],
    },
    finds: [{ id: 'not-up' }, { id: 'vlan-not-served', because: 'not-up', vlan: 'kids' }],
  },
  {
    when: 'the parent of a vlan(4) is not up',
    change: {
      'ifconfig.txt': DOWN_VIO1,
      'vlandns.yaml': [['interface: vio1', 'interface: vlan40']],
      'qm-config-107.txt': [[',tag=40', '']],
      'bridge-vlan.txt': [['40 PVID Egress Untagged', '1 PVID Egress Untagged\n                  2-4094']],
    },
    add: {
      'ifconfig-vlan.txt':
        'vlan40: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n\tlladdr 00:00:5e:00:53:28\n\tencap: vnetid 40 parent vio1 txprio packet rxprio outer\n\tstatus: no carrier\n\tinet 192.168.40.2 netmask 0xffffff00 broadcast 192.168.40.255\n',
      'hostname.vlan40': 'vnetid 40 parent vio1\ninet 192.168.40.2 255.255.255.0\n',
    },
    without: ['pfctl-sr.txt'],
    finds: [{ id: 'not-up', what: /^vlan40 lies on vio1, which is not up/, cure: [/netstart vio1/] }],
  },
  {
    when: 'it is up and its driver does not run',
    change: {
      'ifconfig.txt': [['vio1: flags=2008843<UP,BROADCAST,RUNNING,', 'vio1: flags=2008803<UP,BROADCAST,']],
    },
    finds: [{ id: 'not-running', what: /driver is not running/, cure: [/^ifconfig vio1 down$/] }],
  },
  {
    when: 'eth1 of a Linux machine is not up',
    on: 'linux',
    change: { 'ip-addr.txt': [['eth1: <BROADCAST,MULTICAST,UP,LOWER_UP>', 'eth1: <BROADCAST,MULTICAST>']] },
    finds: [{ id: 'not-up', cure: [/^ip link set eth1 up$/], evidence: ['ip-addr.txt:15'] }],
  },
  {
    when: 'other interfaces are not up, which the configuration does not name',
    add: { 'ifconfig-more.txt': 'em9: flags=8802<BROADCAST,SIMPLEX,MULTICAST> mtu 1500\n\tstatus: active\n' },
    finds: [],
  },
];
