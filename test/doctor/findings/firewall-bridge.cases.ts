import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const TAP = '22: tap107i1: <BROADCAST,MULTICAST,PROMISC,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast master vmbr1';
const port = (name: string, master: string): string =>
  `: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master ${master} state UP mode DEFAULT group default qlen 1000\n`;
const chain = (fwpr: string): string =>
  `23${port('fwln107i1@fwpr107p1', 'fwbr107i1')}24${port('fwpr107p1@fwln107i1', fwpr)}`;
const change = (fwpr: string): Changes => ({
  'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1,firewall=1,tag=40']],
  'ip-link.txt': [[TAP, `${chain(fwpr)}${TAP.replace('vmbr1', 'fwbr107i1')}`]],
  'bridge-vlan.txt': [['tap107i1          40', 'fwpr107p1         40']],
});
const FW = '[OPTIONS]\nenable: 1\npolicy_in: DROP\n\n[RULES]\nIN SSH(ACCEPT) -log nolog\n';

export const cases: readonly FindingCase[] = [
  { when: 'the chain is whole', change: change('vmbr1'), finds: [] },
  {
    when: 'fwpr is in no bridge of the VLAN',
    change: change('vmbr0'),
    finds: [
      {
        id: 'firewall-bridge',
        sure: 'certain',
        what: /fwpr107p1 is in vmbr0, not in vmbr1$/,
        cure: [
          /^qm shutdown 107 && qm start 107$/,
          /^qm set 107 --net1 virtio=00:00:5E:00:53:28,bridge=vmbr1,firewall=0,tag=40$/,
        ],
        evidence: ['qm-config-107.txt:7', 'ip-link.txt:10'],
      },
    ],
  },
  {
    when: 'the tap is in the bridge itself: the firewall of nftables makes no chain',
    change: { 'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1,firewall=1,tag=40']] },
    finds: [],
  },
  {
    when: 'the tap is in its firewall bridge, and fwln and fwpr are not there',
    change: {
      'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1,firewall=1,tag=40']],
      'ip-link.txt': [[TAP, TAP.replace('vmbr1', 'fwbr107i1')]],
    },
    without: ['bridge-vlan.txt'],
    finds: [
      { id: 'firewall-bridge', what: /no fwln107i1/ },
      { id: 'firewall-bridge', what: /no fwpr107p1/ },
    ],
  },
  {
    when: 'the chain is that of Open vSwitch, whose names are others',
    change: {
      'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1,firewall=1,tag=40']],
      'ip-link.txt': [
        [
          TAP,
          `23${port('fwln107o1', 'fwbr107i1')}24${port('eno9', 'ovs-system')}${TAP.replace('vmbr1', 'fwbr107i1')}`,
        ],
      ],
    },
    without: ['bridge-vlan.txt'],
    finds: [],
  },
  {
    when: 'the firewall of the VM is on, and has no rule for DNS',
    change: change('vmbr1'),
    add: { '107.fw': FW },
    finds: [
      {
        id: 'host-firewall-blocks-dns',
        sure: 'likely',
        what: /policy_in DROP/,
        cure: [/IN DNS\(ACCEPT\)/],
        evidence: ['107.fw:2', 'qm-config-107.txt:7'],
      },
    ],
  },
  {
    when: 'it lets DNS in',
    change: change('vmbr1'),
    add: { '107.fw': `${FW}IN DNS(ACCEPT) -i net1\n` },
    finds: [],
  },
  {
    when: 'it lets port 53 in by number',
    change: change('vmbr1'),
    add: { '107.fw': `${FW}IN ACCEPT -p udp -dport 53,853\n` },
    finds: [],
  },
  {
    when: 'it is off',
    change: change('vmbr1'),
    add: { '107.fw': FW.replace('enable: 1', 'enable: 0') },
    finds: [],
  },
  { when: 'it is that of another VM', change: change('vmbr1'), add: { '108.fw': FW }, finds: [] },
];
