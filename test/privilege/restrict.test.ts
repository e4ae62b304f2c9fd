import t from 'tap';
import type { RestrictionCalls } from '../../src/datagrams/system-calls.ts';
import { loadRestrictionCalls } from '../../src/datagrams/system-calls.ts';
import { restrict } from '../../src/privilege/restrict.ts';

/** Calls that write down what they are asked, and fail where the test says. */
function recorder(fails?: string) {
  const made: string[] = [];
  const call = (text: string): number => {
    made.push(text);
    return text === fails ? -1 : 0;
  };
  const calls: RestrictionCalls = {
    pledge: (promises) => call(`pledge ${promises}`),
    unveil: (path, permissions) => call(`unveil ${path} ${permissions}`),
    errno: () => 2,
  };
  return { made, load: () => Promise.resolve(calls) };
}

t.test('all may be read, and only what is given be written', async (t) => {
  const { made, load } = recorder();
  t.equal(await restrict(['/var/vlandns', '/var/log/vlandns'], load), undefined);
  const [pledge, ...unveils] = made.toReversed();
  t.strictSame(unveils.toReversed(), [
    'unveil / rx',
    'unveil /dev/null rwc',
    'unveil /var/vlandns rwc',
    'unveil /var/log/vlandns rwc',
    'unveil null null',
  ]);
  const promises = pledge?.split(' ').slice(1) ?? [];
  for (const promise of ['stdio', 'inet', 'recvfd', 'prot_exec', 'proc', 'exec', 'error'])
    t.ok(promises.includes(promise), promise);
  for (const promise of ['id', 'chown', 'unveil', 'wroute', 'sendfd', 'settime'])
    t.notOk(promises.includes(promise), promise);
});

t.test('what fails is told, and nothing is done after it', async (t) => {
  const { made, load } = recorder('unveil /var/vlandns rwc');
  t.equal(await restrict(['/var/vlandns', '/more'], load), 'unveil(/var/vlandns, rwc) failed: ENOENT');
  t.equal(made.at(-1), 'unveil /var/vlandns rwc');
  t.match(
    await restrict([], () => Promise.resolve('koffi cannot be used: it is not there')),
    /^pledge\(2\) cannot be called: koffi/,
  );
  if (process.platform !== 'openbsd') t.match(await loadRestrictionCalls(), /has no pledge\(2\)$/);
});
