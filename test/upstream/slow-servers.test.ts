// A server that takes its time is slow, not dead: what it says late is used.
import t from 'tap';
import type { Test } from 'tap';
import { UpstreamSet } from '../../src/upstream/upstream-set.ts';
import type { UpstreamOutcome, UpstreamSetOptions } from '../../src/upstream/upstream-set.ts';
import { nameToWire } from '../support/message-writer.ts';
import { openScriptedUpstream, ScriptBook } from '../support/scripted-upstream.ts';
import { choose, eachItsAddress, later, silence } from '../support/upstream-scripts.ts';
import type { Behaviour } from '../support/upstream-scripts.ts';

/** It stands for 1.5 s in service, where a whole question has 5 s. */
const PATIENCE_MS = 200;
const QUESTION_MS = 3000;

interface Stand {
  readonly book: ScriptBook;
  readonly set: UpstreamSet;
}

/** A set of as many servers as there are behaviours, in their order. */
async function openStand(
  t: Test,
  behaviours: readonly Behaviour[],
  more: Partial<UpstreamSetOptions> = {},
): Promise<Stand> {
  const book = new ScriptBook();
  const upstreams = await Promise.all(behaviours.map((_, i) => openScriptedUpstream(book, String(i))));
  const all = choose(({ server }) => behaviours[Number(server)] ?? silence);
  book.set('example.net.', all('example.net.'));
  const set = new UpstreamSet({
    name: 'default',
    servers: upstreams.map(({ port }) => ({ transport: 'udp', address: '127.0.0.1', port })),
    strategy: 'ordered',
    ttlLimits: { minSeconds: 0, maxSeconds: 86_400, negativeSeconds: 900 },
    now: () => performance.now(),
    patienceMs: PATIENCE_MS,
    questionTimeoutMs: QUESTION_MS,
    ...more,
  });
  t.teardown(() => {
    set.close();
    upstreams.forEach((upstream) => upstream.close());
  });
  return { book, set };
}

function ask({ set }: Stand, label: string): Promise<UpstreamOutcome> {
  const name = nameToWire(`${label}.example.net.`);
  return set.ask({ name, qtype: 1, dnssecOk: false, checkingDisabled: false });
}

t.test('a server that always takes longer than the first patience is up, and answers', async (t) => {
  const stand = await openStand(t, [later(PATIENCE_MS * 1.4, eachItsAddress)]);
  t.ok((await ask(stand, 'first')).ok, 'its first answer is used');
  const asks = Array.from({ length: 20 }, (_, i) => ask(stand, `n${i}`));
  t.ok((await Promise.all(asks)).every(({ ok }) => ok));
  const [server] = stand.set.stats().servers;
  t.match(server, { state: 'up', failed: 0, answered: 21 });
  const asked = stand.book.asked('example.net.').length;
  for (let i = 0; i < 3; i++) t.ok((await ask(stand, `later${i}`)).ok);
  t.equal(stand.book.asked('example.net.').length, asked + 3, 'once it is known, it is asked once');
});

t.test('a late answer is used though another server was asked meanwhile', async (t) => {
  const stand = await openStand(t, [later(PATIENCE_MS * 1.5, eachItsAddress), silence]);
  const outcome = await ask(stand, 'a');
  const servers = stand.set.stats().servers;
  t.equal(outcome.ok && outcome.server, servers[0]?.server);
  t.ok(stand.book.asked('example.net.').some(({ server }) => server === '1'));
});

t.test('a slow server that is down is found to be up by a probe', async (t) => {
  let nowMs = 0;
  const stand = await openStand(t, [later(PATIENCE_MS * 2, eachItsAddress), eachItsAddress], {
    now: () => nowMs + performance.now(),
  });
  for (let i = 0; i < 3; i++) t.ok((await ask(stand, `n${i}`)).ok);
  const [server] = stand.set.stats().servers;
  t.equal(server?.state, 'down');
  nowMs += 60_000;
  t.ok((await ask(stand, 'probe')).ok);
  for (let i = 0; i < 100 && stand.set.stats().servers[0]?.state !== 'up'; i++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  t.equal(stand.set.stats().servers[0]?.state, 'up');
});

t.test('all of it is bounded, and a silent server is told as that', async (t) => {
  const stand = await openStand(t, [silence], { patienceMs: 500, questionTimeoutMs: 150 });
  t.match(await ask(stand, 'a'), { ok: false, failures: [{ reason: 'timeout' }] });
  t.match(stand.set.stats(), { inFlight: 0 });
});
