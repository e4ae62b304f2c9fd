// The desk: what is changed holds at once, is kept, ends by itself, and is logged with who and why.
import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import type { Test } from 'tap';
import { Desk } from '../../src/desk/desk.ts';
import type { DeskDraft } from '../../src/desk/desk.ts';
import { EVERYTHING } from '../../src/desk/desk-entry.ts';
import { readDeskFile } from '../../src/desk/desk-file.ts';
import { at, KeptLog, NETWORK, UTC_ZONE } from '../support/desk.ts';

const NOON = at('2026-12-01T12:00Z');

function open(t: Test, folder = t.testdir()) {
  const clock = { now: NOON };
  const log = new KeptLog();
  /** What held at each change. */
  const effects: string[] = [];
  const desk: Desk = new Desk({
    folder,
    log,
    zone: () => UTC_ZONE,
    network: () => NETWORK,
    now: () => clock.now,
    onChange: () => effects.push(idsOf(desk)),
  });
  t.teardown(() => desk.close());
  return { desk, clock, log, effects, folder };
}

function idsOf(desk: Desk): string {
  return desk
    .holding(desk.now())
    .map(({ kind, subject }) => `${kind} ${subject.kind === 'everything' ? 'everything' : subject.name}`)
    .join(', ');
}

function draft(fields: Partial<DeskDraft> = {}): DeskDraft {
  return {
    kind: 'grant',
    scope: { kind: 'vlan', name: 'kids' },
    subject: { kind: 'service', name: 'youtube' },
    untilMs: NOON + 45 * 60_000,
    role: 'admin',
    ...fields,
  };
}

const rule = (name: string, kind: 'allow' | 'block' = 'allow') =>
  draft({ kind, subject: { kind: 'name', name }, untilMs: Infinity });

t.test('a change holds before it is written, and is on disk when it is answered', async (t) => {
  const { desk, effects, folder, log } = open(t);
  const added = desk.add(draft({ user: 'anna', reason: 'homework' }));
  t.strictSame(effects, ['grant youtube'], 'at once');
  const outcome = await added;
  t.match(outcome, {
    entries: [{ id: /^[a-z][a-z0-9]{3}$/, fromMs: NOON }],
    replaced: [],
    notKept: undefined,
  });
  t.match(readDeskFile(folder), { state: { entries: [{ user: 'anna', line: 3 }] } });
  t.match(log.lines, [
    {
      event: 'grant_began',
      vlan: 'kids',
      what: 'youtube',
      by: 'admin',
      user: 'anna',
      reason: 'homework',
      until: '2026-12-01T12:45:00.000Z',
    },
  ]);
});

t.test('the later of two about the same takes the place of the earlier', async (t) => {
  const { desk, effects, log } = open(t);
  await desk.add(draft());
  t.match(await desk.add(draft({ kind: 'deny' })), { replaced: [{ kind: 'grant' }] });
  await desk.add(draft({ kind: 'deny', subject: EVERYTHING }));
  await desk.add(rule('x.example'));
  t.match(await desk.add(rule('x.example', 'block')), { replaced: [{ kind: 'allow' }] });
  t.equal(effects.at(-1), 'block x.example, deny youtube, deny everything');
  t.strictSame(log.events, [
    'grant_began',
    'grant_ended',
    'deny_began',
    'deny_began',
    'rule_added',
    'rule_removed',
    'rule_added',
  ]);
});

t.test('two about addresses are about the same where it is the same device', async (t) => {
  const { desk } = open(t);
  const phone = (name: string, mac?: string) =>
    draft({ scope: { kind: 'address', name, ...(mac === undefined ? {} : { mac }) } });
  await desk.add(phone('192.0.2.7', '00:00:5e:00:53:07'));
  for (const [what, entry, replaced] of [
    ['another device at its address', phone('192.0.2.7', '00:00:5e:00:53:08'), 0],
    ['the same device elsewhere', phone('192.0.2.9', '00:00:5e:00:53:07'), 1],
    ['an address of nobody known', phone('192.0.2.7'), 1],
  ] as const)
    t.match(await desk.add(entry), { replaced: { length: replaced } }, what);
});

t.test('what ends by itself ends at its instant, and is gone from the disk', async (t) => {
  const { desk, clock, effects, folder, log } = open(t);
  await desk.add(draft());
  await desk.add(rule('x.example'));
  clock.now = NOON + 45 * 60_000 - 1;
  desk.settle();
  t.equal(effects.length, 2, 'nothing changes before');
  clock.now++;
  desk.settle();
  t.equal(effects.at(-1), 'allow x.example');
  t.match(log.lines.at(-1), { event: 'grant_ended', how: 'its time was over' });
  await desk.close();
  t.match(readDeskFile(folder), { state: { entries: [{ kind: 'allow' }] } });
});

t.test('a timer ends it where nobody asks', async (t) => {
  const folder = t.testdir();
  const log = new KeptLog();
  let changed: (() => void) | undefined;
  const desk = new Desk({
    folder,
    log,
    zone: () => UTC_ZONE,
    network: () => NETWORK,
    onChange: () => changed?.(),
  });
  await desk.add(draft({ untilMs: Date.now() + 50 }));
  // The desk's own timer keeps no process alive.
  const alive = setInterval(() => undefined, 1000);
  await new Promise<void>((resolve) => (changed = resolve));
  clearInterval(alive);
  t.strictSame(desk.state.entries, []);
  await desk.close();
});

t.test('a restart goes on with what has not ended', async (t) => {
  const { desk, folder } = open(t);
  await desk.add(draft());
  await desk.add(rule('x.example'));
  const next = open(t, folder);
  next.clock.now = NOON + 60_000;
  next.desk.read();
  t.equal(next.effects.at(-1), 'allow x.example, grant youtube');
  const late = open(t, folder);
  late.clock.now = NOON + 3_600_000;
  late.desk.read();
  t.equal(late.effects.at(-1), 'allow x.example');
  t.match(late.log.lines, [{ event: 'grant_ended', how: 'its time was over' }]);
});

t.test(
  'a clock that was set back: what opens something does not hold, what closes something does',
  async (t) => {
    const { desk, clock, effects } = open(t);
    await desk.add(draft());
    await desk.add(draft({ kind: 'deny', subject: { kind: 'service', name: 'roblox' } }));
    clock.now = NOON - 60_000;
    desk.settle();
    t.equal(effects.at(-1), 'grant youtube, deny roblox', 'a minute is nothing');
    clock.now = NOON - 86_400_000;
    desk.settle();
    t.equal(effects.at(-1), 'deny roblox', 'a day is wrong');
    clock.now = NOON;
    desk.settle();
    t.equal(effects.at(-1), 'grant youtube, deny roblox', 'until the clock is right again');
  },
);

t.test('what a person wrote into the file holds, and bad lines are told', async (t) => {
  const { desk, effects, folder, log } = open(t);
  await desk.add(rule('x.example'));
  const text = readFileSync(desk.path, 'utf8');
  writeFileSync(desk.path, `${text.replace('x.example', 'y.example')}nonsense\n`);
  desk.read();
  t.equal(effects.at(-1), 'allow y.example');
  t.match(log.lines.at(-1), { event: 'desk_line_ignored', line: 4 });
  await desk.close();
  t.match(readDeskFile(folder), { faults: [] }, 'the file is whole again');
  t.match(readFileSync(`${desk.path}.aside`, 'utf8'), /nonsense/);
});

t.test('a file that cannot be read leaves what holds', async (t) => {
  const { desk, effects, log, folder } = open(t);
  await desk.add(rule('x.example'));
  writeFileSync(desk.path, Buffer.from([0xff, 0xff]));
  desk.read();
  t.equal(idsOf(desk), 'allow x.example');
  t.strictSame(effects, ['allow x.example']);
  t.equal(log.events.at(-1), 'desk_file_unreadable');
  await desk.close();
  t.match(readDeskFile(folder), { state: { entries: [{ kind: 'allow' }] } });
});

t.test('what cannot be kept holds all the same, and is told', async (t) => {
  const { desk, effects, log } = open(t, `${t.testdir()}/gone`);
  t.match(await desk.add(rule('x.example')), { notKept: /ENOENT/ });
  t.equal(effects.at(-1), 'allow x.example');
  t.equal(log.events.at(-1), 'desk_not_kept');
  t.match(desk.fault, /ENOENT/);
});

t.test('what cannot be put into effect has not been changed', async (t) => {
  const desk = new Desk({
    folder: t.testdir(),
    log: new KeptLog(),
    zone: () => UTC_ZONE,
    network: () => NETWORK,
    onChange: () => {
      throw new Error('no');
    },
  });
  await t.rejects(desk.add(rule('x.example')), { message: 'no' });
  t.strictSame(desk.state.entries, []);
});

t.test('there is room for a thousand of each, and then it is said what to end', async (t) => {
  const { desk } = open(t);
  for (let n = 0; n < 1000; n++) void desk.add(rule(`n${n}.example`));
  const [first] = desk.state.entries;
  t.match(await desk.add(rule('more.example')), {
    full: new RegExp(`there are 1000 rules .*vlandns revoke ${first?.id}`),
  });
  t.match(await desk.add(rule('n7.example', 'block')), { replaced: [{ kind: 'allow' }] }, 'one for one');
  t.match(await desk.add(draft()), { entries: [{ kind: 'grant' }] }, 'and grants have room of their own');
});

t.test('time that a parent granted counts when it was ended before its time', async (t) => {
  const { desk, clock } = open(t);
  const added = await desk.add(draft({ role: 'parent' }));
  clock.now += 10 * 60_000;
  await desk.end('entries' in added ? added.entries : [], { role: 'parent' });
  t.match(desk.state, { entries: [], spent: [{ vlan: 'kids', what: 'youtube', ms: 10 * 60_000 }] });
});
