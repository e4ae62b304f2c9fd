// The rules that one source has filed in a builder, the last ones there, to be put right before the next source: what a line
// means can depend on other lines of its file.
import { sourceOfMember } from '../rule.ts';
import type { Uint32List } from './number-list.ts';
import type { TrieBuilder } from './build/trie-builder.ts';

/** The last rules of a builder, numbered from `first` on. */
export class SourceRules {
  readonly builder: TrieBuilder;
  readonly first: number;
  readonly #removed = new Set<number>();

  constructor(builder: TrieBuilder, first: number) {
    this.builder = builder;
    this.first = first;
  }

  /** One more than the number of the last rule. */
  get end(): number {
    return this.builder.ruleNode.length;
  }

  nodeOf(rule: number): number {
    return this.builder.ruleNode.items[rule]!;
  }

  /** Source and kind, as sets have them. */
  memberOf(rule: number): number {
    return this.builder.ruleMember.items[rule]!;
  }

  lineOf(rule: number): number {
    return this.builder.ruleLine.items[rule]!;
  }

  /** Whether any rule has an effect: a number other than its source's. */
  hasEffects(source: number): boolean {
    for (let rule = this.first; rule < this.end; rule++)
      if (sourceOfMember(this.memberOf(rule)) !== source) return true;
    return false;
  }

  isRemoved(rule: number): boolean {
    return this.#removed.has(rule);
  }

  parentOf(node: number): number {
    return this.builder.parents.items[node]!;
  }

  /** Adds a rule at a node; false where there is no room. */
  add(node: number, member: number, line: number): boolean {
    return this.builder.addAt(node, member, line);
  }

  /** Removes a rule; it stays where there is no room for the remaining set. */
  remove(rule: number): void {
    if (this.#removed.has(rule)) return;
    const { setOf, sets } = this.builder;
    const node = this.nodeOf(rule);
    const before = setOf.items[node]!;
    const after = sets.remove(before, this.memberOf(rule));
    if (after === before) return;
    setOf.items[node] = after;
    this.#removed.add(rule);
  }

  /** Puts another member in a rule's place; the rule stays where there is no room. */
  replace(rule: number, member: number): void {
    if (member === this.memberOf(rule)) return;
    if (this.add(this.nodeOf(rule), member, this.lineOf(rule))) this.remove(rule);
  }

  /** Closes the gaps that removed rules have left; rule numbers are no longer valid. */
  close(): void {
    if (this.#removed.size === 0) return;
    const { ruleNode, ruleMember, ruleLine } = this.builder;
    for (const list of [ruleNode, ruleMember, ruleLine]) this.#closeGaps(list);
    this.#removed.clear();
  }

  #closeGaps(list: Uint32List): void {
    let to = this.first;
    const { length } = list;
    for (let rule = this.first; rule < length; rule++)
      if (!this.#removed.has(rule)) list.items[to++] = list.items[rule]!;
    list.length = to;
  }
}
