import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'frames come in, and the daemon has never counted a query',
    change: { 'status.json': [['"queries": 45020', '"queries": 0']] },
    finds: [
      {
        id: 'queries-not-counted',
        sure: 'possible',
        vlan: 'kids',
        what: /^216 frames came in on vio1 between two looks, but vlandns has counted no query of kids at all/,
        cure: [/^tcpdump -ni vio1 port 53$/],
        evidence: ['netstat-in.txt:5', 'netstat-in-2.txt:5', 'status.json:16'],
      },
    ],
  },
  {
    when: 'the router does not have the VLAN: that is why',
    change: {
      'status.json': [['"queries": 45020', '"queries": 0']],
      'bridge-vlan.txt': [['40 PVID', '41 PVID']],
    },
    finds: [{ id: 'tap-lacks-vlan' }, { id: 'queries-not-counted', because: 'tap-lacks-vlan' }],
  },
  {
    when: 'without a daemon: frames rise, and no UDP datagram reached the machine',
    change: { 'netstat-udp-2.txt': [['90355', '90210']] },
    without: ['status.json'],
    finds: [
      { id: 'queries-not-counted', vlan: 'kids' },
      { id: 'queries-not-counted', vlan: 'servers' },
    ],
  },
  {
    when: 'no frame came in between, so that nothing could be counted',
    change: {
      'status.json': [['"queries": 45020', '"queries": 0']],
      'netstat-in-2.txt': [['91220', '91004']],
    },
    finds: [],
  },
  { when: 'queries are counted', finds: [] },
  {
    when: 'the daemon has never counted a query, and next to nothing came in',
    change: {
      'status.json': [['"queries": 45020', '"queries": 0']],
      'netstat-in-2.txt': [['00:00:5e:00:53:28    91220', '00:00:5e:00:53:28    91007']],
    },
    finds: [],
  },
];
