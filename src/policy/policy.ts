// A compiled policy with every table ready. Made when configuration or lists change and never altered;
// a new one takes its place.
import type { AddressTable } from '../blocklists/addresses/address-table.ts';
import type { ExpressionIndex } from '../blocklists/expressions/expression-index.ts';
import type { Trie } from '../blocklists/trie/trie.ts';
import type { ListEffect } from './lists/list-effect.ts';
import type { ListZones } from './lists/list-zones.ts';
import type { Pattern } from './rules/pattern.ts';
import type { SafeSearch } from './safe-search.ts';
import type { SuffixFilter } from './rules/suffix-filter.ts';
import type { PolicySettings } from './policy-settings.ts';
import type { Use } from './verdict-table.ts';

/** A policy, compiled. */
export interface Policy extends PolicySettings {
  /** Its number among all policies, 0 or more. */
  readonly number: number;
  /** Verdict table over the sets of the house rules' trie. */
  readonly ruleTable: Uint16Array;
  /** How it uses each source of the house rules, by number. */
  readonly ruleUses: readonly Use[];
  /** Whether something is granted or denied, which the table has as IMPORTANT bits. */
  readonly hasForced: boolean;
  /** What blocks every name that no rule of the house allows, in words; undefined where nothing does. */
  readonly closedBy: string | undefined;
  /** Whether that blocks what rules of the house allow, too, and only what is granted is let through. */
  readonly deniesAll: boolean;
  /** Whether its block side is suspended. */
  readonly isPaused: boolean;
  /** When it next becomes another policy, in milliseconds since 1970; Infinity: not by itself. */
  readonly changesAtMs: number;
  /** What holds beside what is configured, in words. */
  readonly adjustedBy: readonly string[];
  /** What has sources, lists and patterns count beside the policy's own, by `sourceKey`, `list NAME` and pattern. */
  readonly addedBy: ReadonlyMap<string, string>;
  readonly blockPatterns: readonly Pattern[];
  readonly allowPatterns: readonly Pattern[];
  /** Whether it uses any list. */
  readonly usesLists: boolean;
  /** Verdict table over the sets of the lists' trie. */
  readonly listTable: Uint16Array;
  /** How it uses each source of the lists, by number, those of effects included. */
  readonly listUses: readonly Use[];
  /** The strongest HERE bit of the lists' expressions that it uses; 0 where it uses none. */
  readonly strongestExpression: number;
  /** LOOK_HERE where it uses a rule about every name, else 0. */
  readonly rootBits: number;
  /** Whether it uses a list with several policy zones, whose order decides. */
  readonly usesZoneOrder: boolean;
  /** Whether it uses a list that has addresses. */
  readonly judgesAddresses: boolean;
  /** Whether some of these addresses are of a policy zone. */
  readonly judgesZones: boolean;
  /** How it uses a list, by name. */
  useOfList(list: string): Use;
  /** The same policy with its observed lists in force; undefined where it observes none. */
  readonly trial: Policy | undefined;
  /** Lists that it uses and that have never been read; if there are any, `refuseWhenMissing` decides. */
  readonly missingLists: readonly string[];
  readonly refuseWhenMissing: boolean;
  /** Whether escape routes around the filter are closed. */
  readonly blocksBypass: boolean;
  /** Search engines that it leads on; undefined where there are none. */
  readonly safeSearch: SafeSearch | undefined;
  /** Number of the upstream set that allowed names are asked at. */
  readonly upstream: number;
}

/** Regular expressions of lists: an index to match names, and what each expression says. */
interface ListExpressions {
  readonly index: ExpressionIndex;
  /** By number: source and kind, as members of the lists' sets have them. */
  readonly members: readonly number[];
  /** By number: how many labels a rule of the same source needs at least to come before it; 0 for any. */
  readonly depths: readonly number[];
}

/** The rules that every policy's tables are about; they change together with the tables. */
export interface Rulebook {
  readonly rules: Trie;
  /** Which names `rules` has something about; undefined: any may be. */
  readonly ruleFilter?: SuffixFilter | undefined;
  readonly lists: Trie;
  /** What rules of lists say beyond their kind, by the number that stands for their source in the lists' sets. */
  readonly effects: readonly (ListEffect | undefined)[];
  readonly expressions: ListExpressions | undefined;
  /** Prefixes that addresses in answers are judged by. */
  readonly addresses: AddressTable | undefined;
  /** Zones whose own precedence comes before that of lists; undefined where there are none. */
  readonly zones: ListZones | undefined;
}
