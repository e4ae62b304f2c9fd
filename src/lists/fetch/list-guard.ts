// Holds back an update that would do harm: a list that lost its names, or that is not a list any more. Pure.

/** What the guard looks at in a source that was parsed. */
interface GuardedSource {
  /** Rules taken. */
  readonly entries: number;
  /** Lines, blank ones and comments included. */
  readonly lines: number;
  /** Rules and lines that are wrong. */
  readonly errors: number;
  /** Rules that are not for a DNS filter. */
  readonly skipped: number;
}

/** An update and its bounds. */
export interface GuardedUpdate {
  /** The copy in use; undefined where there is none. */
  readonly previous?: Pick<GuardedSource, 'entries'> | undefined;
  readonly next: GuardedSource;
  /** Whether it is a file on this host: a small one was written by hand, and losing a part of it shows no fault. */
  readonly isOwnFile: boolean;
  /** The part of its entries that a source may lose, 0..1. */
  readonly maxShrink: number;
  /** The part of its rules that may be wrong, 0..1. */
  readonly maxErrors: number;
  /** How many times as many entries as before a source may have, 2 or more. */
  readonly maxGrowth: number;
}

/** A file with fewer entries was likely written by hand. */
const BY_HAND = 100;

/** The entries that a list may grow to in any case: they take a tenth of a megabyte. */
const ALWAYS_ROOM = 10_000;

/** Says why an update is to be held back, in a sentence without a full stop; undefined when it is good. */
export function checkUpdate(update: GuardedUpdate): string | undefined {
  const { previous, next, isOwnFile } = update;
  const { entries, lines, errors, skipped } = next;
  const before = previous?.entries ?? 0;
  if (previous === undefined && isOwnFile) return undefined;
  if (entries === 0 && lines > 0)
    return `no entry in ${count(lines, 'line')} (${count(errors, 'error')}, ${number(skipped)} skipped)`;
  if (isOwnFile && entries > 0 && Math.max(entries, before) < BY_HAND) return undefined;
  return errorFault(update) ?? (before === 0 ? undefined : sizeFault(before, update));
}

function errorFault({ next: { entries, errors }, maxErrors }: GuardedUpdate): string | undefined {
  const rules = entries + errors;
  if (rules === 0 || errors / rules <= maxErrors) return undefined;
  return `${count(errors, 'error')} in ${count(rules, 'rule')} (${percent(errors / rules)}), more than ${percent(maxErrors)}`;
}

function sizeFault(before: number, { next, maxShrink, maxGrowth }: GuardedUpdate): string | undefined {
  const { entries } = next;
  const numbers = `from ${number(before)} to ${count(entries, 'entry', 'entries')}`;
  const lost = 1 - entries / before;
  if (lost > maxShrink) return `shrank by ${percent(lost)}, ${numbers}, more than ${percent(maxShrink)}`;
  if (entries > ALWAYS_ROOM && entries / before > maxGrowth)
    return `grew ${numbers}, more than ${maxGrowth} times as many`;
  return undefined;
}

function count(amount: number, one: string, many = `${one}s`): string {
  return `${number(amount)} ${amount === 1 ? one : many}`;
}

function number(amount: number): string {
  return amount.toLocaleString('en');
}

function percent(part: number): string {
  return `${Number((part * 100).toFixed(2))} %`;
}
