// Rules that a list takes away from itself (AdGuard's `$badfilter`): the same rule of any of its sources goes, be it one that
// blocks or an exception. Two rules are the same that say the same of the same names.
import type { AddressBuilder } from '../addresses/address-builder.ts';
import type { EffectNumbers } from '../effect-numbers.ts';
import type { RevokedRule } from '../formats/list-parser.ts';
import { toMember } from '../rule.ts';
import type { SourceRules } from '../trie/source-rules.ts';
import { copyName } from '../trie/wire-name.ts';

/** What rules are taken from. */
interface Filed {
  readonly rules: SourceRules;
  readonly addresses: AddressBuilder;
  readonly effects: EffectNumbers;
  /** The list's sources. */
  readonly sources: readonly number[];
}

/** The rules that one list takes away. */
export class RevokedRules {
  readonly #revoked: RevokedRule[] = [];

  get isEmpty(): boolean {
    return this.#revoked.length === 0;
  }

  add(rule: RevokedRule): void {
    this.#revoked.push('name' in rule ? { ...rule, name: copyName(rule.name) } : rule);
  }

  /** Takes them away, but for expressions. */
  removeFrom({ rules, addresses, effects, sources }: Filed): void {
    const keys = new Set<string>();
    for (const rule of this.#revoked)
      for (const source of sources) {
        const number = effects.find(source, rule.effect);
        if (number === undefined) continue;
        if ('name' in rule) keys.add(`${rules.builder.find(rule.name)} ${toMember(number, rule.kind)}`);
        else if ('addresses' in rule) addresses.remove(rule.addresses, number, rule.kind);
      }
    if (keys.size === 0) return;
    for (let rule = rules.first; rule < rules.end; rule++)
      if (keys.has(`${rules.nodeOf(rule)} ${rules.memberOf(rule)}`)) rules.remove(rule);
  }

  /** The expressions that go, each as its member and its text. */
  expressionMembers(effects: EffectNumbers, sources: readonly number[]): ReadonlySet<string> {
    const members = new Set<string>();
    for (const rule of this.#revoked)
      for (const source of sources) {
        const number = 'expression' in rule ? effects.find(source, rule.effect) : undefined;
        if ('expression' in rule && number !== undefined)
          members.add(`${toMember(number, rule.kind)} ${rule.expression}`);
      }
    return members;
  }
}
