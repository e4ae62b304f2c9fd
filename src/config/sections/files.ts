// Files that the configuration names must exist when it is read.

import { closeSync, fstatSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { openRegularSync, otherThanFile } from '../../system/regular-file.ts';
import { reasonOf } from '../../system/system-error.ts';
import type { HostsFile, Position } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { Draft } from '../definition.ts';

/** Where a path is written. */
interface WrittenPath {
  readonly at: Position;
  readonly setting: string;
}

/** Reports a path at which there is no file to read, as severely as told. */
export function reportMissingFile(
  path: string,
  { at, setting }: WrittenPath,
  faults: FaultLog,
  severity: 'error' | 'warn' = 'error',
): void {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined)
      faults[severity](at, setting, `file not found: ${path}; write the path of a file that is there`);
    else if (stat.isDirectory())
      faults[severity](at, setting, `${path} is a folder; write the path of a file in it`);
    else if (!stat.isFile())
      faults[severity](
        at,
        setting,
        `${path} is ${otherThanFile(stat)}, not a regular file; write the path of a file`,
      );
  } catch (error) {
    const reason = reasonOf(error);
    faults[severity](
      at,
      setting,
      `cannot be looked at (${reason}); write the path of a file that can be read`,
    );
  }
}

/** Gives hosts files by their absolute paths. */
export function finishHosts(draft: Draft['hosts'], folder: string, faults: FaultLog): HostsFile[] {
  return draft.map(({ value, at, setting }) => {
    const file = resolve(folder, value);
    reportMissingFile(file, { at, setting }, faults);
    return { file, at };
  });
}

/** The most octets of a file that holds one secret. */
const MOST_SECRET_OCTETS = 4096;

/** Reads a file with one secret, and says whether every user of the machine may; empty where it has more than one line can have. */
export function readSecret(file: string): { readonly text: string; readonly isOpenToAll: boolean } {
  const descriptor = openRegularSync(file);
  try {
    const { size, mode } = fstatSync(descriptor);
    if (size > MOST_SECRET_OCTETS) return { text: '', isOpenToAll: false };
    return { text: readFileSync(descriptor, 'utf8'), isOpenToAll: (mode & 0o004) !== 0 };
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a regular file; empty where it has more octets. Reading a pipe would never end. */
export function readSmallFile(file: string, mostOctets: number): Buffer {
  const descriptor = openRegularSync(file);
  try {
    return fstatSync(descriptor).size > mostOctets ? Buffer.alloc(0) : readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Why a file cannot be read, for a message that names it. */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'file not found';
  return code === 'EACCES' ? 'permission denied' : reasonOf(error);
}
