// Builds a small trie in this process: house rules, services, exceptions.
import type { RuleKind } from '../../rule.ts';
import { LinesInMemory } from '../image/line-numbers.ts';
import { TrieBuilder } from './trie-builder.ts';
import { freezeTrie } from './trie-freezer.ts';
import type { PlacingOptions } from './node-placing.ts';
import { Trie } from '../trie.ts';
import { NameRoom } from '../wire-name.ts';

/** One rule for `buildTrie`. */
export interface TrieRule {
  /** Lower-case uncompressed wire form, with the root octet; labels of `a-z 0-9 - _` only, and at least one. */
  readonly name: Uint8Array;
  /** The source's number, 0 to 65,534, as the caller counts its sources. */
  readonly source: number;
  readonly kind: RuleKind;
  /** Where the rule stands in its source, for `explain`; 0 to 4,294,967,295. */
  readonly line: number;
}

/** Builds a trie of the rules; 1,000 take about a millisecond. Throws on a name that the trie cannot hold. */
export function buildTrie(rules: Iterable<TrieRule>, options: PlacingOptions = {}): Trie {
  const builder = new TrieBuilder();
  const name = new NameRoom();
  for (const rule of rules) {
    if (!name.fromWire(rule.name) || !builder.add(name, rule.source, rule.kind, rule.line)) {
      throw new Error(
        'a rule needs a name of one label or more, each of letters, digits, "-" and "_" (IDN as A-labels)',
      );
    }
  }
  const { parts, bucketFirst, lines } = freezeTrie(builder, options);
  return new Trie(parts, new LinesInMemory(bucketFirst, lines));
}
