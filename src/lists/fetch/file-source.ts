// Lists that are files on this host: copied before they are read, so that what was judged is what is compiled, and the last
// good copy survives a file that is half written or gone.
import { constants, statSync } from 'node:fs';
import { copyFile, open, rm, stat, utimes } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { NotAFile, openRegular } from '../../system/regular-file.ts';
import { FetchFault, toDiskFault } from './fetch-fault.ts';
import type { FetchOutcome } from './source-fetch.ts';
import { isSystemError, reasonOf } from '../../system/system-error.ts';
import { isWebPage } from './text-check.ts';

/** The part of a file that is looked at for markup, in octets. */
const HEAD = 1024;

/** A stamp that differs between states of a file; undefined where the file cannot be looked at. */
export async function readStamp(file: string): Promise<string | undefined> {
  try {
    return toStamp(await stat(file));
  } catch {
    // Absent, or in a folder that we may not look into: reading it reports that.
    return undefined;
  }
}

/** Whether two files have the same stamp; not where one is absent, or in a folder that we may not look into. */
export function isSameState(one: string, other: string): boolean {
  try {
    return toStamp(statSync(one)) === toStamp(statSync(other));
  } catch {
    // Reading the file reports what is wrong with it.
    return false;
  }
}

/** Copies a file to `candidate`, with the file's stamp; the outcome is of the kind of a fetch's. */
export async function copyFileSource(file: string, candidate: string): Promise<FetchOutcome> {
  try {
    const before = await readable(file);
    await onDisk(candidate, copyFile(file, candidate, constants.COPYFILE_FICLONE));
    await onDisk(candidate, utimes(candidate, before.atime, wholeMs(before) / 1000));
    await onDisk(candidate, syncFile(candidate));
    const after = await readable(file);
    if (toStamp(before) !== toStamp(after)) throw new FetchFault('it is being written');
    if (isWebPage(await readHead(candidate))) throw new FetchFault('it is a web page, not a list');
    return {
      state: 'new',
      file: candidate,
      octets: before.size,
      validators: { etag: undefined, lastModified: undefined },
    };
  } catch (error) {
    await Promise.allSettled([rm(candidate, { force: true })]);
    if (error instanceof FetchFault) return { state: 'failed', reason: error.message };
    throw error;
  }
}

async function readable(file: string): Promise<Stats> {
  try {
    const opened = await openRegular(file);
    try {
      return await opened.stat();
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (error instanceof NotAFile) throw new FetchFault(error.message, { cause: error });
    throw new FetchFault(`${file} cannot be read: ${whyUnreadable(error)}`, { cause: error });
  }
}

/** Why a file cannot be read, without its name, which the message has already. */
function whyUnreadable(error: unknown): string {
  if (!isSystemError(error)) return reasonOf(error);
  switch (error.code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return `the user that runs vlandns may not read it (${error.code})`;
    case undefined:
    default:
      return error.message;
  }
}

/** Whole milliseconds, since file systems and calls differ in what is finer. */
function wholeMs({ mtimeMs }: Stats): number {
  return Math.round(mtimeMs);
}

function toStamp(stats: Stats): string {
  return `${stats.size} ${wholeMs(stats)}`;
}

async function syncFile(file: string): Promise<void> {
  const opened = await open(file, 'r+');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

async function readHead(file: string): Promise<string> {
  const opened = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await opened.close();
  }
}

async function onDisk<T>(candidate: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toDiskFault(error, dirname(candidate)) ?? error;
  }
}
