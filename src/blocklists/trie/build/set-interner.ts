// Gives equal sets of (source, kind) one number, so that a name carries a number instead of a set.
// "This set plus that member" is mostly remembered: names come source by source, and most of a source's names go the
// same few steps. 1.45 M rules of 20 real lists make 351 sets.
import { Uint32List } from '../number-list.ts';

/** Number of the set without members. */
export const NO_RULES = 0;

/** The most members that a set may have. */
const MAX_MEMBERS = 500;

/** The most members of all sets together; a set that grows leaves its smaller ones behind. Real lists have some thousand. */
const MAX_ALL_MEMBERS = 500_000;

/** How many steps are remembered; a power of two. */
const STEPS = 8192;

/** Sets of members, numbered from 0 (the empty one) in the order in which they first came up. */
export class SetInterner {
  readonly #start = new Uint32List();
  readonly #members = new Uint32List();
  /** Open-addressed, at most half full: number of a set, or 0 for an empty slot. */
  #slots = new Uint32Array(1024);
  /** `[step]` to `[step + 2]` are a set, a member and the set with that member added, which is never 0. */
  readonly #steps = new Uint32Array(STEPS * 3);
  #union = new Uint32Array(64);

  constructor() {
    this.#start.push(0);
    this.#start.push(0);
  }

  /** How many sets there are, the empty one included. */
  get count(): number {
    return this.#start.length - 1;
  }

  /** The members of a set, rising; a view, good until the next `add`. */
  membersOf(set: number): Uint32Array {
    return this.#members.items.subarray(this.#start.items[set] ?? 0, this.#start.items[set + 1] ?? 0);
  }

  /**
   * Gives the set with `member` added; `set` itself where it has the member already; NO_RULES where there is no room for it. A
   * first member always has room.
   */
  add(set: number, member: number): number {
    const step = (hashPair(set, member) & (STEPS - 1)) * 3;
    const steps = this.#steps;
    if (steps[step] === set && steps[step + 1] === member && steps[step + 2] !== 0) return steps[step + 2]!;
    const joined = this.#intern(this.#join(set, member));
    steps[step] = set;
    steps[step + 1] = member;
    steps[step + 2] = joined;
    return joined;
  }

  /** Gives the set without `member`: NO_RULES where nothing is left, `set` itself where there is no room. */
  remove(set: number, member: number): number {
    const members = this.membersOf(set);
    if (members.length > this.#union.length) this.#union = new Uint32Array(members.length * 2);
    let count = 0;
    for (const other of members) if (other !== member) this.#union[count++] = other;
    if (count === 0) return NO_RULES;
    const left = this.#intern(count);
    return left === NO_RULES ? set : left;
  }

  /** Writes the union into `#union` and gives its length. */
  #join(set: number, member: number): number {
    const members = this.membersOf(set);
    if (members.length + 1 > this.#union.length) this.#union = new Uint32Array(members.length * 2);
    const union = this.#union;
    let count = 0;
    for (const other of members) {
      if (other < member) union[count++] = other;
    }
    const smaller = count;
    union[count++] = member;
    for (let at = smaller; at < members.length; at++) {
      if (members[at] !== member) union[count++] = members[at]!;
    }
    return count;
  }

  /** NO_RULES where there is no room. */
  #intern(count: number): number {
    let slot = hashMembers(this.#union, count) & (this.#slots.length - 1);
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & (this.#slots.length - 1)) {
      const set = this.#slots[slot]!;
      if (this.#isUnion(set, count)) return set;
    }
    if (count > 1 && (count > MAX_MEMBERS || this.#members.length + count > MAX_ALL_MEMBERS)) return NO_RULES;
    for (let at = 0; at < count; at++) this.#members.push(this.#union[at]!);
    const added = this.count;
    this.#start.push(this.#members.length);
    this.#slots[slot] = added;
    if (added * 2 > this.#slots.length) this.#growSlots();
    return added;
  }

  #isUnion(set: number, count: number): boolean {
    const members = this.membersOf(set);
    return members.length === count && members.every((member, at) => member === this.#union[at]);
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    for (let set = 1; set < this.count; set++) {
      const members = this.membersOf(set);
      let slot = hashMembers(members, members.length) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = set;
    }
    this.#slots = slots;
  }
}

function hashMembers(members: Uint32Array, count: number): number {
  let hash = count;
  for (let at = 0; at < count; at++) {
    hash = Math.imul(hash ^ members[at]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

function hashPair(set: number, member: number): number {
  const hash = Math.imul(set ^ Math.imul(member, 0x9e3779b1), 0x85ebca6b);
  return hash ^ (hash >>> 15);
}
