// What a format is to the parser: a function that says what one line means.
import type { RuleKind } from '../rule.ts';

/** Names of the formats, as `format:` in the configuration has them; `auto` finds out. */
export const FORMAT_NAMES = ['hosts', 'domains', 'wildcard', 'adguard', 'dnsmasq'] as const;

export type FormatName = (typeof FORMAT_NAMES)[number];

/** Where a format puts what it finds in a line. Several calls for one line are allowed. */
export interface RuleSink {
  /** Files the name at [start, end) of the line's octets; what is wrong with the name is the sink's to say. */
  rule(start: number, end: number, kind: RuleKind): void;
  /** Counts something that is well-formed but not for a DNS filter, or not supported. */
  skip(reason: string): void;
  /** Counts something that is not of this format. */
  fault(reason: string): void;
}

/** One format of lists. */
export interface LineFormat {
  readonly name: FormatName;
  /** Whether a rule may be about a whole top-level domain. */
  readonly takesTopLevel: boolean;
  /** Says what a line means; it is neither blank nor a comment, and [start, end) has no space at either end. */
  parseLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void;
}

/** Reasons for which a line is skipped, in the words of the report. */
export const SKIPPED = {
  address: 'an address, not a name',
  local: 'a name of the machine itself',
  pattern: 'a pattern inside a name',
  expression: 'a regular expression',
  cosmetic: 'a cosmetic rule',
  url: 'a URL rule',
  modifier: 'a modifier other than $important',
  forwarding: 'forwarding, not blocking',
  setting: 'another setting',
} as const;
