// Opens files that somebody else has made. The rule: a named pipe or a device is an error at once, and nothing waits
// for it: the file is looked at before it is opened, opened without waiting, and looked at again.
import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** The path leads to something else than a regular file; the message says to what. */
export class NotAFile extends Error {}

/** Opening a pipe waits for its other end without NONBLOCK; a terminal would become ours without NOCTTY. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Opens a regular file for reading; throws NotAFile, or what the file system says. */
export function openRegularSync(path: string): number {
  refuse(path, statSync(path));
  const descriptor = openSync(path, FLAGS);
  try {
    refuse(path, fstatSync(descriptor));
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The same, asynchronously. */
export async function openRegular(path: string): Promise<FileHandle> {
  refuse(path, await stat(path));
  const opened = await open(path, FLAGS);
  try {
    refuse(path, await opened.stat());
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function refuse(path: string, found: Stats): void {
  const what = otherThanFile(found);
  if (what !== undefined) throw new NotAFile(`${path} is ${what}, not a regular file`);
}

/** In words what it is instead of a regular file; undefined where it is one. */
export function otherThanFile(found: Stats): string | undefined {
  if (found.isFile()) return undefined;
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}
