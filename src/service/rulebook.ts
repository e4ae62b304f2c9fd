// Compiled lists as verdicts read them: which list each number of their sets stands for, and what rules say beyond their kind.
import { sourceBehind } from '../blocklists/compile-report.ts';
import type { ImageMeta } from '../blocklists/compile-report.ts';
import type { Trie } from '../blocklists/trie/trie.ts';
import { prepareEffects } from '../policy/list-effect.ts';
import type { Rulebook } from '../policy/policy.ts';
import type { CompiledLists } from './assemble.ts';

/** Puts house rules and lists together. */
export function toRulebook(rules: Trie, { trie, meta, expressions, addresses }: CompiledLists): Rulebook {
  const members = (meta.expressions ?? []).map(({ member }) => member);
  return {
    rules,
    lists: trie,
    effects: prepareEffects(meta.effects ?? [], meta.sources.length),
    expressions: expressions && { index: expressions, members },
    addresses,
  };
}

/** `[number]` is the list of a number of the lists' sets, those of effects included. */
export function listsByNumber(meta: ImageMeta): string[] {
  const { sources, effects = [] } = meta;
  const numbers = Array.from({ length: sources.length + effects.length }, (_, number) => number);
  return numbers.map((number) => sources[sourceBehind(meta, number)]?.list ?? '');
}
