// What another user may do with files, tried in a process of that user: modes alone do not show it, since there are
// access lists, and folders above that the user may not pass.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Identity } from '../system/path-writers.ts';

/** What is to be done with a path: read it, write to a file there or make it, use a folder that is there. */
export interface WantedAccess {
  readonly path: string;
  readonly kind: 'read' | 'write' | 'folder';
}

/** Prints the numbers of what may not be done. Arguments are a kind and a path in turns. */
const SCRIPT = `n=0
while [ $# -gt 0 ]; do
  case $1 in
  read) [ -r "$2" ] ;;
  folder) [ -r "$2" ] && [ -w "$2" ] && [ -x "$2" ] ;;
  *) if [ -e "$2" ]; then [ -w "$2" ]; else [ -w "\${2%/*}/" ] && [ -x "\${2%/*}/" ]; fi ;;
  esac || echo $n
  n=$((n + 1))
  shift 2
done`;

/** The wanted accesses that a user does not have; undefined where that cannot be found out here. */
export function denied<W extends WantedAccess>(wanted: readonly W[], user: Identity): W[] | undefined {
  const self = process.getuid?.();
  if (self === user.uid) return wanted.filter((one) => !mayI(one));
  if (self !== 0) return undefined;
  const { status, stdout } = spawnSync(
    '/bin/sh',
    ['-c', SCRIPT, 'sh', ...wanted.flatMap(({ kind, path }) => [kind, path])],
    { ...user, cwd: '/', env: {}, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  if (status === null) return undefined;
  const numbers = new Set(stdout.split('\n').filter((line) => line !== ''));
  return wanted.filter((_, number) => numbers.has(String(number)));
}

const { R_OK, W_OK, X_OK } = constants;

function mayI({ path, kind }: WantedAccess): boolean {
  if (kind === 'read') return isAllowed(path, R_OK);
  if (kind === 'folder') return isAllowed(path, R_OK | W_OK | X_OK);
  return isSeen(path) ? isAllowed(path, W_OK) : isAllowed(dirname(path), W_OK | X_OK);
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    // The caller reports it.
    return false;
  }
}

function isSeen(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // In a folder that may not be passed.
    return true;
  }
}
