// The last day of something that ends: 2027-12-31, to the end of that day in UTC, so that it means the same on every machine.

import { toDay } from '../../schedules/schedule.ts';
import { text } from './scalars.ts';
import type { TextReading } from './scalars.ts';

const MS_A_DAY = 86_400_000;
const FORM = 'a date such as 2027-12-31';

/** A day, and the instant at which it is over, in milliseconds since 1970. */
export interface LastDay {
  readonly text: string;
  readonly endMs: number;
}

/** Reads a day. */
export function readLastDay(written: string): TextReading<LastDay> {
  const day = toDay(written);
  if (day === undefined) return { fault: `${JSON.stringify(written)} is not a date; write ${FORM}` };
  return { value: { text: written, endMs: (day + 1) * MS_A_DAY } };
}

/** The last day of something. */
export const lastDay = text(FORM, readLastDay, { pattern: String.raw`^\d{4}-\d{2}-\d{2}$` });
