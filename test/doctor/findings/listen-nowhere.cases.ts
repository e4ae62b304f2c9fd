import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const listen = (text: string, more = ''): Changes => ({
  'vlandns.yaml': [['interface: vio1,', `listen: [${text}], subnets: [192.168.40.0/24],${more}`]],
});
/** What would tell more: that the daemon has it bound, and who gives which server. */
const OTHERS = ['status.json', 'export.rsc'];

export const cases: readonly FindingCase[] = [
  {
    when: 'the configuration has another address than the interface',
    change: listen('192.168.40.53'),
    without: OTHERS,
    finds: [
      {
        id: 'listen-nowhere',
        sure: 'certain',
        vlan: 'kids',
        what: /^kids listens on 192\.168\.40\.53, and no interface here has that address$/,
        cure: [
          /^echo 'inet alias 192\.168\.40\.53\/24' >> \/etc\/hostname\.vio1$/,
          /^sh \/etc\/netstart vio1$/,
          /`listen: \[192\.168\.40\.2\]`.*`interface: vio1`/,
        ],
        evidence: ['ifconfig.txt:19'],
      },
    ],
  },
  {
    when: 'it is of no network of this machine: its prefix has to be told',
    change: listen('10.99.0.53'),
    without: OTHERS,
    finds: [
      {
        id: 'listen-nowhere',
        cure: [/^echo 'inet alias 10\.99\.0\.53\/<PREFIX>' >> \/etc\/hostname\.vio1$/],
      },
    ],
  },
  {
    when: 'one of two is nowhere, of IPv6',
    change: listen("192.168.40.2, 'fd00:40::53'"),
    without: ['pfctl-sr.txt'],
    finds: [
      {
        id: 'listen-nowhere',
        what: /listens on fd00:40::53, /,
        cure: [/^echo 'inet6 fd00:40::53 64' >> \/etc\/hostname\.<INTERFACE>$/],
      },
    ],
  },
  {
    when: 'the same on Linux, and the daemon waits for it',
    on: 'linux',
    change: {
      'vlandns.yaml': [['interface: eth1,', 'listen: [192.168.40.53], subnets: [192.168.40.0/24],']],
    },
    add: {
      'status.json':
        '{ "vlans": [\n{\n"name": "kids", "state": "waiting", "problem": "192.168.40.53 is not here", "listeners": [], "counters": {} }] }',
    },
    finds: [
      { id: 'listen-nowhere', cure: [/^ip addr add 192\.168\.40\.53\/24 dev eth1$/] },
      { id: 'vlan-not-served', because: 'listen-nowhere' },
    ],
  },
  { when: 'an interface has it', change: listen('192.168.40.2'), finds: [] },
  {
    when: 'it is written in another way',
    change: {
      ...listen("192.168.40.2, 'FD00:40:0:0::2'"),
      'ifconfig.txt': [['\tinet 192.168.40.2 ', '\tinet6 fd00:40::2 prefixlen 64\n\tinet 192.168.40.2 ']],
    },
    without: ['pfctl-sr.txt'],
    finds: [],
  },
  {
    when: 'it is that of a carp(4), which is backup',
    change: listen('192.168.40.7'),
    add: {
      'ifconfig-carp0.txt':
        'carp0: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n\tcarp: BACKUP carpdev vio1 vhid 7 advbase 1 advskew 100\n\tstatus: backup\n\tinet 192.168.40.7 netmask 0xffffff00\n',
      'hostname.carp0': 'inet 192.168.40.7/24 vhid 7 carpdev vio1\n',
    },
    without: [...OTHERS, 'pfctl-sr.txt'],
    finds: [],
  },
  {
    when: 'not all interfaces were shown',
    change: {
      ...listen('192.168.90.2'),
      'ifconfig.txt': [['lo0: flags=8049<UP,LOOPBACK,', 'em7: flags=8843<UP,']],
    },
    without: OTHERS,
    finds: [],
  },
  {
    when: 'the daemon has it bound all the same',
    change: {
      ...listen('192.168.40.53'),
      'status.json': [['"address": "192.168.40.2"', '"address": "192.168.40.53"']],
    },
    without: ['export.rsc', 'pfctl-sr.txt'],
    finds: [],
  },
  {
    when: 'all of 127.0.0.0/8 is local to Linux',
    on: 'linux',
    change: {
      'vlandns.yaml': [['interface: eth1,', "listen: ['127.0.0.40:5340'], subnets: [192.168.40.0/24],"]],
    },
    finds: [],
  },
];
