// A plain model of which rules are on a name's path, and of their verdict; trie and judge have to agree with it.
import type { RuleAnswer, RuleEffect } from '../../src/blocklists/effect.ts';
import { isAbout, isAllow, isImportant } from '../../src/blocklists/rule.ts';
import type { RuleKind } from '../../src/blocklists/rule.ts';

/** Rules by name, in the simplest form that can be right. */
export class RuleModel {
  /** Name → `source:kind` → line of the first such rule. */
  readonly rules = new Map<string, Map<string, number>>();

  add(name: string, source: number, kind: number, line: number): void {
    const there = this.rules.get(name) ?? new Map<string, number>();
    const key = `${source}:${kind}`;
    if (!there.has(key)) there.set(key, line);
    this.rules.set(name, there);
  }

  /** The rules on the path of a name from the top-level domain down, each as `depth source:kind`, sorted in a level. */
  match(name: string): string[] {
    const labels = name.split('.');
    const found: string[] = [];
    for (let depth = 1; depth <= labels.length; depth++) {
      const there = this.rules.get(labels.slice(-depth).join('.'));
      if (there !== undefined) found.push(...[...there.keys()].map((key) => `${depth} ${key}`).toSorted());
    }
    return found;
  }
}

/** Numbers that look random and are the same in every run (mulberry32). */
export function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** ASCII text to wire form, without any checks. */
export function toWire(name: string): Uint8Array {
  const octets: number[] = [];
  for (const label of name.split('.')) octets.push(label.length, ...Buffer.from(label, 'latin1'));
  octets.push(0);
  return Uint8Array.from(octets);
}

/** A rule of a list as the verdict model has it. */
export interface ModelRule {
  /** Number of the source, in the order of the lists. */
  readonly source: number;
  readonly kind: RuleKind;
  readonly effect?: RuleEffect | undefined;
}

/** What lists say about a query. */
export interface ModelVerdict {
  readonly verdict: 'PASS' | 'ALLOWED' | 'BLOCKED_BY_LIST';
  /** Labels of the name of the rule that decides; 0 for an expression. */
  readonly depth: number;
  readonly answer: RuleAnswer | undefined;
}

/** A plain model of the lists' verdict on a query, straight from DESIGN section 4; the judge has to agree with it. */
export class VerdictModel {
  readonly names = new Map<string, ModelRule[]>();
  readonly expressions: { readonly matches: (name: string) => boolean; readonly rule: ModelRule }[] = [];
  /** How a policy takes each source: as written, as allowing, or not at all. */
  readonly uses: readonly ('as written' | 'allow' | 'none')[];

  constructor(uses: VerdictModel['uses']) {
    this.uses = uses;
  }

  addName(name: string, rule: ModelRule): void {
    const there = this.names.get(name) ?? [];
    there.push(rule);
    this.names.set(name, there);
  }

  addExpression(text: string, rule: ModelRule): void {
    const expression = text === '*' ? undefined : new RegExp(text.slice(1, -1), 'i');
    this.expressions.push({ matches: (name) => expression?.test(name) ?? true, rule });
  }

  verdict(name: string, qtype: number): ModelVerdict {
    const labels = name.split('.');
    const found: { rule: ModelRule; depth: number; rank: number }[] = [];
    const consider = (rule: ModelRule, depth: number): void => {
      const rank = this.#rankOf(rule, name, qtype);
      if (rank >= 0) found.push({ rule, depth, rank });
    };
    for (let depth = 1; depth <= labels.length; depth++) {
      for (const rule of this.names.get(labels.slice(-depth).join('.')) ?? [])
        if (isAbout(rule.kind, depth === labels.length)) consider(rule, depth);
    }
    for (const { matches, rule } of this.expressions) if (matches(name)) consider(rule, 0);
    const [best] = found.toSorted(
      (a, b) =>
        b.rank - a.rank ||
        b.depth - a.depth ||
        Number(b.rule.effect?.answer !== undefined) - Number(a.rule.effect?.answer !== undefined) ||
        a.rule.source - b.rule.source ||
        Number(typeof b.rule.effect?.answer === 'object') - Number(typeof a.rule.effect?.answer === 'object'),
    );
    if (best === undefined) return { verdict: 'PASS', depth: 0, answer: undefined };
    const { rank, depth, rule } = best;
    return rank % 2 === 1
      ? { verdict: 'ALLOWED', depth, answer: undefined }
      : { verdict: 'BLOCKED_BY_LIST', depth, answer: rule.effect?.answer };
  }

  /** 0 block, 1 allow, and 2 more where it is important; -1 where it says nothing. */
  #rankOf({ source, kind, effect }: ModelRule, name: string, qtype: number): number {
    const use = this.uses[source] ?? 'none';
    if (use === 'none' || (use === 'allow' && isAllow(kind))) return -1;
    if (effect?.types?.includes(qtype) === false || effect?.exceptTypes?.includes(qtype) === true) return -1;
    if (effect?.exceptNames?.some((except) => `.${name}`.endsWith(`.${except}`)) === true) return -1;
    return (isImportant(kind) ? 2 : 0) + (use === 'allow' || isAllow(kind) ? 1 : 0);
  }
}
