// vlandns statistics: how many queries there were, hour by hour or day by day of the zone, and what became of them.
import type { Sum } from '../../../querylog/history.ts';
import { EXIT } from '../../../system/ending.ts';
import type { Zone } from '../../../time/zone.ts';
import type { Call } from '../../command.ts';
import { report, UsageError } from '../../command.ts';
import { countText, shareText, table } from '../../text/table.ts';
import { dateText, timeText } from '../../text/zone-time.ts';
import { filterOf, openLogCall, orOff } from './log-call.ts';

const FORM =
  'write: vlandns statistics [--vlan VLAN] [--since TIME] [--until TIME] [--per hour|day] [-c FILE] [--json]';

const DAY_MS = 86_400_000;

/** A stretch of time with its sums. */
interface Stretch {
  /** When it begins: a date, or a date and a time, on the zone's clock. */
  readonly from: string;
  readonly vlan: string;
  readonly queries: number;
  readonly blocked: number;
  readonly cached: number;
  readonly failed: number;
}

/** Prints sums, of the last seven days by the day unless told otherwise; status 1 where there are none. */
export async function statistics(call: Call): Promise<number> {
  if (call.operands.length > 0) throw new UsageError(FORM);
  const { per = 'day' } = call.options;
  if (per !== 'day' && per !== 'hour') throw new UsageError(`--per ${per} is neither hour nor day; ${FORM}`);
  const logCall = await openLogCall(call);
  const { zone, nowMs, history } = logCall;
  const { sinceMs = sevenDaysBefore(zone, nowMs), ...filter } = filterOf(call, logCall);
  // Days are of the zone, and the recorder adds up hours: one that midnight parts counts where it begins.
  const sums = await orOff(logCall, history.statistics({ ...filter, sinceMs, per: 'hour' }));
  const stretches = addUp(sums, (fromMs) =>
    per === 'day' ? dateText(zone.wallClockAt(fromMs).day) : timeText(fromMs, zone).slice(0, 16),
  );
  report(call, { statistics: stretches }, () => toText(stretches, per));
  return stretches.length === 0 ? EXIT.NOT_SO : EXIT.DONE;
}

/** The beginning of the day before so many days that today makes seven. */
function sevenDaysBefore(zone: Zone, nowMs: number): number {
  return zone.firstInstant(zone.wallClockAt(nowMs - 6 * DAY_MS).day, 0);
}

/** Sums by stretch and VLAN, in the order of time. */
function addUp(sums: readonly Sum[], stretchOf: (fromMs: number) => string): Stretch[] {
  const stretches = new Map<string, Stretch>();
  for (const { fromMs, vlan, queries, blocked, cached, failed } of sums.toSorted(
    (a, b) => a.fromMs - b.fromMs,
  )) {
    const from = stretchOf(fromMs);
    const key = `${from} ${vlan}`;
    const before = stretches.get(key) ?? { from, vlan, queries: 0, blocked: 0, cached: 0, failed: 0 };
    stretches.set(key, {
      from,
      vlan,
      queries: before.queries + queries,
      blocked: before.blocked + blocked,
      cached: before.cached + cached,
      failed: before.failed + failed,
    });
  }
  return [...stretches.values()];
}

function toText(stretches: readonly Stretch[], per: 'hour' | 'day'): string {
  if (stretches.length === 0) return 'no query is in the statistics\n';
  const head = [per === 'day' ? 'DAY' : 'HOUR', 'VLAN', 'QUERIES', 'BLOCKED', '', 'CACHED', 'FAILED'];
  const rows = stretches.map(({ from, vlan, queries, blocked, cached, failed }) => [
    from,
    vlan,
    countText(queries),
    countText(blocked),
    shareText(blocked, queries),
    shareText(cached, queries),
    countText(failed),
  ]);
  return table([head, ...rows], new Set([2, 3, 4, 5, 6]))
    .map((line) => `${line}\n`)
    .join('');
}
