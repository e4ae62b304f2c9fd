// How the worker is started so that no program that it starts can gain rights, set-user-id ones included: on Linux
// through setpriv(1), where there is one that can do it. Elsewhere a worker is started as it is.
import { spawnSync } from 'node:child_process';
import type { ForkOptions } from 'node:child_process';

const SETPRIV = '/usr/bin/setpriv';
const WORDS = ['--no-new-privs', '--'];

/** What fork(2) of a worker takes beside its identity; nothing where there is no such way. */
export function launchOptions(setpriv = SETPRIV): Pick<ForkOptions, 'execPath' | 'execArgv'> {
  const isThere = spawnSync(setpriv, [...WORDS, setpriv, '--version']).status === 0;
  if (!isThere) return {};
  return { execPath: setpriv, execArgv: [...WORDS, process.execPath, ...process.execArgv] };
}
