import type { FindingCase } from '../../support/doctor-cases.ts';

const DEAD =
  'tls://192.0.2.53#dns.example: failed: no answer within 2 seconds\n198.51.100.53: failed: ECONNREFUSED\n';

export const cases: readonly FindingCase[] = [
  {
    when: 'no server of the set answers',
    change: { 'status.json': [['"state": "up"', '"state": "down"']] },
    add: { 'upstream-reach.txt': DEAD },
    finds: [
      {
        id: 'upstream-unreachable',
        sure: 'certain',
        what: /^no server of the upstream set default answers \(tls:\/\/192\.0\.2\.53#dns\.example, 198\.51\.100\.53\)/,
        cure: [/^ping -c 2 192\.0\.2\.53$/, /^nc -z -w 3 192\.0\.2\.53 853$/],
        evidence: ['status.json:44', 'status.json:50', 'upstream-reach.txt:1', 'upstream-reach.txt:2'],
      },
    ],
  },
  {
    when: 'there is no way out',
    without: ['status.json'],
    change: {
      'route.txt': [['default            192.168.60.1       UGS       12    90211     -     8 vio0\n', '']],
    },
    add: { 'upstream-reach.txt': DEAD },
    finds: [{ id: 'no-default-route' }, { id: 'upstream-unreachable', because: 'no-default-route' }],
  },
  { when: 'one of two is down, as in the capture itself', finds: [] },
  {
    when: 'the daemon has them down, and they answer now',
    change: { 'status.json': [['"state": "up"', '"state": "down"']] },
    finds: [],
  },
];
