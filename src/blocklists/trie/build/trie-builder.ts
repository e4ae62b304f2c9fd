// Collects rules into a label trie that can still grow; trie-freezer.ts makes the walkable form of it.
// Typed arrays only: about 50 octets a node and 12 a rule while it lasts.
import { toMember } from '../../rule.ts';
import type { RuleKind } from '../../rule.ts';
import { hashUnits, PackedLabel } from './label-packing.ts';
import { Uint16List, Uint32List } from '../number-list.ts';
import { NO_RULES, SetInterner } from './set-interner.ts';
import type { WireName } from '../wire-name.ts';

/** A growing set of rules. Node 0 is the root; a node's parent always has a smaller number. */
export class TrieBuilder {
  /** `[node]` is the number of the parent. */
  readonly parents = new Uint32List();
  /** `[node]` is where the node's label starts in `labels`; the next node's start is its end. */
  readonly labelStart = new Uint32List();
  /** Packed labels in the order of their nodes. */
  readonly labels = new Uint16List();
  /** `[node]` is the number of the node's set in `sets`. */
  readonly setOf = new Uint32List();
  readonly sets = new SetInterner();
  /** `[rule]` is the node that the rule stands at. */
  readonly ruleNode = new Uint32List();
  /** `[rule]` is the rule's source and kind, as in sets. */
  readonly ruleMember = new Uint32List();
  /** `[rule]` is the rule's line in its source. */
  readonly ruleLine = new Uint32List();

  /** Open-addressed, at most half full: number of a node, or 0 for an empty slot. */
  #slots = new Uint32Array(4096);
  readonly #seed = Math.floor(Math.random() * 2 ** 32) | 0;
  readonly #packed = new PackedLabel();

  constructor() {
    this.parents.push(0);
    this.setOf.push(NO_RULES);
    this.labelStart.push(0);
    this.labelStart.push(0);
  }

  /** Nodes, the root included. */
  get nodeCount(): number {
    return this.parents.length;
  }

  /**
   * Files a rule. Where the source has the same rule already, the first line stays.
   * False where the name cannot be held (the root, or a label with an octet outside `a-z 0-9 - _`), or has too many rules.
   */
  add(name: WireName, source: number, kind: RuleKind, line: number): boolean {
    let node = 0;
    for (let label = name.labelCount - 1; label >= 0; label--) {
      const start = name.labelStart[label]!;
      if (!this.#packed.pack(name.wire, start + 1, name.wire[start]!, this.#seed)) return false;
      node = this.#child(node);
    }
    return node !== 0 && this.addAt(node, toMember(source, kind), line);
  }

  /** Files a rule at an existing node; as `add`. */
  addAt(node: number, member: number, line: number): boolean {
    const before = this.setOf.items[node]!;
    const after = this.sets.add(before, member);
    if (after === before) return true;
    if (after === NO_RULES) return false;
    this.setOf.items[node] = after;
    this.ruleNode.push(node);
    this.ruleMember.push(member);
    this.ruleLine.push(line);
    return true;
  }

  /** The node of a name, or 0 where there is none. */
  find(name: WireName): number {
    let node = 0;
    for (let label = name.labelCount - 1; label >= 0; label--) {
      const start = name.labelStart[label]!;
      if (!this.#packed.pack(name.wire, start + 1, name.wire[start]!, this.#seed)) return 0;
      node = this.#slots[this.#slotOfChild(node)]!;
      if (node === 0) return 0;
    }
    return node;
  }

  /** The child of `parent` with the label just packed, created if missing. */
  #child(parent: number): number {
    const slot = this.#slotOfChild(parent);
    const known = this.#slots[slot]!;
    if (known !== 0) return known;
    const node = this.nodeCount;
    this.#slots[slot] = node;
    this.parents.push(parent);
    this.setOf.push(NO_RULES);
    this.labels.append(this.#packed.units, this.#packed.count);
    this.labelStart.push(this.labels.length);
    if (node * 2 > this.#slots.length) this.#growSlots();
    return node;
  }

  /** The slot of the child of `parent` with the label just packed, or the empty one that it would have. */
  #slotOfChild(parent: number): number {
    const mask = this.#slots.length - 1;
    let slot = slotOf(parent, this.#packed.hash, mask);
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const node = this.#slots[slot]!;
      if (this.parents.items[node] === parent && this.#hasLabel(node)) return slot;
    }
    return slot;
  }

  #hasLabel(node: number): boolean {
    const { units, count } = this.#packed;
    const start = this.labelStart.items[node]!;
    if (this.labelStart.items[node + 1]! - start !== count) return false;
    for (let unit = 0; unit < count; unit++) {
      if (this.labels.items[start + unit] !== units[unit]) return false;
    }
    return true;
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let node = 1; node < this.nodeCount; node++) {
      const start = this.labelStart.items[node]!;
      const count = this.labelStart.items[node + 1]! - start;
      let slot = slotOf(
        this.parents.items[node]!,
        hashUnits(this.labels.items, start, count, this.#seed),
        mask,
      );
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = node;
    }
    this.#slots = slots;
  }
}

function slotOf(parent: number, labelHash: number, mask: number): number {
  const hash = Math.imul(labelHash ^ Math.imul(parent, 0x9e3779b1), 0x85ebca6b);
  return (hash ^ (hash >>> 15)) & mask;
}
