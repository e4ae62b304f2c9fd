// How much of the machine other work had during the run: it makes figures worse, and not those of all servers alike.
import { readFileSync } from 'node:fs';

/** Begins to look; the function gives the percentage so far. Only children that have ended count as ours. */
export function watchOthers(): () => number {
  const before = parseTicks(readFileSync('/proc/stat', 'utf8'));
  return () => {
    const after = parseTicks(readFileSync('/proc/stat', 'utf8'));
    const ours = parseOwnTicks(readFileSync('/proc/self/stat', 'utf8'));
    const others = after.busy - before.busy - ours;
    return Math.max(0, Math.round((others / (after.all - before.all)) * 1000) / 10);
  };
}

/** Ticks of all processors since the start, and those of them that were not idle: /proc/stat's first line. */
export function parseTicks(stat: string): { busy: number; all: number } {
  const [, , ...ticks] = (stat.split('\n', 1)[0] ?? '').split(' ').map(Number);
  // The last two, guest time, are in user time as well.
  const all = ticks.slice(0, 8).reduce((sum, each) => sum + each, 0);
  // Waiting for disks is idling.
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all };
}

/** Ticks of a process and of its children that have ended, from its /proc/PID/stat (proc(5)). */
export function parseOwnTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}
