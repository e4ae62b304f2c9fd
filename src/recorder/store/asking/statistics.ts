// Sums over hours and days, by VLAN and policy. They come from the sums of hours, which outlive the records; only where a name is asked
// for, from the records.
import { RCODE } from '../../../dns/numbers.ts';
import type { HistoryFilter, Sum } from '../../../querylog/history.ts';
import { vlanTest } from '../../wanted.ts';
import { HOUR_MS } from '../packed/sums.ts';
import type { OpenLog } from '../sqlite/open-log.ts';
import type { Selection } from './selection.ts';
import { blocksOf, eachMatch } from './selection.ts';

/** A sum while it is made. */
type Growing = { -readonly [Key in keyof Sum]: Sum[Key] };

/** What is asked for: `startOf` says where the stretch begins that an hour is of. */
export interface Stretches {
  readonly selection: Selection;
  readonly filter: HistoryFilter;
  readonly startOf: (hourMs: number) => number;
}

/** Sums by the stretch, the earliest first. An hour counts as a whole, to the stretch that it begins in. */
export function statistics(log: OpenLog, { selection, filter, startOf }: Stretches): readonly Sum[] {
  const sums = new Map<string, Growing>();
  const { blocked } = filter;
  const isVlan = vlanTest(filter);
  const add = (hour: number, sortId: number, count: number): void => {
    const sort = log.manners.sortOf(sortId);
    if (!isVlan(sort.vlan) || (blocked !== undefined && sort.blocked !== blocked)) return;
    const fromMs = startOf(hour * HOUR_MS);
    const key = `${fromMs} ${sort.vlan} ${sort.policy}`;
    let sum = sums.get(key);
    if (sum === undefined) {
      const none = { queries: 0, blocked: 0, cached: 0, failed: 0 };
      sums.set(key, (sum = { fromMs, vlan: sort.vlan, policy: sort.policy, ...none }));
    }
    sum.queries += count;
    if (sort.blocked) sum.blocked += count;
    if (sort.cached) sum.cached += count;
    if (sort.rcode === RCODE.SERVFAIL) sum.failed += count;
  };
  if (selection.names === undefined) addSums(log, selection, add);
  else addRecords(log, selection, add);
  return [...sums.values()].toSorted(
    (a, b) => a.fromMs - b.fromMs || compare(a.vlan, b.vlan) || compare(a.policy, b.policy),
  );
}

type Add = (hour: number, sort: number, count: number) => void;

function addSums(log: OpenLog, { sinceMs, untilMs, clients }: Selection, add: Add): void {
  const toHour = untilMs === Infinity ? Number.MAX_SAFE_INTEGER : Math.ceil(untilMs / HOUR_MS);
  const hours = [Math.floor(sinceMs / HOUR_MS), toHour] as const;
  log.sums.each(hours, log.segments, (hour, sort, client, count) => {
    if (clients === undefined || clients.has(client)) add(hour, sort, count);
  });
}

function addRecords(log: OpenLog, selection: Selection, add: Add): void {
  for (const block of blocksOf(log, selection)) {
    const { mannerTerms, manners } = block;
    eachMatch(block, selection, log.manners, (at) => {
      const { sort } = log.manners.manner(mannerTerms[manners[at]!]!);
      add(Math.floor(block.times[at]! / HOUR_MS), sort, 1);
    });
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
