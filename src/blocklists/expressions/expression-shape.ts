// What can be known of a regular expression without running it: texts of which every match contains at least one, so that
// most names need not be tried, and about how large it is when compiled. Whatever is not sure is left out.

/** What is known of an expression. */
export interface ExpressionShape {
  /** Every name that matches has one of these in it: lower case, two octets or more; undefined where nothing is known. */
  readonly required: readonly string[] | undefined;
  /** About how many steps it compiles to. */
  readonly size: number;
}

/** What is known of a part. */
interface Part {
  /** The only text that it matches; undefined where there may be several. */
  readonly exact: string | undefined;
  readonly required: readonly string[] | undefined;
  readonly size: number;
}

/** Shorter texts are in too many names. */
const SHORTEST = 2;

/** How many characters are searched for the end of flags, as in `(?i)`. */
const MAX_FLAGS = 80;

/** More alternatives than this are not worth looking for. */
const MAX_REQUIRED = 32;

const EMPTY: Part = { exact: '', required: undefined, size: 0 };
const UNKNOWN: Part = { exact: undefined, required: undefined, size: 1 };

/** Looks at an expression in RE2 syntax, which need not be a valid one. */
export function shapeOf(text: string): ExpressionShape {
  const { exact, required, size } = new ShapeReader(text).read();
  return { required: isLong(exact) ? [exact] : required, size };
}

/** Reads an expression once, from left to right. */
class ShapeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Part {
    let whole = this.#alternatives();
    // Too many closing parentheses: the expression is not valid, and what follows is only counted.
    while (this.#at < this.#text.length) {
      this.#at++;
      whole = { ...UNKNOWN, size: whole.size + this.#alternatives().size };
    }
    return whole;
  }

  /** `a|b|c`, up to the end or a closing parenthesis. */
  #alternatives(): Part {
    const parts = [this.#sequence()];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      parts.push(this.#sequence());
    }
    const [first] = parts;
    if (first !== undefined && parts.length === 1) return first;
    const required: string[] = [];
    for (const part of parts) required.push(...(isLong(part.exact) ? [part.exact] : (part.required ?? [''])));
    return {
      exact: undefined,
      required: required.length <= MAX_REQUIRED && required.every(isLong) ? required : undefined,
      size: sum(parts) + parts.length,
    };
  }

  /** Items in a row; adjacent texts are joined. */
  #sequence(): Part {
    let run = '';
    let isExact = true;
    let required: readonly string[] | undefined;
    let size = 0;
    const offer = (candidate: readonly string[] | undefined): void => {
      if (candidate !== undefined && shortest(candidate) > shortest(required ?? [''])) required = candidate;
    };
    for (let next = this.#text[this.#at]; next !== undefined && next !== '|' && next !== ')';) {
      const part = this.#repeated();
      size += part.size;
      if (part.exact === undefined) {
        offer([run]);
        offer(part.required);
        run = '';
        isExact = false;
      } else run += part.exact;
      next = this.#text[this.#at];
    }
    offer([run]);
    return {
      exact: isExact ? run : undefined,
      required: required?.every(isLong) === true ? required : undefined,
      size,
    };
  }

  /** One item with its quantifier. */
  #repeated(): Part {
    let part = this.#item();
    for (;;) {
      // Flags are no item: a quantifier after them repeats the item before them.
      const flags = /^(\(\?[a-zA-Z-]+\))+/.exec(this.#text.slice(this.#at, this.#at + MAX_FLAGS));
      this.#at += flags?.[0].length ?? 0;
      const counted = /^\{(\d+)(,?)(\d*)\}/.exec(this.#text.slice(this.#at, this.#at + 12));
      const sign = this.#text[this.#at] ?? '';
      if (counted !== null) {
        this.#at += counted[0].length;
        const [, least = '0', comma = '', most = ''] = counted;
        const times = Math.max(Number(least), comma === '' ? 0 : Number(most), 1);
        part = repeat(part, Number(least) > 0, times);
      } else if (sign !== '' && '*?+'.includes(sign)) {
        this.#at++;
        part = repeat(part, sign === '+', 1);
      } else return part;
    }
  }

  #item(): Part {
    const character = this.#text[this.#at++] ?? '';
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return this.#class();
      case '\\':
        return this.#escape();
      case '^':
      case '$':
        return EMPTY;
      case '.':
        return UNKNOWN;
      default:
        return literal(character);
    }
  }

  #group(): Part {
    // (?:…), (?P<name>…), (?<name>…), (?i:…), and (?i), which has nothing in it.
    const head = /^\?(?:P?<\w+>|[a-zA-Z-]*:?)/.exec(this.#text.slice(this.#at, this.#at + 80));
    this.#at += head?.[0].length ?? 0;
    const inner = this.#alternatives();
    if (this.#text[this.#at] === ')') this.#at++;
    // A group takes two more steps: they record where it starts and ends.
    return { ...inner, size: inner.size + 2 };
  }

  /** `[…]`: one octet out of several, or out of one. */
  #class(): Part {
    const start = this.#at;
    if (this.#text[this.#at] === '^') this.#at++;
    // A bracket in the first place is an octet of the class.
    if (this.#text[this.#at] === ']') this.#at++;
    while (this.#at < this.#text.length && this.#text[this.#at] !== ']') {
      const named = /^\[:\^?\w+:\]/.exec(this.#text.slice(this.#at, this.#at + 20));
      this.#at += named?.[0].length ?? (this.#text[this.#at] === '\\' ? 2 : 1);
    }
    const content = this.#text.slice(start, this.#at++);
    return content.length === 1 && content !== '^' ? literal(content) : UNKNOWN;
  }

  #escape(): Part {
    const character = this.#text[this.#at++] ?? '';
    if (/[^a-zA-Z0-9]/.test(character)) return literal(character);
    if ('bBAz'.includes(character)) return EMPTY;
    const tail = ESCAPE_TAILS.find(([letters]) => letters.includes(character))?.[1].exec(
      this.#text.slice(this.#at),
    );
    const octets = tail?.[0].length ?? 0;
    this.#at += octets;
    return { ...UNKNOWN, size: 1 + octets };
  }
}

/** What may follow the letter of an escape: \x41, \x{41}, \pL, \p{Greek}, \Q…\E, \101. */
const ESCAPE_TAILS: readonly (readonly [string, RegExp])[] = [
  ['x', /^(\{[^}]*\}|.{0,2})/],
  ['pP', /^(\{[^}]*\}|.?)/],
  ['Q', /^.*?(\\E|$)/],
  ['01234567', /^[0-7]{0,2}/],
];

/** Names are ASCII and compared without case, so a character outside ASCII may match one in it. */
function literal(character: string): Part {
  const isAscii = character.charCodeAt(0) < 0x80;
  return isAscii ? { exact: character.toLowerCase(), required: undefined, size: 1 } : UNKNOWN;
}

function repeat(part: Part, isThere: boolean, times: number): Part {
  const required = isThere ? (isLong(part.exact) ? [part.exact] : part.required) : undefined;
  return { exact: undefined, required, size: part.size * times + 1 };
}

function isLong(text: string | undefined): text is string {
  return text !== undefined && text.length >= SHORTEST;
}

function shortest(texts: readonly string[]): number {
  return Math.min(...texts.map(({ length }) => length));
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((total, { size }) => total + size, 0);
}
