import type { Changes, FindingCase } from '../../support/doctor-cases.ts';

const subnets = (text: string): Changes => ({
  'vlandns.yaml': [['interface: vio1,', `interface: vio1, subnets: ${text},`]],
});

export const cases: readonly FindingCase[] = [
  {
    when: 'the subnets are of another network',
    change: subnets('[192.168.41.0/24]'),
    without: ['export.rsc'],
    finds: [
      {
        id: 'subnets-miss-interface',
        sure: 'possible',
        what: /vio1 is in 192\.168\.40\.0\/24, but the VLAN's subnets are 192\.168\.41\.0\/24/,
        cure: [/subnets: interface/],
        evidence: ['ifconfig.txt:19'],
      },
    ],
  },
  { when: 'they are wider', change: subnets('[192.168.0.0/16]'), finds: [] },
  { when: 'they are a part of it', change: subnets('[192.168.40.128/25]'), finds: [] },
];
