import type { FindingCase } from '../../support/doctor-cases.ts';

const VIO1 = '==> /etc/hostname.vio1 <==\n# kids\ninet 192.168.40.2 255.255.255.0\n\n';
const RENAMED: readonly (readonly [string, string])[] = [['vio1', 'em0']];

export const cases: readonly FindingCase[] = [
  {
    when: 'the interface works, and has no file: the next boot will tell',
    change: { 'hostname-if.txt': [[VIO1, '']] },
    finds: [
      {
        id: 'no-hostname-if',
        sure: 'certain',
        later: true,
        cure: [/^echo 'inet 192\.168\.40\.2\/24' > \/etc\/hostname\.vio1$/],
        evidence: ['hostname-if.txt:4', 'ifconfig.txt:14'],
      },
    ],
  },
  {
    when: 'it has no file, and is not up for that reason',
    change: {
      'hostname-if.txt': [[VIO1, '']],
      'ifconfig.txt': [
        ['vio1: flags=2008843<UP,BROADCAST,RUNNING,', 'vio1: flags=2008802<BROADCAST,'],
        ['\tinet 192.168.40.2 netmask 0xffffff00 broadcast 192.168.40.255\n', ''],
      ],
    },
    finds: [
      {
        id: 'no-hostname-if',
        later: false,
        what: /nothing configures vio1 at boot/,
        cure: [/<ADDRESS> <NETMASK>/, /netstart vio1/],
      },
      { id: 'not-up', because: 'no-hostname-if' },
    ],
  },
  {
    when: 'the file is still for the old name: the card got another model',
    change: {
      'ifconfig.txt': [
        ...RENAMED,
        ['em0: flags=2008843<UP,BROADCAST,RUNNING,', 'em0: flags=8802<BROADCAST,'],
        ['\tinet 192.168.40.2 netmask 0xffffff00 broadcast 192.168.40.255\n', ''],
      ],
      'vlandns.yaml': RENAMED,
      'qm-config-107.txt': [
        [
          'net1: virtio=00:00:5E:00:53:28,bridge=vmbr1,tag=40',
          'net1: e1000=00:00:5E:00:53:28,bridge=vmbr1,tag=40',
        ],
      ],
    },
    finds: [
      {
        id: 'hostname-if-old-name',
        sure: 'likely',
        cure: [/^mv \/etc\/hostname\.vio1 \/etc\/hostname\.em0$/],
        evidence: ['hostname-if.txt:4', 'hostname-if.txt:6', 'ifconfig.txt:14'],
      },
      { id: 'not-up', because: 'hostname-if-old-name' },
    ],
  },
  {
    when: 'the file is named by the hardware address',
    change: { 'hostname-if.txt': [['hostname.vio1', 'hostname.00:00:5e:00:53:28']] },
    finds: [],
  },
  {
    when: 'not all files were listed',
    without: ['hostname-if.txt'],
    add: { 'hostname.vio0': 'inet 192.168.60.2 255.255.255.0\n' },
    finds: [],
  },
  {
    when: 'another file configures it by a command',
    change: { 'hostname-if.txt': [[VIO1, '!ifconfig vio1 inet 192.168.40.2/24 up\n\n']] },
    finds: [],
  },
  {
    when: 'it is a vlan(4) with two addresses: the file has to say on what it lies',
    change: {
      'hostname-if.txt': [[VIO1, '']],
      'ifconfig.txt': [
        ['vio1: ', 'vlan40: '],
        [
          '\tinet 192.168.40.2 ',
          '\tencap: vnetid 40 parent vio0 txprio packet rxprio outer\n\tinet 192.168.40.9 netmask 0xffffffff\n\tinet6 2001:db8:40::2 prefixlen 64\n\tinet 192.168.40.2 ',
        ],
      ],
      'vlandns.yaml': [['vio1', 'vlan40']],
    },
    without: ['qm-config-107.txt', 'pfctl-sr.txt', 'fstat.txt', 'netstat-in.txt', 'netstat-in-2.txt'],
    finds: [
      {
        id: 'no-hostname-if',
        later: true,
        cure: [
          /^printf '%s\\n' 'vnetid 40 parent vio0' 'inet 192\.168\.40\.2\/24' 'inet alias 192\.168\.40\.9\/32' 'inet6 2001:db8:40::2 64' > \/etc\/hostname\.vlan40$/,
        ],
      },
    ],
  },
];
