// Puts a database that cannot be used out of the way, under a name that says why.
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/** Damaged databases that stay, at most: the latest. */
const DAMAGED_KEPT = 2;

/** Renames a damaged database; gives its new path. Older ones beyond two are removed. */
export function putDamagedAside(file: string, now: Date): string {
  const moved = rename(file, `${file}.damaged-${stamp(now)}`);
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.damaged-`;
  const all = readdirSync(folder).filter((name) => name.startsWith(prefix) && !name.endsWith('-journal'));
  for (const name of all.toSorted().slice(0, -DAMAGED_KEPT)) {
    for (const old of [name, `${name}-journal`]) rmSync(path.join(folder, old), { force: true });
  }
  return moved;
}

/** Renames a database whose tables are of another version; gives its new path. */
export function putForeignAside(file: string, version: number): string {
  return rename(file, `${file}.version-${version}`);
}

function rename(file: string, wanted: string): string {
  let to = wanted;
  for (let number = 2; existsSync(to); number++) to = `${wanted}-${number}`;
  renameSync(file, to);
  // What it was about to undo stays with it.
  const journal = statSync(`${file}-journal`, { throwIfNoEntry: false });
  if (journal !== undefined && journal.size > 0) renameSync(`${file}-journal`, `${to}-journal`);
  rmSync(`${file}.lock`, { recursive: true, force: true });
  return to;
}

/** 2026-12-01T10-24-07.123: sorts by time, and needs no quotes in a shell. */
function stamp(now: Date): string {
  return now.toISOString().slice(0, 23).replaceAll(':', '-');
}
