// Logging in: what is worked, how many wait, and what is said.
import t from 'tap';
import { Login } from '../../../src/web/people/login.ts';
import { USERS } from '../../support/web-stand.ts';

t.test('a name that nobody has costs the same work as a wrong password', async (t) => {
  const hashed: (string | undefined)[] = [];
  const login = new Login(
    () => 0,
    (_password, against) => {
      hashed.push(against);
      return Promise.resolve(false);
    },
  );
  for (const user of ['anna', 'nobody'])
    await t.rejects(login.check({ user, password: 'x' }, '192.0.2.1', USERS), {
      code: 'unauthenticated',
      message: 'the name or the password is not right',
    });
  t.equal(hashed.length, 2);
  t.equal(login.failures, 2);
});

t.test('one password is hashed at a time, and one address lets others wait for three at most', async (t) => {
  let [running, most] = [0, 0];
  const release: (() => void)[] = [];
  const login = new Login(
    () => 0,
    async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => release.push(resolve));
      running--;
      return true;
    },
  );
  const check = (address: string) => login.check({ user: 'anna', password: 'x' }, address, USERS);
  const here = [check('192.0.2.1'), check('192.0.2.1'), check('192.0.2.1')];
  await t.rejects(check('192.0.2.1'), { code: 'too_many', fields: { 'retry-after': '5' } });
  const there = check('198.51.100.1');
  for (let index = 0; index < 4; index++) {
    while (release.length === 0) await new Promise((resolve) => setImmediate(resolve));
    release.pop()?.();
  }
  for (const { name } of await Promise.all([...here, there])) t.equal(name, 'anna');
  t.equal(most, 1);
});

t.test('guesses that come at once are not more than guesses one after another', async (t) => {
  let hashed = 0;
  const login = new Login(
    () => 0,
    () => Promise.resolve(++hashed < 0),
  );
  for (let round = 0; round < 10; round++)
    await Promise.allSettled(
      [1, 2, 3].map(() => login.check({ user: 'anna', password: 'x' }, '192.0.2.1', USERS)),
    );
  t.equal(hashed, 5);
  await t.rejects(login.check({ user: 'anna', password: 'x' }, '192.0.2.1', USERS), {
    code: 'too_many',
    message: /try again in 2 seconds/,
  });
});
