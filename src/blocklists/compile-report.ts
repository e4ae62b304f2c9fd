// The report of a compilation: kept in the image too, so that the lists' state survives a restart.
import type { EffectReport } from './effect-numbers.ts';
import type { FormatName } from './formats/format-names.ts';
import type { ParseReport } from './formats/list-parser.ts';

/** What to compile. */
export interface CompileJob {
  /** The image's path. It is written to `output + '.tmp'` and renamed; one compilation at a time for each output. */
  readonly output: string;
  /** What the image is compiled from, in the caller's own terms; the reader gives it back. */
  readonly key: string;
  /** In the order of their numbers in the trie; at most 65,535. */
  readonly sources: readonly CompileSource[];
}

/** One source of a list. */
export interface CompileSource {
  /** The name of the list that it belongs to. */
  readonly list: string;
  /** The URL or path of the source. */
  readonly source: string;
  /** Where its text lies. */
  readonly file: string;
  readonly format: FormatName | 'auto';
  /** The name of the zone that it is, where the configuration says it. */
  readonly zone?: string | undefined;
}

/** What became of a source. */
export interface SourceReport extends Omit<ParseReport, 'format' | 'skippedExamples'> {
  readonly list: string;
  readonly source: string;
  /** The format given, or the one found; `auto` where the file could not be read. */
  readonly format: FormatName | 'auto';
  /** The first line that was passed over for each reason; absent in what an older version has written. */
  readonly skippedExamples?: ParseReport['skippedExamples'];
  /** Why the file could not be read, where it could not. */
  readonly missing?: string;
}

/** What became of a compilation. */
export interface CompileReport {
  readonly sources: readonly SourceReport[];
  /** Names with rules. */
  readonly names: number;
  /** Rules: one for each name, source and kind. */
  readonly rules: number;
  readonly nodes: number;
  readonly sets: number;
  /** Octets that the trie takes in memory. */
  readonly octets: number;
  readonly elapsedMs: number;
  /** The most memory that the compiling process had. */
  readonly peakRssOctets: number;
}

/** The report, or why there is no image. */
export type CompileResult = { readonly report: CompileReport } | { readonly fault: string };

/** What an image says about itself beside the trie. */
export interface ImageMeta {
  readonly key: string;
  /** `[number]` is the source that the trie calls by this number. */
  readonly sources: readonly SourceReport[];
  /** What the numbers after those of the sources stand for, in order; absent where no rule says more than its kind. */
  readonly effects?: readonly EffectReport[];
  /** Expressions in the order of their lists; absent where there are none. */
  readonly expressions?: readonly ExpressionReport[];
  /** Rules about every name, weaker than any other rule of their source; absent where there are none. */
  readonly roots?: readonly RootReport[];
}

/** A rule about every name. */
export interface RootReport {
  /** Source and kind, as members of the trie's sets have them. */
  readonly member: number;
  /** Line in the source, counted from 1. */
  readonly line: number;
}

/** An expression that is tried on names. */
export interface ExpressionReport {
  /** `/…/` in RE2 syntax, or `*` for every name. */
  readonly text: string;
  /** Source and kind, as members of the trie's sets have them. */
  readonly member: number;
  /** Line in the source, counted from 1. */
  readonly line: number;
}

/** The real source behind a number of the trie's sets, which may be that of an effect. */
export function sourceBehind({ sources, effects = [] }: ImageMeta, number: number): number {
  return number < sources.length ? number : (effects[number - sources.length]?.source ?? number);
}
