// The one trie of all lists: which rules stand on the path of a name. Read only, no I/O, nothing allocated by a walk.
// Built by trie-builder.ts and trie-freezer.ts, kept in files by image-writer.ts; ../README.md explains how it works.
import type { RuleKind } from '../rule.ts';
import { kindOfMember, sourceOfMember } from '../rule.ts';
import { PackedLabel } from './build/label-packing.ts';
import {
  HAS_CHILDREN,
  REMAINDER_MASK,
  REMAINDER_SHIFT,
  SET_CODE_MASK,
  SET_FOLLOWS,
  UNITS_SHIFT,
  WIDE_SETS,
} from './layout.ts';
import type { TrieParts } from './layout.ts';
import type { LineNumbers } from './image/line-numbers.ts';
import { NO_LINES } from './image/line-numbers.ts';
import type { Matches } from './matches.ts';
import { maskOf, permute, REMAINDER_BITS, shiftOf } from './quotient.ts';
import type { WireName } from './wire-name.ts';

/** A member of a set: the source's number in the order of compilation, and the rule's kind. */
export interface SetMember {
  readonly source: number;
  readonly kind: RuleKind;
}

/** An immutable set of rules, walked by name. */
export class Trie {
  /** A trie without rules; it matches nothing. */
  static readonly empty = new Trie(emptyParts(), NO_LINES);

  readonly parts: TrieParts;
  /** Where the line numbers of the rules can be read; `explain` does. */
  readonly lines: LineNumbers;
  readonly #packed = new PackedLabel();
  readonly #mask: number;
  readonly #shift: number;
  readonly #setUnits: number;

  constructor(parts: TrieParts, lines: LineNumbers) {
    this.parts = parts;
    this.lines = lines;
    this.#mask = maskOf(parts.bucketBits);
    this.#shift = shiftOf(parts.bucketBits);
    this.#setUnits = this.setCount < WIDE_SETS ? 1 : 2;
  }

  /** How many different sets of (source, kind) there are; they are numbered from 0, the most used first. */
  get setCount(): number {
    return this.parts.setStart.length - 1;
  }

  /** Nodes, the root not counted. */
  get nodeCount(): number {
    return this.parts.nodeCount;
  }

  /** Names that have rules of their own. */
  get entryCount(): number {
    return this.parts.entryCount;
  }

  /** Rules: one for each name, source and kind. */
  get ruleCount(): number {
    return this.parts.ruleCount;
  }

  /** Octets that the walk's arrays take in memory, line numbers not counted. */
  get octets(): number {
    const { groupStart, bucketStart, setStart, members, pool } = this.parts;
    return (
      groupStart.byteLength +
      bucketStart.byteLength +
      setStart.byteLength +
      members.byteLength +
      pool.byteLength
    );
  }

  /** The members of a set, by rising source and kind; none for a number that no set has. */
  membersOf(setId: number): SetMember[] {
    const { setStart, members } = this.parts;
    const end = setStart[setId + 1] ?? 0;
    const found: SetMember[] = [];
    // A loop: tables of policies go through all sets, and Array.from of a subarray took a third of their time.
    for (let at = setStart[setId] ?? 0; at < end; at++)
      found.push({ source: sourceOfMember(members[at]!), kind: kindOfMember(members[at]!) });
    return found;
  }

  /**
   * Fills `out` with every node with rules on the path of the name, from the top-level domain down.
   * A label with an octet outside `a-z 0-9 - _` is in no list, so the walk ends above it.
   */
  match(name: WireName, out: Matches): void {
    const { bucketStart, groupStart, groupShift, pool, seed } = this.parts;
    const { wire, labelStart, labelCount } = name;
    const packed = this.#packed;
    let parent = 0;
    out.count = 0;
    for (let label = labelCount - 1; label >= 0; label--) {
      const start = labelStart[label]!;
      if (!packed.pack(wire, start + 1, wire[start]!, seed)) return;
      const place = permute((parent ^ packed.hash) & this.#mask, this.#mask, this.#shift);
      const bucket = place >>> REMAINDER_BITS;
      const wanted = (packed.count << UNITS_SHIFT) | ((place << REMAINDER_SHIFT) & REMAINDER_MASK);
      const end = groupStart[(bucket + 1) >>> groupShift]! + bucketStart[bucket + 1]!;
      let at = groupStart[bucket >>> groupShift]! + bucketStart[bucket]!;
      // The root has number 0, so the first bucket's records count from 1.
      let number = bucket === 0 ? 1 : bucket << REMAINDER_BITS;
      for (; at < end; number++) {
        const header = pool[at]!;
        const setUnits = (header & SET_CODE_MASK) === SET_FOLLOWS ? this.#setUnits : 0;
        const labelAt = at + 1 + setUnits;
        if (((header ^ wanted) & COMPARED) === 0 && isEqual(pool, labelAt, packed)) break;
        at = labelAt + (header >>> UNITS_SHIFT);
      }
      if (at >= end) return;
      const header = pool[at]!;
      if ((header & SET_CODE_MASK) !== 0) this.#found(out, at, labelCount - label);
      if ((header & HAS_CHILDREN) === 0) return;
      parent = number;
    }
  }

  #found(out: Matches, record: number, depth: number): void {
    const count = out.count++;
    out.setIds[count] = setOf(this.parts.pool, record, this.#setUnits);
    out.depths[count] = depth;
    out.records[count] = record;
  }
}

/** The header bits that have to agree: number of label units and remainder. */
const COMPARED = (0x1f << UNITS_SHIFT) | REMAINDER_MASK;

/** The set of a record that has one; `setUnits` is the number of units, 1 or 2, of a set number that follows the header. */
export function setOf(pool: Uint16Array, record: number, setUnits: number): number {
  const code = pool[record]! & SET_CODE_MASK;
  if (code !== SET_FOLLOWS) return code - 1;
  return setUnits === 1 ? pool[record + 1]! : pool[record + 1]! + pool[record + 2]! * 65_536;
}

function isEqual(pool: Uint16Array, at: number, packed: PackedLabel): boolean {
  for (let unit = 0; unit < packed.count; unit++) {
    if (pool[at + unit] !== packed.units[unit]) return false;
  }
  return true;
}

function emptyParts(): TrieParts {
  return {
    seed: 0,
    bucketBits: 0,
    groupShift: 0,
    nodeCount: 0,
    entryCount: 0,
    ruleCount: 0,
    groupStart: new Uint32Array(2),
    bucketStart: new Uint16Array(2),
    setStart: new Uint32Array(1),
    members: new Uint32Array(0),
    pool: new Uint16Array(0),
  };
}
