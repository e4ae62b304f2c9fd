import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'some queries were from elsewhere',
    change: {
      'status.json': [
        ['"queries": 45020,\n        "sourceMismatch": 0', '"queries": 45020,\n        "sourceMismatch": 12'],
      ],
    },
    finds: [
      {
        id: 'source-outside',
        sure: 'possible',
        vlan: 'kids',
        what: /^12 queries to the listener of kids came from outside its subnets \(192\.168\.40\.0\/24\)/,
        cure: [/^tcpdump -ni vio1 dst port 53 and not src net 192\.168\.40\.0\/24$/],
        evidence: ['status.json:17', 'status.json:16'],
      },
    ],
  },
  {
    when: 'all of them were: the subnets are wrong',
    change: {
      'status.json': [
        [
          '"queries": 45020,\n        "sourceMismatch": 0',
          '"queries": 45020,\n        "sourceMismatch": 45020',
        ],
      ],
      'vlandns.yaml': [['interface: vio1,', 'interface: vio1, subnets: [192.168.41.0/24],']],
    },
    without: ['export.rsc', 'pfctl-sr.txt'],
    finds: [{ id: 'source-outside', sure: 'likely' }, { id: 'subnets-miss-interface' }],
  },
  { when: 'none was', finds: [] },
  {
    when: 'the interface is not known: the command leaves it open',
    change: {
      'status.json': [
        ['"queries": 45020,\n        "sourceMismatch": 0', '"queries": 45020,\n        "sourceMismatch": 12'],
      ],
      'vlandns.yaml': [['interface: vio1,', 'listen: [192.168.40.2], subnets: [192.168.40.0/24],']],
    },
    without: ['ifconfig.txt', 'qm-config-107.txt'],
    finds: [{ id: 'source-outside', cure: [/^tcpdump -ni <INTERFACE> dst port 53/] }],
  },
];
