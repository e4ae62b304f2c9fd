// The traffic of a household, made up: names by their popularity, some devices, days with quiet nights, a sixth of it blocked. The same
// for the same seed.
import { parseName } from '../../src/dns/name-text.ts';
import { VERDICT } from '../../src/policy/judge.ts';
import { FLAG } from '../../src/querylog/record-layout.ts';
import { STEP } from '../../src/server/step.ts';
import type { ClientName, ReasonsNotice, StateNotice } from '../../src/querylog/messages.ts';
import type { BatchWriter } from '../../test/support/batch-writer.ts';
import { makeUpNames } from '../names/made-up-names.ts';
import { seededRandom } from '../names/seeded-random.ts';

/** Names that the household asks for, and how fast they get rarer. */
const NAMES = 20_000;
const STEEPNESS = 0.95;
const CLIENTS = 40;
const VLANS = ['home', 'iot', 'guests', 'work', 'kids'];
const LISTS = ['ads', 'trackers', 'malware', 'smart-tv'];
const BLOCKED_SHARE = 0.17;
const CACHED_SHARE = 0.72;
const DAY_MS = 86_400_000;

/** A query, for formats that are written row by row. */
export interface HouseholdQuery {
  readonly unixMs: number;
  readonly name: string;
  readonly client: string;
  readonly type: number;
  readonly rcode: number;
  readonly blockedBy: string | undefined;
  readonly cached: boolean;
  readonly waitedUs: number;
}

/** What a worker tells before its batches. */
export interface StateNotices {
  readonly state: StateNotice;
  readonly reasons: ReasonsNotice['reasons'];
  readonly clients: readonly ClientName[];
}

/** What happens to a name. */
interface Known {
  readonly text: string;
  readonly wire: Uint8Array;
  readonly reason: number;
  readonly depth: number;
  readonly rcode: number;
}

const TYPES = [1, 1, 1, 1, 28, 28, 28, 65, 65, 12] as const;

/** Makes queries. */
export class Household {
  /** What the numbers mean. */
  readonly told: StateNotices;
  readonly #random: () => number;
  readonly #known: readonly Known[];
  readonly #ranks: Float64Array;
  readonly #clients: readonly string[];
  readonly #perDay: number;
  #unixMs: number;

  /** So many queries a day, from a time on. */
  constructor(fromMs: number, perDay: number, seed = 14) {
    this.#random = seededRandom(seed);
    this.#unixMs = fromMs;
    this.#perDay = perDay;
    this.#clients = Array.from({ length: CLIENTS }, (_, place) =>
      place % 4 === 3 ? `2001:db8::${place + 10}` : `192.0.2.${place + 10}`,
    );
    this.#known = makeUpNames(NAMES, seed).map((text) => this.#toKnown(text));
    this.#ranks = new Float64Array(NAMES);
    let sum = 0;
    for (let rank = 0; rank < NAMES; rank++) this.#ranks[rank] = sum += 1 / (rank + 1) ** STEEPNESS;
    this.told = this.#tell();
  }

  /** The next query, as a record of a batch and, where asked for, as a query. */
  next(writer: BatchWriter, tell?: (query: HouseholdQuery) => void): void {
    const random = this.#random;
    this.#unixMs += this.#gap();
    const known = this.#known[this.#rank()]!;
    const place = Math.floor(random() ** 1.6 * CLIENTS);
    const client = this.#clients[place]!;
    const isBlocked = known.reason !== 0;
    const isCached = !isBlocked && random() < CACHED_SHARE;
    const qtype = TYPES[Math.floor(random() * TYPES.length)]!;
    const waitedUs = isBlocked || isCached ? 0 : Math.round(2000 + 60_000 * random() ** 4);
    const rcode = isBlocked ? 0 : known.rcode;
    const ends = isBlocked
      ? {
          step: STEP.BLOCKED,
          verdict: VERDICT.BLOCKED_BY_LIST,
          depth: known.depth,
          error: 15,
          flags: FLAG.BLOCKED,
        }
      : { step: STEP.PASSED, flags: isCached ? FLAG.HIT : 0 };
    writer.add({
      ...ends,
      unixMs: Math.floor(this.#unixMs),
      name: known.wire,
      client,
      vlan: place % VLANS.length,
      policy: place % 2,
      qtype,
      rcode,
      reason: known.reason,
      set: 0,
      server: waitedUs === 0 ? 0xffff : random() < 0.8 ? 0 : 1,
      waitedUs,
    });
    tell?.({
      unixMs: Math.floor(this.#unixMs),
      name: known.text,
      client,
      type: qtype,
      waitedUs,
      cached: isCached,
      rcode,
      blockedBy: isBlocked ? LISTS[known.reason % LISTS.length] : undefined,
    });
  }

  #toKnown(text: string): Known {
    const random = this.#random;
    const isBlocked = random() < BLOCKED_SHARE;
    return {
      text,
      wire: parseName(text),
      reason: isBlocked ? 1 + Math.floor(random() * LISTS.length * 3) : 0,
      depth: 2 + Math.floor(random() * 2),
      rcode: random() < 0.04 ? 3 : 0,
    };
  }

  #tell(): StateNotices {
    const state = {
      epoch: 1,
      vlans: VLANS.map((name) => ({ name, clients: [] })),
      policies: ['adults', 'children'].map((name) => ({ name, mode: 'full' as const })),
      sets: ['default'],
      servers: ['192.0.2.1', '192.0.2.2'],
    };
    const reasons = Array.from({ length: LISTS.length * 3 }, (_, place) => {
      const source = LISTS[(place + 1) % LISTS.length]!;
      return { number: place + 1, kind: 'list', source, text: `Blocked by the list ${source}` } as const;
    });
    const clients = this.#clients.map((address, place) => {
      return { vlan: VLANS[place % VLANS.length]!, address, name: `device-${place}` };
    });
    return { state, reasons, clients };
  }

  /** Milliseconds to the next query: long ones at night. */
  #gap(): number {
    const mean = DAY_MS / this.#perDay;
    const hour = (this.#unixMs % DAY_MS) / 3_600_000;
    const business = 1 + 0.8 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
    return (-Math.log(1 - this.#random()) * mean) / business;
  }

  #rank(): number {
    const wanted = this.#random() * this.#ranks.at(-1)!;
    let [low, high] = [0, NAMES - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ranks[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
