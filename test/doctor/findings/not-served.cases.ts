import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'the daemon does not answer on its socket',
    add: {
      'status.json':
        'vlandns is not running: nobody listens on /var/run/vlandns.sock; start it, or name its configuration with -c\n',
      'rcctl-failed.txt': 'vlandns\n',
    },
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
    when: 'it does not run, and named holds a port of it: the one need not come from the other',
    change: { 'fstat.txt': [['_vlandns node       40101   21* ', '_bind    named      55537  516* ']] },
    add: { 'status.json': 'vlandns is not running: nobody listens on /var/run/vlandns.sock\n' },
    finds: [{ id: 'port-held' }, { id: 'daemon-not-running' }],
  },
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
  {
    when: 'nobody was allowed to ask the daemon',
    add: { 'status.json': 'no permission to use /var/run/vlandns.sock; run this as root\n' },
    finds: [],
  },
  { when: 'other services have failed', add: { 'rcctl-failed.txt': 'httpd\n' }, finds: [] },
];
