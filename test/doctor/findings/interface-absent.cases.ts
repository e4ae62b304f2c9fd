import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const RENAMED: Changes = {
  'ifconfig.txt': [['vio1', 'em0']],
  'qm-config-107.txt': [
    [
      'net1: virtio=00:00:5E:00:53:28,bridge=vmbr1,tag=40',
      'net1: e1000=00:00:5E:00:53:28,bridge=vmbr1,tag=40',
    ],
  ],
};

export const cases: readonly FindingCase[] = [
  {
    when: 'the card got another model: its hardware address tells its new name',
    change: RENAMED,
    finds: [
      {
        id: 'interface-absent',
        sure: 'certain',
        vlan: 'kids',
        what: /^there is no interface vio1; the card of this VLAN is em0 now/,
        cure: [
          /^mv \/etc\/hostname\.vio1 \/etc\/hostname\.em0$/,
          /^sh \/etc\/netstart em0$/,
          /`interface: em0`/,
        ],
        evidence: ['qm-config-107.txt:7', 'ifconfig.txt:14', 'ifconfig.txt:15'],
      },
    ],
  },
  {
    when: 'the host was not looked at: what interfaces there are',
    change: { 'ifconfig.txt': [['vio1', 'em0']] },
    without: ['qm-config-107.txt'],
    finds: [
      {
        id: 'interface-absent',
        what: /^there is no interface vio1; there are: vio0, em0$/,
        cure: [/<INTERFACE>/],
      },
    ],
  },
  {
    when: 'a vlan(4) was not made',
    change: {
      'vlandns.yaml': [['interface: vio1', 'interface: vlan40']],
      'hostname-if.txt': [
        ['==> /dev/null', '==> /etc/hostname.vlan40 <==\nvnetid 40 parent vio1\n\n==> /dev/null'],
      ],
    },
    without: ['qm-config-107.txt'],
    finds: [{ id: 'interface-absent', cure: [/^sh \/etc\/netstart vlan40$/] }],
  },
  { when: 'no interfaces were looked at', without: ['ifconfig.txt'], finds: [] },
];
