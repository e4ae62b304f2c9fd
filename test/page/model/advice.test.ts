import t from 'tap';
import { adviceFor } from '../../../src/explain/told/advice.ts';
import type { Advised } from '../../../src/explain/told/advice.ts';
import { advicesOf, toAdvice, whoText } from '../../../src/page/model/advice.ts';

const ADVISED: Advised = {
  name: 'www.example.com',
  verdict: 'blocked',
  cause: { kind: 'list', sources: [], matched: '', force: undefined },
  vlan: 'kids',
  policy: 'kids',
  client: undefined,
  isException: false,
  isPaused: false,
  isAllDenied: false,
  missingLists: [],
};

t.test('what explain advises is what a button does', (t) => {
  t.strictSame(advicesOf(adviceFor(ADVISED), true), [
    { kind: 'allow', who: 'kids', what: 'www.example.com' },
    { kind: 'grant', who: 'kids', what: 'www.example.com', end: { minutes: 45 } },
  ]);
  const nothing = { ...ADVISED, cause: { ...ADVISED.cause, kind: 'nothing' }, verdict: 'allowed' } as const;
  t.strictSame(advicesOf(adviceFor({ ...nothing, client: 'laptop' }), true), [
    { kind: 'block', who: 'kids', what: 'www.example.com' },
    { kind: 'deny', who: 'laptop', what: 'www.example.com', end: { minutes: 45 } },
  ]);
  t.strictSame(advicesOf(adviceFor({ ...nothing, isPaused: true }), true), [{ kind: 'resume', who: 'kids' }]);
  const missing = { ...ADVISED, verdict: 'not decided', missingLists: ['ads'] } as const;
  t.strictSame(advicesOf(adviceFor(missing), true), [{ kind: 'lists', list: 'ads' }]);
  t.end();
});

t.test('of a decision at another time only what stays would change it', (t) => {
  t.strictSame(
    advicesOf(adviceFor(ADVISED), false).map(({ kind }) => kind),
    ['allow'],
  );
  t.end();
});

t.test('a client’s name may have a space', (t) => {
  t.strictSame(toAdvice('vlandns allow Ada’s laptop x.example'), {
    kind: 'allow',
    who: 'Ada’s laptop',
    what: 'x.example',
  });
  t.end();
});

t.test('a command that is not understood is no button', (t) => {
  const commands = [
    '',
    'vlandns',
    'vlandns reload',
    'vlandns grant kids',
    'vlandns grant kids x soon',
    'rm -r x y 45m',
  ];
  for (const command of [...commands, 'write bypass: allow into policy kids, then: vlandns reload'])
    t.equal(toAdvice(command), undefined, command);
  t.end();
});

t.test('whom the API means is told by the name', (t) => {
  t.equal(whoText('client:laptop'), 'laptop');
  t.equal(whoText('2001:db8::1'), '2001:db8::1');
  t.end();
});
