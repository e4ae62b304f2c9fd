// What the role parent may begin and end at the desk, and how much of a day's allowance is left to it.
import t from 'tap';
import type { Asker } from '../../src/access/role.ts';
import { checkMayBegin, checkMayEnd, toldAllowances } from '../../src/api/desk-permission.ts';
import type { PermissionBook } from '../../src/api/desk-permission.ts';
import { ControlError } from '../../src/control/error-codes.ts';
import type { DeskEntry, SpentTime } from '../../src/desk/desk-entry.ts';
import { at, entry, NETWORK, UTC_ZONE } from '../support/desk.ts';

const MINUTE = 60_000;
const NOW = '2026-12-01T12:00Z';
const TODAY = Math.floor(at(NOW) / 86_400_000);
const ADMIN: Asker = { role: 'admin', vlans: [] };
const PARENT: Asker = { role: 'parent', vlans: [] };
const OF_KIDS: Asker = { role: 'parent', vlans: ['kids'] };
const OF_SERVERS: Asker = { role: 'parent', vlans: ['servers'] };

/** A desk on which something was done, where policy kids allows youtube for an hour a day. */
function book(entries: readonly DeskEntry[] = [], spent: readonly SpentTime[] = []): PermissionBook {
  return {
    desk: { state: { entries, spent }, now: () => at(NOW) },
    config: {
      vlans: NETWORK.config.vlans,
      policies: [
        { name: 'kids', allowance: new Map([['youtube', 60 * MINUTE]]) },
        { name: 'open', allowance: new Map() },
      ],
    },
    network: NETWORK,
    zone: UTC_ZONE,
  };
}

/** A grant of a parent from now on, for so many minutes, with what is otherwise. */
function granted(minutes: number, fields: Partial<DeskEntry> = {}): DeskEntry {
  return entry({ role: 'parent', fromMs: at(NOW), untilMs: at(NOW) + minutes * MINUTE, ...fields });
}

/** Why something is forbidden; undefined where it is not. */
function refusalOf(judge: () => void): string | undefined {
  try {
    judge();
    return undefined;
  } catch (error) {
    if (error instanceof ControlError && error.code === 'forbidden') return error.message;
    throw error;
  }
}

t.test('a parent opens something for a time, within what is left of the day', (t) => {
  const discord = { subject: { kind: 'service', name: 'discord' } } as const;
  const hadHalf = book([], [{ vlan: 'kids', what: 'youtube', day: TODAY, ms: 30 * MINUTE }]);
  const yesterday = book([], [{ vlan: 'kids', what: 'youtube', day: TODAY - 1, ms: 60 * MINUTE }]);
  const elsewhere = book([], [{ vlan: 'servers', what: 'youtube', day: TODAY, ms: 60 * MINUTE }]);
  const onServers = { scope: { kind: 'vlan', name: 'servers' } } as const;
  const begun = granted(50, { fromMs: at(NOW) - 10 * MINUTE, untilMs: at(NOW) + 40 * MINUTE });
  const ofLaptop = { scope: { kind: 'client', name: 'tablet' } } as const;
  const table: [
    what: string,
    book: PermissionBook,
    draft: DeskEntry,
    asker: Asker,
    why: RegExp | undefined,
  ][] = [
    ['an hour', book(), granted(60), PARENT, undefined],
    [
      'more than an hour',
      book(),
      granted(61),
      PARENT,
      /allows youtube for 1h a day: 60m are left today in VLAN kids/,
    ],
    ['what is left', hadHalf, granted(30), PARENT, undefined],
    ['more than is left', hadHalf, granted(31), PARENT, /30m are left today/],
    ['what was used up yesterday', yesterday, granted(60), PARENT, undefined],
    ['what was used up in another VLAN', elsewhere, granted(60), PARENT, undefined],
    ['in place of one that goes on: what has passed counts', book([begun]), granted(50), PARENT, undefined],
    ['and what has not is given back', book([begun]), granted(51), PARENT, /50m are left today/],
    [
      'something without an allowance',
      book(),
      granted(1, discord),
      PARENT,
      /no allowance for discord; it has one for youtube/,
    ],
    ['what is denied takes nothing', book(), granted(600, { kind: 'deny' }), PARENT, undefined],
    ['a policy without allowances', book(), granted(600, onServers), PARENT, undefined],
    [
      'a rule that stays',
      book(),
      granted(1, { kind: 'allow', untilMs: Infinity }),
      PARENT,
      /vlandns grant kids youtube 30m$/,
    ],
    [
      'a rule that stays, without allowances',
      book(),
      granted(1, { kind: 'allow', untilMs: Infinity, ...onServers }),
      PARENT,
      undefined,
    ],
    ['over midnight: each day has its own', book(), granted(12 * 60 + 60), PARENT, /60m are left today/],
    ['an admin may do everything', hadHalf, granted(600), ADMIN, undefined],
    ['its own VLAN', book(), granted(60), OF_KIDS, undefined],
    ['another VLAN', book(), granted(1), OF_SERVERS, /VLAN kids is about VLAN kids, and you are for servers/],
    [
      'a client of another VLAN',
      book(),
      granted(1, ofLaptop),
      OF_SERVERS,
      /client tablet is about VLAN kids/,
    ],
  ];
  for (const [what, on, draft, asker, why] of table) {
    const refusal = refusalOf(() => checkMayBegin(on, draft, asker));
    if (why === undefined) t.equal(refusal, undefined, what);
    else t.match(refusal, why, what);
  }
  t.end();
});

t.test('what an admin began is ended by an admin alone, and is in the place of nothing of a parent', (t) => {
  const ofAdmin = entry({ role: 'admin' });
  t.match(
    refusalOf(() => checkMayEnd(book(), ofAdmin, PARENT)),
    /\(abcd\) was made by an admin/,
  );
  t.equal(
    refusalOf(() => checkMayEnd(book(), ofAdmin, ADMIN)),
    undefined,
  );
  t.equal(
    refusalOf(() => checkMayEnd(book(), granted(5), PARENT)),
    undefined,
  );
  t.match(
    refusalOf(() => checkMayEnd(book(), granted(5), OF_SERVERS)),
    /you are for servers/,
  );
  t.match(
    refusalOf(() => checkMayBegin(book([entry({ role: 'admin', kind: 'deny' })]), granted(5), PARENT)),
    /made by an admin/,
    'a grant would take the place of the denial',
  );
  t.end();
});

t.test('what is left is told, of every policy that has an allowance', (t) => {
  t.strictSame(
    toldAllowances(book([granted(20)], [{ vlan: 'kids', what: 'youtube', day: TODAY, ms: 500 }])),
    [{ vlan: 'kids', policy: 'kids', what: 'youtube', secondsADay: 3600, secondsLeft: 2399 }],
  );
  t.end();
});
