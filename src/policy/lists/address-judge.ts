// The verdict of lists on an address in an answer. Precedence is as with names, a longer prefix being a deeper rule. Policy
// zones need all addresses of the answer first: in a zone the longest prefix of any of them decides for the whole answer.
import { isAllow, kindOfMember, sourceOfMember } from '../../blocklists/rule.ts';
import { isBetter } from './list-weigher.ts';
import type { Policy, Rulebook } from '../policy.ts';
import type { Address } from '../../addresses/prefix.ts';
import { bitsAbout, bitsOf } from '../verdict-table.ts';

const NONE = -1;

/** Judges the addresses of one answer. */
export class AddressJudge {
  /** After judge(): the prefix that won. */
  record = 0;
  /** The number of the source whose rule won, or -1. */
  source = NONE;
  readonly #book: Rulebook;
  /** `[zone]` is the longest prefix that the zone has of the answer's addresses, plus 1; 0 for none. */
  readonly #longest: Uint32Array;
  /** The zones that have such a prefix. */
  readonly #zones: Uint32Array;
  #zoneCount = 0;

  constructor(book: Rulebook) {
    this.#book = book;
    const size = book.zones === undefined ? 0 : book.effects.length;
    this.#longest = new Uint32Array(size);
    this.#zones = new Uint32Array(size);
  }

  /** Begins an answer. */
  begin(): void {
    for (let at = 0; at < this.#zoneCount; at++) this.#longest[this.#zones[at]!] = 0;
    this.#zoneCount = 0;
  }

  /** Notes the prefixes that policy zones have of an address of the answer. */
  gather(policy: Policy, address: Address): void {
    const { addresses, zones } = this.#book;
    if (addresses === undefined || zones === undefined) return;
    const { setStart, members } = addresses.parts;
    for (let prefix = addresses.find(address); prefix >= 0; prefix = addresses.around(prefix)) {
      const set = addresses.setOf(prefix);
      for (let at = setStart[set]!; at < setStart[set + 1]!; at++) {
        const number = sourceOfMember(members[at]!);
        if (zones.groups[number]! < 0 || (policy.listUses[number] ?? 'none') === 'none') continue;
        this.#note(this.#book.effects[number]?.source ?? number, prefix);
      }
    }
  }

  #note(zone: number, prefix: number): void {
    const { addresses } = this.#book;
    const known = this.#longest[zone]!;
    if (known === 0) this.#zones[this.#zoneCount++] = zone;
    else if (addresses!.lengthOf(prefix) <= addresses!.lengthOf(known - 1)) return;
    this.#longest[zone] = prefix + 1;
  }

  /** Gives the HERE bit of the rule that wins, 0 where none applies. */
  judge(policy: Policy, address: Address): number {
    const { addresses } = this.#book;
    this.source = NONE;
    this.record = 0;
    if (addresses === undefined) return 0;
    const { parts } = addresses;
    let winner = this.#allowedByZone(policy);
    for (let prefix = addresses.find(address); prefix >= 0; prefix = addresses.around(prefix)) {
      const set = addresses.setOf(prefix);
      for (let at = parts.setStart[set]!; at < parts.setStart[set + 1]!; at++) {
        const number = sourceOfMember(parts.members[at]!);
        const use = policy.listUses[number] ?? 'none';
        const bits = bitsAbout(bitsOf(kindOfMember(parts.members[at]!), use), true);
        // Of equally strong rules the longer prefix came first; within one prefix the rule with an answer wins.
        if (bits < winner || bits === 0 || !this.#decides(number, prefix)) continue;
        if (bits === winner && (this.record !== prefix || !isBetter(this.#book, number, this.source)))
          continue;
        winner = bits;
        this.source = number;
        this.record = prefix;
      }
    }
    return winner;
  }

  /** A policy zone that allows an answer allows all its addresses. */
  #allowedByZone(policy: Policy): number {
    const { addresses } = this.#book;
    if (addresses === undefined) return 0;
    const { setStart, members } = addresses.parts;
    for (let zone = 0; zone < this.#zoneCount; zone++) {
      const prefix = this.#longest[this.#zones[zone]!]! - 1;
      const set = addresses.setOf(prefix);
      for (let at = setStart[set]!; at < setStart[set + 1]!; at++) {
        const number = sourceOfMember(members[at]!);
        const kind = kindOfMember(members[at]!);
        const own = this.#book.effects[number]?.source ?? number;
        if (own !== this.#zones[zone] || !isAllow(kind) || !this.#decides(number, prefix)) continue;
        this.source = number;
        this.record = prefix;
        return bitsAbout(bitsOf(kind, policy.listUses[number] ?? 'none'), true);
      }
    }
    return 0;
  }

  /** Whether a rule counts: in a policy zone only that of the longest prefix, and only in the first zone of a list with one. */
  #decides(number: number, prefix: number): boolean {
    const { zones, effects } = this.#book;
    const group = zones?.groups[number] ?? NONE;
    if (zones === undefined || group < 0) return true;
    const own = effects[number]?.source ?? number;
    if (this.#longest[own] !== prefix + 1) return false;
    for (let at = 0; at < this.#zoneCount; at++) {
      const zone = this.#zones[at]!;
      if (zone < own && zones.groups[zone] === group) return false;
    }
    return true;
  }
}
