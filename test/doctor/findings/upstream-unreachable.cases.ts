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
  {
    when: 'every probe fails, and the daemon has them up because it never asked',
    change: {
      'status.json': [
        [
          '"state": "up",\n          "answered": 900,\n          "failed": 2',
          '"state": "up",\n          "answered": 0,\n          "failed": 0',
        ],
        [
          '"state": "down",\n          "answered": 0,\n          "failed": 9',
          '"state": "up",\n          "answered": 0,\n          "failed": 0',
        ],
      ],
    },
    add: { 'upstream-reach.txt': DEAD },
    finds: [
      {
        id: 'upstream-unreachable',
        sure: 'certain',
        evidence: ['upstream-reach.txt:1', 'upstream-reach.txt:2'],
      },
    ],
  },
  {
    when: 'the daemon never asked, and nothing was tried now',
    change: { 'status.json': [['"answered": 900', '"answered": 0']] },
    without: ['upstream-reach.txt'],
    finds: [{ id: 'upstream-unreachable', evidence: ['status.json:50'] }],
  },
  {
    when: 'every probe fails, and the daemon has answers from one',
    add: { 'upstream-reach.txt': DEAD },
    finds: [],
  },
  ...(
    [
      ['10.99.0.53:5353', /^ping -c 2 10\.99\.0\.53$/, /^dig -p 5353 @10\.99\.0\.53 \. NS$/],
      ['tcp://10.99.0.53:53', /^ping -c 2 10\.99\.0\.53$/, /^dig \+tcp @10\.99\.0\.53 \. NS$/],
      ['udp://[2001:db8::53]:53', /^ping6 -c 2 2001:db8::53$/, /^dig @2001:db8::53 \. NS$/],
      ['2001:db8::53', /^ping6 -c 2 2001:db8::53$/, /^dig @2001:db8::53 \. NS$/],
      ['tls://10.99.0.53:8853#dns.example', /^ping -c 2 10\.99\.0\.53$/, /^nc -z -w 3 10\.99\.0\.53 8853$/],
    ] as const
  ).map(([server, ...cure]): FindingCase => ({
    when: `the commands for ${server} run as they are printed`,
    change: { 'vlandns.yaml': [["['tls://192.0.2.53#dns.example', 198.51.100.53]", `['${server}']`]] },
    add: { 'upstream-reach.txt': `${server}: failed: no answer within 2 seconds\n` },
    without: ['status.json'],
    finds: [{ id: 'upstream-unreachable', cure }],
  })),
];
