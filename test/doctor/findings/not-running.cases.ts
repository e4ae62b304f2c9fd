import type { FindingCase } from '../../support/doctor-cases.ts';

const SILENT =
  'vlandns is not running: nobody listens on /var/run/vlandns.sock; start it, or name its configuration with -c\n';
const HUNG =
  'vlandns does not answer: /var/run/vlandns.sock is listened on, and nothing came within 5 seconds\n';

export const cases: readonly FindingCase[] = [
  {
    when: 'nobody listens on its socket, and rcctl has it among what failed',
    add: { 'status.json': SILENT, 'rcctl-failed.txt': 'vlandns\n' },
    finds: [
      {
        id: 'daemon-not-running',
        sure: 'certain',
        what: /enabled, but does not run/,
        cure: [/^vlandns check$/, /^rcctl start vlandns$/],
        evidence: ['status.json:1', 'rcctl-failed.txt:1'],
      },
    ],
  },
  {
    when: 'nobody listens on its socket, and who holds its addresses was not looked at',
    add: { 'status.json': SILENT },
    without: ['fstat.txt'],
    finds: [
      {
        id: 'daemon-not-running',
        sure: 'likely',
        what: /^vlandns does not run, or not with this configuration$/,
      },
    ],
  },
  {
    when: 'it takes connections, and says nothing: it runs and is hung',
    add: { 'status.json': HUNG },
    finds: [
      {
        id: 'daemon-hung',
        sure: 'likely',
        what: /^vlandns runs, but does not answer/,
        cure: [/^vlandns status$/, /^tail -n 50 \/var\/log\/daemon$/, /^rcctl restart vlandns$/],
        cost: /some seconds/,
        evidence: ['status.json:1', 'fstat.txt:2'],
      },
    ],
  },
  {
    when: 'the same on Linux',
    on: 'linux',
    add: { 'status.json': HUNG },
    finds: [{ id: 'daemon-hung', cure: [/^journalctl -n 50 -u vlandns$/, /^systemctl restart vlandns$/] }],
  },
  {
    when: 'nobody listens on its socket, but something holds its address that may be it',
    add: { 'status.json': SILENT },
    finds: [
      {
        id: 'daemon-not-running',
        sure: 'possible',
        what: /node \(process 40101\) holds 192\.168\.40\.2 port 53: vlandns runs and is hung, or runs with another/,
        evidence: ['status.json:1', 'fstat.txt:2'],
      },
    ],
  },
  {
    when: 'a newer Node names its process after its thread, and no status was asked for',
    on: 'linux',
    change: { 'ss.txt': [['"node"', '"MainThread"']] },
    finds: [],
  },
  {
    when: 'it does not run, and named holds a port of it: the one need not come from the other',
    change: { 'fstat.txt': [['_vlandns node       40101   21* ', '_bind    named      55537  516* ']] },
    add: { 'status.json': 'vlandns is not running: nobody listens on /var/run/vlandns.sock\n' },
    finds: [{ id: 'port-held' }, { id: 'daemon-not-running', sure: 'possible' }],
  },
  {
    when: 'nobody was allowed to ask the daemon',
    add: { 'status.json': 'no permission to use /var/run/vlandns.sock; run this as root\n' },
    finds: [],
  },
  { when: 'other services have failed', add: { 'rcctl-failed.txt': 'httpd\n' }, finds: [] },
];
