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
    const found: string[] = [];
    let depth = 1;
    for (let dot = name.length; dot >= 0; depth++) {
      dot = dot === 0 ? -1 : name.lastIndexOf('.', dot - 1);
      const there = this.rules.get(name.slice(dot + 1));
      if (there === undefined) continue;
      const keys = there.size === 1 ? there.keys() : [...there.keys()].toSorted();
      for (const key of keys) found.push(`${depth} ${key}`);
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

const DOT = 0x2e;

/** ASCII text to wire form, without any checks. */
export function toWire(name: string): Uint8Array {
  const octets = new Uint8Array(name.length + 2);
  let start = 0;
  for (let at = 0; at <= name.length; at++) {
    const code = at === name.length ? DOT : name.charCodeAt(at);
    if (code === DOT) {
      octets[start] = at - start;
      start = at + 1;
    } else octets[at + 1] = code;
  }
  return octets;
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
