// What the zones of one unbound configuration make of a name (unbound.conf(5), `local-zone`): the zone nearest to it decides,
// the last line where two name the same, and data is answered as the type of the zone around it has it.
import { TYPE } from '../../dns/numbers.ts';
import type { RuleEffect, ZoneType } from '../effect.ts';
import type { EffectNumbers } from '../effect-numbers.ts';
import { SKIPPED } from '../formats/line-format.ts';
import { BELOW, BLOCK, EXACT, isCut, kindOfMember, sourceOfMember, SUBTREE, toMember } from '../rule.ts';
import type { SourceRules } from '../trie/source-rules.ts';
import type { Dropped, RootRule, Settled, SourceContent } from './source-content.ts';

/** The answer for a name without data between a name with data and its zone. */
const EMPTY: RuleEffect = { answer: 'nodata' };

/** Types that resolve what has no data. */
const OPEN = new Set<ZoneType>([
  'transparent',
  'always_transparent',
  'typetransparent',
  'block_a',
  'block_aaaa',
  'block_a_wdata',
  'block_aaaa_wdata',
]);

/** Types that ignore their data. */
const DEAF = new Set<ZoneType>([
  'always_transparent',
  'always_nxdomain',
  'always_nodata',
  'always_refuse',
  'always_deny',
  'block_a',
  'block_aaaa',
]);

/** Types that answer NODATA for the types that a name with data lacks. */
const DENYING = new Set<ZoneType>(['static', 'transparent']);

/** Puts a file's rules right. */
export function settleUnbound({ rules, effects, roots }: SourceContent): Settled {
  const file = new UnboundFile(rules, effects, roots);
  file.dropRepeated();
  file.settleData();
  file.dropIdleExceptions();
  return { roots: file.roots, dropped: file.dropped };
}

class UnboundFile {
  roots: readonly RootRule[];
  readonly dropped: Dropped[] = [];
  readonly #rules: SourceRules;
  readonly #effects: EffectNumbers;
  /** `[node]` is one more than the number of the rule that is the zone of this name; 0 where it is none. */
  readonly #zoneRule: Uint32Array;
  readonly #rootType: ZoneType | undefined;

  constructor(rules: SourceRules, effects: EffectNumbers, roots: readonly RootRule[]) {
    this.#rules = rules;
    this.#effects = effects;
    this.#zoneRule = new Uint32Array(rules.builder.nodeCount);
    const lastLine = roots.at(-1)?.line;
    const last = roots.filter(({ line }) => line === lastLine);
    this.#rootType = last[0] && this.#effectOf(last[0].member)?.zone;
    this.roots = last.filter(({ member }) => !isCut(kindOfMember(member)));
  }

  #effectOf(member: number): RuleEffect | undefined {
    return this.#effects.effectOf(sourceOfMember(member));
  }

  /** Keeps the later of two lines about one zone. */
  dropRepeated(): void {
    const rules = this.#rules;
    const last = new Uint32Array(rules.builder.nodeCount);
    for (let rule = rules.first; rule < rules.end; rule++) {
      const node = rules.nodeOf(rule);
      if (this.#effectOf(rules.memberOf(rule))?.zone !== undefined)
        last[node] = Math.max(last[node]!, rules.lineOf(rule));
    }
    for (let rule = rules.first, { end } = rules; rule < end; rule++) {
      const node = rules.nodeOf(rule);
      const member = rules.memberOf(rule);
      if (this.#effectOf(member)?.zone === undefined) continue;
      if (rules.lineOf(rule) !== last[node]) rules.remove(rule);
      // A type that blocks one kind of address is a rule and a mark; the rule is kept as the zone's.
      else if (this.#zoneRule[node] === 0 || !isCut(kindOfMember(member))) this.#zoneRule[node] = rule + 1;
    }
  }

  /** The node of the zone that a name lies in, or -1 for the root, which may or may not be a zone. */
  #zoneOf(node: number): number {
    for (let at = node; at !== 0; at = this.#rules.parentOf(at)) if (this.#zoneRule[at] !== 0) return at;
    return -1;
  }

  #typeOf(zone: number): ZoneType {
    if (zone < 0) return this.#rootType ?? 'transparent';
    return this.#effectOf(this.#rules.memberOf(this.#zoneRule[zone]! - 1))?.zone ?? 'transparent';
  }

  /** Treats each record as the type of its zone says. */
  settleData(): void {
    const rules = this.#rules;
    const empty = new Map<number, number>();
    const full = new Set<number>();
    for (let rule = rules.first, { end } = rules; rule < end; rule++) {
      const effect = this.#effectOf(rules.memberOf(rule));
      if (effect === undefined || effect.zone !== undefined || rules.isRemoved(rule)) continue;
      const zone = this.#zoneOf(rules.nodeOf(rule));
      const type = this.#typeOf(zone);
      if (type === 'redirect') this.#settleRedirect(rule, zone, effect);
      else if (DEAF.has(type)) this.#drop(rule, SKIPPED.deafZone);
      else if (!DENYING.has(type)) this.#limitToType(rule, effect);
      if (type !== 'static') continue;
      full.add(rules.nodeOf(rule));
      this.#noteEmpty(empty, rule, zone);
    }
    this.#addEmpty(empty, full);
  }

  /** Answers the data of the zone's own name for all names below; unbound ignores other data. */
  #settleRedirect(rule: number, zone: number, effect: RuleEffect): void {
    const rules = this.#rules;
    const { answer } = effect;
    if (rules.nodeOf(rule) !== zone) this.#drop(rule, SKIPPED.redirected);
    else if (typeof answer === 'object' && answer.type === TYPE.CNAME) {
      // An alias is told with its zone, so that its target is not led to itself.
      const number = this.#effects.numberOf({ answer, zone: 'redirect' });
      const redirect = this.#zoneRule[zone]! - 1;
      if (number === undefined || rules.isRemoved(redirect)) return;
      rules.replace(redirect, toMember(number, BLOCK | SUBTREE));
      rules.remove(rule);
    }
  }

  /** Answers types that the name lacks as the zone does; an alias stands for every type. */
  #limitToType(rule: number, { answer }: RuleEffect): void {
    if (typeof answer !== 'object' || answer.type === TYPE.CNAME) return;
    const number = this.#effects.numberOf({ types: [answer.type], answer });
    if (number !== undefined) this.#rules.replace(rule, toMember(number, BLOCK | EXACT));
  }

  /** Notes the names between a record and its zone, the zone's included: they exist without records (RFC 8020). */
  #noteEmpty(empty: Map<number, number>, rule: number, zone: number): void {
    const rules = this.#rules;
    for (let node = rules.nodeOf(rule); node !== 0; node = rules.parentOf(node)) {
      if (empty.has(node)) return;
      empty.set(node, rules.lineOf(rule));
      if (node === zone) return;
    }
  }

  #addEmpty(empty: ReadonlyMap<number, number>, full: ReadonlySet<number>): void {
    const rules = this.#rules;
    const number = empty.size === 0 ? undefined : this.#effects.numberOf(EMPTY);
    if (number === undefined) return;
    for (const [node, line] of empty) {
      if (full.has(node)) continue;
      rules.add(node, toMember(number, BLOCK | EXACT), line);
      const zone = this.#zoneRule[node]! - 1;
      if (zone >= 0) rules.replace(zone, toMember(sourceOfMember(rules.memberOf(zone)), BLOCK | BELOW));
    }
  }

  /** Drops zones that resolve, unless they lie in one that does not: only there they are exceptions. */
  dropIdleExceptions(): void {
    const rules = this.#rules;
    for (let rule = rules.first, { end } = rules; rule < end; rule++) {
      const kind = kindOfMember(rules.memberOf(rule));
      if (!isCut(kind) || rules.isRemoved(rule) || this.#isInClosed(rules.nodeOf(rule))) continue;
      rules.remove(rule);
      if (!this.#hasRule(rules.nodeOf(rule)))
        this.dropped.push({ reason: SKIPPED.zoneType, line: rules.lineOf(rule) });
    }
  }

  #hasRule(node: number): boolean {
    return !isCut(kindOfMember(this.#rules.memberOf(this.#zoneRule[node]! - 1)));
  }

  #isInClosed(node: number): boolean {
    for (let at = this.#rules.parentOf(node); at !== 0; at = this.#rules.parentOf(at))
      if (this.#zoneRule[at] !== 0 && !OPEN.has(this.#typeOf(at))) return true;
    return this.#rootType !== undefined && !OPEN.has(this.#rootType);
  }

  #drop(rule: number, reason: string): void {
    this.#rules.remove(rule);
    this.dropped.push({ reason, line: this.#rules.lineOf(rule) });
  }
}
