// What adjustments make of a policy: what is granted and denied, a closing, a pause, and which of several holds.
import t from 'tap';

import { NameView } from '../../src/dns/name-view.ts';
import { parseName } from '../../src/dns/name-text.ts';
import { addUp, adjustmentsKey } from '../../src/policy/adjustment.ts';
import type { Adjustment } from '../../src/policy/adjustment.ts';
import { Judge, VERDICT } from '../../src/policy/judge.ts';
import type { Use } from '../../src/policy/verdict-table.ts';
import { makeServing } from '../support/serving.ts';

const VERDICT_NAMES = new Map(Object.entries(VERDICT).map(([name, number]) => [number, name]));

const HOUSE_SOURCES = [
  {
    source: { kind: 'service', name: 'video', file: 'video.yaml' } as const,
    rules: [{ text: 'video.example', action: 'block' as const, line: 1 }],
  },
  {
    source: { kind: 'desk', name: 'kids', file: 'desk.yaml' } as const,
    rules: [
      { text: 'homework.video.example', action: 'block' as const, line: 1 },
      { text: 'casino.example', action: 'allow' as const, line: 2 },
    ],
  },
];

function adjustment(change: Partial<Omit<Adjustment, 'uses'>> & { uses?: Record<string, Use> }): Adjustment {
  const { uses = {}, ...rest } = change;
  return {
    text: 'for a while',
    lists: [],
    blocksAll: false,
    pauses: false,
    ...rest,
    uses: new Map(Object.entries(uses)),
  };
}

/** What the policy kids, adjusted, says of each name, those that are passed left out. */
function verdictsOf(adjustments: readonly Adjustment[]): Record<string, string> {
  const serving = makeServing({
    policies: {
      kids: { block: ['casino.example', 'games.example'], allow: ['school.example'], blockLists: ['ads'] },
    },
    lists: { ads: ['ads.example'], night: ['social.example'] },
    houseSources: HOUSE_SOURCES,
    adjusted: { kids: { adjustments } },
  });
  const judge = new Judge(serving.book);
  const view = new NameView();
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    view.setWire(parseName(name));
    const verdict = judge.judge(serving.policies[0]!, view);
    if (verdict !== VERDICT.PASS) found[name] = VERDICT_NAMES.get(verdict) ?? '';
  }
  return found;
}

const NAMES = [
  'casino.example',
  'games.example',
  'school.example',
  'video.example',
  'homework.video.example',
  'ads.example',
  'social.example',
  'other.example',
];

const PLAIN = {
  'casino.example': 'BLOCKED_BY_RULE',
  'games.example': 'BLOCKED_BY_RULE',
  'school.example': 'ALLOWED',
  'ads.example': 'BLOCKED_BY_LIST',
};

const CLOSED = Object.fromEntries(NAMES.map((name) => [name, 'BLOCKED_BY_CLOSING']));

const VIDEO = ['video.example', 'homework.video.example'];
const allOf = (names: readonly string[], verdict: string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, verdict]));

const CASES: readonly (readonly [string, readonly Adjustment[], Record<string, string>])[] = [
  ['without any, the policy is as it is configured', [], PLAIN],
  [
    'a service that is blocked for a while is blocked by its names',
    [adjustment({ uses: { 'service video': 'as written' } })],
    { ...PLAIN, ...allOf(VIDEO, 'BLOCKED_BY_RULE') },
  ],
  [
    'a list that blocks for a while adds up with those of the policy',
    [adjustment({ lists: ['night'] })],
    { ...PLAIN, 'social.example': 'BLOCKED_BY_LIST' },
  ],
  [
    'a closing leaves what the house allows or blocks by name as it is',
    [adjustment({ blocksAll: true })],
    { ...CLOSED, ...PLAIN, 'ads.example': 'BLOCKED_BY_CLOSING' },
  ],
  [
    'what is granted is let through a closing',
    [adjustment({ blocksAll: true }), adjustment({ uses: { 'service video': 'grant' } })],
    { ...CLOSED, ...PLAIN, 'ads.example': 'BLOCKED_BY_CLOSING', ...allOf(VIDEO, 'ALLOWED') },
  ],
  [
    'what is granted is let through although a nearer name is denied',
    [adjustment({ uses: { 'service video': 'grant', 'desk kids': 'deny' } })],
    { ...PLAIN, ...allOf(VIDEO, 'ALLOWED') },
  ],
  [
    'what is denied is blocked although a rule allows what is nearer',
    [adjustment({ uses: { 'service video': 'deny', 'desk kids': 'allow' } })],
    { ...PLAIN, ...allOf(VIDEO, 'BLOCKED_BY_RULE') },
  ],
  [
    'rules of the desk count as they are written, and allow wins a tie',
    [adjustment({ uses: { 'desk kids': 'as written' } })],
    { ...PLAIN, 'casino.example': 'ALLOWED', 'homework.video.example': 'BLOCKED_BY_RULE' },
  ],
  ['a pause blocks nothing', [adjustment({ pauses: true })], {}],
  [
    'a pause takes a closing away, and leaves what is denied',
    [
      adjustment({ blocksAll: true, lists: ['night'], uses: { 'desk kids': 'as written' } }),
      adjustment({ uses: { 'service video': 'deny' } }),
      adjustment({ pauses: true }),
    ],
    allOf(VIDEO, 'BLOCKED_BY_RULE'),
  ],
  [
    'of a grant and a denial of the same, the later holds',
    [adjustment({ uses: { 'service video': 'grant' } }), adjustment({ uses: { 'service video': 'deny' } })],
    { ...PLAIN, ...allOf(VIDEO, 'BLOCKED_BY_RULE') },
  ],
  [
    'what denies everything blocks what rules allow and what was granted before, and not what is granted later',
    [
      adjustment({ uses: { 'desk kids': 'grant' } }),
      adjustment({ everything: 'deny' }),
      adjustment({ uses: { 'service video': 'grant' } }),
    ],
    { ...CLOSED, ...allOf(VIDEO, 'ALLOWED') },
  ],
  [
    'no pause opens what is denied as a whole',
    [adjustment({ everything: 'deny' }), adjustment({ pauses: true })],
    CLOSED,
  ],
  [
    'what grants everything opens what was denied before, and not what is denied later',
    [
      adjustment({ everything: 'deny' }),
      adjustment({ uses: { 'desk kids': 'deny' } }),
      adjustment({ blocksAll: true, everything: 'grant' }),
      adjustment({ uses: { 'service video': 'deny' } }),
    ],
    allOf(VIDEO, 'BLOCKED_BY_RULE'),
  ],
];

for (const [title, adjustments, expected] of CASES)
  t.test(title, async (t) => {
    t.same(verdictsOf(adjustments), expected);
  });

t.test('of several that block every name, the first is told', async (t) => {
  const bedtime = adjustment({ text: 'schedule bedtime', blocksAll: true });
  const exam = adjustment({ text: 'schedule exam', blocksAll: true });
  t.equal(addUp([adjustment({}), bedtime, exam]).closedBy, 'schedule bedtime');
});

t.test('adjustments with another use of a source, list or text are others', async (t) => {
  const changes = [
    {},
    { uses: { 'service video': 'grant' } },
    { uses: { 'service video': 'deny' } },
    { lists: ['night'] },
    { blocksAll: true },
    { pauses: true },
    { everything: 'grant' },
    { everything: 'deny' },
    { text: 'schedule bedtime' },
  ] as const;
  const keys = changes.map((change) => adjustmentsKey([adjustment(change)]));
  t.equal(new Set(keys).size, changes.length);
  t.equal(adjustmentsKey([adjustment(changes[1])]), keys[1]);
});
