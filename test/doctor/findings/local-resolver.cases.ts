import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const LOOPBACK: Changes = {
  'vlandns.yaml': [['interface: vio1,', 'listen: [127.0.0.1], subnets: [192.168.40.0/24],']],
};
const guest = [
  'qm-config-107.txt',
  'bridge-vlan.txt',
  'ip-link.txt',
  'vlan-filtering.txt',
  'export.rsc',
  'status.json',
];

export const cases: readonly FindingCase[] = [
  {
    when: 'unwind is on the address of a listener',
    change: LOOPBACK,
    without: guest,
    finds: [
      {
        id: 'local-resolver',
        sure: 'certain',
        vlan: 'kids',
        what: /^unwind \(process 19822\) holds 127\.0\.0\.1 port 53\/udp and tcp/,
        cure: [/keep unwind as an upstream/, /^rcctl disable unwind && rcctl stop unwind$/],
        evidence: ['fstat.txt:6', 'fstat.txt:7'],
      },
    ],
  },
  {
    when: 'unbound is on the address of a VLAN',
    change: {
      'fstat.txt': [
        [
          '_vlandns node       40101   21* internet dgram udp 192.168.40.2:53',
          '_unbound unbound    31234    5* internet dgram udp 192.168.40.2:53',
        ],
      ],
    },
    without: guest,
    finds: [
      {
        id: 'local-resolver',
        cure: [/interface: 127\.0\.0\.1@5353/, /^unbound-checkconf && rcctl restart unbound$/],
      },
    ],
  },
  { when: 'unwind is on 127.0.0.1 and the VLANs on addresses of their own', finds: [] },
];
