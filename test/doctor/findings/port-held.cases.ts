import type { FindingCase } from '../../support/doctor-cases.ts';

const KIDS_UDP = '_vlandns node       40101   21* internet dgram udp 192.168.40.2:53';
const KIDS_TCP = '_vlandns node       40101   22* internet stream tcp 0x0 192.168.40.2:53';

export const cases: readonly FindingCase[] = [
  {
    when: 'named holds the address',
    change: {
      'fstat.txt': [
        [KIDS_UDP, '_bind    named      55537  516* internet dgram udp 192.168.40.2:53'],
        [KIDS_TCP, '_bind    named      55537   23* internet stream tcp 0x0 192.168.40.2:53'],
      ],
    },
    without: ['status.json'],
    finds: [
      {
        id: 'port-held',
        sure: 'certain',
        vlan: 'kids',
        what: /^named \(process 55537\) holds 192\.168\.40\.2 port 53\/udp and tcp, so vlandns cannot$/,
        cure: [/listen-on \{ 127\.0\.0\.1; \}/],
        evidence: ['fstat.txt:2', 'fstat.txt:3'],
      },
    ],
  },
  {
    when: 'dnsmasq holds all addresses on Linux, and the daemon waits for that',
    on: 'linux',
    change: {
      'ss.txt': [
        [
          '192.168.40.2:53        0.0.0.0:*    users:(("node",pid=900,fd=21))',
          '0.0.0.0:53        0.0.0.0:*    users:(("dnsmasq",pid=700,fd=4))',
        ],
        [
          'tcp   LISTEN 0      511        192.168.40.2:53',
          'tcp   LISTEN 0      511        192.168.40.2:5353',
        ],
      ],
    },
    add: {
      'status.json':
        '{ "vlans": [\n{\n"name": "kids", "state": "waiting", "problem": "192.168.40.2 port 53/udp is in use", "listeners": [], "counters": {} }] }',
    },
    finds: [
      {
        id: 'port-held',
        what: /^dnsmasq \(process 700\) holds .*listens on all addresses/,
        cure: [/`port=0`/],
      },
      { id: 'vlan-not-served', because: 'port-held' },
    ],
  },
  {
    when: 'dnsmasq holds IPv4, and the link-local address is served: that one is not held',
    on: 'linux',
    change: {
      'ss.txt': [
        [
          '192.168.40.2:53        0.0.0.0:*    users:(("node",pid=900,fd=21))',
          '0.0.0.0:53        0.0.0.0:*    users:(("dnsmasq",pid=700,fd=4))',
        ],
        [
          'tcp   LISTEN 0      511        192.168.40.2:53',
          'tcp   LISTEN 0      511        192.168.40.2:5353',
        ],
      ],
    },
    add: {
      'status.json':
        '{ "vlans": [\n{\n"name": "kids",\n"state": "in part", "problem": "192.168.40.2 port 53/udp is in use", "unbound": [{ "address": "192.168.40.2" }], "listeners": [{ "address": "fe80::5054:ff:fe12:3456%eth1" }], "counters": {} }] }',
    },
    finds: [
      { id: 'port-held', vlan: 'kids', what: /^dnsmasq \(process 700\) holds 192\.168\.40\.2 port 53/ },
      { id: 'vlan-not-served', because: 'port-held', what: /in part/ },
    ],
  },
  { when: 'systemd-resolved holds 127.0.0.53', on: 'linux', finds: [] },
  {
    when: 'unwind holds 127.0.0.1, and a connection to port 53 is open',
    change: {
      'fstat.txt': [
        [
          'root     sshd       61410',
          'root     dig        61499    3* internet stream tcp 0x0 192.168.40.2:53 <-- 192.168.40.9:50000\nroot     sshd       61410',
        ],
      ],
    },
    finds: [],
  },
  {
    when: 'a newer Node names its process after its main thread',
    on: 'linux',
    change: { 'ss.txt': [['"node"', '"MainThread"']] },
    finds: [],
  },
  {
    when: 'all addresses of a port are held, and the daemon answers on the link-local one',
    change: {
      'ifconfig.txt': [
        ['\tinet 192.168.40.2 ', '\tinet6 fe80::2%vio1 prefixlen 64 scopeid 0x2\n\tinet 192.168.40.2 '],
      ],
      'status.json': [
        [
          '"address": "192.168.40.2",\n          "port": 53',
          '"address": "192.168.40.2",\n          "port": 53\n        },\n        {\n          "address": "fe80::2%vio1",\n          "port": 53',
        ],
      ],
      'fstat.txt': [
        [
          'root     sshd       61409',
          '_bind    named      55537  516* internet6 dgram udp [fe80::2]:53\nroot     sshd       61409',
        ],
      ],
    },
    finds: [],
  },
];
