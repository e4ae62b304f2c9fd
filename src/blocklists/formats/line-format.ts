// What a format is to the parser: something that says what one line means.
import type { FormatName } from './format-names.ts';
import type { RuleEffect } from '../effect.ts';
import type { RuleKind } from '../rule.ts';

/** A line that is come back to when those behind it have been read. */
export interface HeldLine {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** Where a format puts what it finds in a line. Several calls for one line are allowed. */
export interface RuleSink {
  /** What is filed while this is true takes the same rules of the list away (`$badfilter`). */
  revokes: boolean;
  /** The line at hand, counted from 1. */
  readonly lineNumber: number;
  /** What is filed from now on stands in an earlier line. */
  at(held: HeldLine): void;
  /** Files the name at [start, end) of the line's octets; what is wrong with the name is the sink's to say. */
  rule(start: number, end: number, kind: RuleKind, effect?: RuleEffect): void;
  /** Files a name that does not stand in the line as it is. */
  ruleOn(name: string, kind: RuleKind, effect?: RuleEffect): void;
  /** Files addresses that are judged where they stand in an answer: `192.0.2.1` or `2001:db8::/32`. */
  addresses(text: string, kind: RuleKind, effect?: RuleEffect): void;
  /** Files a rule about every name that gives way to all else that the file has about one. */
  rootRule(kind: RuleKind, effect?: RuleEffect): void;
  /** Files an expression that is tried on names: `/regular expression/` in RE2 syntax, or `*` for every name. */
  expression(text: string, kind: RuleKind, effect?: RuleEffect): void;
  /** Counts something that is well-formed but not for a DNS filter, or not supported. */
  skip(reason: string): void;
  /** Counts something that is not of this format. */
  fault(reason: string): void;
}

/** Reads one file's lines in their order. */
export interface LineParser {
  /** Says what a line means; it is neither blank nor a comment, and [start, end) has no space at either end. */
  parseLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void;
  /** Is told that the file has ended. */
  end?(sink: RuleSink): void;
}

/** One format of lists. */
export interface LineFormat {
  readonly name: FormatName;
  /** Whether a rule may be about a whole top-level domain. */
  readonly takesTopLevel: boolean;
  /**
   * Gives what reads a file: a new one where the meaning of a line depends on those before it. `zone` is the name of the zone
   * that the file is, where the operator has said it.
   */
  open(zone?: string): LineParser;
}

/** Reasons for which a line is skipped, in the words of the report. */
export const SKIPPED = {
  address: 'an address, not a name',
  local: 'a name of the machine itself',
  pattern: 'a pattern inside a name',
  everything: 'a rule about every name',
  cosmetic: 'a cosmetic rule',
  url: 'a URL rule',
  client: 'a rule for certain clients',
  modifier: 'a modifier that is not for DNS',
  answer: 'an answer that is not given here',
  unrewrite: 'an exception from rewriting only',
  forwarding: 'forwarding, not blocking',
  setting: 'another setting',
  zoneType: 'a zone that is resolved as ever',
  deafZone: 'data in a zone whose type does not answer it',
  redirected: 'data below the name of a redirect zone',
  class: 'a class other than IN',
} as const;
