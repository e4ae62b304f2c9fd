import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const mask = (hex: string): Changes => ({
  'ifconfig.txt': [['inet 192.168.40.2 netmask 0xffffff00', `inet 192.168.40.2 netmask ${hex}`]],
});

export const cases: readonly FindingCase[] = [
  {
    when: 'the mask is that of one host, and the router has a network around it',
    change: mask('0xffffffff'),
    finds: [
      {
        id: 'prefix-too-long',
        sure: 'certain',
        vlan: 'kids',
        what: /^vio1 has 192\.168\.40\.2\/32, a network with room for nobody else: all other clients are refused/,
        cure: [/\/etc\/hostname\.vio1 .*`inet 192\.168\.40\.2\/24`/, /^sh \/etc\/netstart vio1$/],
        evidence: ['ifconfig.txt:14', 'ifconfig.txt:19', 'export.rsc:19'],
      },
    ],
  },
  {
    when: 'the mask is that of a line between two, and nothing tells of a larger network',
    change: mask('0xfffffffc'),
    without: ['export.rsc'],
    finds: [
      { id: 'prefix-too-long', sure: 'possible', what: /room for one other machine/, cure: [/<PREFIX>/] },
    ],
  },
  {
    when: 'clients were refused for it',
    change: {
      ...mask('0xffffffff'),
      'status.json': [
        [
          '"queries": 45020,\n        "sourceMismatch": 0',
          '"queries": 45020,\n        "sourceMismatch": 900',
        ],
      ],
    },
    without: ['export.rsc'],
    finds: [
      { id: 'prefix-too-long', sure: 'certain' },
      { id: 'source-outside', because: 'prefix-too-long' },
    ],
  },
  {
    when: 'the clients are written, and the machine knows no way to them',
    change: {
      ...mask('0xffffffff'),
      'vlandns.yaml': [['interface: vio1,', 'interface: vio1, subnets: [192.168.40.0/24],']],
    },
    without: ['export.rsc', 'route.txt'],
    finds: [{ id: 'prefix-too-long', sure: 'possible', what: /its clients are in 192\.168\.40\.0\/24$/ }],
  },
  {
    when: 'eth1 of a Linux machine has one',
    on: 'linux',
    change: { 'ip-addr.txt': [['inet 192.168.40.2/24 brd 192.168.40.255 ', 'inet 192.168.40.2/32 ']] },
    finds: [
      {
        id: 'prefix-too-long',
        sure: 'likely',
        cure: [/^ip addr replace 192\.168\.40\.2\/<PREFIX> dev eth1$/],
      },
    ],
  },
  {
    when: 'it is an alias beside the address of the network',
    change: {
      'ifconfig.txt': [
        ['\tinet 192.168.40.2 ', '\tinet 192.168.40.9 netmask 0xffffffff\n\tinet 192.168.40.2 '],
      ],
    },
    without: ['pfctl-sr.txt'],
    finds: [],
  },
  {
    when: 'another interface or a route leads to the clients',
    change: {
      ...mask('0xffffffff'),
      'vlandns.yaml': [['interface: vio1,', 'interface: vio1, subnets: [192.168.40.0/24],']],
    },
    finds: [],
  },
  {
    when: 'its clients come through a router at the other end of the line',
    change: {
      ...mask('0xfffffffc'),
      'vlandns.yaml': [['interface: vio1,', 'interface: vio1, subnets: [192.168.40.0/30, 10.40.0.0/16],']],
    },
    without: ['export.rsc'],
    finds: [],
  },
  {
    when: 'it is a tunnel with one peer',
    change: {
      'ifconfig.txt': [
        ['vio1: flags=2008843<UP,BROADCAST,RUNNING', 'vio1: flags=2008853<UP,POINTOPOINT,RUNNING'],
        [
          'inet 192.168.40.2 netmask 0xffffff00 broadcast 192.168.40.255',
          'inet 192.168.40.2 --> 192.168.40.1 netmask 0xffffffff',
        ],
      ],
    },
    without: ['export.rsc'],
    finds: [],
  },
  {
    when: 'a network of eight has room',
    change: mask('0xfffffff8'),
    without: ['export.rsc'],
    finds: [],
  },
];
