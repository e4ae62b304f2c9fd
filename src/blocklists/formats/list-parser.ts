// Reads one source: finds out its format, gives every rule away and counts the rest. A bad line is never fatal.
import type { RuleKind } from '../rule.ts';
import type { WireName } from '../trie/wire-name.ts';
import { detectFormat } from './format-detection.ts';
import { FORMATS } from './format-table.ts';
import { SKIPPED } from './line-format.ts';
import type { FormatName, LineFormat, RuleSink } from './line-format.ts';
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

/** Takes a rule; the name is good until the call returns. */
export type RuleTaker = (name: WireName, kind: RuleKind, line: number) => void;

const MAX_EXAMPLES = 5;
const MAX_EXAMPLE_LENGTH = 120;

/** Parses a file; throws only when it cannot be read. */
export function parseList(file: string, format: FormatName | 'auto', take: RuleTaker): ParseReport {
  const parser = new ListParser(format, take);
  readLines(file, parser);
  return parser.report();
}

class ListParser implements LineTaker, RuleSink {
  #format: LineFormat;
  readonly #isAuto: boolean;
  readonly #take: RuleTaker;
  readonly #scanner = new NameScanner();
  /** The line at hand. */
  #octets: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #lines = 0;
  #entries = 0;
  #errors = 0;
  readonly #skipped = new Map<string, number>();
  readonly #examples: FaultExample[] = [];

  constructor(format: FormatName | 'auto', take: RuleTaker) {
    this.#isAuto = format === 'auto';
    this.#format = FORMATS[format === 'auto' ? 'domains' : format];
    this.#take = take;
  }

  beginning(sample: Uint8Array): void {
    if (this.#isAuto) this.#format = FORMATS[detectFormat(sample)];
  }

  line(octets: Uint8Array, lineStart: number, lineEnd: number): void {
    this.#lines++;
    const start = skipSpaces(octets, lineStart, lineEnd);
    const first = octets[start];
    if (start === lineEnd || first === HASH || first === BANG) return;
    this.#octets = octets;
    this.#start = start;
    this.#end = trimEnd(octets, start, lineEnd);
    this.#format.parseLine(octets, start, this.#end, this);
  }

  longLine(octets: Uint8Array, start: number, end: number): void {
    this.#lines++;
    if (octets[start] === HASH || octets[start] === BANG) return;
    this.#octets = octets;
    this.#start = start;
    this.#end = end;
    this.fault('a line of more than 4,096 octets');
  }

  rule(start: number, end: number, kind: RuleKind): void {
    const { name } = this.#scanner;
    const fault = this.#scanner.scan(this.#octets, start, end);
    if (fault !== undefined) {
      if (isAddress(this.#octets, start, end)) this.skip(SKIPPED.address);
      else this.fault(fault);
    } else if (endsInNumber(name)) {
      if (isAddress(this.#octets, start, end)) this.skip(SKIPPED.address);
      else this.fault('a name that ends in a number');
    } else if (name.labelCount === 1 && !this.#format.takesTopLevel) {
      this.fault('a name of one label, which would be a whole top-level domain');
    } else {
      this.#entries++;
      this.#take(name, kind, this.#lines);
    }
  }

  skip(reason: string): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }

  fault(reason: string): void {
    this.#errors++;
    if (this.#examples.length === MAX_EXAMPLES) return;
    const text = Buffer.from(this.#octets.subarray(this.#start, this.#end))
      .toString('utf8')
      .slice(0, MAX_EXAMPLE_LENGTH)
      // What goes to logs and terminals must not steer them.
      .replace(/\p{C}/gu, '\ufffd');
    this.#examples.push({ line: this.#lines, text, reason });
  }

  report(): ParseReport {
    return {
      format: this.#format.name,
      lines: this.#lines,
      entries: this.#entries,
      skipped: [...this.#skipped.values()].reduce((sum, count) => sum + count, 0),
      skippedFor: Object.fromEntries(this.#skipped),
      errors: this.#errors,
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
