// Reads records of a zone file (RFC 1035 section 5.1): directives, omitted owners, relative names, records over several
// lines. It gives the records; the caller knows what they mean.

/** One record, its names made absolute, lower-cased and without their final dot. */
export interface ZoneRecord {
  readonly owner: string;
  /** In capitals. */
  readonly type: string;
  /** The fields after the type, as they are written. */
  readonly fields: readonly string[];
}

/** What came of a line. */
export type ZoneLine =
  ZoneRecord | { readonly skip: 'directive' | 'class' } | { readonly fault: string } | undefined;

/** Stands for an unknown origin: no name has such a label. */
export const UNKNOWN_ORIGIN = '\u0000';

/** The most octets of one record, line ends not counted. */
const MAX_RECORD = 4096;

const FIELD = /"(?:[^"\\]|\\.)*"|;.*|[()]|(?:\\.|[^\s;"()\\])+|["\\]/g;
const TTL = /^(?:\d+[smhdw]?)+$/i;

/** The fields of a record, which may continue on the next line. */
interface Gathered {
  readonly fields: string[];
  readonly isIndented: boolean;
  octets: number;
}

/** Reads the lines of one zone file. */
export class ZoneReader {
  /** The origin of relative names, without a final dot; empty for the root. */
  origin = '';
  /** What the first $ORIGIN said; undefined without one. */
  firstOrigin: string | undefined;
  #owner: string | undefined;
  /** A record whose parenthesis is still open. */
  #open: Gathered | undefined;

  constructor(origin = '') {
    this.origin = origin;
  }

  /** Whether a parenthesis is open. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Reads a line; undefined where it has no record, or does not end one. */
  read(line: string, isIndented: boolean): ZoneLine {
    const gathered = this.#gather(line, isIndented);
    if (gathered === undefined) return undefined;
    if (typeof gathered === 'string') return { fault: gathered };
    const [first = '', second] = gathered.fields;
    return first.startsWith('$') ? this.#direct(first.toUpperCase(), second) : this.#toRecord(gathered);
  }

  /** An absolute name, in lower case and without its final dot, from one that stands in the file. */
  toAbsolute(name: string): string {
    const lower = (name.includes('\\') ? unescape(name) : name).toLowerCase();
    if (lower === '@') return this.origin;
    if (lower.endsWith('.')) return lower.slice(0, -1);
    return this.origin === '' ? lower : `${lower}.${this.origin}`;
  }

  /** A whole record, without its comments; undefined where there is none, or while a parenthesis is open. */
  #gather(line: string, isIndented: boolean): Gathered | string | undefined {
    const found = (line.match(FIELD) ?? []).filter((field) => !field.startsWith(';'));
    const record = this.#open ?? { fields: [], isIndented, octets: 0 };
    record.fields.push(...found.filter((field) => field !== '(' && field !== ')'));
    record.octets += line.length;
    const depth = (this.isOpen ? 1 : 0) + depthOf(found);
    this.#open = undefined;
    if (depth === 1 && record.octets <= MAX_RECORD && !isBroken(found)) this.#open = record;
    else if (depth !== 0 || isBroken(found)) return 'quotes or parentheses that do not close';
    return this.isOpen || record.fields.length === 0 ? undefined : record;
  }

  #direct(directive: string, value: string | undefined): ZoneLine {
    if (directive === '$ORIGIN' && value !== undefined) {
      this.origin = this.toAbsolute(value);
      this.firstOrigin ??= this.origin;
      return undefined;
    }
    if (directive === '$TTL') return undefined;
    return directive === '$INCLUDE' || directive === '$GENERATE'
      ? { skip: 'directive' }
      : { fault: 'not a directive of a zone file' };
  }

  #toRecord({ fields, isIndented }: Gathered): ZoneLine {
    const rest = [...fields];
    if (!isIndented) this.#owner = this.toAbsolute(rest.shift() ?? '');
    const owner = this.#owner;
    if (owner === undefined) return { fault: 'a record without an owner' };
    // TTL and class come in any order, or not at all.
    for (let left = 2; left > 0; left--) {
      const [field = ''] = rest;
      if (/^(ch|hs)$/i.test(field)) return { skip: 'class' };
      if (TTL.test(field) || /^in$/i.test(field)) rest.shift();
    }
    const type = rest.shift()?.toUpperCase();
    if (type === undefined || !/^[A-Z][A-Z0-9-]*$/.test(type) || rest.length === 0)
      return { fault: 'not a record: OWNER [TTL] [IN] TYPE DATA' };
    return { owner, type, fields: rest };
  }
}

/** Removes needless escapes (RFC 1035 section 5.1): of letters, digits, `-` and `_`, as `\X` or `\DDD`. */
function unescape(name: string): string {
  return name.replace(/\\(\d{3}|[^\d])/g, (escape, escaped: string) => {
    const character = escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped;
    return /^[\w-]$/.test(character) ? character : escape;
  });
}

/** Whether a quote or an escape does not end in its line. */
function isBroken(fields: readonly string[]): boolean {
  return fields.includes('"') || fields.includes('\\');
}

/** How many more parentheses are opened than closed. */
function depthOf(fields: readonly string[]): number {
  return fields.filter((field) => field === '(').length - fields.filter((field) => field === ')').length;
}
