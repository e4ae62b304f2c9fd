// vlandns passwd and token: what they print is what the configuration takes.
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import t from 'tap';
import { isPassword } from '../../../../src/access/password.ts';
import { findToken } from '../../../../src/access/token.ts';
import type { Call } from '../../../../src/cli/command.ts';
import { UsageError } from '../../../../src/cli/command.ts';
import { printPassword } from '../../../../src/cli/commands/web/passwd.ts';
import { token } from '../../../../src/cli/commands/web/token.ts';
import { readConfig } from '../../../../src/config/reader.ts';
import { MINIMAL } from '../../../config/reading.ts';

/** A call, and what it prints and complains of. */
function called(operands: readonly string[], options: Call['options'] = {}, json = false) {
  const printed: string[] = [];
  const complained: string[] = [];
  const call: Call = {
    configFile: '/nowhere',
    json,
    operands,
    options,
    print: (text) => void printed.push(text),
    complain: (text) => void complained.push(text),
  };
  return { call, printed: () => printed.join(''), complained: () => complained.join('') };
}

async function passwd(
  password: string,
  ...call: Parameters<typeof called>
): Promise<ReturnType<typeof called>> {
  const input = new PassThrough();
  input.end(`${password}\n`);
  const made = called(...call);
  await printPassword(made.call, { input, ask: () => undefined });
  return made;
}

t.test('a password becomes a hash, or with a name the line of a user', async (t) => {
  const alone = await passwd('correct horse', []);
  t.ok(await isPassword('correct horse', alone.printed().trim()));
  const { printed, complained } = await passwd('correct horse', ['b.c@example'], { role: 'parent' });
  const file = join(t.testdir(), 'vlandns.yaml');
  writeFileSync(file, `${MINIMAL}web:\n  listen: "127.0.0.1:8053"\n  users:\n    ${printed()}`);
  const { config, faults } = readConfig(file);
  t.strictSame(faults, []);
  const [user] = config?.web?.users ?? [];
  t.match(user, { name: 'b.c@example', role: 'parent', vlans: [] });
  t.ok(await isPassword('correct horse', user?.password));
  t.match(complained(), /below users:/);
  t.notMatch(printed() + complained(), 'correct horse');
  const json: unknown = JSON.parse((await passwd('correct horse', ['anna'], {}, true)).printed());
  t.match(json, { name: 'anna', password: /^\$scrypt\$/, role: 'viewer' });
});

t.test('a token is shown once, and its line taken', async (t) => {
  const { call, printed } = called(['home'], { role: 'admin', until: '2999-12-31' });
  await token(call);
  const [secret = '', line = ''] = printed().split('\n');
  const file = join(t.testdir(), 'vlandns.yaml');
  writeFileSync(file, `${MINIMAL}web:\n  listen: "127.0.0.1:8053"\n  tokens:\n    ${line}\n`);
  const { config, faults } = readConfig(file);
  t.strictSame(faults, []);
  t.match(findToken(config?.web?.tokens ?? [], secret, Date.now()), { name: 'home', role: 'admin' });
  t.notMatch(line, secret);
});

t.test('what will not do is refused with what to write', async (t) => {
  await t.rejects(passwd('short', []), { message: /5 characters is soon guessed; take one of 8 or more/ });
  await t.rejects(passwd('', []), { message: /0 characters/ });
  await t.rejects(passwd('x'.repeat(1025), []), { message: /too long; take one of 1024/ });
  const usage: readonly (readonly [when: string, run: () => Promise<unknown>, message: RegExp])[] = [
    ['two names', () => passwd('correct horse', ['a', 'b']), /too many operands/],
    ['no name', () => passwd('correct horse', ['a b']), /"a b" is not a name/],
    [
      'a role that there is not',
      () => passwd('correct horse', ['a'], { role: 'root' }),
      /there is no role "root"/,
    ],
    ['a role for nobody', () => passwd('correct horse', [], { role: 'admin' }), /--role goes with a name/],
    ['a token without a name', async () => token(called([]).call), /write: vlandns token NAME/],
    ['a day that is past', async () => token(called(['a'], { until: '2001-01-01' }).call), /is past/],
    ['no day', async () => token(called(['a'], { until: 'soon' }).call), /--until "soon" is not a date/],
  ];
  for (const [when, run, message] of usage) {
    const error: unknown = await run().catch((thrown: unknown) => thrown);
    t.ok(error instanceof UsageError, when);
    t.match(error, { message }, when);
  }
});
