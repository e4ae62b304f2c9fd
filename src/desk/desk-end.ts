// When something ends: after a duration (`45m`), or when the clock on the wall next shows a time (`until 18:00`). Pure.
import { durationToText, readDurationMs } from '../config/values/duration.ts';
import type { TextReading } from '../config/values/scalars.ts';

/** What of a time zone the desk goes by: days since 1970-01-01 and minutes since midnight, as its clocks show them. */
export interface DeskZone {
  wallClockAt(unixMs: number): { readonly day: number; readonly minutes: number };
  /** The first instant at which the clock shows this time or a later one. */
  firstInstant(day: number, minutes: number): number;
}

/** An end as it was asked for. */
export type DeskEnd = { readonly afterMs: number } | { readonly atMinutes: number };

const LEAST_MS = 1000;
/** The longest that something may be granted or denied, and that a VLAN may be paused, in milliseconds. */
export const MAX_TIMED_MS = 31 * 86_400_000;
export const MAX_PAUSE_MS = 86_400_000;

/** How to write an end. */
const FORM = 'a duration such as 45m, or a time such as "until 18:00"';

/** Reads an end: `45m`, `until 18:00`, `18:00`. */
export function readEnd(text: string, mostMs: number): TextReading<DeskEnd> {
  const [, hours, minutes] = /^(?:until\s+)?([0-9]{1,2}):([0-9]{2})$/.exec(text) ?? [];
  if (hours !== undefined && minutes !== undefined) {
    const atMinutes = Number(hours) * 60 + Number(minutes);
    return Number(hours) < 24 && Number(minutes) < 60
      ? { value: { atMinutes } }
      : { fault: `${JSON.stringify(text)} is no time of day; write 00:00 to 23:59` };
  }
  if (/^until\b/.test(text)) return { fault: `${JSON.stringify(text)} is not an end; write ${FORM}` };
  const reading = readDurationMs(text);
  if ('fault' in reading)
    return /^[0-9]{1,9}$/.test(text)
      ? reading
      : { fault: `${JSON.stringify(text)} is not an end; write ${FORM}` };
  if (reading.value < LEAST_MS || reading.value > mostMs)
    return {
      fault: `${text} is out of range; write ${durationToText(LEAST_MS)} to ${durationToText(mostMs)}`,
    };
  return { value: { afterMs: reading.value } };
}

/** The instant of an end, in milliseconds since 1970: of a time of day, the next one. */
export function instantOf(end: DeskEnd, nowMs: number, zone: DeskZone): number {
  if ('afterMs' in end) return nowMs + end.afterMs;
  const { day } = zone.wallClockAt(nowMs);
  const today = zone.firstInstant(day, end.atMinutes);
  return today > nowMs ? today : zone.firstInstant(day + 1, end.atMinutes);
}
