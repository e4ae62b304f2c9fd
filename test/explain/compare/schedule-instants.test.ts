// The instants at which two policies are compared: where other schedules hold together, each combination once.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig } from '../../../src/config/reader.ts';
import { instantsOf } from '../../../src/explain/compare/schedule-instants.ts';
import { openZone } from '../../../src/time/zone.ts';

// A Tuesday.
const NOON_MS = Date.parse('2026-12-01T12:00Z');

const root = t.testdir();

/** The policy of a configuration with these schedules. */
function policyWith(schedules: readonly string[]) {
  const file = join(mkdtempSync(join(root, 'config-')), 'vlandns.yaml');
  writeFileSync(
    file,
    `vlans: { kids: { listen: ["127.0.0.1:5300"], subnets: [127.0.0.0/8], policy: kids } }
policies: { kids: { schedules: [${schedules.join(', ')}] } }
`,
  );
  const [policy] = parseConfig(file).policies;
  if (policy === undefined) throw new Error('there is a policy');
  return policy;
}

const NIGHT = '{ name: night, from: "21:00", to: "06:30", block: everything }';
const SCHOOL =
  '{ name: school, days: [tue, wed], from: "08:00", to: "13:00", block: { rules: [x.example] } }';
const LATE = '{ name: night, from: "22:00", to: "06:30", block: everything }';

const CASES: readonly (readonly [
  what: string,
  before: readonly string[],
  after: readonly string[],
  texts: readonly string[],
])[] = [
  ['none on either side', [], [], []],
  ['the same on both', [NIGHT, SCHOOL], [NIGHT, SCHOOL], []],
  ['one that is new, and holds at night', [], [NIGHT], ['Tue 21:00: night']],
  ['one that is gone', [NIGHT], [], ['Tue 21:00: night']],
  ['one that begins later', [NIGHT], [LATE], ['Tue 21:00: night', 'Tue 22:00: night']],
  ['one that holds now as well', [], [SCHOOL], ['Tue 13:00: no schedule']],
  ['several', [NIGHT], [NIGHT, SCHOOL], ['Tue 13:00: no schedule', 'Tue 21:00: night']],
];

t.test('instants follow from schedules that differ', async (t) => {
  const zone = await openZone('UTC');
  for (const [what, before, after, texts] of CASES) {
    const pair = { before: policyWith(before), after: policyWith(after) };
    const found = instantsOf(pair, { before: zone, after: zone }, NOON_MS);
    t.strictSame(
      found.map(({ text }) => text),
      texts,
      what,
    );
  }
});

t.test('the same schedules in another zone are others', async (t) => {
  const [one, other] = [await openZone('UTC'), await openZone('Europe/Berlin')];
  const policy = policyWith([NIGHT]);
  const found = instantsOf({ before: policy, after: policy }, { before: one, after: other }, NOON_MS);
  t.strictSame(
    found.map(({ atMs }) => new Date(atMs).toISOString()),
    ['2026-12-01T20:00:00.000Z', '2026-12-01T21:00:00.000Z', '2026-12-02T05:30:00.000Z'],
  );
});
