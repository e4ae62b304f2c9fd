// Weighs every rule of lists on a name's path, where tables alone do not decide: rules for some queries only or with an answer
// of their own, marks that cancel rules at names above, and policy zones whose order decides. Pure.
import { cuts, isCut, kindOfMember, sourceOfMember } from '../../blocklists/rule.ts';
import type { Matches } from '../../blocklists/trie/matches.ts';
import type { NameView } from '../../dns/name-view.ts';
import { TYPE } from '../../dns/numbers.ts';
import { holdsFor } from './list-effect.ts';
import { isOrdered } from './list-zones.ts';
import type { Policy, Rulebook } from '../policy.ts';
import { ANY_ALLOW, ANY_BLOCK, bitsAbout, bitsOf } from '../verdict-table.ts';

/** Stands for a missing number. */
const NONE = -1;

/** The match of a rule about every name. */
export const ROOT = -2;

/** Weighs one name at a time. */
export class ListWeigher {
  /** After weigh(): number of the source whose rule won, -1 where none did. */
  source = NONE;
  /** The rule's place in the matches, or ROOT. */
  match = NONE;
  /** Whether the answers of all rules like it on the path add up (`$dnsrewrite`). */
  addsUp = false;
  /** For types that no blocking rule names: the strongest bit, and every allowing one. */
  otherTypes = 0;
  readonly #book: Rulebook;
  /** Sources with rules cancelled above a depth, with the deepest such depth of each. */
  readonly #cutSources: Uint32Array;
  readonly #cutDepths: Uint8Array;
  #cutCount = 0;
  /** `[first zone of a list]` is the first of the list's zones that has a rule about the name, plus 1. */
  readonly #deciding: Uint32Array;
  #winner = 0;
  #depth = 0;
  #rewrite = NONE;
  #rewriteMatch = NONE;
  #rewriteDepth = 0;

  constructor(book: Rulebook) {
    this.#book = book;
    this.#cutSources = new Uint32Array(book.effects.length);
    this.#cutDepths = new Uint8Array(book.effects.length);
    this.#deciding = new Uint32Array(book.zones === undefined ? 0 : book.effects.length);
  }

  /** Forgets the last name. */
  forget(): void {
    this.#cutCount = 0;
    this.source = NONE;
    this.match = NONE;
    this.addsUp = false;
    this.otherTypes = 0;
  }

  /** Gives the HERE bit of the rule that wins, 0 where none applies; `matches` is what the lists have on the name's path. */
  weigh(policy: Policy, name: NameView, qtype: number, matches: Matches): number {
    this.#winner = this.#depth = this.#rewriteDepth = 0;
    this.#rewrite = NONE;
    if (policy.usesZoneOrder) {
      this.#deciding.fill(0);
      this.#walk(policy, name, qtype, matches, false);
    }
    this.#walk(policy, name, qtype, matches, true);
    if ((this.#winner & ANY_BLOCK) !== 0 && this.#rewrite !== NONE) {
      this.source = this.#rewrite;
      this.match = this.#rewriteMatch;
      this.addsUp = true;
    }
    return this.#winner;
  }

  /** Whether a source's rules at names of fewer labels than `depth` are cancelled. */
  isCut(number: number, depth: number): boolean {
    return this.#cutCount > 0 && this.#cutDepthOf(this.#sourceOf(number), this.#cutCount) > depth;
  }

  /** Walks from the name up, so that every mark that can cancel a rule is known before the rule is reached. */
  // oxlint-disable-next-line max-params -- nothing is allocated on the way of a query
  #walk(policy: Policy, name: NameView, qtype: number, matches: Matches, weighs: boolean): void {
    const { setStart, members } = this.#book.lists.parts;
    this.#cutCount = 0;
    for (let i = matches.count - 1; i >= 0; i--) {
      const set = matches.setIds[i]!;
      const depth = matches.depths[i]!;
      const itself = depth === name.labelCount;
      // A mark cancels rules at names above, not those of its own name.
      const cutsBelow = this.#cutCount;
      for (let at = setStart[set]!; at < setStart[set + 1]!; at++) {
        const number = sourceOfMember(members[at]!);
        const kind = kindOfMember(members[at]!);
        const use = policy.listUses[number] ?? 'none';
        if (isCut(kind)) {
          if (use !== 'none' && cuts(kind, itself)) this.#cut(this.#sourceOf(number), depth);
          continue;
        }
        const bits = bitsAbout(bitsOf(kind, use), itself);
        if (bits === 0 || (cutsBelow > 0 && this.#cutDepthOf(this.#sourceOf(number), cutsBelow) > 0))
          continue;
        if (weighs) this.noteOtherTypes(number, bits, name);
        if (!this.#holds(number, name, qtype)) continue;
        if (weighs) this.#weighRule(number, bits, i, depth);
        else this.#noteZone(number);
      }
    }
    this.#walkRoots(policy, name, qtype, weighs);
  }

  #walkRoots(policy: Policy, name: NameView, qtype: number, weighs: boolean): void {
    const roots = this.#book.zones?.roots;
    if (roots === undefined) return;
    for (let at = 0; at < roots.length; at++) {
      const number = sourceOfMember(roots[at]!);
      const bits = bitsAbout(bitsOf(kindOfMember(roots[at]!), policy.listUses[number] ?? 'none'), false);
      if (bits === 0 || this.isCut(number, 0)) continue;
      if (weighs) this.noteOtherTypes(number, bits, name);
      if (!this.#holds(number, name, qtype)) continue;
      if (weighs) this.#weighRule(number, bits, ROOT, 0);
      else this.#noteZone(number);
    }
  }

  /** Notes what a rule means for other types: one about some types only blocks none of the others, and may allow one. */
  noteOtherTypes(number: number, bits: number, name: NameView): void {
    if (bits <= this.otherTypes) return;
    const isTyped = this.#book.effects[number]?.isTyped === true;
    if (isTyped ? (bits & ANY_ALLOW) !== 0 : this.#holds(number, name, TYPE.A)) this.otherTypes = bits;
  }

  #weighRule(number: number, bits: number, match: number, depth: number): void {
    if (!this.#decides(number)) return;
    if ((bits & ANY_BLOCK) !== 0 && this.#book.effects[number]?.effect.rewrites === true)
      this.#noteRewrite(number, match, depth);
    if (bits < this.#winner) return;
    if (bits === this.#winner && (this.#depth !== depth || !isBetter(this.#book, number, this.source)))
      return;
    this.#winner = bits;
    this.#depth = depth;
    this.source = number;
    this.match = match;
  }

  /** Keeps the deepest rewriting rule, and of two at one name the better. */
  #noteRewrite(number: number, match: number, depth: number): void {
    const isKnown = this.#rewrite !== NONE;
    if (isKnown && (depth < this.#rewriteDepth || !isBetter(this.#book, number, this.#rewrite))) return;
    this.#rewrite = number;
    this.#rewriteMatch = match;
    this.#rewriteDepth = depth;
  }

  /** Whether no earlier zone of its list has a rule about the name. */
  #decides(number: number): boolean {
    const { zones } = this.#book;
    if (!isOrdered(zones, number)) return true;
    return this.#deciding[zones!.groups[number]!] === this.#sourceOf(number) + 1;
  }

  #noteZone(number: number): void {
    const { zones } = this.#book;
    if (!isOrdered(zones, number)) return;
    const group = zones!.groups[number]!;
    const known = this.#deciding[group]!;
    const source = this.#sourceOf(number) + 1;
    if (known === 0 || source < known) this.#deciding[group] = source;
  }

  #cut(source: number, depth: number): void {
    for (let at = 0; at < this.#cutCount; at++) if (this.#cutSources[at] === source) return;
    this.#cutSources[this.#cutCount] = source;
    this.#cutDepths[this.#cutCount++] = depth;
  }

  /** The depth of the deepest of the first `count` marks of a source, 0 where it has none. */
  #cutDepthOf(source: number, count: number): number {
    for (let at = 0; at < count; at++) if (this.#cutSources[at] === source) return this.#cutDepths[at]!;
    return 0;
  }

  #sourceOf(number: number): number {
    return this.#book.effects[number]?.source ?? number;
  }

  #holds(number: number, name: NameView, qtype: number): boolean {
    return holds(this.#book, number, name, qtype);
  }
}

/** Whether the rules of a number are about a query. */
export function holds(book: Rulebook, number: number, name: NameView, qtype: number): boolean {
  const effect = book.effects[number];
  return effect === undefined || !effect.isConditional || holdsFor(effect, name, qtype);
}

/**
 * Whether a rule comes before another at the same place that was weighed before it: one with an answer before one without,
 * then the earlier source, and in one source records before an answer that denies them.
 */
export function isBetter(book: Rulebook, number: number, other: number): boolean {
  const own = book.effects[number];
  const known = book.effects[other];
  if (own?.answer === undefined) return false;
  if (known?.answer === undefined) return true;
  if (own.source !== known.source) return own.source < known.source;
  return typeof own.answer === 'object' && typeof known.answer !== 'object';
}
