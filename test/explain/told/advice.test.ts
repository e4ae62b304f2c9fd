// The commands that are proposed: each would change what is.
import t from 'tap';
import { adviceFor } from '../../../src/explain/told/advice.ts';
import type { Advised } from '../../../src/explain/told/advice.ts';
import type { Cause } from '../../../src/explain/cause.ts';
import type { RuleSource } from '../../../src/policy/rule-source.ts';

function cause(kind: Cause['kind'], more: Partial<Cause> = {}): Cause {
  return { kind, sources: [], matched: '', force: undefined, ...more };
}

const SERVICE: RuleSource = { kind: 'service', name: 'youtube', file: 'youtube.yaml' };
const PLAIN: Advised = {
  name: 'www.x.example',
  verdict: 'blocked',
  cause: cause('list'),
  vlan: 'kids',
  policy: 'strict',
  client: undefined,
  isException: false,
  isPaused: false,
  isAllDenied: false,
  missingLists: [],
};

const CASES: readonly (readonly [what: string, advised: Partial<Advised>, commands: readonly string[]])[] = [
  ['a list', {}, ['vlandns allow kids www.x.example', 'vlandns grant kids www.x.example 45m']],
  [
    'a rule, for a client',
    { cause: cause('rule'), client: '192.0.2.7' },
    ['vlandns allow kids www.x.example', 'vlandns grant 192.0.2.7 www.x.example 45m'],
  ],
  [
    'an exception of the VLAN',
    { client: 'laptop', isException: true },
    ['vlandns allow strict www.x.example', 'vlandns grant laptop www.x.example 45m'],
  ],
  [
    'a policy that has the name of the VLAN',
    { policy: 'kids', isException: true },
    ['vlandns allow policy:kids www.x.example', 'vlandns grant kids www.x.example 45m'],
  ],
  [
    'a service',
    { cause: cause('rule', { sources: [SERVICE] }) },
    ['vlandns grant kids youtube 45m', 'vlandns allow kids www.x.example'],
  ],
  [
    'what is closed',
    { cause: cause('closed') },
    ['vlandns grant kids www.x.example 45m', 'vlandns allow kids www.x.example'],
  ],
  [
    'what is denied, which no rule undoes',
    { cause: cause('rule', { force: 'deny', matched: 'x.example' }) },
    ['vlandns grant kids x.example 45m'],
  ],
  [
    'what is closed since everything is denied, which no rule opens',
    { cause: cause('closed'), isAllDenied: true },
    ['vlandns grant kids www.x.example 45m'],
  ],
  ['a list, while everything is denied', { isAllDenied: true }, ['vlandns grant kids www.x.example 45m']],
  ['a canary', { cause: cause('canary') }, ['write bypass: allow into policy strict, then: vlandns reload']],
  [
    'a list that has never been read',
    { verdict: 'not decided', cause: cause('not ready'), missingLists: ['ads'] },
    ['vlandns lists update ads'],
  ],
  [
    'what nothing speaks about',
    { verdict: 'allowed', cause: cause('nothing') },
    ['vlandns block kids www.x.example', 'vlandns deny kids www.x.example 45m'],
  ],
  [
    'what a rule allows, which another at that name does not undo',
    { verdict: 'allowed', cause: cause('rule', { matched: 'www.x.example' }) },
    ['vlandns deny kids www.x.example 45m'],
  ],
  [
    'what is granted',
    { verdict: 'allowed', cause: cause('rule', { force: 'grant', sources: [SERVICE] }) },
    ['vlandns deny kids youtube 45m'],
  ],
  ['a pause', { verdict: 'allowed', cause: cause('nothing'), isPaused: true }, ['vlandns resume kids']],
  ['local data', { verdict: 'allowed', cause: cause('here') }, []],
  ['a transfer of a zone', { verdict: 'refused', cause: cause('here') }, []],
];

t.test('what is proposed would change the outcome', (t) => {
  for (const [what, advised, commands] of CASES)
    t.strictSame(adviceFor({ ...PLAIN, ...advised }), commands, what);
  t.end();
});
