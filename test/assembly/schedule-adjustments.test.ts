// What schedules make of policies at a moment, put together as in service and asked as explain asks.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { EMPTY_DESK } from '../../src/assembly/adjustments.ts';
import { assemble } from '../../src/assembly/assemble.ts';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { parseName } from '../../src/dns/name-text.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { TYPE } from '../../src/dns/numbers.ts';
import { choosePolicy, Decider } from '../../src/explain/decision.ts';
import { NameLayers } from '../../src/local/name-layer.ts';
import { NO_LISTS } from '../../src/lists/compiled-lists.ts';
import { activeTexts, nextText } from '../../src/schedules/times.ts';
import type { Serving } from '../../src/server/serving.ts';

const CONFIG = `
vlans:
  kids: { listen: ['127.0.0.1:5300'], subnets: [192.0.2.0/24], policy: kids }
  teens: { listen: ['127.0.0.2:5300'], subnets: [198.51.100.0/24], policy: teens }
  servers: { listen: ['127.0.0.3:5300'], subnets: [203.0.113.0/24], policy: open }
policies:
  open: {}
  kids:
    block: { rules: [casino.example] }
    allow: { rules: [school.example, chess.games.example] }
    schedules:
      - { name: bedtime, days: [sun, mon, tue, wed, thu], from: "21:00", to: "06:30", block: everything }
      - { name: homework, days: weekdays, from: "15:00", to: "17:00", block: { rules: [games.example, '/^vid[0-9]/'] } }
      - { name: dinner, from: "16:30", to: "18:00", block: { rules: [chat.example] } }
  teens:
    extends: kids
    schedules:
      - { name: bedtime, from: "23:00", to: "06:30", block: everything }
server: { time_zone: Europe/Berlin }
`;

/** 2040-01-02 is a Monday; Berlin is an hour ahead. */
const MONDAY = '2040-01-02';

async function serveAt(t: Test, at: string, knownMs?: number): Promise<Serving> {
  const folder = mkdtempSync(join(tmpdir(), 'vlandns-schedules-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'vlandns.yaml'), CONFIG);
  const prepared = await parsePrepared(join(folder, 'vlandns.yaml'), () => undefined);
  return assemble({
    generation: 1,
    unixMs: Date.parse(at),
    ...(knownMs !== undefined && { knownMs }),
    prepared,
    house: prepared.house,
    desk: EMPTY_DESK,
    lists: NO_LISTS,
    numbers: new Map([['default', 0]]),
    sets: new Map(),
    clients: new Map(),
    nameLayers: new NameLayers(),
    prefixes: new Map(),
  });
}

/** What is decided on a name for a VLAN, with what won. */
function decide(serving: Serving, vlan: string, name: string): string {
  const choice = choosePolicy(serving, { vlan });
  if (typeof choice === 'string') return choice;
  const view = new NameView();
  view.setWire(parseName(name));
  const { is, because } = new Decider(serving).decide(choice.policy, view, TYPE.A);
  return `${is}: ${because}`;
}

const NOTHING = 'allowed: no rule and no list speaks about it';
const BEDTIME = 'blocked: schedule bedtime until 06:30 blocks what no rule of the house allows';

t.test(
  'a schedule blocks while it holds, and rules of the policy that allow come before everything',
  async (t) => {
    const table: [when: string, at: string, vlan: string, name: string, decided: string][] = [
      ['before all', `${MONDAY}T12:00Z`, 'kids', 'games.example', NOTHING],
      [
        'at homework',
        `${MONDAY}T14:00Z`,
        'kids',
        'a.games.example',
        'blocked: blocked by name: games.example (schedule homework until 17:00)',
      ],
      [
        'at homework',
        `${MONDAY}T14:00Z`,
        'kids',
        'vid7.example',
        'blocked: rule /^vid[0-9]/ (schedule homework until 17:00)',
      ],
      [
        'at homework',
        `${MONDAY}T14:00Z`,
        'kids',
        'chess.games.example',
        'allowed: allowed by name: chess.games.example',
      ],
      ['at homework', `${MONDAY}T14:00Z`, 'kids', 'chat.example', NOTHING],
      ['at homework', `${MONDAY}T14:00Z`, 'servers', 'games.example', NOTHING],
      [
        'with dinner begun',
        `${MONDAY}T15:30Z`,
        'kids',
        'chat.example',
        'blocked: blocked by name: chat.example (schedule dinner until 18:00)',
      ],
      [
        'with dinner begun',
        `${MONDAY}T15:30Z`,
        'kids',
        'games.example',
        'blocked: blocked by name: games.example (schedule homework until 17:00)',
      ],
      ['with homework over', `${MONDAY}T16:00Z`, 'kids', 'games.example', NOTHING],
      [
        'what is always blocked',
        `${MONDAY}T14:00Z`,
        'kids',
        'casino.example',
        'blocked: blocked by name: casino.example',
      ],
      ['at bedtime', `${MONDAY}T20:00Z`, 'kids', 'video.example', BEDTIME],
      [
        'at bedtime',
        `${MONDAY}T21:00Z`,
        'kids',
        'school.example',
        'allowed: allowed by name: school.example',
      ],
      ['for those with a bedtime of their own', `${MONDAY}T20:00Z`, 'teens', 'video.example', NOTHING],
      ['for those with a bedtime of their own', `${MONDAY}T22:00Z`, 'teens', 'video.example', BEDTIME],
      [
        'what they inherit',
        `${MONDAY}T14:00Z`,
        'teens',
        'games.example',
        'blocked: blocked by name: games.example (schedule homework until 17:00)',
      ],
    ];
    for (const [when, at, vlan, name, decided] of table)
      t.equal(decide(await serveAt(t, at), vlan, name), decided, `${when}, ${vlan}: ${name}`);
  },
);

t.test('a state ends when the first schedule begins or ends, and each policy has its own', async (t) => {
  const serving = await serveAt(t, `${MONDAY}T15:00Z`);
  t.equal(serving.validUntilMs, Date.parse(`${MONDAY}T15:30Z`));
  const endOf = (vlan: string): number | undefined => serving.vlans.get(vlan)?.policy.changesAtMs;
  t.equal(endOf('kids'), Date.parse(`${MONDAY}T15:30Z`));
  t.equal(endOf('servers'), Infinity);
  t.strictSame(activeTexts(serving.times, 'kids'), ['homework until 17:00']);
  t.equal(nextText(serving.times, 'kids'), 'dinner at Mon 16:30');
  t.equal(nextText(serving.times, 'open'), undefined);
});

t.test('with a clock that is plainly wrong every schedule holds, until it shows what is known', async (t) => {
  const known = Date.parse(`${MONDAY}T12:00Z`);
  const serving = await serveAt(t, '2020-01-01T12:00Z', known);
  t.ok(serving.times.isClockWrong);
  t.match(decide(serving, 'kids', 'video.example'), 'bedtime while the clock is wrong blocks what');
  t.match(
    decide(serving, 'kids', 'games.example'),
    /^blocked: .*\(schedule homework while the clock is wrong\)/,
  );
  t.equal(decide(serving, 'servers', 'games.example'), NOTHING);
  t.equal(serving.validUntilMs, known);
  const right = await serveAt(t, `${MONDAY}T12:00Z`, known);
  t.notOk(right.times.isClockWrong);
  t.equal(decide(right, 'kids', 'games.example'), NOTHING);
});
