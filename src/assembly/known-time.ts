// What time it is at least: later than the program was made, and than what it last kept. A clock that shows less is plainly
// wrong: that of a machine without a battery, before its time has been set.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Times } from '../schedules/times.ts';

/** How far a clock may be behind: setting it right moves it by so much. */
const LEEWAY_MS = 60_000;

/** A moment that lies behind us, and what it is known by. */
export interface KnownTime {
  /** Milliseconds since 1970. */
  readonly unixMs: number;
  /** The file that was written then. */
  readonly file: string;
}

/** The newest of the program's own file and of those in the state folder and the folders in it. */
export function knownTime(stateFolder: string): KnownTime {
  const program = fileURLToPath(import.meta.url);
  const files = [program, ...filesIn(stateFolder).flatMap((file) => [file, ...filesIn(file)])];
  let newest: KnownTime = { unixMs: -Infinity, file: program };
  for (const file of files) {
    const unixMs = modifiedMs(file) - LEEWAY_MS;
    if (unixMs > newest.unixMs) newest = { unixMs, file };
  }
  return newest;
}

/** What is wrong with the clock that schedules go by, and what to do; undefined where nothing is. */
export function clockFault({ isClockWrong, unixMs }: Times, known: KnownTime): string | undefined {
  if (!isClockWrong) return undefined;
  const shown = new Date(unixMs).toISOString();
  const written = new Date(known.unixMs).toISOString();
  return `the clock of this machine shows ${shown}, and ${known.file} is of ${written}: every schedule holds until it is set right; if it is right, touch that file`;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    // Not a folder, not there yet, or not ours to read: it tells no time then.
    return [];
  }
}

function modifiedMs(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  // A folder changes whenever something in it does, so it is as new as that.
  return stat?.isFile() === true ? stat.mtimeMs : -Infinity;
}
