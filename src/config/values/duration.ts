// Durations as they are written in the configuration and on the command line: a whole number and one unit.

import type { TextReading } from './scalars.ts';

const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The form of every duration. */
export const DURATION = /^(0|[0-9]{1,9}(ms|s|m|h|d))$/;

/** Reads a duration such as `30s`, `5m`, `12h` or `7d` as milliseconds; a bare 0 needs no unit. */
export function readDurationMs(text: string): TextReading<number> {
  if (text === '0') return { value: 0 };
  const [, digits, unit] = /^([0-9]{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  const unitMs = Object.entries(UNITS_MS).find(([name]) => name === unit)?.[1];
  if (unitMs !== undefined) return { value: Number(digits) * unitMs };
  if (/^[0-9]{1,9}$/.test(text))
    return { fault: `${text} has no unit; write ${text}s, ${text}m, ${text}h or ${text}d` };
  return {
    fault: `${JSON.stringify(text)} is not a duration; write a whole number and one of ms, s, m, h, d, such as 90m`,
  };
}

/** Writes milliseconds with the largest unit that needs no fraction: `90m`, `1d`, `0s`. */
export function durationToText(ms: number): string {
  const unit = ms === 0 ? 's' : Object.entries(UNITS_MS).findLast(([, unitMs]) => ms % unitMs === 0)?.[0];
  const unitMs = Object.entries(UNITS_MS).find(([name]) => name === unit)?.[1] ?? 1;
  return `${ms / unitMs}${unit ?? 'ms'}`;
}
