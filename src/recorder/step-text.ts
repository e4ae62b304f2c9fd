// The names of steps, as the query log tells them.
import { STEP } from '../server/step.ts';

const TEXTS: readonly string[] = Object.entries(STEP)
  .toSorted(([, a], [, b]) => a - b)
  .map(([name]) => name.toLowerCase());

/** The name of a value of STEP, in small letters: `blocked`, `passed`; a number that is none as it is. */
export function stepToText(step: number): string {
  return TEXTS[step] ?? String(step);
}
