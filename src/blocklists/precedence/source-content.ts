// What one source has said, before its lines are weighed against one another, and what is left of it.
import type { EffectNumbers } from '../effect-numbers.ts';
import type { FormatName } from '../formats/format-names.ts';
import type { SourceRules } from '../trie/source-rules.ts';
import type { WireName } from '../trie/wire-name.ts';

/** A line that turned out to say nothing. */
export interface Dropped {
  readonly reason: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A rule about every name, as members of sets have it. */
export interface RootRule {
  readonly member: number;
  readonly line: number;
}

/** What one source has said. */
export interface SourceContent {
  readonly format: FormatName | 'auto';
  /** Its number. */
  readonly source: number;
  readonly rules: SourceRules;
  readonly effects: EffectNumbers;
  readonly exceptions: readonly Exception[];
  /** The texts of its expressions. */
  readonly expressions: readonly string[];
  readonly roots: readonly RootRule[];
}

/** What is left of its rules about every name, and the lines that say nothing. */
export interface Settled {
  readonly roots: readonly RootRule[];
  readonly dropped: readonly Dropped[];
}

/** A name that is resolved elsewhere: kept aside, since most such lines are no exceptions from anything. */
export interface Exception {
  readonly name: WireName;
  /** CUT or CUT_BELOW. */
  readonly kind: number;
  readonly line: number;
}
