// The lists of a service once they are compiled: what queries are judged by, and what was found out on the way.
import type { AddressTable } from '../blocklists/addresses/address-table.ts';
import type { ImageMeta, SourceReport } from '../blocklists/compile-report.ts';
import type { ExpressionIndex } from '../blocklists/expressions/expression-index.ts';
import { Trie } from '../blocklists/trie/trie.ts';

/** All lists as one trie, and what is known of their sources. */
export interface CompiledLists {
  readonly trie: Trie;
  /** Prefixes of addresses in answers; absent where no list has any. */
  readonly addresses?: AddressTable;
  /** The expressions of `meta`, ready to be tried; absent where there are none. */
  readonly expressions?: ExpressionIndex;
  readonly meta: ImageMeta;
}

/** Lists of a service that has none yet. */
export const NO_LISTS: CompiledLists = { trie: Trie.empty, meta: { key: '', sources: [] } };

/** What is known of a source in these lists, or undefined where they do not have it. */
export function reportOf(lists: CompiledLists, list: string, source: string): SourceReport | undefined {
  return lists.meta.sources.find((report) => report.list === list && report.source === source);
}
