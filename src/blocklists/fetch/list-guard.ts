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
  /** The part of its entries that a source may lose, 0..1. */
  readonly maxShrink: number;
  /** The part of its rules that may be wrong, 0..1. */
  readonly maxErrors: number;
  /** By how much of its entries a source may grow, 0 or more: 1 is twice as many. No bound without it. */
  readonly maxGrowth?: number | undefined;
}

/** Says why an update is to be held back, in a sentence without a full stop; undefined when it is good. */
export function checkUpdate(update: GuardedUpdate): string | undefined {
  const { previous, next, maxShrink, maxErrors, maxGrowth = Infinity } = update;
  const { entries, lines, errors, skipped } = next;
  if (entries === 0 && lines > 0)
    return `no entry in ${count(lines, 'line')} (${count(errors, 'error')}, ${number(skipped)} skipped)`;
  const rules = entries + errors;
  if (rules > 0 && errors / rules > maxErrors)
    return `${count(errors, 'error')} in ${count(rules, 'rule')} (${percent(errors / rules)}), more than ${percent(maxErrors)}`;
  if (previous === undefined || previous.entries === 0) return undefined;
  const change = entries / previous.entries - 1;
  const numbers = `from ${number(previous.entries)} to ${count(entries, 'entry', 'entries')}`;
  if (-change > maxShrink)
    return `shrank by ${percent(-change)}, ${numbers}, more than ${percent(maxShrink)}`;
  if (change > maxGrowth) return `grew by ${percent(change)}, ${numbers}, more than ${percent(maxGrowth)}`;
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
