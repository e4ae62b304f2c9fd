// How the recorder is started: by the rules of the worker, in a session of its own and with nothing of the starter's environment, so
// that a terminal's Ctrl-C reaches it by its starter alone.
import type { ForkOptions } from 'node:child_process';
import { toPrintable } from '../../system/printable.ts';
import type { Identity } from '../../system/path-writers.ts';
import { launchOptions, workerEnvironment, workerSession } from '../launcher.ts';
import { RecorderKeeper } from './recorder-keeper.ts';
import type { RecorderKeeperParts } from './recorder-keeper.ts';
import type { RecorderPast } from '../messages.ts';

/** What a recorder is started with. */
export interface RecorderProcess {
  readonly program: string;
  /** The folder of server.state. */
  readonly folder: string;
  /** The history socket, where the recorder opens it itself. */
  readonly socket?: string | undefined;
  readonly identity?: Identity | undefined;
}

/**
 * V8's own settings: it makes little garbage at a time, and waits for nobody. With them, and one arena of glibc's malloc instead of one
 * a thread, 64 MiB are resident after 50,000 records instead of 82 (measured).
 */
const SMALL = ['--max-semi-space-size=1', '--v8-pool-size=1'];
const ONE_ARENA = { MALLOC_ARENA_MAX: '1' };

/** The arguments and options of its fork. */
export function recorderProcess({
  program,
  folder,
  socket,
  identity,
}: RecorderProcess): Pick<RecorderKeeperParts, 'program' | 'args' | 'options'> {
  const launch = launchOptions();
  const options: ForkOptions = {
    ...identity,
    ...launch,
    execArgv: [...(launch.execArgv ?? process.execArgv), ...SMALL],
    ...workerSession(),
    env: { ...workerEnvironment(process.env), ...ONE_ARENA },
    cwd: '/',
  };
  return { program, args: ['recorder', folder, ...(socket === undefined ? [] : [socket])], options };
}

/** What of a log its keeper needs. */
interface KeeperLog {
  info(fields: { event: string }, message: string): void;
  error(fields: { event: string }, message: string): void;
}

/** The recorder of a process that serves itself. */
export function ownRecorder(started: RecorderProcess, log: KeeperLog) {
  const callbacks: (() => void)[] = [];
  const keeper = new RecorderKeeper({
    ...recorderProcess(started),
    log: (level, event, message) => log[level]({ event }, message),
    show: (text) => void process.stderr.write(toPrintable(text)),
    onChange: ({ state }) => {
      if (state === 'running') for (const callback of callbacks) callback();
    },
  });
  return {
    want: (isWanted: boolean): void => keeper.want(isWanted),
    get past(): RecorderPast {
      return keeper.past;
    },
    onRunning: (callback: () => void): void => void callbacks.push(callback),
    close: (): Promise<void> => keeper.close(),
  };
}
