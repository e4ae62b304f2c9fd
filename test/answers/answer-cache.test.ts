import t from 'tap';
import { NameView } from '../../src/dns/name-view.ts';
import { AnswerCache } from '../../src/answers/answer-cache.ts';
import type { AnswerKey } from '../../src/answers/answer-cache.ts';
import { toFailureAnswer, toStoredAnswer } from '../../src/answers/stored-answer.ts';
import type { StoredAnswer } from '../../src/answers/stored-answer.ts';
import { readMessage } from '../support/message-reader.ts';
import { concat, nameToWire, optToWire, parseRecord, recordToWire, u16 } from '../support/message-writer.ts';

const LIMITS = { minSeconds: 0, maxSeconds: 86_400, negativeSeconds: 900 };

function keyOf(name: string, fields: Partial<Omit<AnswerKey, 'name'>> = {}): AnswerKey {
  const view = new NameView();
  view.setWire(nameToWire(name));
  return { setNumber: 0, qtype: 1, dnssecOk: false, checkingDisabled: false, ...fields, name: view };
}

/** An answer to what the key asks for, whatever owner and type the lines say; any type may have rdata of four octets here. */
function answerFor(key: AnswerKey, lines: readonly string[], ede = ''): StoredAnswer {
  const { qtype, dnssecOk, checkingDisabled } = key;
  const name = key.name.wire.slice(0, key.name.length);
  const records = lines.map((line) => {
    const record = parseRecord(line, 'example.net.');
    return recordToWire(record.type === 1 ? { ...record, owner: name, type: qtype } : record);
  });
  const opt = optToWire({ options: ede === '' ? [] : [{ code: 15, value: Buffer.from(`\0\u0006${ede}`) }] });
  const response = concat(u16(1, 0x8180, 1, lines.length, 0, 1), name, u16(qtype, 1), ...records, opt);
  return toStoredAnswer(response, { name, qtype, dnssecOk, checkingDisabled }, LIMITS);
}

/** The TTLs of what `find` came upon. */
function ttlsFound(cache: AnswerCache): number[] {
  const target = new Uint8Array(cache.found.messageLength);
  cache.found.copyTo(target);
  return readMessage(target).answer.map(({ ttl }) => ttl);
}

t.test('TTLs are counted down, then stale, then gone', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 100 });
  const key = keyOf('a.example.net.');
  cache.put(key, answerFor(key, ['a 10 A 192.0.2.1', 'a 20 A 192.0.2.2']), 5000);
  const table: [nowMs: number, ttls: number[] | undefined, stale: boolean][] = [
    [5000, [10, 20], false],
    [5999, [10, 20], false],
    [6000, [9, 19], false],
    [14_999, [1, 11], false],
    [15_000, [30, 30], true],
    [114_999, [30, 30], true],
    [115_000, undefined, false],
    [4000, [10, 20], false],
  ];
  for (const [nowMs, ttls, stale] of table) {
    const entry = cache.find(key, { ms: nowMs });
    t.equal(entry >= 0, ttls !== undefined, `at ${nowMs}`);
    if (ttls === undefined) continue;
    t.strictSame(ttlsFound(cache), ttls, `at ${nowMs}: TTLs`);
    t.equal(cache.found.stale, stale, `at ${nowMs}: stale`);
  }
  t.end();
});

t.test('without serve_stale nothing is found after its TTL', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 0 });
  const key = keyOf('a.example.net.');
  cache.put(key, answerFor(key, ['a 1 A 192.0.2.1']), 0);
  t.ok(cache.find(key, { ms: 999 }) >= 0);
  t.equal(cache.find(key, { ms: 1000 }), -1);
  t.strictSame([cache.hits, cache.misses], [1, 1]);
  t.end();
});

t.test('every part of the key tells answers apart', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 18, staleSeconds: 0 });
  const keys = [
    keyOf('a.example.net.'),
    keyOf('b.example.net.'),
    keyOf('a.example.net.', { qtype: 16 }),
    keyOf('a.example.net.', { qtype: 65_535 }),
    keyOf('a.example.net.', { setNumber: 1 }),
    keyOf('a.example.net.', { setNumber: 65_535 }),
    keyOf('a.example.net.', { dnssecOk: true }),
    keyOf('a.example.net.', { checkingDisabled: true }),
    keyOf('a.example.net.', { dnssecOk: true, checkingDisabled: true }),
    keyOf('example.net.'),
    keyOf('.'),
    keyOf(`${`${'x'.repeat(63)}.`.repeat(3)}${'y'.repeat(61)}.`),
  ];
  for (const [i, key] of keys.entries()) cache.put(key, answerFor(key, [`a ${i + 1} A 192.0.2.1`]), 0);
  t.equal(cache.entries, keys.length);
  for (const [i, key] of keys.entries()) {
    t.ok(cache.find(key, { ms: 0 }) >= 0);
    t.equal(cache.found.ttlSeconds, i + 1);
  }
  t.end();
});

t.test('an answer with TTL 0 is not kept and ends what was there', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 100 });
  const key = keyOf('a.example.net.');
  cache.put(key, answerFor(key, ['a 10 A 192.0.2.1']), 0);
  t.equal(cache.put(key, answerFor(key, ['a 0 A 192.0.2.1']), 0), -1);
  t.equal(cache.find(key, { ms: 0 }), -1);
  t.equal(cache.entries, 0);
  t.end();
});

t.test('an answer larger than a quarter of the cache is not kept', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 0 });
  const key = keyOf('a.example.net.');
  const lines = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `a 10 A 10.0.${i >> 8}.${i & 255}`);
  t.equal(cache.put(key, answerFor(key, lines(2000)), 0), -1);
  t.ok(cache.put(key, answerFor(key, lines(300)), 0) >= 0);
  t.ok(cache.find(key, { ms: 3000 }) >= 0);
  t.strictSame(new Set(ttlsFound(cache)), new Set([7]), 'all of many TTLs are counted down');
  t.end();
});

t.test('EDE, rcode and facts are kept with the answer', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 0 });
  const key = keyOf('a.example.net.');
  const answer = answerFor(key, ['a 10 A 10.0.0.1', 'a 10 CNAME b'], 'why');
  cache.put(key, answer, 0);
  cache.find(key, { ms: 0 });
  const { found } = cache;
  t.equal(found.facts, answer.facts);
  t.equal(found.rcode, 0);
  const ede = found.octets.subarray(found.edeStart, found.edeStart + found.edeLength);
  t.equal(Buffer.from(ede).toString(), '\0\u0006why');
  t.end();
});

t.test('a failure is kept for its time, never stale, and never in place of a stale answer', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 100 });
  const key = keyOf('a.example.net.');
  const name = key.name.wire.slice(0, key.name.length);
  const failed = toFailureAnswer({ name, qtype: 1, dnssecOk: false, checkingDisabled: false }, 2);
  t.ok(cache.putFailure(key, failed, 0, { keptSeconds: 2, recheckSeconds: 30 }) >= 0);
  t.ok(cache.find(key, { ms: 1999 }) >= 0);
  t.equal(cache.found.rcode, 2);
  t.equal(cache.find(key, { ms: 2000 }), -1);
  t.ok(
    cache.putFailure(key, failed, 2000, { keptSeconds: 0, recheckSeconds: 30 }) >= 0,
    'less than a second becomes one',
  );
  t.ok(cache.find(key, { ms: 2999 }) >= 0);
  cache.put(key, answerFor(key, ['a 10 A 192.0.2.1']), 3000);
  cache.find(key, { ms: 13_000 });
  t.strictSame([cache.found.stale, cache.refreshHeld], [true, false]);
  cache.putFailure(key, failed, 13_000, { keptSeconds: 1, recheckSeconds: 5 });
  cache.find(key, { ms: 17_999 });
  t.strictSame([cache.found.stale, cache.refreshHeld, cache.found.rcode], [true, true, 0]);
  cache.find(key, { ms: 18_000 });
  t.strictSame([cache.found.stale, cache.refreshHeld], [true, false]);
  t.end();
});

t.test('prefetch is due once, for what is asked for often and about to end', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 100 });
  const [often, seldom] = [keyOf('a.example.net.'), keyOf('b.example.net.')];
  for (const key of [often, seldom]) cache.put(key, answerFor(key, ['a 100 A 192.0.2.1']), 0);
  const due = (key: AnswerKey, nowMs: number): boolean =>
    cache.find(key, { ms: nowMs }) >= 0 && cache.prefetchDue;
  t.strictSame(
    [0, 1, 2, 89_999].map((nowMs) => due(often, nowMs)),
    [false, false, false, false],
  );
  t.equal(due(often, 90_000), true);
  t.equal(due(often, 90_001), false, 'said once');
  t.strictSame(
    [90_000, 90_001, 90_002].map((nowMs) => due(seldom, nowMs)),
    [false, false, true],
    'the third hit counts',
  );
  t.equal(due(often, 100_000), false, 'stale is another matter');
  t.end();
});

t.test('what passed inspection is remembered by policy, generation, and whether lists had a say', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 0 });
  const key = keyOf('a.example.net.');
  const entry = cache.put(key, answerFor(key, ['a 100 A 192.0.2.1']), 0);
  const passed = (generation: number, rulesOnly: boolean): number[] =>
    [0, 1, 2, 31, 32].filter((policy) => cache.hasPassed(entry, policy, generation, rulesOnly));
  t.strictSame(passed(0, false), [], 'at first nothing has passed');
  cache.notePassed(entry, 0, 7, false);
  cache.notePassed(entry, 31, 7, false);
  cache.notePassed(entry, 32, 7, false);
  cache.notePassed(entry, 1, 7, true);
  t.strictSame(passed(7, false), [0, 31], 'what only house rules let through has not passed lists');
  t.strictSame(passed(7, true), [0, 1, 31], 'what lists let through has passed house rules too');
  t.strictSame([...passed(8, false), ...passed(8, true)], [], 'another generation knows nothing');
  cache.notePassed(entry, 2, 8, true);
  t.strictSame([passed(8, false), passed(8, true)], [[], [2]], 'a new generation forgets the others');
  t.end();
});

t.test(
  'that a policy has nothing to say is remembered by policy and generation, beside what passed inspection',
  (t) => {
    const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 0 });
    const key = keyOf('a.example.net.');
    cache.put(key, answerFor(key, ['a 100 A 192.0.2.1']), 0);
    const entry = cache.locate(key);
    const unruled = (generation: number): number[] =>
      [0, 1, 31, 32].filter((policy) => cache.isUnruled(entry, policy, generation));
    t.strictSame(unruled(0), [], 'at first nothing is known');
    for (const policy of [0, 31, 32]) cache.noteUnruled(entry, policy, 7);
    cache.notePassed(entry, 1, 7, false);
    t.strictSame(unruled(7), [0, 31], 'policies from number 32 on are not remembered');
    t.notOk(cache.hasPassed(entry, 0, 7, false), 'which is not to have passed inspection');
    t.strictSame(unruled(8), [], 'another generation knows nothing');
    cache.notePassed(entry, 1, 8, false);
    t.strictSame(unruled(8), [], 'and forgets what the one before knew');
    cache.put(key, answerFor(key, ['a 100 A 192.0.2.2']), 0);
    t.strictSame(
      [7, 8].flatMap((generation) => unruled(generation)),
      [],
      'so does another answer',
    );
    t.end();
  },
);

t.test('flush forgets all, a name, or a name with all below it', (t) => {
  const names = [
    '.',
    'net.',
    'example.net.',
    'a.example.net.',
    'b.a.example.net.',
    'xexample.net.',
    'example.org.',
  ];
  const table: [name: string | undefined, subtree: boolean, left: string[]][] = [
    [undefined, false, []],
    [
      'example.net.',
      false,
      ['.', 'net.', 'a.example.net.', 'b.a.example.net.', 'xexample.net.', 'example.org.'],
    ],
    ['example.net.', true, ['.', 'net.', 'xexample.net.', 'example.org.']],
    ['.', true, []],
    ['other.net.', true, names],
  ];
  for (const [name, subtree, left] of table) {
    const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 0 });
    const keys = names.flatMap((one) => [keyOf(one), keyOf(one, { qtype: 16, setNumber: 3 })]);
    for (const key of keys) cache.put(key, answerFor(key, ['a 100 A 192.0.2.1']), 0);
    const gone = cache.flush(name === undefined ? undefined : keyOf(name).name, subtree);
    t.equal(gone, keys.length - 2 * left.length, `${name} ${subtree}: how many`);
    t.strictSame(
      names.filter((one) => cache.find(keyOf(one), { ms: 0 }) >= 0),
      left,
      `${name} ${subtree}: what is left`,
    );
    t.equal(cache.entries, 2 * left.length);
  }
  t.end();
});

t.test('what is asked for stays when what is not must go', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 0 });
  const liked = keyOf('liked.example.net.');
  cache.put(liked, answerFor(liked, ['a 86400 A 192.0.2.1']), 0);
  for (let i = 0; i < 5000; i++) {
    const key = keyOf(`n${i}.example.net.`);
    cache.put(key, answerFor(key, ['a 86400 A 192.0.2.1']), i);
    if (cache.find(liked, { ms: i }) < 0) break;
  }
  t.ok(cache.find(liked, { ms: 5000 }) >= 0);
  t.equal(cache.find(keyOf('n0.example.net.'), { ms: 5000 }), -1);
  t.ok(cache.evicted > 1000);
  t.ok(cache.size <= 1 << 16);
  t.end();
});

t.test('what was asked for once, long ago, goes in the end', (t) => {
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 0 });
  const once = keyOf('once.example.net.');
  const isHeld = (): boolean => cache.flush(once.name) === 1;
  const fill = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const key = keyOf(`n${i}.example.net.`);
      cache.put(key, answerFor(key, ['a 86400 A 192.0.2.1']), 0);
    }
  };
  cache.put(once, answerFor(once, ['a 86400 A 192.0.2.1']), 0);
  cache.find(once, { ms: 0 });
  fill(600);
  t.equal(isHeld(), true, 'one round more');
  cache.put(once, answerFor(once, ['a 86400 A 192.0.2.1']), 0);
  cache.find(once, { ms: 0 });
  fill(3000);
  t.equal(isHeld(), false, 'but not for ever');
  t.end();
});

/** A small generator with a seed (mulberry32), so that a failure can be run again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs the cache beside a map that never forgets: whatever the cache finds must be what the map holds, in age and
 * octets; whatever it lost must have been evicted. Gives the first disagreement.
 */
function disagreement(seed: number, operations: number): string | undefined {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const cache = new AnswerCache({ sizeOctets: 1 << 16, staleSeconds: 50 });
  const keys = Array.from({ length: 600 }, (_, i) =>
    keyOf(`${'n'.repeat(1 + (i % 40))}${i % 300}.example.net.`, {
      qtype: i < 300 ? 1 : 16,
      setNumber: i % 3,
    }),
  );
  const answers = keys.map((key, i) =>
    [1, 2, 40].map((count) =>
      answerFor(
        key,
        Array.from({ length: count }, () => `a ${1 + (i % 90)} A 192.0.2.${count}`),
        i % 2 ? 'why' : '',
      ),
    ),
  );
  const model = new Map<number, { answer: StoredAnswer; storedMs: number }>();
  let nowMs = 0;
  let lost = 0;
  for (let step = 0; step < operations; step++) {
    nowMs += below(30);
    const number = below(random() < 0.5 ? 30 : keys.length);
    const key = keys[number];
    if (key === undefined) continue;
    const what = random();
    if (what < 0.35) {
      const answer = answers[number]?.[below(3)];
      if (answer === undefined) continue;
      if (cache.put(key, answer, nowMs) < 0) return `step ${step}: an answer was not kept`;
      model.set(number, { answer, storedMs: nowMs });
      if (cache.find(key, { ms: nowMs }) < 0) return `step ${step}: what was put is not found`;
    } else if (what < 0.3501) {
      if (random() < 0.5) {
        cache.flush();
        model.clear();
      } else {
        cache.flush(key.name, true);
        for (const [other] of model)
          if (keys[other]?.name.suffixEquals(0, key.name.wire) === true) model.delete(other);
      }
    }
    const held = model.get(number);
    const entry = cache.find(key, { ms: nowMs });
    if (held === undefined) {
      if (entry >= 0) return `step ${step}: found what is not there`;
      continue;
    }
    const ageMs = nowMs - held.storedMs;
    const isOver = ageMs >= (held.answer.ttlSeconds + 50) * 1000;
    if (entry < 0) {
      if (!isOver) lost++;
      model.delete(number);
      // The map must not hold what the cache lost: from here on the cache may not find it.
      continue;
    }
    if (isOver) return `step ${step}: found what is over`;
    const { found } = cache;
    const { answer } = held;
    const octets = found.octets.subarray(found.messageStart, found.messageStart + answer.octets.length);
    if (Buffer.compare(octets, answer.octets) !== 0) return `step ${step}: other octets`;
    if (found.ageSeconds !== Math.floor(ageMs / 1000)) return `step ${step}: other age`;
    if (found.stale !== ageMs >= answer.ttlSeconds * 1000) return `step ${step}: other staleness`;
    if (found.messageLength !== answer.messageLength || found.edeLength !== answer.edeLength)
      return `step ${step}: other lengths`;
    if (cache.size > 1 << 16 || cache.entries > 700) return `step ${step}: it grew`;
  }
  if (lost === 0 || cache.evicted === 0) return 'nothing was ever evicted: the test is too small';
  return undefined;
}

t.test('it agrees with a plain map over a million operations', (t) => {
  for (const seed of [1, 2, 3, 4]) t.equal(disagreement(seed, 250_000), undefined, `seed ${seed}`);
  t.end();
});
