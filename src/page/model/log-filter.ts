// The filter of the log as the address has it and as the API takes it; times are those of the house's clock. Pure.
import type { HistoryFilter } from '../../querylog/history.ts';

/** Parameters of the route, all texts. */
export type FilterParams = Readonly<Record<string, string>>;

/** The filter of a route; what is not understood filters nothing. */
export function toFilter(params: FilterParams, timeZone: string): HistoryFilter {
  const text = (key: string): string | undefined => (params[key] === '' ? undefined : params[key]?.trim());
  return {
    vlan: text('vlan'),
    client: text('client'),
    name: text('name')?.toLowerCase(),
    blocked: params['blocked'] === 'true' ? true : params['blocked'] === 'false' ? false : undefined,
    sinceMs: wallToMs(params['since'] ?? '', timeZone),
    untilMs: wallToMs(params['until'] ?? '', timeZone),
  };
}

/** The part of a filter that live news take. */
export function liveFilter({ vlan, client, name, blocked }: HistoryFilter): Record<string, string> {
  const pairs = Object.entries({ vlan, client, name, blocked });
  return Object.fromEntries(
    pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)] as const])),
  );
}

/** When a clock in a zone shows a time such as `2026-12-24T22:00`; undefined where it is none. */
export function wallToMs(text: string, timeZone: string): number | undefined {
  const asUtc = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(`${text.slice(0, 16)}Z`) : Number.NaN;
  if (!Number.isFinite(asUtc)) return undefined;
  // Twice: the offset at the first guess may be that of the other side of a change of clocks.
  const guess = asUtc - offsetMs(asUtc, timeZone);
  return asUtc - offsetMs(guess, timeZone);
}

function offsetMs(unixMs: number, timeZone: string): number {
  try {
    const wall = new Date(unixMs).toLocaleString('sv-SE', { timeZone });
    return Date.parse(`${wall.replace(' ', 'T')}Z`) - Math.floor(unixMs / 1000) * 1000;
  } catch {
    // Not a zone that the browser knows: the clock of UTC.
    return 0;
  }
}
