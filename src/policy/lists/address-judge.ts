// The verdict of lists on an address in an answer. Precedence is as with names, the longer prefix being the deeper rule; what
// policy zones say is found out of all addresses of the answer first, since there the longest prefix decides about it whole.
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
  /** `[zone]` is one more than the longest prefix of the answer's addresses that it has; 0 for none. */
  readonly #longest: Uint32Array;
  /** The zones that have any. */
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

  /** Takes note of what policy zones have about an address of the answer. */
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

  /** Gives the HERE bit of the rule that wins, 0 where none holds. */
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
        // Of equal ones the longer prefix was first, and in one prefix that with an answer wins.
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

  /** What a policy zone lets pass, it lets pass with all its addresses. */
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

  /** Of a policy zone only its longest prefix says anything, and of the zones of a list only the first that has any. */
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
