// Rules that a list revokes (AdGuard's `$badfilter`): the same rule is removed from all of its sources, blocking rules and
// exceptions alike. Two rules are the same if they say the same about the same names.
import type { AddressBuilder } from '../addresses/address-builder.ts';
import type { EffectNumbers } from '../effect-numbers.ts';
import type { RevokedRule } from '../formats/list-parser.ts';
import { toMember } from '../rule.ts';
import type { SourceRules } from '../trie/source-rules.ts';
import { copyName } from '../trie/wire-name.ts';

/** What rules are removed from. */
interface Filed {
  readonly rules: SourceRules;
  readonly addresses: AddressBuilder;
  readonly effects: EffectNumbers;
  /** The list's sources. */
  readonly sources: readonly number[];
}

/** The rules that one list revokes. */
export class RevokedRules {
  readonly #revoked: RevokedRule[] = [];

  get isEmpty(): boolean {
    return this.#revoked.length === 0;
  }

  add(rule: RevokedRule): void {
    this.#revoked.push('name' in rule ? { ...rule, name: copyName(rule.name) } : rule);
  }

  /** Removes them, except expressions. */
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

  /** The revoked expressions, each as its member and its text. */
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
