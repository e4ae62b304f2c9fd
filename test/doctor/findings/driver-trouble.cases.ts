import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'the bus of the card says that negotiation failed',
    change: { 'dmesg.txt': [['virtio4: msix per-VQ', 'virtio4: Feature negotiation failed']] },
    finds: [
      {
        id: 'driver-trouble',
        sure: 'likely',
        vlan: 'kids',
        cure: [/^qm set 107 --net1 e1000=/],
        evidence: ['dmesg.txt:10'],
      },
    ],
  },
  { when: 'it was said before the last boot, as in the capture itself', finds: [] },
  {
    when: 'it is the trouble of another device',
    change: { 'dmesg.txt': [['vio1 at virtio4', 'virtio9: Feature negotiation failed\nvio1 at virtio4']] },
    finds: [],
  },
  {
    when: 'it is an em(4), of which no host is known: a real card, for all one knows',
    change: {
      'dmesg.txt': [['vio1 at virtio4', 'em1: watchdog timeout -- resetting\nvio1 at virtio4']],
      'ifconfig.txt': [['vio1: ', 'em1: ']],
      'vlandns.yaml': [['vio1', 'em1']],
    },
    without: ['qm-config-107.txt', 'pfctl-sr.txt', 'hostname-if.txt', 'netstat-in.txt', 'netstat-in-2.txt'],
    finds: [{ id: 'driver-trouble', cure: [/^where it is a real card/] }],
  },
];
