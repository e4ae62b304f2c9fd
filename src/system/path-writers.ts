// Who may change what a path leads to. The rule: every level is looked at, each link followed by itself, since whoever may
// write to one folder on the way decides what is found below it.
import { lstatSync, readlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';

/** A user in the system's numbers, without further groups. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** A folder on the path that somebody other than root may change. */
export interface ForeignWriter {
  readonly folder: string;
  /** Whether the user that was asked about is among those who may. */
  readonly isUser: boolean;
}

/** The most links that kernels follow. */
const MAX_LINKS = 40;
const STICKY = 0o1000;

/**
 * The first folder of an absolute path, itself included, that somebody other than root may change; undefined where there is
 * none. Parts that do not exist yet are not looked at. Members of groups other than the user's count as trusted.
 */
export function foreignWriter(path: string, user?: Identity): ForeignWriter | undefined {
  let rest = partsOf(path);
  let at = '/';
  for (let links = 0; links <= MAX_LINKS;) {
    const folder = lookAt(at);
    if (folder?.isDirectory() !== true) return undefined;
    const writer = writerOf(at, folder, user);
    const [name, ...below] = rest;
    if (writer !== undefined || name === undefined) return writer;
    const next = join(at, name);
    const found = name === '..' ? undefined : lookAt(next);
    // In a sticky folder such as /tmp everybody may make files, and only a file's owner may remove it.
    if (found !== undefined && isSticky(folder) && found.uid !== 0)
      return { folder: next, isUser: found.uid === user?.uid };
    if (found?.isSymbolicLink() === true) {
      links++;
      const target = readlinkSync(next);
      if (target.startsWith('/')) at = '/';
      rest = [...partsOf(target), ...below];
    } else {
      at = next;
      rest = below;
    }
  }
  // Nothing can be made at the end of a circle of links.
  return { folder: path, isUser: false };
}

/** What is there, links themselves included; undefined where nothing is, or it may not be looked at. */
function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // In a folder that we may not pass; root may.
    return undefined;
  }
}

function isSticky({ mode }: Stats): boolean {
  return (mode & STICKY) !== 0;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function writerOf(folder: string, found: Stats, user: Identity | undefined) {
  const { uid, gid, mode } = found;
  if (uid !== 0) return { folder, isUser: uid === user?.uid };
  if (isSticky(found)) return undefined;
  if ((mode & 0o002) !== 0) return { folder, isUser: user !== undefined };
  return gid === user?.gid && (mode & 0o020) !== 0 ? { folder, isUser: true } : undefined;
}
