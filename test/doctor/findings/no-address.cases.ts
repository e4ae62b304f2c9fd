import type { FindingCase } from '../../support/doctor-cases.ts';

const INET = '\tinet 192.168.40.2 netmask 0xffffff00 broadcast 192.168.40.255\n';

const AUTOCONF = 'vio1: flags=2808843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO,AUTOCONF4>';

export const cases: readonly FindingCase[] = [
  {
    when: 'the file has an address that was not applied',
    change: { 'ifconfig.txt': [[INET, '']] },
    finds: [
      {
        id: 'no-address',
        sure: 'certain',
        vlan: 'kids',
        cure: [/^sh \/etc\/netstart vio1$/],
        evidence: ['ifconfig.txt:14', 'ifconfig.txt:18'],
      },
    ],
  },
  {
    when: 'it waits for DHCP',
    change: {
      'ifconfig.txt': [
        [INET, ''],
        [
          'vio1: flags=2008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO>',
          'vio1: flags=2808843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO,AUTOCONF4>',
        ],
      ],
      'hostname-if.txt': [['inet 192.168.40.2 255.255.255.0', 'inet autoconf']],
    },
    finds: [
      { id: 'no-address', what: /^vio1 waits for DHCP/, cure: [/^tcpdump -ni vio1 port 67 or port 68$/] },
    ],
  },
  {
    when: 'the tap is not in the VLAN, so no DHCP answer comes: one fault, not two',
    change: { 'ifconfig.txt': [[INET, '']], 'bridge-vlan.txt': [['40 PVID', '41 PVID']] },
    finds: [{ id: 'tap-lacks-vlan' }, { id: 'no-address', because: 'tap-lacks-vlan' }],
  },
  {
    when: 'another machine has the address',
    change: { 'ifconfig.txt': [[INET, '\tinet6 fd00:40::2 prefixlen 64 duplicated\n']] },
    finds: [{ id: 'address-duplicated', sure: 'certain', what: /fd00:40::2/ }],
  },
  {
    when: 'an address is still tentative',
    change: { 'ifconfig.txt': [[INET, '\tinet6 fd00:40::2 prefixlen 64 tentative\n']] },
    finds: [{ id: 'address-tentative', sure: 'possible' }],
  },
  {
    when: 'eth1 of a Linux machine has none',
    on: 'linux',
    change: { 'ip-addr.txt': [['    inet 192.168.40.2/24 brd 192.168.40.255 scope global eth1\n', '']] },
    finds: [{ id: 'no-address', cure: [/^ip addr add <ADDRESS>\/<PREFIX> dev eth1$/] }],
  },
  {
    when: 'the address came by DHCP',
    change: {
      'ifconfig.txt': [
        [
          'vio1: flags=2008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO>',
          'vio1: flags=2808843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO,AUTOCONF4>',
        ],
      ],
    },
    finds: [],
  },
  {
    when: 'it has only a link-local address',
    change: {
      'ifconfig.txt': [[INET, '\tinet6 fe80::200:5eff:fe00:5328%vio1 prefixlen 64 scopeid 0x2\n']],
    },
    without: ['status.json', 'pfctl-sr.txt', 'export.rsc'],
    finds: [
      {
        id: 'no-address',
        sure: 'certain',
        what: /^vio1 has only a link-local address \(fe80::200:5eff:fe00:5328%vio1\): clients have none to ask$/,
        evidence: ['ifconfig.txt:14', 'ifconfig.txt:19'],
      },
    ],
  },
  {
    when: 'it waits for DHCP, with a link-local address',
    change: {
      'ifconfig.txt': [
        [INET, '\tinet6 fe80::200:5eff:fe00:5328%vio1 prefixlen 64 scopeid 0x2\n'],
        ['vio1: flags=2008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO>', AUTOCONF],
      ],
    },
    without: ['status.json', 'pfctl-sr.txt'],
    finds: [
      { id: 'no-address', what: /only a link-local address.*waits for DHCP/, cure: [/^tcpdump -ni vio1/] },
    ],
  },
  {
    when: 'it waits for DHCP, and has an address of IPv6 only',
    change: {
      'ifconfig.txt': [
        [INET, '\tinet6 fd00:40::2 prefixlen 64\n'],
        ['vio1: flags=2008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO>', AUTOCONF],
      ],
    },
    without: ['pfctl-sr.txt'],
    finds: [
      { id: 'no-address', sure: 'likely', what: /^vio1 waits for DHCP and has no address of IPv4 yet$/ },
    ],
  },
  {
    when: 'the VLAN is of IPv6 only, and so is its interface',
    change: {
      'ifconfig.txt': [[INET, '\tinet6 fd00:40::2 prefixlen 64\n']],
      'vlandns.yaml': [['interface: vio1,', "interface: vio1, subnets: ['fd00:40::/64'],"]],
    },
    without: ['pfctl-sr.txt'],
    finds: [],
  },
  {
    when: 'it asks DHCP in vain, but the VLAN is of IPv6 only',
    change: {
      'ifconfig.txt': [
        [INET, '\tinet6 fd00:40::2 prefixlen 64\n'],
        ['vio1: flags=2008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LRO>', AUTOCONF],
      ],
      'vlandns.yaml': [['interface: vio1,', "interface: vio1, subnets: ['fd00:40::/64'],"]],
    },
    without: ['pfctl-sr.txt'],
    finds: [],
  },
  {
    when: 'the VLAN is meant for link-local addresses',
    change: {
      'ifconfig.txt': [[INET, '\tinet6 fe80::2%vio1 prefixlen 64 scopeid 0x2\n']],
      'vlandns.yaml': [['interface: vio1,', "interface: vio1, subnets: ['fe80::/10'],"]],
    },
    without: ['pfctl-sr.txt', 'status.json', 'export.rsc'],
    finds: [],
  },
  {
    when: 'an address beside the link-local one is still being checked',
    change: {
      'ifconfig.txt': [
        [INET, '\tinet6 fe80::2%vio1 prefixlen 64 scopeid 0x2\n\tinet6 fd00:40::2 prefixlen 64 tentative\n'],
      ],
    },
    without: ['pfctl-sr.txt', 'status.json'],
    finds: [],
  },
  {
    when: 'no configuration names it: an interface that is up has a link-local address, and may need no other',
    change: {
      'ifconfig.txt': [[INET, '\tinet6 fe80::2%vio1 prefixlen 64 scopeid 0x2\n']],
    },
    without: ['vlandns.yaml', 'pfctl-sr.txt', 'status.json'],
    finds: [],
  },
  {
    when: 'eth1 of a Linux machine has only a link-local address',
    on: 'linux',
    change: {
      'ip-addr.txt': [
        [
          'inet 192.168.40.2/24 brd 192.168.40.255 scope global eth1',
          'inet6 fe80::200:5eff:fe00:5328/64 scope link',
        ],
      ],
    },
    finds: [{ id: 'no-address', sure: 'certain', cure: [/^ip addr add <ADDRESS>\/<PREFIX> dev eth1$/] }],
  },
];
