// A window on one answer, cached or just arrived, from which a reply is copied. Reused: no hit allocates.
import { readU32, writeU32 } from '../dns/message.ts';
import type { StoredAnswer } from './stored-answer.ts';

/** The TTL that records of a stale answer are given, RFC 8767 section 4. */
const STALE_TTL_SECONDS = 30;

/** Stands for a bound that no TTL reaches (RFC 2181 section 8: 31 bits). */
export const NO_MAX_TTL = 0x7fffffff;

/** What a reply is made of. Every field is set by `show` or by the cache, and holds until the next of these calls. */
export class AnswerView {
  /** Where the answer lies: the cache's arena or a stored answer's own octets. */
  octets: Uint8Array = new Uint8Array(0);
  messageStart = 0;
  messageLength = 0;
  /** TTL fields of the message; a table of their offsets lies behind it. */
  ttlCount = 0;
  edeStart = 0;
  /** 0 without EDE; else INFO-CODE (2 octets) and EXTRA-TEXT (up to 128). */
  edeLength = 0;
  /** All 12 bits. */
  rcode = 0;
  /** Bits of `FACT`. */
  facts = 0;
  /** Whole seconds since it arrived. */
  ageSeconds = 0;
  /** How long it was valid on arrival; 0 for an answer that must not be kept. */
  ttlSeconds = 0;
  /** Longer TTLs are cut to this, in seconds. Set before the answer is copied. */
  maxTtlSeconds = NO_MAX_TTL;
  /** Its TTL has passed; it is given with a TTL of 30 seconds. */
  stale = false;

  /** Shows an answer that has just arrived. */
  show(answer: StoredAnswer): void {
    this.octets = answer.octets;
    this.messageStart = 0;
    this.messageLength = answer.messageLength;
    this.ttlCount = answer.ttlCount;
    this.edeStart = answer.messageLength + 2 * answer.ttlCount;
    this.edeLength = answer.edeLength;
    this.rcode = answer.rcode;
    this.facts = answer.facts;
    this.ageSeconds = 0;
    this.ttlSeconds = answer.ttlSeconds;
    this.stale = false;
  }

  /** Gives the message alone, on the same memory: for a walk over its records, not for the hot path. */
  message(): Uint8Array {
    return this.octets.subarray(this.messageStart, this.messageStart + this.messageLength);
  }

  /** The Extended DNS Error that came with the answer. */
  get error(): Uint8Array | undefined {
    const { octets, edeStart, edeLength } = this;
    return edeLength === 0 ? undefined : octets.subarray(edeStart, edeStart + edeLength);
  }

  /**
   * Copies the message without its first `from` octets to the same place in `target`, which must have room for
   * `messageLength` octets, with its TTLs counted down, and gives `messageLength`. `from` is 0 or the end of the question.
   */
  copyTo(target: Uint8Array, from = 0): number {
    const { octets, messageStart, messageLength } = this;
    // set() needs a new view; for up to some hundred octets a loop is faster, and allocates nothing.
    if (messageLength - from > 512) target.set(this.message().subarray(from), from);
    else for (let i = from; i < messageLength; i++) target[i] = octets[messageStart + i]!;
    if (this.stale || this.ageSeconds > 0 || this.maxTtlSeconds < NO_MAX_TTL) this.#countDown(target);
    return messageLength;
  }

  #countDown(target: Uint8Array): void {
    const { octets, stale, ageSeconds, edeStart, maxTtlSeconds } = this;
    for (let at = this.messageStart + this.messageLength; at < edeStart; at += 2) {
      const ttlAt = octets[at]! | (octets[at + 1]! << 8);
      const ttl = stale ? STALE_TTL_SECONDS : Math.max(readU32(target, ttlAt) - ageSeconds, 0);
      writeU32(target, ttlAt, Math.min(ttl, maxTtlSeconds));
    }
  }
}
