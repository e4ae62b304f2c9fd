import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'link_down stands among quoted trunks: the command can be pasted',
    change: {
      'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1,link_down=1,tag=40,trunks=40;60']],
    },
    finds: [
      {
        id: 'host-link-down',
        cure: [/^qm set 107 --net1 'virtio=00:00:5E:00:53:28,bridge=vmbr1,tag=40,trunks=40;60'$/],
      },
    ],
  },
  {
    when: "the file's name does not tell the VM: its tap does",
    change: { 'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1,link_down=1,tag=40']] },
    finds: [{ id: 'host-link-down', cure: [/^qm set 107 /] }],
  },
  {
    when: 'only the output of qm config is there, under a name of its own, and the tag tells which card',
    on: 'story',
    without: ['ifconfig-vio1.txt', 'ifconfig-em0.txt', 'dmesg.txt', 'bridge-vlan.txt'],
    add: {
      'vlandns.yaml': 'vlans:\n  kids: { id: 40, interface: vio1, policy: open }\npolicies: { open: {} }\n',
      'pasted from the host':
        'net0: virtio=00:00:5E:00:53:3C,bridge=vmbr1\nnet1: virtio=00:00:5E:00:53:28,bridge=vmbr1,link_down=1,tag=40\n',
    },
    finds: [{ id: 'host-link-down', cure: [/^qm set <VMID> --net1 /] }],
  },
  {
    when: 'link_down is set on a card of another VM, and in a snapshot of this one',
    add: { 'qm-config-108.txt': 'net0: virtio=00:00:5E:00:53:99,bridge=vmbr1,link_down=1,tag=40\n' },
    finds: [],
  },
];
