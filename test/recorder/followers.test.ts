// Who follows the log: everybody gets what is asked for, nobody waits for a follower, and one that is slow is told what it missed.
import { request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { listenOnPath } from '../../src/control/control-server.ts';
import { Followers } from '../../src/recorder/followers.ts';
import type { Followed } from '../../src/querylog/routes.ts';
import { openHistoryServer } from '../../src/recorder/history-server.ts';
import { until } from '../support/house.ts';
import { makeBatch } from '../support/record-batch.ts';

/** The next things that a follower is told, as names or how many it missed. */
async function next(iterator: AsyncIterator<Followed>, count: number): Promise<(string | number)[]> {
  const told: (string | number)[] = [];
  for (let i = 0; i < count; i++) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    told.push('query' in value ? value.query.name : value.missed);
  }
  return told;
}

const follow = (followers: Followers, end = ''): AsyncIterator<Followed> =>
  followers.follow(({ name }) => name.endsWith(end))[Symbol.asyncIterator]();

t.test('each gets what it asks for, in order, and nothing without a name', async (t) => {
  const followers = new Followers();
  t.equal(followers.isWanted, false);
  const all = follow(followers);
  const some = follow(followers, 'b.example');
  const waiting = next(some, 1);
  followers.take(makeBatch([{ name: 'a.example' }, { name: 'b.example' }, { flags: 32 }]));
  followers.take(makeBatch([{ name: 'c.b.example' }], { sequence: 2 }));
  t.strictSame(await waiting, ['b.example']);
  t.strictSame(await next(some, 1), ['c.b.example']);
  t.strictSame(await next(all, 3), ['a.example', 'b.example', 'c.b.example']);
  const last = next(all, 1);
  await all.return?.();
  t.strictSame(await last, [], 'one that is gone is told nothing more');
  t.equal(followers.count, 1);
  const closed = next(some, 1);
  followers.close();
  t.strictSame(await closed, []);
  t.equal(followers.count, 0);
});

t.test('one that does not read is told how many it missed, and the memory for it has a bound', async (t) => {
  const followers = new Followers();
  const slow = follow(followers);
  for (let sequence = 1; sequence <= 60; sequence++)
    followers.take(
      makeBatch(
        Array.from({ length: 100 }, () => ({ name: 'a.example' })),
        { sequence },
      ),
    );
  const told = await next(slow, 5001);
  t.equal(told.length, 5001);
  t.equal(told.at(-1), 1000);
  followers.take(makeBatch([{ name: 'b.example' }], { sequence: 61 }));
  t.strictSame(await next(slow, 1), ['b.example'], 'and goes on');
});

t.test('there are at most 64', (t) => {
  const followers = new Followers();
  for (let i = 0; i < 64; i++) follow(followers);
  t.throws(() => follow(followers), { message: /^64 programs follow the query log already/ });
  t.end();
});

t.test(
  'over the socket a follower that goes away is forgotten, and one that reads is told line by line',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'follow-'));
    const socketPath = join(folder, 'log.sock');
    const followers = new Followers();
    const server = await openHistoryServer(
      { history: () => assertNever(), figures: () => assertNever(), followers },
      (listening) => listenOnPath(listening, socketPath),
    );
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    let text = '';
    const asking = request({ socketPath, path: '/follow' }, (response) => {
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', () => undefined);
    });
    asking.on('error', () => undefined).end();
    await until(() => followers.count === 1);
    followers.take(makeBatch([{ name: 'a.example' }, { name: 'b.example' }]));
    await until(() => text.split('\n').length === 3);
    t.strictSame(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).query.name),
      ['a.example', 'b.example'],
    );
    asking.destroy();
    t.ok(await until(() => followers.count === 0));
    await server.close();
  },
);

function assertNever(): never {
  throw new Error('it is not asked');
}
