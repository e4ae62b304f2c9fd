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
  /** Rules filed while this is true revoke the same rules of the list (`$badfilter`). */
  revokes: boolean;
  /** The current line, counted from 1. */
  readonly lineNumber: number;
  /** Files what follows as rules of an earlier line. */
  at(held: HeldLine): void;
  /** Files the name at [start, end) of the line's octets; the sink reports what is wrong with the name. */
  rule(start: number, end: number, kind: RuleKind, effect?: RuleEffect): void;
  /** Files a name that the line does not contain as it is. */
  ruleOn(name: string, kind: RuleKind, effect?: RuleEffect): void;
  /** Files addresses that are judged in answers: `192.0.2.1` or `2001:db8::/32`. */
  addresses(text: string, kind: RuleKind, effect?: RuleEffect): void;
  /** Files a rule about every name, weaker than any other rule of the file. */
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
  /** Called at the end of the file. */
  end?(sink: RuleSink): void;
}

/** One format of lists. */
export interface LineFormat {
  readonly name: FormatName;
  /** Whether a rule may be about a whole top-level domain. */
  readonly takesTopLevel: boolean;
  /**
   * Gives the reader of a file, a new one where the meaning of a line depends on those before it. `zone` is the zone's name,
   * where the operator gave it.
   */
  open(zone?: string): LineParser;
}

/** The reasons why a line is skipped, in the words of the report. */
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
