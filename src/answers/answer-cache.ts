// Upstream answers by set, question, DO and CD, in one ring of octets. A hit allocates nothing; the oldest leave first,
// but an answer that was asked for since it came goes round once more.
import type { NameView } from '../dns/name-view.ts';
import { AnswerView } from './answer-view.ts';
import { CacheIndex } from './cache-index.ts';
import type { Moment } from '../time/clock.ts';
import { ENTRY_ALIGNMENT, EntryRing } from './entry-ring.ts';
import type { StoredAnswer } from './stored-answer.ts';

/** The key of an answer. One object is kept by the caller and refilled for every query. */
export interface AnswerKey {
  /** Number of the upstream set, 0..65535. */
  setNumber: number;
  name: NameView;
  qtype: number;
  dnssecOk: boolean;
  checkingDisabled: boolean;
}

export interface AnswerCacheOptions {
  /** Octets of memory, index included; 64 KiB to 4 GiB. */
  readonly sizeOctets: number;
  /** How long after its TTL an answer is still found, marked stale; 0 switches this off. RFC 8767. */
  readonly staleSeconds: number;
}

/**
 * 32-bit words of an entry, which is a multiple of 8 octets long. Behind them lie the name, the message, the
 * table of its TTL offsets and the EDE. The times are 64-bit floats in milliseconds.
 */
const WORD = {
  LENGTH: 0, // the ring's
  HASH: 1,
  STORED: 2, // and 3
  TTL: 4, // seconds
  KIND: 5, // set number << 16 | qtype
  BITS: 6, // name length | BIT... | facts << 16 | rcode << 20
  SIZES: 7, // message length | number of TTLs << 16
  EDE: 8, // EDE length
  PASSED: 9, // a bit a policy: inspection lets it through
  PASSED_BY_RULES: 10, // a bit a policy: it does where lists are not asked
  GENERATION: 11, // of the two words before and of UNRULED
  HELD: 12, // and 13: the upstreams must not be asked until then
  UNRULED: 14, // a bit a policy: neither rules nor lists say anything about the name and type
} as const;
const HEADER_OCTETS = 64;

const NAME_LENGTH = 0xff;
const BIT = {
  DO: 0x100,
  CD: 0x200,
  ASKED_FOR: 0x400,
  PREFETCHED: 0x800,
  FAILURE: 0x1000,
  HIT: 0x2000,
  HITS: 0x6000,
};
const FACTS_SHIFT = 16;
const RCODE_SHIFT = 20;

/** Hits after which an entry is worth fetching again before it ends. */
const PREFETCH_HITS = 3;
/** A prefetch is due in the last tenth of the TTL. */
const PREFETCH_FROM = 0.9;
/** Octets of ring for which there is one slot: the smallest entries take about 100. */
const OCTETS_PER_SLOT = 64;
/** An answer may take at most this part of the ring. */
const LARGEST_PART = 1 / 4;
const POLICIES_REMEMBERED = 32;
/** RFC 9520 section 3.2. */
const FAILURE_SECONDS = { MIN: 1, MAX: 300 };

/** How long a failure holds, in seconds, each brought into 1..300 (RFC 9520 section 3.2). */
export interface FailureTimes {
  /** Where no other answer is kept. */
  readonly keptSeconds: number;
  /** Where there is one that can be given meanwhile, however old: RFC 8767 section 5. */
  readonly recheckSeconds: number;
}

/** The cache. Times are milliseconds of a clock that does not jump; an entry's number holds until the next `put`. */
export class AnswerCache {
  /** The answer that `find` found last. */
  readonly found = new AnswerView();
  /** Set by `find`: the entry is often asked for and its TTL is about to end; once for each entry. */
  prefetchDue = false;
  /** Set by `find` with a stale answer: the upstreams failed a moment ago, do not ask them again now. */
  refreshHeld = false;
  /** Number of answers held. */
  entries = 0;
  hits = 0;
  misses = 0;
  /** Answers that left before their time to make room. */
  evicted = 0;
  readonly #staleMs: number;
  readonly #ring: EntryRing;
  readonly #index: CacheIndex;
  readonly #words: Uint32Array;
  readonly #times: Float64Array;
  readonly #largest: number;
  /** What `find` and `put` look for. */
  #key: AnswerKey | undefined;
  #hash = 0;
  #kind = 0;
  #bits = 0;
  #nowMs = 0;
  /** Whether the answer that was shown last is in the last part of its TTL. */
  #isEnding = false;

  constructor(options: AnswerCacheOptions) {
    this.#staleMs = options.staleSeconds * 1000;
    const slots = 2 ** Math.ceil(Math.log2(options.sizeOctets / OCTETS_PER_SLOT));
    const size = options.sizeOctets - slots * Int32Array.BYTES_PER_ELEMENT;
    this.#ring = new EntryRing(size - (size % ENTRY_ALIGNMENT), {
      isKept: (entry) => this.#isKept(entry),
      moved: (from, to) => this.#index.move(this.#words[(to >>> 2) + WORD.HASH]!, from, to),
      dropped: (entry) => this.#dropped(entry),
    });
    this.#words = this.#ring.words;
    this.#times = new Float64Array(this.#words.buffer);
    this.#index = new CacheIndex(slots, {
      isMatch: (entry) => this.#isMatch(entry),
      hashOf: (entry) => this.#words[(entry >>> 2) + WORD.HASH]!,
    });
    this.#largest = size * LARGEST_PART;
  }

  /** Octets of the ring in use. */
  get size(): number {
    return this.#ring.used;
  }

  /** The entry of a key, or -1, whatever its age; nothing is counted or shown. */
  locate(key: AnswerKey): number {
    return this.#entryOf(key);
  }

  /** Gives the entry's number, or -1; shows the answer in `found`. `located` is what `locate` gave for the key. */
  find(key: AnswerKey, now: Moment, located = this.#entryOf(key)): number {
    const entry = this.peek(key, now, located);
    if (entry < 0) this.misses++;
    else {
      this.hits++;
      this.#mark(entry);
    }
    return entry;
  }

  /** Like `find`, but does not count as a use of the answer: no counter grows, and the answer is not kept longer. */
  peek(key: AnswerKey, now: Moment, located = this.#entryOf(key)): number {
    this.prefetchDue = false;
    return located >= 0 && this.#show(located, now) ? located : -1;
  }

  /**
   * Keeps an answer in place of what the key had, and gives its number; -1 when it may not be kept (TTL 0, or larger
   * than a quarter of the cache).
   */
  put(key: AnswerKey, answer: StoredAnswer, nowMs: number): number {
    return this.#store(key, answer, { nowMs, seconds: answer.ttlSeconds, bits: 0 });
  }

  /**
   * Keeps a failure, and gives its number or -1. An answer that the key has stays; once it is stale, `find` sets
   * `refreshHeld` until it is time to ask again.
   */
  putFailure(key: AnswerKey, failure: StoredAnswer, nowMs: number, times: FailureTimes): number {
    const held = this.#entryOf(key);
    if (held >= 0 && !this.#isFailure(held) && nowMs < this.#endMs(held) + this.#staleMs) {
      this.#times[(held + WORD.HELD * 4) >>> 3] = nowMs + within(times.recheckSeconds) * 1000;
      return held;
    }
    return this.#store(key, failure, { nowMs, seconds: within(times.keptSeconds), bits: BIT.FAILURE });
  }

  /**
   * Whether inspection let the answer through for a policy in this state of the service. `rulesOnly`: lists are not asked; an
   * answer that passed with lists passes without them, but not the other way round.
   */
  hasPassed(entry: number, policyNumber: number, generation: number, rulesOnly: boolean): boolean {
    const at = entry >>> 2;
    const words = this.#words;
    if (policyNumber >= POLICIES_REMEMBERED || words[at + WORD.GENERATION] !== generation >>> 0) return false;
    const passed = rulesOnly
      ? words[at + WORD.PASSED]! | words[at + WORD.PASSED_BY_RULES]!
      : words[at + WORD.PASSED]!;
    return (passed & (1 << policyNumber)) !== 0;
  }

  /** Notes that inspection let the answer through; policies from number 32 on are not remembered. */
  notePassed(entry: number, policyNumber: number, generation: number, rulesOnly: boolean): void {
    if (policyNumber >= POLICIES_REMEMBERED) return;
    const at = this.#bitsOf(entry, generation);
    this.#words[at + (rulesOnly ? WORD.PASSED_BY_RULES : WORD.PASSED)]! |= 1 << policyNumber;
  }

  /** Whether it is known that a policy has nothing to say about the entry's name and type in this state of the service. */
  isUnruled(entry: number, policyNumber: number, generation: number): boolean {
    const at = entry >>> 2;
    const words = this.#words;
    return (
      policyNumber < POLICIES_REMEMBERED &&
      words[at + WORD.GENERATION] === generation >>> 0 &&
      (words[at + WORD.UNRULED]! & (1 << policyNumber)) !== 0
    );
  }

  /** Notes that a policy has nothing to say about the entry's name and type; policies from number 32 on are not remembered. */
  noteUnruled(entry: number, policyNumber: number, generation: number): void {
    if (policyNumber >= POLICIES_REMEMBERED) return;
    this.#words[this.#bitsOf(entry, generation) + WORD.UNRULED]! |= 1 << policyNumber;
  }

  /** Where the words of an entry begin, with its bits of policies about this state of the service, and no other. */
  #bitsOf(entry: number, generation: number): number {
    const at = entry >>> 2;
    const words = this.#words;
    if (words[at + WORD.GENERATION] !== generation >>> 0) {
      words[at + WORD.GENERATION] = generation;
      words[at + WORD.PASSED] = words[at + WORD.PASSED_BY_RULES] = words[at + WORD.UNRULED] = 0;
    }
    return at;
  }

  /** Forgets everything, a name, or a name with all below it; gives the number of answers forgotten. */
  flush(name?: NameView, subtree = false): number {
    const before = this.entries;
    if (name === undefined) {
      this.#ring.clear();
      this.#index.clear();
      this.entries = 0;
      return before;
    }
    this.#ring.forEach((entry) => {
      if (this.#isUnder(entry, name, subtree)) this.#remove(entry);
    });
    return before - this.entries;
  }

  #store(
    key: AnswerKey,
    answer: StoredAnswer,
    how: { nowMs: number; seconds: number; bits: number },
  ): number {
    this.#nowMs = how.nowMs;
    const old = this.#entryOf(key);
    if (old >= 0) this.#remove(old);
    const { name } = key;
    const octets = HEADER_OCTETS + name.length + answer.octets.length;
    const length = (octets + ENTRY_ALIGNMENT - 1) & -ENTRY_ALIGNMENT;
    if (how.seconds <= 0 || length > this.#largest) return -1;
    const entry = this.#ring.add(length);
    const at = entry >>> 2;
    const words = this.#words;
    words.fill(0, at + WORD.HASH, at + HEADER_OCTETS / 4);
    words[at + WORD.HASH] = this.#hash;
    words[at + WORD.TTL] = how.seconds;
    words[at + WORD.KIND] = this.#kind;
    words[at + WORD.BITS] =
      this.#bits | how.bits | (answer.facts << FACTS_SHIFT) | (answer.rcode << RCODE_SHIFT);
    words[at + WORD.SIZES] = answer.messageLength | (answer.ttlCount << 16);
    words[at + WORD.EDE] = answer.edeLength;
    this.#times[(entry + WORD.STORED * 4) >>> 3] = how.nowMs;
    const nameAt = entry + HEADER_OCTETS;
    this.#ring.octets.set(name.wire.subarray(0, name.length), nameAt);
    this.#ring.octets.set(answer.octets, nameAt + name.length);
    if (!this.#index.add(this.#hash, entry)) {
      this.#ring.kill(entry);
      return -1;
    }
    this.entries++;
    return entry;
  }

  /** Sets what is looked for, and looks. */
  #entryOf(key: AnswerKey): number {
    const { name } = key;
    this.#key = key;
    this.#kind = (key.setNumber << 16) | key.qtype;
    this.#bits = name.length | (key.dnssecOk ? BIT.DO : 0) | (key.checkingDisabled ? BIT.CD : 0);
    let hash = name.suffixHash(0) ^ Math.imul(this.#kind ^ (this.#bits << 8), 0x9e37_79b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb_352d);
    // A signed number of 32 bits: half of the unsigned ones would be allocated when they are handed on.
    this.#hash = hash ^ (hash >>> 15);
    return this.#index.find(this.#hash);
  }

  #isMatch(entry: number): boolean {
    const at = entry >>> 2;
    const words = this.#words;
    if ((words[at + WORD.HASH]! | 0) !== this.#hash || (words[at + WORD.KIND]! | 0) !== this.#kind)
      return false;
    if ((words[at + WORD.BITS]! & (NAME_LENGTH | BIT.DO | BIT.CD)) !== this.#bits) return false;
    return this.#key!.name.suffixEquals(0, this.#ring.octets, entry + HEADER_OCTETS);
  }

  /** Shows an entry in `found`, unless its time is over. */
  #show(entry: number, now: Moment): boolean {
    const nowMs = now.ms;
    const at = entry >>> 2;
    const words = this.#words;
    const ttlSeconds = words[at + WORD.TTL]!;
    const bits = words[at + WORD.BITS]!;
    const ageMs = Math.max(nowMs - this.#times[(entry + WORD.STORED * 4) >>> 3]!, 0);
    const stale = ageMs >= ttlSeconds * 1000;
    if (stale && ((bits & BIT.FAILURE) !== 0 || ageMs >= ttlSeconds * 1000 + this.#staleMs)) return false;
    this.#isEnding = !stale && ageMs >= ttlSeconds * 1000 * PREFETCH_FROM;
    this.refreshHeld = stale && nowMs < this.#times[(entry + WORD.HELD * 4) >>> 3]!;

    const { found } = this;
    const sizes = words[at + WORD.SIZES]!;
    found.octets = this.#ring.octets;
    found.messageStart = entry + HEADER_OCTETS + (bits & NAME_LENGTH);
    found.messageLength = sizes & 0xffff;
    found.ttlCount = sizes >>> 16;
    found.edeStart = found.messageStart + found.messageLength + 2 * found.ttlCount;
    found.edeLength = words[at + WORD.EDE]!;
    found.rcode = bits >>> RCODE_SHIFT;
    found.facts = (bits >>> FACTS_SHIFT) & 0xf;
    found.ageSeconds = Math.floor(ageMs / 1000);
    found.ttlSeconds = ttlSeconds;
    found.stale = stale;
    return true;
  }

  /** Notes that the entry just shown was asked for. */
  #mark(entry: number): void {
    const at = (entry >>> 2) + WORD.BITS;
    let bits = this.#words[at]!;
    if ((bits & BIT.HITS) < PREFETCH_HITS * BIT.HIT) bits += BIT.HIT;
    const isPopular = (bits & (BIT.HITS | BIT.PREFETCHED | BIT.FAILURE)) === PREFETCH_HITS * BIT.HIT;
    this.prefetchDue = this.#isEnding && isPopular;
    if (this.prefetchDue) bits |= BIT.PREFETCHED;
    this.#words[at] = bits | BIT.ASKED_FOR;
  }

  #isFailure(entry: number): boolean {
    return (this.#words[(entry >>> 2) + WORD.BITS]! & BIT.FAILURE) !== 0;
  }

  /** When the entry's TTL ends. */
  #endMs(entry: number): number {
    return this.#times[(entry + WORD.STORED * 4) >>> 3]! + this.#words[(entry >>> 2) + WORD.TTL]! * 1000;
  }

  #remove(entry: number): void {
    this.#index.remove(this.#words[(entry >>> 2) + WORD.HASH]!, entry);
    this.#ring.kill(entry);
    this.entries--;
  }

  /** Keeps an entry that was found since it was last at the young end, and that may still be found. */
  #isKept(entry: number): boolean {
    const at = (entry >>> 2) + WORD.BITS;
    const bits = this.#words[at]!;
    if ((bits & BIT.ASKED_FOR) === 0) return false;
    this.#words[at] = bits & ~BIT.ASKED_FOR;
    return this.#nowMs < this.#endMs(entry) + ((bits & BIT.FAILURE) === 0 ? this.#staleMs : 0);
  }

  #dropped(entry: number): void {
    this.#index.remove(this.#words[(entry >>> 2) + WORD.HASH]!, entry);
    this.entries--;
    if (this.#nowMs < this.#endMs(entry)) this.evicted++;
  }

  #isUnder(entry: number, name: NameView, subtree: boolean): boolean {
    const octets = this.#ring.octets;
    let at = entry + HEADER_OCTETS;
    let left = this.#words[(entry >>> 2) + WORD.BITS]! & NAME_LENGTH;
    if (subtree) {
      while (left > name.length) {
        const label = octets[at]! + 1;
        at += label;
        left -= label;
      }
    }
    return left === name.length && name.suffixEquals(0, octets, at);
  }
}

function within(seconds: number): number {
  return Math.min(Math.max(seconds, FAILURE_SECONDS.MIN), FAILURE_SECONDS.MAX);
}
