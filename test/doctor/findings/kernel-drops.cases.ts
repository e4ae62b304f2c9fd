import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'the system dropped datagrams of a listener',
    change: {
      'status.json': [
        [
          '"queries": 45020,\n        "sourceMismatch": 0\n      },\n      "kernelDrops": 0',
          '"queries": 45020,\n        "sourceMismatch": 0\n      },\n      "kernelDrops": 77',
        ],
      ],
    },
    finds: [
      {
        id: 'kernel-drops',
        sure: 'possible',
        vlan: 'kids',
        what: /dropped 77 datagrams for the listener of kids/,
        evidence: ['status.json:19'],
      },
    ],
  },
  {
    when: 'the counter of full buffers rises between two looks',
    change: { 'netstat-udp-2.txt': [['7 dropped due to full', '19 dropped due to full']] },
    finds: [
      {
        id: 'kernel-drops',
        what: /^the system dropped 12 datagrams/,
        evidence: ['netstat-udp.txt:12', 'netstat-udp-2.txt:12'],
      },
    ],
  },
  {
    when: 'datagrams come for ports that nobody listens on',
    change: { 'netstat-udp-2.txt': [['31 dropped due to no socket', '40 dropped due to no socket']] },
    finds: [{ id: 'udp-no-socket', what: /^9 datagrams/, cure: [/fstat -n/] }],
  },
  {
    when: 'the counters of a Linux machine rise',
    on: 'linux',
    add: {
      'snmp.txt': 'Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors\nUdp: 100 5 0 90 1\n',
      'snmp-2.txt': 'Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors\nUdp: 200 5 0 190 9\n',
    },
    finds: [{ id: 'kernel-drops', what: /dropped 8 datagrams/, cure: [/net\.core\.rmem_max/] }],
  },
  { when: 'they stand as they did, above nothing', finds: [] },
  {
    when: 'a few are for ports that nobody listens on, as late answers are',
    change: { 'netstat-udp-2.txt': [['31 dropped due to no socket', '35 dropped due to no socket']] },
    finds: [],
  },
];
