// Compiled lists as verdicts read them: which list each number of their sets stands for, and what rules say beyond their kind.
import { sourceBehind } from '../blocklists/compile-report.ts';
import type { ImageMeta } from '../blocklists/compile-report.ts';
import type { Trie } from '../blocklists/trie/trie.ts';
import { findZones } from '../policy/lists/list-zones.ts';
import { prepareEffects } from '../policy/lists/list-effect.ts';
import type { Rulebook } from '../policy/policy.ts';
import type { SuffixFilter } from '../policy/rules/suffix-filter.ts';
import type { CompiledLists } from './compiled-lists.ts';

/** Puts house rules and lists together. */
export function toRulebook(
  house: { readonly trie: Trie; readonly filter?: SuffixFilter },
  { trie, meta, expressions, addresses }: CompiledLists,
): Rulebook {
  const written = meta.expressions ?? [];
  const effects = prepareEffects(meta.effects ?? [], meta.sources.length);
  const roots = (meta.roots ?? []).map(({ member }) => member);
  return {
    rules: house.trie,
    ruleFilter: house.filter,
    lists: trie,
    effects,
    expressions: expressions && {
      index: expressions,
      members: written.map(({ member }) => member),
      depths: written.map(({ text }) => labelsOf(text)),
    },
    addresses,
    zones: findZones(meta.sources, effects.length, (number) => sourceBehind(meta, number), roots),
  };
}

/** The number of labels of an expression made from a pattern; for a real one it does not matter: its format has no marks. */
function labelsOf(text: string): number {
  return text === '*' ? 0 : text.split('\\.').length;
}

/** `[number]` is the list of a number of the lists' sets, those of effects included. */
export function listsByNumber(meta: ImageMeta): string[] {
  const { sources, effects = [] } = meta;
  const numbers = Array.from({ length: sources.length + effects.length }, (_, number) => number);
  return numbers.map((number) => sources[sourceBehind(meta, number)]?.list ?? '');
}
