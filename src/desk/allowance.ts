// A day's allowance: how much of a service a parent may grant a VLAN on one day of the configuration's time zone. What was
// granted counts for as long as it has lasted, and what goes on, to its end; a night's grant counts on both days. Pure.
import type { DeskEntry, DeskState, SpentTime } from './desk-entry.ts';
import { isLasting, subjectToText } from './desk-entry.ts';
import type { DeskZone } from './desk-end.ts';

/** Whose and what time is meant. */
export interface AllowedThing {
  readonly vlan: string;
  readonly what: string;
}

/** What a desk is asked about allowances: its state, and which entries are about a VLAN. */
export interface AllowanceBook {
  readonly state: DeskState;
  readonly zone: DeskZone;
  isAbout(entry: DeskEntry, vlan: string): boolean;
}

/** A day that something lasts on, and how long. */
interface DayShare {
  readonly day: number;
  readonly ms: number;
}

/** More days than any entry lasts. */
const MAX_DAYS = 40;

/** How a span of time lies on days of a zone. */
export function sharesOf(fromMs: number, untilMs: number, zone: DeskZone): DayShare[] {
  const shares: DayShare[] = [];
  let begin = fromMs;
  for (let { day } = zone.wallClockAt(fromMs); begin < untilMs && shares.length < MAX_DAYS; day++) {
    const end = Math.min(untilMs, zone.firstInstant(day + 1, 0));
    if (end > begin) shares.push({ day, ms: end - begin });
    begin = Math.max(begin, end);
  }
  return shares;
}

/** How much of a day is used up or promised, in milliseconds. */
export function usedOn(day: number, thing: AllowedThing, book: AllowanceBook): number {
  const { state, zone } = book;
  const spent = state.spent
    .filter((one) => one.day === day && one.vlan === thing.vlan && one.what === thing.what)
    .reduce((sum, { ms }) => sum + ms, 0);
  const promised = state.entries
    .filter((entry) => isCounted(entry) && subjectToText(entry.subject) === thing.what)
    .filter((entry) => book.isAbout(entry, thing.vlan))
    .flatMap(({ fromMs, untilMs }) => sharesOf(fromMs, untilMs, zone))
    .filter((share) => share.day === day)
    .reduce((sum, { ms }) => sum + ms, 0);
  return spent + promised;
}

/** Whether an entry takes from an allowance: what a parent opened for a time. */
export function isCounted(entry: DeskEntry): boolean {
  return entry.role === 'parent' && !isLasting(entry) && entry.kind !== 'deny';
}

/** The time that an entry has taken when it ends at an instant, added to what was spent before; days before `today` are forgotten. */
export function withSpent(
  spent: readonly SpentTime[],
  entry: DeskEntry,
  end: { readonly atMs: number; readonly vlans: readonly string[]; readonly zone: DeskZone },
): readonly SpentTime[] {
  const { atMs, vlans, zone } = end;
  const today = zone.wallClockAt(atMs).day;
  const kept = spent.filter(({ day }) => day >= today);
  if (!isCounted(entry)) return kept;
  const shares = sharesOf(entry.fromMs, Math.min(atMs, entry.untilMs), zone).filter(
    ({ day }) => day >= today,
  );
  const what = subjectToText(entry.subject);
  for (const { day, ms } of shares)
    for (const vlan of vlans) {
      const at = kept.findIndex((one) => one.day === day && one.vlan === vlan && one.what === what);
      if (at < 0) kept.push({ vlan, what, day, ms });
      else kept[at] = { vlan, what, day, ms: ms + kept[at]!.ms };
    }
  return kept;
}
