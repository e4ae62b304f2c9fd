import type { FindingCase } from '../../support/doctor-cases.ts';

const INET = '\tinet 192.168.40.2 netmask 0xffffff00 broadcast 192.168.40.255\n';

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
];
