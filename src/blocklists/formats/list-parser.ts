// Reads one source: finds out its format, gives every rule away and counts the rest. A bad line is never fatal.
import { toPrintable } from '../../system/printable.ts';
import { toAddressPrefix } from '../addresses/address-text.ts';
import type { AddressPrefix } from '../addresses/address-text.ts';
import type { RuleEffect } from '../effect.ts';
import { NO_ROOM } from '../no-room.ts';
import type { RuleKind } from '../rule.ts';
import type { WireName } from '../trie/wire-name.ts';
import { detectFormat } from './format-detection.ts';
import { FORMATS } from './format-table.ts';
import { SKIPPED } from './line-format.ts';
import type { FormatName, LineFormat, LineParser, RuleSink } from './line-format.ts';
import { readLines } from './line-reader.ts';
import type { LineTaker } from './line-reader.ts';
import { NameScanner } from './name-scanner.ts';
import { BANG, HASH, isAddress, skipSpaces, trimEnd } from './octets.ts';

/** What became of a source's lines. */
export interface ParseReport {
  /** The format given, or the one found. */
  readonly format: FormatName;
  /** Lines, blank ones and comments included. */
  readonly lines: number;
  /** Rules taken; a hosts line may have several. */
  readonly entries: number;
  /** Rules passed over because they are not for a DNS filter, or not supported. */
  readonly skipped: number;
  /** Why they were passed over, and how many for each reason. */
  readonly skippedFor: Readonly<Record<string, number>>;
  /** Rules and lines that are wrong. */
  readonly errors: number;
  /** How many of them are none by themselves: all lists together have too many of their kind. Absent where none is. */
  readonly withoutRoom?: number;
  /** The first five of them. */
  readonly examples: readonly FaultExample[];
}

/** A line that is wrong. */
interface FaultExample {
  /** Counted from 1. */
  readonly line: number;
  /** The line's beginning, at most 120 characters. */
  readonly text: string;
  readonly reason: string;
}

/** Takes a rule about a name, which is good until the call returns; says why not, where it cannot. */
export type NameTaker = (
  name: WireName,
  kind: RuleKind,
  line: number,
  effect?: RuleEffect,
) => string | undefined | void;

/** Where and how a rule stands in its source. */
export interface RulePlace {
  readonly kind: RuleKind;
  readonly effect: RuleEffect | undefined;
  /** Counted from 1. */
  readonly line: number;
}

/** Takes what is not about one name, and says what it cannot take. */
export interface OtherTaker {
  /** Why no rule with such an effect can be kept, or undefined. */
  faultOf(effect: RuleEffect): string | undefined;
  /** Takes a prefix, or says why not. */
  addresses(prefix: AddressPrefix, place: RulePlace): string | undefined | void;
  /** Takes an expression, or says why not. */
  expression(text: string, place: RulePlace): string | undefined;
}

/** Counts what is not about one name, and forgets it. */
const FORGETTING: OtherTaker = {
  faultOf: () => undefined,
  addresses: () => undefined,
  expression: () => undefined,
};

const MAX_EXAMPLES = 5;
const MAX_EXAMPLE_LENGTH = 120;

/** Parses a file; throws only when it cannot be read. */
export function parseList(
  file: string,
  format: FormatName | 'auto',
  take: NameTaker,
  others: OtherTaker = FORGETTING,
): ParseReport {
  const parser = new ListParser(format, take, others);
  readLines(file, parser);
  return parser.report();
}

class ListParser implements LineTaker, RuleSink {
  #format: LineFormat;
  #parser: LineParser;
  readonly #isAuto: boolean;
  readonly #take: NameTaker;
  readonly #others: OtherTaker;
  readonly #scanner = new NameScanner();
  /** The line at hand. */
  #octets: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #lines = 0;
  #entries = 0;
  #errors = 0;
  #withoutRoom = 0;
  readonly #skipped = new Map<string, number>();
  readonly #examples: FaultExample[] = [];

  constructor(format: FormatName | 'auto', take: NameTaker, others: OtherTaker) {
    this.#isAuto = format === 'auto';
    this.#format = FORMATS[format === 'auto' ? 'domains' : format];
    this.#parser = this.#format.open();
    this.#take = take;
    this.#others = others;
  }

  beginning(sample: Uint8Array): void {
    if (!this.#isAuto) return;
    this.#format = FORMATS[detectFormat(sample)];
    this.#parser = this.#format.open();
  }

  line(octets: Uint8Array, lineStart: number, lineEnd: number): void {
    this.#lines++;
    const start = skipSpaces(octets, lineStart, lineEnd);
    const first = octets[start];
    if (start === lineEnd || first === HASH || first === BANG) return;
    this.#octets = octets;
    this.#start = start;
    this.#end = trimEnd(octets, start, lineEnd);
    this.#parser.parseLine(octets, start, this.#end, this);
  }

  longLine(octets: Uint8Array, start: number, end: number): void {
    this.#lines++;
    if (octets[start] === HASH || octets[start] === BANG) return;
    this.#octets = octets;
    this.#start = start;
    this.#end = end;
    this.fault('a line of more than 4,096 octets');
  }

  ended(): void {
    this.#parser.end?.(this);
  }

  rule(start: number, end: number, kind: RuleKind, effect?: RuleEffect): void {
    const fault = this.#scanner.scan(this.#octets, start, end) ?? this.#faultOfName(effect);
    if (fault === undefined) this.#file(kind, effect);
    else if (isAddress(this.#octets, start, end)) this.skip(SKIPPED.address);
    else this.fault(fault);
  }

  ruleOn(name: string, kind: RuleKind, effect?: RuleEffect): void {
    const octets = Buffer.from(name);
    const fault = this.#scanner.scan(octets, 0, octets.length) ?? this.#faultOfName(effect);
    if (fault === undefined) this.#file(kind, effect);
    else this.fault(fault);
  }

  /** Gives away a rule about the name just scanned. */
  #file(kind: RuleKind, effect: RuleEffect | undefined): void {
    const fault = this.#take(this.#scanner.name, kind, this.#lines, effect);
    if (typeof fault === 'string') this.fault(fault);
    else this.#entries++;
  }

  addresses(text: string, kind: RuleKind, effect?: RuleEffect): void {
    const prefix = toAddressPrefix(text);
    if (prefix === undefined) return this.fault('not an address or a prefix');
    if (prefix.length === 0) return this.fault('a prefix that holds every address');
    const place = { kind, effect, line: this.#lines };
    const fault = (effect && this.#others.faultOf(effect)) ?? this.#others.addresses(prefix, place);
    if (typeof fault === 'string') this.fault(fault);
    else this.#entries++;
  }

  expression(text: string, kind: RuleKind, effect?: RuleEffect): void {
    const place = { kind, effect, line: this.#lines };
    const fault = (effect && this.#others.faultOf(effect)) ?? this.#others.expression(text, place);
    if (fault === undefined) this.#entries++;
    else this.fault(fault);
  }

  skip(reason: string): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }

  fault(reason: string): void {
    this.#errors++;
    if (reason.startsWith(NO_ROOM)) this.#withoutRoom++;
    if (this.#examples.length === MAX_EXAMPLES) return;
    const text = Buffer.from(this.#octets.subarray(this.#start, this.#end))
      .toString('utf8')
      .slice(0, MAX_EXAMPLE_LENGTH)
      // What goes to logs and terminals must not steer them.
      .replace(/\p{C}/gu, '\ufffd');
    this.#examples.push({ line: this.#lines, text: toPrintable(text), reason: toPrintable(reason) });
  }

  /** What is wrong with the name just scanned, or with keeping the effect. */
  #faultOfName(effect: RuleEffect | undefined): string | undefined {
    const { name } = this.#scanner;
    if (endsInNumber(name)) return 'a name that ends in a number';
    if (name.labelCount === 1 && !this.#format.takesTopLevel)
      return 'a name of one label, which would be a whole top-level domain';
    return effect && this.#others.faultOf(effect);
  }

  report(): ParseReport {
    return {
      format: this.#format.name,
      lines: this.#lines,
      entries: this.#entries,
      skipped: [...this.#skipped.values()].reduce((sum, count) => sum + count, 0),
      skippedFor: Object.fromEntries(this.#skipped),
      errors: this.#errors,
      ...(this.#withoutRoom === 0 ? {} : { withoutRoom: this.#withoutRoom }),
      examples: this.#examples,
    };
  }
}

/** Tells whether the rightmost label is digits only, as in an address; no top-level domain is. */
function endsInNumber({ wire, labelStart, labelCount }: WireName): boolean {
  const start = labelStart[labelCount - 1]!;
  const end = start + 1 + wire[start]!;
  for (let at = start + 1; at < end; at++) {
    if (wire[at]! < 0x30 || wire[at]! > 0x39) return false;
  }
  return true;
}
