// Reads one source: detects its format, hands every rule on and counts the rest. A bad line is never fatal.
import { toPrintable } from '../../system/printable.ts';
import { toListPrefix } from '../../addresses/list-prefix.ts';
import type { PrefixNumbers } from '../../addresses/prefix.ts';
import type { RuleEffect } from '../effect.ts';
import { NO_ROOM } from '../no-room.ts';
import type { RuleKind } from '../rule.ts';
import type { WireName } from '../trie/wire-name.ts';
import { detectFormat, strangeFormatOf } from './format-detection.ts';
import { FORMATS } from './format-table.ts';
import { SKIPPED } from './line-format.ts';
import type { HeldLine, LineFormat, LineParser, RuleSink } from './line-format.ts';
import type { FormatName } from './format-names.ts';
import { readLines } from './text/line-reader.ts';
import type { LineTaker } from './text/line-reader.ts';
import { NameScanner } from './text/name-scanner.ts';
import { BANG, HASH, isAddress, skipSpaces, trimEnd } from './text/octets.ts';

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
  /** The first line that was passed over for each reason. */
  readonly skippedExamples: Readonly<Record<string, SkippedLine>>;
  /** Rules and lines that are wrong. */
  readonly errors: number;
  /** How many of the errors are sound rules without room: all lists together have too many of their kind. Absent for 0. */
  readonly withoutRoom?: number;
  /** The first five of them. */
  readonly examples: readonly FaultExample[];
}

/** A line that was passed over. */
interface SkippedLine {
  /** Counted from 1. */
  readonly line: number;
  /** The line's beginning, at most 120 characters. */
  readonly text: string;
}

/** A line that is wrong. */
interface FaultExample {
  /** Counted from 1. */
  readonly line: number;
  /** The line's beginning, at most 120 characters. */
  readonly text: string;
  readonly reason: string;
}

/** Takes a rule about a name, which is valid until the call returns, or says why it cannot. */
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

/** A rule that a list revokes; names are valid until the call returns. */
export type RevokedRule = Omit<RulePlace, 'line'> &
  ({ readonly name: WireName } | { readonly addresses: PrefixNumbers } | { readonly expression: string });

/** Takes rules that are not about one name, and says which it cannot take. */
export interface OtherTaker {
  /** Why no rule with such an effect can be kept, or undefined. */
  faultOf(effect: RuleEffect): string | undefined;
  /** Takes a rule about every name that is the weakest of its file. */
  root(place: RulePlace): void;
  /** Takes a rule that the list revokes. */
  revoke(rule: RevokedRule): void;
  /** Takes a prefix, or says why not. */
  addresses(prefix: PrefixNumbers, place: RulePlace): string | undefined | void;
  /** Takes an expression, or says why not. */
  expression(text: string, place: RulePlace): string | undefined;
}

/** Drops rules that are not about one name, so that they are only counted. */
const FORGETTING: OtherTaker = {
  faultOf: () => undefined,
  root: () => undefined,
  revoke: () => undefined,
  addresses: () => undefined,
  expression: () => undefined,
};

const MAX_EXAMPLES = 5;
/** How many different reasons for passing lines over are counted. */
const MAX_REASONS = 40;
const MAX_EXAMPLE_LENGTH = 120;

/** How a file is to be read. */
export interface ListForm {
  readonly format: FormatName | 'auto';
  /** The zone's name, where the operator gave it. */
  readonly zone?: string | undefined;
}

/** Parses a file; throws only when it cannot be read. */
export function parseList(
  file: string,
  form: FormatName | 'auto' | ListForm,
  take: NameTaker,
  others: OtherTaker = FORGETTING,
): ParseReport {
  const parser = new ListParser(typeof form === 'string' ? { format: form } : form, take, others);
  readLines(file, parser);
  return parser.report();
}

class ListParser implements LineTaker, RuleSink {
  revokes = false;
  #format: LineFormat;
  #parser: LineParser;
  readonly #form: ListForm;
  readonly #take: NameTaker;
  readonly #others: OtherTaker;
  readonly #scanner = new NameScanner();
  /** The readers of other formats that lines of this file were read by. */
  readonly #strangers = new Map<FormatName, LineParser>();
  /** The format that the current line is read by, where it is not the file's. */
  #stranger: LineFormat | undefined;
  #hasEnded = false;
  /** The current line. */
  #octets: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #lines = 0;
  #line = 0;
  #entries = 0;
  #errors = 0;
  #withoutRoom = 0;
  readonly #skipped = new Map<string, number>();
  readonly #skippedExamples = new Map<string, SkippedLine>();
  readonly #examples: FaultExample[] = [];

  constructor(form: ListForm, take: NameTaker, others: OtherTaker) {
    this.#form = form;
    this.#format = FORMATS[form.format === 'auto' ? 'domains' : form.format];
    this.#parser = this.#format.open(form.zone);
    this.#take = take;
    this.#others = others;
  }

  get lineNumber(): number {
    return this.#line;
  }

  beginning(sample: Uint8Array): void {
    if (this.#form.format !== 'auto') return;
    this.#format = FORMATS[detectFormat(sample)];
    this.#parser = this.#format.open(this.#form.zone);
  }

  line(octets: Uint8Array, lineStart: number, lineEnd: number): void {
    this.#line = ++this.#lines;
    const start = skipSpaces(octets, lineStart, lineEnd);
    const first = octets[start];
    if (start === lineEnd || first === HASH || first === BANG) return;
    this.#octets = octets;
    this.#start = start;
    this.#end = trimEnd(octets, start, lineEnd);
    this.#parser.parseLine(octets, start, this.#end, this);
  }

  longLine(octets: Uint8Array, start: number, end: number): void {
    this.#line = ++this.#lines;
    if (octets[start] === HASH || octets[start] === BANG) return;
    this.#octets = octets;
    this.#start = start;
    this.#end = end;
    this.#count('a line of more than 4,096 octets');
  }

  ended(): void {
    this.#hasEnded = true;
    this.#parser.end?.(this);
    for (const [format, parser] of this.#strangers) {
      this.#stranger = FORMATS[format];
      parser.end?.(this);
    }
  }

  at({ line, text }: HeldLine): void {
    this.#line = line;
    this.#octets = Buffer.from(text);
    this.#start = 0;
    this.#end = this.#octets.length;
  }

  rule(start: number, end: number, kind: RuleKind, effect?: RuleEffect): void {
    this.#ruleIn(this.#octets, start, end, { kind, effect });
  }

  ruleOn(name: string, kind: RuleKind, effect?: RuleEffect): void {
    const octets = Buffer.from(name);
    this.#ruleIn(octets, 0, octets.length, { kind, effect });
  }

  #ruleIn(octets: Uint8Array, start: number, end: number, { kind, effect }: Omit<RulePlace, 'line'>): void {
    const fault = this.#scanner.scan(octets, start, end) ?? this.#faultOfName(effect);
    if (fault === undefined) this.#file(kind, effect);
    else if (isAddress(octets, start, end)) this.skip(SKIPPED.address);
    else this.fault(fault);
  }

  /** Hands on a rule about the name just scanned. */
  #file(kind: RuleKind, effect: RuleEffect | undefined): void {
    const { name } = this.#scanner;
    if (this.revokes) return this.#revoke({ kind, effect, name });
    const fault = this.#take(name, kind, this.#line, effect);
    if (typeof fault === 'string') this.fault(fault);
    else this.#entries++;
  }

  addresses(text: string, kind: RuleKind, effect?: RuleEffect): void {
    const prefix = toListPrefix(text);
    if (prefix === undefined) return this.fault('not an address or a prefix');
    if (prefix.length === 0) return this.fault('a prefix that holds every address');
    if (this.revokes) return this.#revoke({ kind, effect, addresses: prefix });
    const place = { kind, effect, line: this.#line };
    const fault = (effect && this.#others.faultOf(effect)) ?? this.#others.addresses(prefix, place);
    if (typeof fault === 'string') this.fault(fault);
    else this.#entries++;
  }

  rootRule(kind: RuleKind, effect?: RuleEffect): void {
    const fault = effect && this.#others.faultOf(effect);
    if (fault !== undefined) return this.fault(fault);
    this.#others.root({ kind, effect, line: this.#line });
    this.#entries++;
  }

  expression(text: string, kind: RuleKind, effect?: RuleEffect): void {
    if (this.revokes) return this.#revoke({ kind, effect, expression: text });
    const place = { kind, effect, line: this.#line };
    const fault = (effect && this.#others.faultOf(effect)) ?? this.#others.expression(text, place);
    if (fault === undefined) this.#entries++;
    else this.fault(fault);
  }

  #revoke(rule: RevokedRule): void {
    this.#others.revoke(rule);
    this.#entries++;
  }

  skip(written: string): void {
    const given = toPrintable(written);
    // Each line of a file can have a different setting, so the reasons are bounded.
    const reason = this.#skipped.size < MAX_REASONS || this.#skipped.has(given) ? given : SKIPPED.setting;
    // `address=/x/` looks like the path of a URL.
    if (reason === SKIPPED.url && this.#readStrange()) return;
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
    if (this.#skippedExamples.has(reason)) return;
    this.#skippedExamples.set(reason, { line: this.#line, text: this.#textOfLine() });
  }

  /** A line that the file's own format cannot read may be of another: some lists have two formats. */
  fault(reason: string): void {
    if (reason.startsWith(NO_ROOM) || !this.#readStrange()) this.#count(reason);
  }

  /** Reads the line by another format, if it has the shape of one. Only where `format:` was not given. */
  #readStrange(): boolean {
    if (this.#form.format !== 'auto' || this.#stranger !== undefined || this.revokes) return false;
    const format = strangeFormatOf(this.#octets, this.#start, this.#end);
    if (format === undefined || format === this.#format.name || this.#hasEnded) return false;
    // In a list of addresses a word with dots is more likely a wrong address than a name.
    if (format === 'domains' && this.#format.name === 'ip') return false;
    const parser = this.#strangers.get(format) ?? FORMATS[format].open(this.#form.zone);
    this.#strangers.set(format, parser);
    this.#stranger = FORMATS[format];
    parser.parseLine(this.#octets, this.#start, this.#end, this);
    this.#stranger = undefined;
    return true;
  }

  #count(reason: string): void {
    this.#errors++;
    if (reason.startsWith(NO_ROOM)) this.#withoutRoom++;
    if (this.#examples.length === MAX_EXAMPLES) return;
    this.#examples.push({ line: this.#line, text: this.#textOfLine(), reason: toPrintable(reason) });
  }

  #textOfLine(): string {
    return toExample(Buffer.from(this.#octets.subarray(this.#start, this.#end)).toString('utf8'));
  }

  /** What is wrong with the name just scanned, or with keeping the effect. */
  #faultOfName(effect: RuleEffect | undefined): string | undefined {
    const { name } = this.#scanner;
    if (endsInNumber(name)) return 'a name that ends in a number';
    if (name.labelCount === 1 && !(this.#stranger ?? this.#format).takesTopLevel)
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
      skippedExamples: Object.fromEntries(this.#skippedExamples),
      errors: this.#errors,
      ...(this.#withoutRoom === 0 ? {} : { withoutRoom: this.#withoutRoom }),
      examples: this.#examples,
    };
  }
}

/** The beginning of a line, made printable: text for logs and terminals must hold no control sequences. */
export function toExample(text: string): string {
  return toPrintable(text.slice(0, MAX_EXAMPLE_LENGTH).replace(/\p{C}/gu, '\ufffd'));
}

/** Whether the rightmost label has only digits, as in an address and in no top-level domain. */
function endsInNumber({ wire, labelStart, labelCount }: WireName): boolean {
  const start = labelStart[labelCount - 1]!;
  const end = start + 1 + wire[start]!;
  for (let at = start + 1; at < end; at++) {
    if (wire[at]! < 0x30 || wire[at]! > 0x39) return false;
  }
  return true;
}
