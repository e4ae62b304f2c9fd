import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'one VLAN waits for a reason that nothing else shows',
    change: {
      'status.json': [
        [
          '"interface": "vio1",\n      "state": "serving"',
          '"interface": "vio1",\n      "state": "waiting",\n      "problem": "no permission to bind 192.168.40.2 port 53/udp"',
        ],
      ],
    },
    finds: [
      {
        id: 'vlan-not-served',
        vlan: 'kids',
        what: /waiting; no permission to bind/,
        evidence: ['status.json:5'],
      },
    ],
  },
  { when: 'all are served, as in the capture itself', finds: [] },
];
