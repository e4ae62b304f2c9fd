// How the worker is started. The rules: on Linux, through setpriv(1), no program that it starts can gain rights,
// set-user-id ones included, and it ends with its parent even where it hangs; everywhere, it has nothing of root's session,
// neither environment nor terminal.
import { spawnSync } from 'node:child_process';
import type { ForkOptions } from 'node:child_process';
import { isatty } from 'node:tty';

const SETPRIV = '/usr/bin/setpriv';

/** setpriv(1) of util-linux before 2.33 knows no signal for the parent's death. */
const WORDS = [['--no-new-privs', '--pdeathsig=KILL'], ['--no-new-privs']] as const;

/** Options of the worker's fork beside its identity; none where setpriv(1) cannot be used. */
export function launchOptions(setpriv = SETPRIV): Pick<ForkOptions, 'execPath' | 'execArgv'> {
  const words = WORDS.find((options) => spawnSync(setpriv, [...options, setpriv, '--version']).status === 0);
  if (words === undefined) return {};
  return { execPath: setpriv, execArgv: [...words, process.execPath, ...process.execArgv] };
}

/** Where the programs are that the worker starts, whatever root's own PATH says. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment variables that a worker gets: time zone, Node's own settings, certificates, and the journal. */
const KEPT = [
  'TZ',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_SYSTEM_CA',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'JOURNAL_STREAM',
];

/** The environment of a worker, taken from its parent's. */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { PATH, ...Object.fromEntries(kept) };
}

/**
 * A worker's descriptors 0 to 3, and a session of its own: a process with root's terminal open could type on it as root.
 * Output that would go to a terminal goes to the parent, which shows it; pipes and files, the log's, are passed on.
 */
export function workerSession(isTerminal = isatty): Pick<ForkOptions, 'stdio' | 'detached'> {
  const toLog = (descriptor: number) => (isTerminal(descriptor) ? ('pipe' as const) : ('inherit' as const));
  return { stdio: ['ignore', toLog(1), toLog(2), 'ipc'], detached: true };
}
