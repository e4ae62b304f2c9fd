import type { FindingCase } from '../../support/doctor-cases.ts';

const INET = '\tinet 192.168.40.2 netmask 0xffffff00 broadcast 192.168.40.255\n';
const twice = (address: string, mac: string): string =>
  `duplicate IP address ${address} sent from ethernet address ${mac}\nvio1 at virtio4`;

export const cases: readonly FindingCase[] = [
  {
    when: 'another machine has one of two addresses: the good one beside it does not hide that',
    change: { 'ifconfig.txt': [[INET, `${INET}\tinet6 fd00:40::2 prefixlen 64 duplicated\n`]] },
    finds: [
      {
        id: 'address-duplicated',
        sure: 'likely',
        vlan: 'kids',
        what: /^another machine uses fd00:40::2 too \(duplicated\), so that vio1 is not served on it$/,
        evidence: ['ifconfig.txt:14', 'ifconfig.txt:20'],
      },
    ],
  },
  {
    when: 'the same on Linux',
    on: 'linux',
    change: {
      'ip-addr.txt': [
        [
          '    inet 192.168.40.2/24 brd 192.168.40.255 scope global eth1\n',
          '    inet 192.168.40.2/24 brd 192.168.40.255 scope global eth1\n    inet6 fd00:40::2/64 scope global dadfailed tentative\n',
        ],
      ],
    },
    finds: [
      { id: 'address-duplicated', sure: 'likely', what: /fd00:40::2 too \(dadfailed\)/, prove: /ip addr/ },
    ],
  },
  {
    when: 'it is the address of a VLAN without an interface',
    change: {
      'vlandns.yaml': [
        [
          'interface: vio1,',
          "listen: [192.168.40.2, 'fd00:40::2'], subnets: [192.168.40.0/24, 'fd00:40::/64'],",
        ],
      ],
      'ifconfig.txt': [[INET, `${INET}\tinet6 fd00:40::2 prefixlen 64 duplicated\n`]],
    },
    without: ['pfctl-sr.txt'],
    finds: [{ id: 'address-duplicated', vlan: 'kids' }],
  },
  {
    when: 'the kernel has seen another machine use the address of IPv4',
    change: { 'dmesg.txt': [['vio1 at virtio4', twice('192.168.40.2', '00:00:5e:00:53:99')]] },
    finds: [
      {
        id: 'address-duplicated',
        sure: 'possible',
        what: /\(00:00:5e:00:53:99\) has used 192\.168\.40\.2 of vio1/,
        evidence: ['dmesg.txt:9', 'ifconfig.txt:19'],
      },
    ],
  },
  {
    when: 'it was the virtual address of carp(4) that moved, and one that is not ours',
    change: {
      'dmesg.txt': [
        ['vio1 at virtio4', twice('192.168.40.2', '00:00:5e:00:01:28')],
        ['vio0 at virtio3', `${twice('192.168.90.7', '00:00:5e:00:53:99').split('\n')[0]}\nvio0 at virtio3`],
      ],
    },
    finds: [],
  },
  {
    when: 'an address beside the good one is still being checked',
    change: { 'ifconfig.txt': [[INET, `${INET}\tinet6 fd00:40::2 prefixlen 64 tentative\n`]] },
    finds: [],
  },
  {
    when: 'it is an interface that no VLAN is on',
    add: {
      'ifconfig-em9.txt':
        'em9: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n\tstatus: active\n\tinet6 fd00:90::2 prefixlen 64 duplicated\n',
    },
    finds: [],
  },
];
