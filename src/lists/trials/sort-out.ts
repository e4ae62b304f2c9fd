// Finds out which of several changes do harm, by trying them together and in ever smaller groups. Pure except for the trial
// that is passed in; the number of tries is bounded.

/** What is wrong with some changes that were tried together. */
export interface Harm {
  /** The changes that are known to do harm by themselves, with the reason. */
  readonly alone: ReadonlyMap<string, string>;
  /** Harm that some of them do, where it is not known which. */
  readonly together?: string | undefined;
  /** Whether the trial itself failed: if all trials fail, the fault is elsewhere. */
  readonly isFailure?: boolean;
}

/** What may take effect, what must not and why, and which of those only because no trial succeeded. */
export interface Sorted {
  readonly good: readonly string[];
  readonly bad: ReadonlyMap<string, string>;
  readonly failed: ReadonlySet<string>;
}

/** The most tries: enough for eight culprits among a hundred changes; each costs a compilation. */
const MAX_TRIES = 40;

/** After this many failures in a row the changes are not the cause, but a full disk, for example. */
const MAX_FAILURES = 3;

/** Sorts changes; each try joins what is good so far with a group that may be. A trial gives undefined for no harm. */
export async function sortOut(
  changes: readonly string[],
  tryOut: (chosen: readonly string[]) => Promise<Harm | undefined>,
): Promise<Sorted> {
  const good: string[] = [];
  const bad = new Map<string, string>();
  const failed = new Set<string>();
  const groups = changes.length === 0 ? [] : [changes];
  let failures = 0;
  let last: Harm = { alone: new Map(), together: 'not tried' };
  const giveUp = (group: readonly string[]): void => {
    for (const change of group) bad.set(change, last.together ?? 'not tried');
    if (last.isFailure === true) for (const change of group) failed.add(change);
  };
  for (let tries = 0; groups.length > 0; tries++) {
    const group = groups.shift() ?? [];
    if (tries >= MAX_TRIES || failures >= MAX_FAILURES) {
      giveUp(group);
      continue;
    }
    const harm = await tryOut([...good, ...group]);
    failures = harm?.isFailure === true ? failures + 1 : 0;
    if (harm === undefined) {
      good.push(...group);
      continue;
    }
    last = harm;
    for (const [change, reason] of harm.alone) bad.set(change, reason);
    const left = group.filter((change) => !bad.has(change));
    const middle = Math.ceil(left.length / 2);
    // The others still have to be tried without those that are bad by themselves.
    if (left.length < group.length) groups.unshift(...(left.length === 0 ? [] : [left]));
    else if (left.length === 1) giveUp(left);
    else groups.unshift(left.slice(0, middle), left.slice(middle));
  }
  return { good, bad, failed };
}
