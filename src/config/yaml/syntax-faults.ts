// Which of a YAML parser's errors are reported, and where. After one bracket that is left open, or closed twice, the parser
// reports errors in all that follows: that is noise. The rule: a fault is reported where it has to be corrected.

/** An error of the parser; `offset` counts characters from the start of the text. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

/** A bracket or a quoted text, and where it begins. */
export interface Mark {
  readonly token: string;
  readonly offset: number;
}

/** A fault as it is reported. */
export interface ToldFault {
  readonly offset: number;
  readonly message: string;
}

/** What to do about a syntax error, where its message does not say so. */
const ADVICE: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  BAD_SCALAR_START: 'put quotes round the value',
  BLOCK_AS_IMPLICIT_KEY: 'put quotes round a value that has ": " in it',
  BAD_DQ_ESCAPE: 'write \\\\ for a backslash between double quotes, or use single quotes',
  TAG_RESOLVE_FAILED: 'leave the tag away',
  BAD_INDENT: 'close what is open before this place, or line the keys up',
  MISSING_CHAR: 'close the bracket or quote that is open before this place',
};

/** Faults after which the parser still reads the text as it is meant. */
const HARMLESS: ReadonlySet<string> = new Set([
  'TAB_AS_INDENT',
  'BAD_SCALAR_START',
  'BAD_DQ_ESCAPE',
  'TAG_RESOLVE_FAILED',
  'BAD_ALIAS',
]);

/** Faults after which the parser has lost its place. */
const FATAL: ReadonlySet<string> = new Set(['UNEXPECTED_TOKEN', 'MISSING_CHAR']);

const PARTNER: Readonly<Record<string, string>> = { '[': ']', '{': '}', ']': '[', '}': '{' };

/** Gives the faults worth reporting; `marks` are the brackets and quoted texts in their order, `lineOf` counts from 1. */
export function faultsToTell(
  faults: readonly SyntaxFault[],
  marks: readonly Mark[],
  lineOf: (offset: number) => number,
): ToldFault[] {
  const told: ToldFault[] = [];
  let isShaken = false;
  for (const fault of faults.toSorted((a, b) => a.offset - b.offset)) {
    const isStray = strayBracket(fault) !== '';
    const isOfToldLine = told.some(({ offset }) => lineOf(offset) === lineOf(fault.offset));
    if (isShaken && !HARMLESS.has(fault.code) && !isFlowFault(fault) && !(isStray && isOfToldLine)) continue;
    const mended = isFlowFault(fault) ? toUnclosed(fault, marks) : toTold(fault, marks);
    // The brackets around one that was left open are not faults of their own.
    if (isFlowFault(fault) && told.some(({ offset }) => offset >= mended.offset)) continue;
    // A closing bracket without a partner explains more than other faults of its line, which come from it.
    if (isStray) removeOfLine(told, lineOf(fault.offset), lineOf);
    told.push(mended);
    if (FATAL.has(fault.code)) break;
    isShaken ||= !HARMLESS.has(fault.code);
  }
  return told;
}

function isFlowFault({ code, message }: SyntaxFault): boolean {
  return code === 'BAD_INDENT' && message.startsWith('Flow ');
}

/** The bracket without a partner at the fault, or an empty text. */
function strayBracket({ code, message }: SyntaxFault): string {
  return code === 'UNEXPECTED_TOKEN' ? (/: "([\]}])"$/.exec(message)?.[1] ?? '') : '';
}

function toTold(fault: SyntaxFault, marks: readonly Mark[]): ToldFault {
  const { code, message, offset } = fault;
  const stray = strayBracket(fault);
  if (stray !== '')
    return {
      offset,
      message: `"${stray}" closes nothing: no "${PARTNER[stray]}" is open here; take it out, or write the "${PARTNER[stray]}" that is missing`,
    };
  const [, quote] = /^Missing closing (["'])/.exec(message) ?? [];
  const open = marks.findLast((mark) => mark.offset < offset && mark.token === quote);
  if (quote !== undefined && open !== undefined)
    return {
      offset: open.offset,
      message: `this ${quote} is not closed; write the ${quote} that is missing`,
    };
  return {
    offset,
    message: `${message}; ${ADVICE[code] ?? 'look for a missing ":", quote or space before this place'}`,
  };
}

/** The fault of a bracket that was left open, at its place. */
function toUnclosed({ message, offset }: SyntaxFault, marks: readonly Mark[]): ToldFault {
  const wanted = message.startsWith('Flow map') ? '{' : '[';
  const open = openAt(marks, offset).findLast(({ token }) => token === wanted);
  if (open === undefined) return { offset, message: `${message}; ${ADVICE['BAD_INDENT']}` };
  return {
    offset: open.offset,
    message: `this "${wanted}" is not closed; write the "${PARTNER[wanted]}" that is missing`,
  };
}

/** The brackets that are open at a place. A closing bracket of another kind than the last open one leaves it open. */
function openAt(marks: readonly Mark[], offset: number): Mark[] {
  const open: Mark[] = [];
  for (const mark of marks) {
    if (mark.offset >= offset) break;
    if (mark.token === '[' || mark.token === '{') open.push(mark);
    else if (open.at(-1)?.token === PARTNER[mark.token]) open.pop();
  }
  return open;
}

function removeOfLine(told: ToldFault[], line: number, lineOf: (offset: number) => number): void {
  for (let at = told.length - 1; at >= 0; at--) {
    const fault = told[at];
    if (fault !== undefined && lineOf(fault.offset) === line) told.splice(at, 1);
  }
}
