// Decisions of whole configurations, on policies, clients, names, types and times, against a model that is written from DESIGN alone:
// worlds are made by chance from a seed, written as a configuration, and asked.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { NameLayers } from '../../src/local/name-layer.ts';
import type { Test } from 'tap';
import { EMPTY_DESK } from '../../src/assembly/adjustments.ts';
import type { Desk } from '../../src/assembly/adjustments.ts';
import type { ScopedAdjustment } from '../../src/assembly/clients/scoped-adjustment.ts';
import { assemble } from '../../src/assembly/assemble.ts';
import { houseOf } from '../../src/assembly/house-of.ts';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { parseName } from '../../src/dns/name-text.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { toType } from '../../src/dns/numbers.ts';
import { choosePolicy, Decider } from '../../src/explain/decision.ts';
import { buildOffline } from '../../src/explain/offline.ts';
import type { Use } from '../../src/policy/verdict-table.ts';
import type { Serving } from '../../src/server/serving.ts';
import { decide } from '../support/decision-model.ts';
import type {
  ModelDesk,
  ModelEntry,
  ModelPolicy,
  ModelQuestion,
  ModelRecord,
  ModelSchedule,
  ModelWorld,
} from '../support/decision-model.ts';
import { makeRandom } from '../support/rule-model.ts';
import { parsePrefix } from '../support/serving.ts';

const WORLDS = 8;
const QUESTIONS = 400;
/** A Monday. */
const FIRST_MS = Date.UTC(2026, 10, 30);
const DAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const LISTS = ['one', 'two', 'three'];
const TYPES = ['A', 'AAAA', 'HTTPS', 'TXT'];
const ADDRESSES = ['192.0.2.7', '192.0.2.20', '192.0.2.21', '192.0.2.200', '198.51.100.7'];
const POLICIES = ['mild', 'strict', 'walled'];

/** Makes worlds. */
class Chance {
  readonly #random: (below: number) => number;

  constructor(seed: number) {
    this.#random = makeRandom(seed);
  }

  below(limit: number): number {
    return this.#random(limit);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.#random(from.length)]!;
  }

  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#random(most + 1) }, make);
  }

  name(): string {
    const labels = Array.from({ length: this.#random(4) }, () => this.pick(['a', 'b', 'c']));
    return [...labels, this.pick(['x', 'y']), 'example'].join('.');
  }

  rule(): string {
    return `${this.pick(['', '', '*.'])}${this.name()}`;
  }

  entry(): ModelEntry {
    return {
      scope: this.pick(['name', 'subtree', 'below']),
      name: this.name(),
      isException: this.below(5) === 0,
      isImportant: this.below(6) === 0,
      ...(this.below(6) === 0 && { type: this.pick(['AAAA', 'HTTPS']) }),
    };
  }

  schedule(name: string): ModelSchedule {
    const days = [0, 1, 2, 3, 4, 5, 6].filter(() => this.below(2) === 0);
    const everything = this.below(2) === 0;
    return {
      name,
      days: days.length === 0 ? [1] : days,
      fromMinutes: this.below(1440),
      toMinutes: this.below(1440),
      except: this.some(1, () => this.pick(['2026-12-01', '2026-12-02', '2026-12-05'])),
      block: everything
        ? 'everything'
        : { rules: [this.rule()], lists: this.some(1, () => this.pick(['one', 'two'])) },
    };
  }

  policy(name: string): ModelPolicy {
    const allowLists = this.below(3) === 0 ? ['three'] : [];
    const block = [...new Set(this.some(3, () => this.rule()))];
    const schedules = this.some(2, () => 0).map((_, index) => this.schedule(`s${index}`));
    const scheduled = schedules.flatMap((schedule) =>
      schedule.block === 'everything' ? [] : schedule.block.rules,
    );
    return {
      name,
      block,
      // check refuses what stands on both sides.
      allow: [...new Set(this.some(3, () => this.rule()))].filter(
        (rule) => !block.includes(rule) && !scheduled.includes(rule),
      ),
      blockLists: LISTS.filter((list) => this.below(2) === 0 && !allowLists.includes(list)),
      allowLists,
      only: name === 'walled',
      blocksBypass: this.below(2) === 0,
      schedules,
    };
  }

  record(): ModelRecord {
    const isAlias = this.below(3) === 0;
    const zone = this.pick(
      isAlias ? ['home.arpa', 'lan.example'] : ['home.arpa', 'lan.example', 'c.x.example'],
    );
    const name = `${this.pick(['', '*.'])}${this.pick(['a.', 'b.', ''])}${zone}`;
    return isAlias ? { name, leadsTo: this.name() } : { name };
  }

  records(): ModelRecord[] {
    const byName = new Map(this.some(4, () => this.record()).map((record) => [record.name, record]));
    return [...byName.values()];
  }

  deskEntry(): ModelDesk {
    const address = this.below(2) === 0 ? this.pick(ADDRESSES.slice(0, 4)) : undefined;
    return {
      does: this.pick(['grant', 'deny', 'block', 'allow', 'pause']),
      name: this.rule(),
      for:
        this.below(3) === 0
          ? { policy: this.pick(POLICIES) }
          : { vlan: 'kids', ...(address !== undefined && { address }) },
      untilMs: FIRST_MS + this.below(7 * 1440) * 60_000,
    };
  }

  world(): ModelWorld {
    return {
      policies: POLICIES.map((name) => this.policy(name)),
      vlans: [
        {
          name: 'kids',
          policy: this.pick(POLICIES),
          clients: [
            { prefix: '192.0.2.16/28', addresses: ['192.0.2.20', '192.0.2.21'], policy: 'strict' },
            { prefix: '192.0.2.20/32', addresses: ['192.0.2.20'], policy: 'walled' },
          ],
          records: this.records(),
        },
        { name: 'lab', policy: 'mild', clients: [], records: [] },
      ],
      lists: Object.fromEntries(
        LISTS.map((list) => [
          list,
          this.some(6, () => this.entry()).map((entry) =>
            list === 'three' ? { ...entry, isException: false, isImportant: false } : entry,
          ),
        ]),
      ),
      records: this.records(),
      desk: this.some(4, () => this.deskEntry()),
      canaries: ['use-application-dns.net'],
      bypassNames: ['dns.google'],
      specialZones: ['home.arpa', 'local', 'invalid', 'localhost'],
    };
  }

  question(): ModelQuestion {
    const address = this.pick(ADDRESSES);
    const other = [
      'use-application-dns.net',
      'dns.google',
      'www.dns.google',
      'tv.local',
      'a.home.arpa',
      'q.a.lan.example',
    ];
    return {
      vlan: address.startsWith('192') ? 'kids' : 'lab',
      address,
      name: this.below(5) === 0 ? this.pick(other) : this.name(),
      type: this.pick(TYPES),
      unixMs: FIRST_MS + this.below(8 * 1440) * 60_000 + this.pick([0, 1, 59_999]),
    };
  }
}

/** The world as a configuration. */
function toConfig({ vlans, policies, records }: ModelWorld): string {
  const subnets: Record<string, string> = { kids: '192.0.2.0/24', lab: '198.51.100.0/24' };
  const config = {
    vlans: Object.fromEntries(
      vlans.map(({ name, policy, clients, records: own }, index) => [
        name,
        {
          listen: [`127.0.0.1:${5300 + index}`],
          subnets: [subnets[name]],
          policy,
          clients: clients.map(({ prefix, policy: other }) => ({ address: prefix, policy: other })),
          records: own.map(toLine),
        },
      ]),
    ),
    policies: Object.fromEntries(policies.map((policy) => [policy.name, toPolicy(policy)])),
    lists: Object.fromEntries(
      LISTS.map((list) => [list, { sources: [{ file: `${list}.txt`, format: 'adguard' }] }]),
    ),
    upstreams: { default: ['192.0.2.53'] },
    records: records.map(toLine),
    server: { state: 'state', time_zone: 'UTC' },
  };
  // JSON is YAML.
  return JSON.stringify(config, null, 1);
}

function toPolicy(policy: ModelPolicy): object {
  const timeText = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return {
    block: { rules: policy.block, lists: policy.blockLists },
    allow: { rules: policy.allow, lists: policy.allowLists },
    only: policy.only,
    bypass: policy.blocksBypass ? 'block' : 'allow',
    schedules: policy.schedules.map(({ name, days, fromMinutes, toMinutes, except, block }) => ({
      name,
      days: days.map((day) => DAY_NAMES[day]),
      from: timeText(fromMinutes),
      to: timeText(toMinutes),
      except,
      block,
    })),
  };
}

function toLine({ name, leadsTo }: ModelRecord): string {
  return leadsTo === undefined ? `${name}. A 192.0.2.99` : `${name}. CNAME ${leadsTo}.`;
}

function toListLine({ scope, name, isException, isImportant, type }: ModelEntry): string {
  const options = [...(isImportant ? ['important'] : []), ...(type === undefined ? [] : [`dnstype=${type}`])];
  const start = { name: '|', subtree: '||', below: '||*.' }[scope];
  return `${isException ? '@@' : ''}${start}${name}^${options.length === 0 ? '' : `$${options.join(',')}`}`;
}

/** The desk as the assembly takes it. */
function toDesk({ desk }: ModelWorld): Desk {
  const named = desk.map((entry, index) => ({ entry, id: `d${index}` }));
  const useOf: Record<ModelDesk['does'], Use> = {
    grant: 'grant',
    deny: 'deny',
    block: 'as written',
    allow: 'as written',
    pause: 'none',
  };
  return {
    ...EMPTY_DESK,
    sources: named.map(({ entry: { name, does }, id }) => ({
      source: { kind: 'desk', name: id, file: 'desk.yaml' },
      rules: [{ text: name, action: does === 'allow' ? 'allow' : 'block', line: 1 }],
    })),
    adjustments: named.map(({ entry, id }): ScopedAdjustment => {
      const { for: scope } = entry;
      return {
        text: id,
        uses: new Map([[`desk ${id}`, useOf[entry.does]]]),
        lists: [],
        patterns: [],
        blocksAll: false,
        pauses: entry.does === 'pause',
        untilMs: entry.untilMs,
        scope:
          'policy' in scope || scope.address === undefined
            ? scope
            : { vlan: scope.vlan, client: { prefix: parsePrefix(`${scope.address}/32`) } },
      };
    }),
  };
}

/** The world as it is served, at a moment that changes with each question. */
async function serve(t: Test, world: ModelWorld): Promise<Serving> {
  const folder = mkdtempSync(join(tmpdir(), 'vlandns-decisions-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [list, entries] of Object.entries(world.lists))
    writeFileSync(join(folder, `${list}.txt`), ['! a list', ...entries.map(toListLine), ''].join('\n'));
  writeFileSync(join(folder, 'vlandns.yaml'), toConfig(world));
  const prepared = await parsePrepared(join(folder, 'vlandns.yaml'), () => {});
  const offline = await buildOffline(prepared);
  t.teardown(() => offline.close());
  const desk = toDesk(world);
  return assemble({
    generation: 1,
    unixMs: FIRST_MS,
    prepared,
    house: houseOf({ prepared, desk }),
    desk,
    lists: offline.lists,
    numbers: new Map([['default', 0]]),
    sets: new Map(),
    clients: new Map(),
    nameLayers: new NameLayers(),
    prefixes: new Map(),
  });
}

/** What the program decides. */
function decidedBy(serving: Serving, { vlan, address, name, type, unixMs }: ModelQuestion): string {
  const state = serving.at(unixMs);
  const choice = choosePolicy(state, { vlan, client: address });
  if (typeof choice === 'string') return choice;
  const view = new NameView();
  view.setWire(parseName(name));
  const decider = new Decider(state);
  decider.local = choice.vlan.local;
  const decision = decider.decide(choice.policy, view, toType(type));
  return `${decision.is}: ${decision.because}`;
}

for (let seed = 1; seed <= WORLDS; seed++)
  t.test(`world ${seed} is decided on as DESIGN says`, async (t) => {
    const chance = new Chance(seed);
    const world = chance.world();
    const serving = await serve(t, world);
    const counts = { blocked: 0, allowed: 0 };
    for (let index = 0; index < QUESTIONS; index++) {
      const asked = chance.question();
      const wanted = decide(world, asked);
      counts[wanted]++;
      const decided = decidedBy(serving, asked);
      if (!decided.startsWith(wanted))
        t.fail(`${JSON.stringify(asked)} is ${wanted}, and was ${decided}`, { world });
    }
    t.ok(counts.blocked > 20 && counts.allowed > 20, `${counts.blocked} blocked, ${counts.allowed} allowed`);
  });
