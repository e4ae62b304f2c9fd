// A policy as queries meet it: every table ready. Made when configuration or lists change and never altered;
// a new one takes its place.
import type { Trie } from '../blocklists/trie/trie.ts';
import type { Pattern } from './pattern.ts';
import type { Use } from './verdict-table.ts';

/** What a blocked name is answered with. */
export type BlockedAnswer =
  | 'nxdomain'
  | 'nodata'
  | 'zero'
  | 'refused'
  | { readonly ipv4?: string | undefined; readonly ipv6?: string | undefined };

/** A policy, compiled. */
export interface Policy {
  /** Its number among all policies, 0 or more. */
  readonly number: number;
  readonly name: string;
  /** Verdict table over the sets of the house rules' trie. */
  readonly ruleTable: Uint8Array;
  readonly blockPatterns: readonly Pattern[];
  readonly allowPatterns: readonly Pattern[];
  /** Whether it uses any list. */
  readonly usesLists: boolean;
  /** Verdict table over the sets of the lists' trie. */
  readonly listTable: Uint8Array;
  /** How it takes a list, by name. */
  useOfList(list: string): Use;
  /** Lists that it uses and that have never been read; while there are any, `refuseWhenMissing` decides. */
  readonly missingLists: readonly string[];
  readonly refuseWhenMissing: boolean;
  /** Whether everything that is not allowed is blocked. */
  readonly only: boolean;
  readonly answer: BlockedAnswer;
  readonly blockTtlSeconds: number;
  /** Whether escape routes around the filter are closed. */
  readonly blocksBypass: boolean;
  readonly rebindProtection: boolean;
  readonly inspect: boolean;
  /** Number of the upstream set that allowed names are asked at. */
  readonly upstream: number;
}

/** The tries that every policy's tables are about; they change together with the tables. */
export interface Rulebook {
  readonly rules: Trie;
  readonly lists: Trie;
}
