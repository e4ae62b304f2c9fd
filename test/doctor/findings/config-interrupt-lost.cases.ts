import { captureOf } from '../../support/doctor-cases.ts';
import type { FindingCase } from '../../support/doctor-cases.ts';

const before = captureOf('openbsd').get('vmstat-iz.txt') ?? '';
const risen = before.replace('vio1:0                       2', 'vio1:0                       4');
const busier = before.replace('90991', '91010');

export const cases: readonly FindingCase[] = [
  {
    when: 'the link was switched between two samples, and vector 0 did not rise',
    without: ['vmstat-iz.txt'],
    add: { 'vmstat-vio1-before.txt': before, 'vmstat-vio1-after.txt': busier },
    finds: [
      {
        id: 'config-interrupt-lost',
        sure: 'likely',
        vlan: 'kids',
        cure: [/asks by itself/, /^qm set 107 --net1 e1000=00:00:5E:00:53:28,bridge=vmbr1,tag=40$/],
        prove: /link_down=1/,
        evidence: ['vmstat-vio1-before.txt:7', 'vmstat-vio1-after.txt:7'],
      },
    ],
  },
  {
    when: 'it rose by two, as it should',
    without: ['vmstat-iz.txt'],
    add: { 'vmstat-vio1-before.txt': before, 'vmstat-vio1-after.txt': risen },
    finds: [],
  },
  {
    when: 'the names do not say which of two cards was switched',
    without: ['vmstat-iz.txt'],
    add: { 'vmstat-iz-before.txt': before, 'vmstat-iz-after.txt': busier },
    finds: [],
  },
  { when: 'two samples are of no switching that is known', add: { 'vmstat-iz-2.txt': before }, finds: [] },
  {
    when: 'there is one sample, and vector 0 is at zero: no link has changed since boot',
    change: { 'vmstat-iz.txt': [['vio1:0                       2', 'vio1:0                       0']] },
    finds: [],
  },
];
