// Where days begin in a time zone, for sums by day. Asked for hours, thousands of them, so that each day is reckoned once.
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Gives for an hour, in milliseconds since 1970, when its day began. A zone that is not known is UTC. */
export function dayStarts(timeZone: string): (hourMs: number) => number {
  const offsetAt = offsets(timeZone);
  const starts = new Map<number, number>();
  return (hourMs) => {
    const localDay = Math.floor((hourMs + offsetAt(hourMs)) / DAY_MS);
    let start = starts.get(localDay);
    if (start === undefined) {
      // Midnight, by the offset that holds then: it may not be the one of the hour.
      const about = localDay * DAY_MS - offsetAt(hourMs);
      start = localDay * DAY_MS - offsetAt(about);
      starts.set(localDay, start);
    }
    return start;
  };
}

/** Gives the zone's distance from UTC at a time. Each six hours are asked for once: no zone changes it more often. */
function offsets(timeZone: string): (unixMs: number) => number {
  const format = formatOf(timeZone);
  const known = new Map<number, number>();
  const exact = (unixMs: number): number => {
    const part = Object.fromEntries(
      format.formatToParts(unixMs).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(unixMs / 1000) * 1000;
  };
  const kept = (place: number): number => {
    let offset = known.get(place);
    if (offset === undefined) known.set(place, (offset = exact(place * 6 * HOUR_MS)));
    return offset;
  };
  return (unixMs) => {
    const place = Math.floor(unixMs / (6 * HOUR_MS));
    const offset = kept(place);
    return offset === kept(place + 1) ? offset : exact(unixMs);
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...parts, ...time, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...parts, ...time, timeZone: 'UTC' });
  }
}
