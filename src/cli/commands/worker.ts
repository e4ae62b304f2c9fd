// vlandns worker: the process without root that serve starts when it keeps root itself. Not a command for people: its
// sockets come from serve.
import { ParentRecorder } from '../../privilege/recorder/parent-recorder.ts';
import { ParentBinder, sendToParent } from '../../privilege/parent-binder.ts';
import type { FromParent, SocketRole, WorkerPast } from '../../privilege/messages.ts';
import { parseForDaemon } from '../../assembly/parse-prepared.ts';
import { Socket } from 'node:net';
import type { Server } from 'node:net';
import type { Call } from '../command.ts';
import { UsageError } from '../command.ts';
import { refuseDebugger } from '../../system/ending.ts';
import { runService } from '../../daemon/run.ts';

/** Serves with sockets from the parent, and ends with it. */
export async function worker(call: Call): Promise<number> {
  if (process.send === undefined)
    throw new UsageError('worker is started by serve; write: vlandns serve -c FILE');
  refuseDebugger();
  const listenOn = controlFromParent();
  const past = pastFromParent();
  const recorder = new ParentRecorder();
  answerPulse();
  process.once('disconnect', endWithParent);
  try {
    const prepared = await parseForDaemon(call.configFile, () => undefined);
    return await runService(prepared, {
      binder: new ParentBinder(),
      listenControl: listenOn('admin'),
      listenParents: listenOn('parent'),
      past,
      openRecorder: () => recorder,
      onReady: () => sendToParent({ kind: 'ready' }),
    });
  } finally {
    // An open channel to the parent would keep this process alive.
    process.removeAllListeners('disconnect');
    if (process.connected) process.disconnect();
  }
}

/** How long queries in flight may take once the parent is gone, in milliseconds: a new start needs the ports. */
const ORPHAN_MS = 250;

function endWithParent(): void {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), ORPHAN_MS).unref();
}

/** Answers the parent's question whether this process is alive. */
function answerPulse(): void {
  process.on('message', ({ kind }: FromParent) => {
    if (kind === 'pulse') sendToParent({ kind });
  });
}

/** What the parent reported about earlier workers. */
function pastFromParent(): () => WorkerPast {
  let past: WorkerPast = { crashes: 0 };
  process.on('message', (message: FromParent) => {
    if (message.kind === 'past') past = message;
  });
  return () => past;
}

/**
 * Connections to the control sockets come from the parent, one by one, and from the first moment on: those that come
 * before there is a server wait for it.
 */
function controlFromParent(): (role: SocketRole) => (server: Server) => Promise<void> {
  const early: Record<SocketRole, Socket[]> = { admin: [], parent: [] };
  const take: Record<SocketRole, (connection: Socket) => void> = {
    admin: (connection) => void early.admin.push(connection),
    parent: (connection) => void early.parent.push(connection),
  };
  process.on('message', (message: FromParent, handle: unknown) => {
    if (message.kind === 'control' && handle instanceof Socket) take[message.role](handle);
  });
  return (role) => (server) => {
    take[role] = (connection) => {
      server.emit('connection', connection);
      connection.resume();
    };
    early[role].splice(0).forEach(take[role]);
    return Promise.resolve();
  };
}
