// What one change at the desk is: when it holds, what changes next, and which two are about the same.
import t from 'tap';
import { holdsAt, isAboutSame, nextChangeOf } from '../../src/desk/desk-entry.ts';
import type { DeskKind } from '../../src/desk/desk-entry.ts';
import { entry } from '../support/desk.ts';

const FROM = Date.parse('2026-12-01T12:00Z');
const HOUR_MS = 3_600_000;
const UNTIL = FROM + HOUR_MS;

t.test(
  'an entry holds until its end, and not at it; what opens holds no more than an hour before it was made',
  (t) => {
    const table: [kind: DeskKind, unixMs: number, holds: boolean][] = [
      ['grant', FROM, true],
      ['grant', UNTIL - 1, true],
      ['grant', UNTIL, false],
      ['deny', UNTIL - 1, true],
      ['deny', UNTIL, false],
      // The clock was set back, or was wrong when it was made.
      ['grant', FROM - HOUR_MS, true],
      ['grant', FROM - HOUR_MS - 1, false],
      ['pause', FROM - HOUR_MS - 1, false],
      ['deny', 0, true],
      ['block', 0, true],
      ['allow', 0, true],
    ];
    for (const [kind, unixMs, holds] of table)
      t.equal(
        holdsAt(entry({ kind, fromMs: FROM, untilMs: UNTIL }), unixMs),
        holds,
        `${kind} at ${unixMs - FROM}`,
      );
    t.end();
  },
);

t.test('what changes next is the first beginning or end behind the moment', (t) => {
  const entries = [
    entry({ fromMs: FROM, untilMs: UNTIL }),
    entry({ fromMs: FROM, untilMs: UNTIL + 5 }),
    entry({ kind: 'allow', fromMs: FROM, untilMs: Infinity }),
  ];
  for (const [unixMs, next] of [
    [0, FROM - HOUR_MS],
    [FROM - HOUR_MS, UNTIL],
    [UNTIL - 1, UNTIL],
    [UNTIL, UNTIL + 5],
    [UNTIL + 5, Infinity],
  ] as const)
    t.equal(nextChangeOf(entries, unixMs), next);
  t.end();
});

t.test('two are about the same that say yes or no to one thing for one scope', (t) => {
  const grant = entry();
  const ofDevice = (name: string, mac?: string) => entry({ scope: { kind: 'address', name, mac } });
  t.ok(isAboutSame(grant, entry({ kind: 'deny' })));
  t.notOk(isAboutSame(grant, entry({ kind: 'block' })), 'a rule stays beside what is for a time');
  t.notOk(isAboutSame(grant, entry({ kind: 'pause' })));
  t.notOk(isAboutSame(grant, entry({ subject: { kind: 'service', name: 'discord' } })));
  t.notOk(
    isAboutSame(grant, entry({ scope: { kind: 'policy', name: 'kids' } })),
    'a policy of the same name',
  );
  const [one, other] = ['00:00:5e:00:53:01', '00:00:5e:00:53:02'];
  t.ok(
    isAboutSame(ofDevice('192.0.2.1', one), ofDevice('192.0.2.2', one)),
    'a device that has another address',
  );
  t.notOk(
    isAboutSame(ofDevice('192.0.2.1', one), ofDevice('192.0.2.1', other)),
    'another device at an address',
  );
  t.ok(isAboutSame(ofDevice('192.0.2.1', one), ofDevice('192.0.2.1')), 'an address whose device nobody knew');
  t.end();
});
