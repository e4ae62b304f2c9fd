// vlandns recorder: the process that keeps the query log, started by whoever starts the worker. Not a command for people. It ends when
// its starter says so or is gone, and at no signal: a service manager that signals all processes at once must not cut the worker off.
import { Socket } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { listenOnPath } from '../../control/control-server.ts';
import { RECORDER_SOCKET } from '../../querylog/messages.ts';
import type { FromRecorder, ToRecorder } from '../../querylog/ipc.ts';
import { Followers } from '../../recorder/followers.ts';
import { historyRoutes, openHistoryServer } from '../../recorder/history-server.ts';
import type { HistorySource } from '../../recorder/history-server.ts';
import { lowerPriority } from '../../recorder/priority.ts';
import { DnstapCollector } from '../../recorder/dnstap/dnstap-collector.ts';
import { Recorder } from '../../recorder/recorder.ts';
import { openStore } from '../../recorder/store/store.ts';
import { listenForWorkers } from '../../recorder/worker-socket.ts';
import { Page } from '../../web/page.ts';
import { endSoon, EXIT, refuseDebugger } from '../../system/ending.ts';
import { reasonOf } from '../../system/system-error.ts';
import type { Call } from '../command.ts';
import { UsageError } from '../command.ts';

/** Files that it makes are for its own user. */
const UMASK = 0o077;

/** How long it may take to end, in milliseconds. */
const STOP_MS = 2000;

/** Records until its starter ends it. Operands: the state folder, and the history socket where it opens that itself. */
export async function recorder({ operands: [folder, socket] }: Call): Promise<number> {
  if (process.send === undefined || folder === undefined)
    throw new UsageError('recorder is started by serve; write: vlandns serve -c FILE');
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const)
    process.on(signal, () => undefined);
  refuseDebugger();
  lowerPriority();
  process.umask(UMASK);
  const ended = untilEnded();
  const followers = new Followers();
  const collector = new DnstapCollector({
    warn: (message) => service.tell({ level: 'warn', event: 'dnstap_fault', message }),
    inform: (message) => service.tell({ level: 'info', event: 'dnstap', message }),
  });
  const source: HistorySource = {
    history: () => service.history,
    figures: () => service.figures(),
    followers,
  };
  const page = new Page({
    folder,
    program: process.argv[1] ?? '',
    history: source.history,
    historyRoutes: historyRoutes(source),
    followers,
    tell: (line) => service.tell(line),
  });
  const service = new Recorder({
    folder,
    open: openStore,
    listen: (server) => listenForWorkers(server, join(folder, RECORDER_SOCKET)),
    followers,
    collector,
    page,
  });
  const tellBug = (error: unknown): void =>
    service.tell({ level: 'error', event: 'bug', message: `in the recorder: ${stackOf(error)}` });
  process.on('uncaughtException', tellBug);
  process.on('unhandledRejection', tellBug);
  try {
    const history = await openHistoryServer(
      source,
      socket === undefined ? listenToStarter : (server) => listenOnPath(server, socket),
    );
    await service.open();
    say({ kind: 'ready' });
    await ended;
    setTimeout(() => process.exit(EXIT.NOT_SO), STOP_MS).unref();
    await Promise.all([history.close(), service.close()]);
    return EXIT.DONE;
  } catch (error) {
    say({ kind: 'fault', message: reasonOf(error) });
    return EXIT.NOT_SO;
  } finally {
    if (process.connected) process.disconnect();
    // What is still open must not keep it: its starter waits for its end.
    endSoon();
  }
}

/** Connections to the history socket come from the starter, one by one. */
function listenToStarter(server: Server): Promise<void> {
  process.on('message', ({ kind }: ToRecorder, handle: unknown) => {
    if (kind !== 'history' || !(handle instanceof Socket)) return;
    server.emit('connection', handle);
    handle.resume();
  });
  return Promise.resolve();
}

/** Resolves when the starter says so, or is gone; answers its questions until then. */
function untilEnded(): Promise<void> {
  return new Promise((resolve) => {
    process.once('disconnect', resolve);
    process.on('message', ({ kind }: ToRecorder) => {
      if (kind === 'pulse') say({ kind });
      if (kind === 'end') resolve();
    });
  });
}

function say(message: FromRecorder): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
