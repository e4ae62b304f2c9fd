// Gives the state folder to the worker's user. The rule: root gives away only what root has made, by its descriptor, so
// that what was looked at is what is given, even if its path leads elsewhere by then.
import { closeSync, constants, fchownSync, fstatSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Identity } from '../system/path-writers.ts';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Makes a folder and gives it to a user, with what an earlier run as root left in it; to be called for a folder in which
 * stateFault() finds no fault. One that is the user's is left as it is; another's is refused. Gives the reason where
 * the disk is read-only and nothing can be given.
 */
export function giveFolder(folder: string, identity: Identity): string | undefined {
  try {
    // Folders above stay root's, and everybody may pass them.
    mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
    makeFolder(folder);
    giveTree(folder, identity);
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EROFS') return error.message;
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o750 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/**
 * From the bottom up, so that no folder is the user's before we have looked into it. The owner of a folder may have put
 * anything into it, so only root's own folders are looked into.
 */
function giveTree(folder: string, identity: Identity): void {
  withDescriptor(folder, O_DIRECTORY, (descriptor, { uid }) => {
    if (uid !== 0) return;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) giveTree(path, identity);
      else if (entry.isFile()) giveFile(path, identity);
    }
    fchownSync(descriptor, identity.uid, identity.gid);
  });
}

function giveFile(path: string, { uid, gid }: Identity): void {
  withDescriptor(path, O_NONBLOCK, (descriptor, found) => {
    // A file with a second name (hard link) may be a file of somebody else's.
    if (found.isFile() && found.nlink === 1 && found.uid === 0) fchownSync(descriptor, uid, gid);
  });
}

function withDescriptor(path: string, flags: number, work: (descriptor: number, found: Stats) => void): void {
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | flags);
  try {
    work(descriptor, fstatSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}
