import type { FindingCase } from '../../support/doctor-cases.ts';

const DHCPD = `option domain-name "example";
option domain-name-servers 203.0.113.53;
# subnet 192.168.40.0 netmask 255.255.255.0 { option domain-name-servers 203.0.113.1; }
subnet 192.168.40.0 netmask 255.255.255.0 {
	option routers 192.168.40.1;
	option domain-name-servers 192.168.40.2;
	host tablet {
		hardware ethernet 00:00:5e:00:53:77;
		option domain-name-servers 203.0.113.9;
	}
}
subnet 192.168.60.0 netmask 255.255.255.0 { option domain-name-servers 192.168.60.2; }
`;
const KEA = `{
  // DHCP of the house
  "Dhcp4": {
    "option-data": [ { "name": "domain-name-servers", "data": "203.0.113.53" } ],
    "subnet4": [
      {
        "id": 40,
        "subnet": "192.168.40.0/24",
        "option-data": [
          { "name": "routers", "data": "192.168.40.1" },
          { "name": "domain-name-servers", "data": "192.168.40.2" }
        ],
        "reservations": [
          { "hw-address": "00:00:5e:00:53:77", "option-data": [ { "code": 6, "data": "203.0.113.9" } ] }
        ]
      }
    ]
  }
}
`;
const DNSMASQ = `dhcp-range=set:kids,192.168.40.100,192.168.40.200,255.255.255.0,12h
dhcp-option=tag:kids,option:dns-server,192.168.40.2
dhcp-option=option:router,192.168.40.1
`;

export const cases: readonly FindingCase[] = [
  {
    when: 'the router gives another server',
    change: { 'export.rsc': [['dns-server=192.168.40.2', 'dns-server=192.168.40.1']] },
    finds: [
      {
        id: 'dhcp-other-dns',
        sure: 'certain',
        vlan: 'kids',
        what: /^mikrotik gives 192\.168\.40\.1 as DNS server for 192\.168\.40\.0\/24; kids listens on 192\.168\.40\.2$/,
        cure: [
          /^\/ip dhcp-server network set \[find address=192\.168\.40\.0\/24\] dns-server=192\.168\.40\.2$/,
        ],
        evidence: ['export.rsc:19'],
      },
    ],
  },
  {
    when: 'it gives another one beside ours',
    change: { 'export.rsc': [['dns-server=192.168.40.2', 'dns-server=192.168.40.2,203.0.113.53']] },
    finds: [
      {
        id: 'dhcp-other-dns',
        sure: 'likely',
        what: /203\.0\.113\.53 .* beside 192\.168\.40\.2.*whichever they like/,
      },
    ],
  },
  {
    when: 'it gives none, so that RouterOS gives its own',
    change: { 'export.rsc': [[' dns-server=192.168.40.2', '']] },
    finds: [{ id: 'dhcp-other-dns', sure: 'certain', what: /no DNS server .*RouterOS then gives its own/ }],
  },
  {
    when: "it gives the children the servers' listener",
    change: { 'export.rsc': [['dns-server=192.168.40.2', 'dns-server=192.168.60.2']] },
    finds: [{ id: 'dhcp-other-dns', vlan: 'kids' }],
  },
  {
    when: 'dhcpd.conf gives ours, whatever holds outside and for one host',
    without: ['export.rsc'],
    add: { 'dhcpd.conf': DHCPD },
    finds: [],
  },
  {
    when: 'dhcpd.conf has nothing in the subnet, so that what stands outside holds',
    without: ['export.rsc'],
    add: { 'dhcpd.conf': DHCPD.replace('\toption domain-name-servers 192.168.40.2;\n', '') },
    finds: [
      {
        id: 'dhcp-other-dns',
        what: /^dhcpd gives 203\.0\.113\.53/,
        cure: [/option domain-name-servers 192\.168\.40\.2;/, /dhcpd -n/],
        evidence: ['dhcpd.conf:2'],
      },
    ],
  },
  { when: 'kea gives ours', without: ['export.rsc'], add: { 'kea-dhcp4.conf': KEA }, finds: [] },
  {
    when: 'kea has nothing in the subnet',
    without: ['export.rsc'],
    add: {
      'kea-dhcp4.conf': KEA.replace(
        '          { "name": "domain-name-servers", "data": "192.168.40.2" }\n',
        '',
      ),
    },
    finds: [
      {
        id: 'dhcp-other-dns',
        what: /^kea gives 203\.0\.113\.53/,
        cure: [/"data": "192\.168\.40\.2"/, /kea-dhcp4 -t/],
        evidence: ['kea-dhcp4.conf:4'],
      },
    ],
  },
  { when: 'dnsmasq gives ours', without: ['export.rsc'], add: { 'dnsmasq.conf': DNSMASQ }, finds: [] },
  {
    when: 'dnsmasq gives another',
    without: ['export.rsc'],
    add: { 'dnsmasq.conf': DNSMASQ.replace('dns-server,192.168.40.2', 'dns-server,203.0.113.53') },
    finds: [
      {
        id: 'dhcp-other-dns',
        cure: [/`dhcp-option=tag:kids,option:dns-server,192\.168\.40\.2`/, /dnsmasq --test/],
        evidence: ['dnsmasq.conf:2'],
      },
    ],
  },
  {
    when: 'dnsmasq gives itself, which its file does not tell the address of',
    without: ['export.rsc'],
    add: { 'dnsmasq.conf': 'dhcp-range=192.168.40.100,192.168.40.200\ndhcp-option=6,0.0.0.0\n' },
    finds: [],
  },
  {
    when: 'there is no configuration to say that this machine is the one',
    change: { 'export.rsc': [['dns-server=192.168.40.2', 'dns-server=192.168.40.1']] },
    without: ['vlandns.yaml'],
    finds: [],
  },
  {
    when: 'RouterOS gives option 6 by an option of its own',
    change: {
      'export.rsc': [
        [
          '/ip dhcp-server network',
          `/ip dhcp-server option\nadd code=6 name=dns40 value="'192.168.40.2'"\n/ip dhcp-server network`,
        ],
        ['dns-server=192.168.40.2', 'dhcp-option=dns40'],
      ],
    },
    finds: [],
  },
  ...[
    [
      'dhcpd.conf',
      'option domain-name-servers 203.0.113.1;\nshared-network kids {\n option domain-name-servers 192.168.40.2;\n subnet 192.168.40.0 netmask 255.255.255.0 {\n }\n}\nsubnet 192.168.60.0 netmask 255.255.255.0\n{\n option domain-name-servers\n  192.168.60.2;\n}\n',
    ],
    [
      'kea-dhcp4.conf',
      '{"Dhcp4": {"option-data": [{"name": "domain-name-servers", "data": "203.0.113.1"}],\n"subnet4": [\n{"subnet": "192.168.40.0/24", "option-data": [{"name": "routers", "data": "192.168.40.1"}, {"data": "192.168.40.2", "name": "domain-name-servers"}]},\n{"subnet": "192.168.60.0/24", "option-data": [{\n"data": "192.168.60.2",\n"name": "domain-name-servers"\n}]}\n]}}\n',
    ],
    [
      'dnsmasq.conf',
      'dhcp-range=vio1,192.168.40.100,192.168.40.200,12h\ndhcp-option=vio1,6,192.168.40.2\ndhcp-option=6,203.0.113.1\n',
    ],
  ].map(([name = '', text = '']): FindingCase => ({
    when: `${name} has the right servers, in another way of writing`,
    without: ['export.rsc'],
    add: { [name]: text },
    finds: [],
  })),
  {
    when: 'the range is in dnsmasq.conf, and its server in a file of dnsmasq.d',
    without: ['export.rsc'],
    add: {
      'dnsmasq.conf': 'dhcp-option=6,203.0.113.1\ndhcp-range=set:kids,192.168.40.100,192.168.40.200,12h\n',
      'dnsmasq.d.txt':
        '==> /etc/dnsmasq.d/kids.conf <==\n# the children\ndhcp-option=tag:kids,option:dns-server,192.168.40.2\n\n==> /dev/null <==\n',
    },
    finds: [],
  },
  {
    when: 'a file of dnsmasq.d gives another',
    without: ['export.rsc'],
    add: {
      'dnsmasq.conf': 'dhcp-range=set:kids,192.168.40.100,192.168.40.200,12h\n',
      'dnsmasq.d/kids.conf': 'dhcp-option=tag:kids,6,203.0.113.53\n',
    },
    finds: [
      {
        id: 'dhcp-other-dns',
        what: /^dnsmasq gives 203\.0\.113\.53/,
        cure: [
          /in place of `dhcp-option=tag:kids,6,203\.0\.113\.53`.*: `dhcp-option=tag:kids,option:dns-server,192\.168\.40\.2`/,
        ],
        evidence: ['dnsmasq.d/kids.conf:1'],
      },
    ],
  },
  ...[
    ['an older copy of a file', '==> /etc/dnsmasq.d/kids.conf.dpkg-old <==\n'],
    ['what an editor left', '==> /etc/dnsmasq.d/kids.conf~ <==\n'],
    ['another end than conf-dir wants', 'conf-dir=/etc/dnsmasq.d/,*.conf\n==> /etc/dnsmasq.d/kids.off <==\n'],
  ].map(([what = '', heading = '']): FindingCase => ({
    when: `dnsmasq does not read ${what}`,
    without: ['export.rsc'],
    add: {
      'dnsmasq.d.txt': `dhcp-range=set:kids,192.168.40.100,192.168.40.200,12h\ndhcp-option=tag:kids,6,192.168.40.2\n${heading}dhcp-option=6,203.0.113.1\ndhcp-range=192.168.40.100,192.168.40.200\n`,
    },
    finds: [],
  })),
  {
    when: 'which server dnsmasq gives depends on more than the range',
    without: ['export.rsc'],
    add: {
      'dnsmasq.conf':
        'dhcp-range=set:kids,192.168.40.100,192.168.40.200,12h\ndhcp-option=6,203.0.113.1\ndhcp-option=tag:kids,tag:known,6,192.168.40.2\n',
    },
    finds: [],
  },
];
