// vlandns serve: the daemon, in the foreground. Started as root with server.user, this process keeps root for binding
// ports only and a worker does the rest; otherwise it does everything itself.
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import type { Server, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import type { Config } from '../../config/config.ts';
import { readConfig } from '../../config/reader.ts';
import { listenOnPath } from '../../control/control-server.ts';
import { ownBinder } from '../../listeners/sockets/binder.ts';
import { giveFolder } from '../../privilege/give-folder.ts';
import { openKeptSocket } from '../../privilege/kept-socket.ts';
import { mayBind, mayServePage } from '../../privilege/may-bind.ts';
import { RecorderKeeper } from '../../privilege/recorder/recorder-keeper.ts';
import { ownRecorder, recorderProcess } from '../../privilege/recorder/recorder-process.ts';
import { socketFaults } from '../../privilege/start-check.ts';
import { realPath, stateFault } from '../../privilege/state-folder.ts';
import type { Starter } from '../../privilege/state-folder.ts';
import { controlListener, identityOf, Supervisor } from '../../privilege/supervisor.ts';
import { denied } from '../../privilege/user-access.ts';
import { LineQueue } from '../../log/line-queue.ts';
import { openStandardOutput } from '../../log/standard-output.ts';
import { parseForDaemon } from '../../assembly/parse-prepared.ts';
import { Refused } from '../../config/refused.ts';
import { historySocketOf } from '../../querylog/sockets.ts';
import { isJournal, priorityOf } from '../../system/journal.ts';
import type { Identity } from '../../system/path-writers.ts';
import { toPrintable } from '../../system/printable.ts';
import { tellServiceManager } from '../../system/service-manager.ts';
import type { Call } from '../command.ts';
import { noOperands } from '../command.ts';
import { reasonOf } from '../../system/system-error.ts';
import { endSoon, refuseDebugger } from '../../system/ending.ts';
import { runService } from '../../daemon/run.ts';

/** Serves until a signal ends it. */
export async function serve(call: Call): Promise<number> {
  noOperands(call, 'vlandns serve -c FILE');
  refuseDebugger();
  const prepared = await parseForDaemon(call.configFile, (line) => call.complain(`${line}\n`));
  const { config } = prepared;
  const uid = process.getuid?.() ?? 0;
  const { user } = config.server;
  if (uid === 0 && user !== undefined) return supervise(call, config, identityOf(user));
  if (uid === 0) call.complain(`${config.file}: warning: server.user is not set: everything runs as root\n`);
  refuseFaults(config, { uid });
  return runService(prepared, {
    binder: ownBinder,
    listenControl: (server) => listenOnPath(server, config.control.socket),
    listenParents: (server) => listenForParents(server, config),
    onReady: () => tellReady(call),
    openRecorder: (log) =>
      ownRecorder(
        {
          program: process.argv[1] ?? '',
          folder: config.server.state,
          socket: historySocketOf(config.control.socket),
        },
        log,
      ),
  });
}

/** Makes a server listen on the socket of the role parent, for its group; does nothing where there is none. */
async function listenForParents(
  server: Server,
  { file, control: { parents } }: Config,
  identity?: Identity,
): Promise<void> {
  if (parents === undefined) return;
  await listenOnPath(server, parents.socket);
  if (identity !== undefined) chownSync(parents.socket, 0, identity.gid);
  if (parents.group === undefined) return;
  try {
    execFileSync('chgrp', [parents.group, parents.socket], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (cause) {
    throw new Refused([
      `${file}: error: control.parents.group: ${parents.socket} cannot be given to the group ${parents.group} (${reasonOf(cause).trim().split('\n').at(-1)}); make the group and have the user that runs vlandns in it, or set another`,
    ]);
  }
}

/** Throws Refused where the state folder or a control socket is in a place that is not allowed. */
function refuseFaults(config: Config, starter: Starter): void {
  const found = [stateFault(config, starter), ...socketFaults(config, starter)];
  const faults = found.filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new Refused(faults.map((fault) => `${config.file}: error: ${fault}`));
}

/** Tells systemd that we serve. Where that fails it will end us, so the failure is worth a line. */
function tellReady(call: Call): void {
  void tellServiceManager(['--ready']).then((fault) => {
    if (fault !== undefined) call.complain(`systemd was not told that vlandns is ready: ${fault}\n`);
  });
}

/** Makes a server of the parent's listen on a socket, for the worker's group as well. */
async function listenForGroup(server: Server, path: string, { gid }: Identity): Promise<void> {
  await listenOnPath(server, path);
  chownSync(path, 0, gid);
  chmodSync(path, 0o660);
}

/** Opens the sockets of commands, whose connections are handed on. */
async function openSockets(call: Call, config: Config, identity: Identity) {
  const { socket } = config.control;
  const ofParents = config.control.parents?.socket;
  for (const path of [socket, ofParents])
    if (path !== undefined) mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  // Checked again: another user may meanwhile have made what was missing at first.
  refuseFaults(config, { uid: 0, user: identity });
  const control = controlListener();
  await listenForGroup(control, socket, identity);
  const history = controlListener();
  // Nobody goes without answers because the log cannot be asked.
  await listenForGroup(history, historySocketOf(socket), identity).catch((error: unknown) =>
    call.complain(`${config.file}: warning: the query log cannot be asked: ${reasonOf(error)}\n`),
  );
  const parents = ofParents === undefined ? undefined : controlListener();
  if (parents !== undefined) await listenForParents(parents, config, identity);
  return { control, history, parents };
}

async function supervise(call: Call, config: Config, identity: Identity): Promise<number> {
  const starter = { uid: 0, user: identity };
  refuseFaults(config, starter);
  refuseUnreadable(config, identity);
  const notGiven = giveFolder(realPath(config.server.state), identity);
  if (notGiven !== undefined) call.complain(`${config.file}: warning: server.state: ${notGiven}\n`);
  const { control, history, parents } = await openSockets(call, config, identity);
  // A worker's lines for root's terminal, in a queue, so that a stopped terminal does not stop this process.
  const terminal = new LineQueue(openStandardOutput(), () => undefined);
  const known = new KnownConfig(config);
  const log = (level: 'info' | 'error', event: string, message: string): void =>
    call.print(
      `${isJournal(1) ? priorityOf(level) : ''}${JSON.stringify({ level, time: new Date().toISOString(), event, msg: message })}\n`,
    );
  const show = (text: string): void => terminal.add(toPrintable(text));
  const program = process.argv[1] ?? '';
  const recorder = new RecorderKeeper({
    ...recorderProcess({ program, folder: config.server.state, identity }),
    log,
    show,
    openPage: async (address, port) => {
      if (mayServePage(known.read(), { address, port }))
        return openKeptSocket({ transport: 'tcp', address, port });
      throw Object.assign(new Error(`web.listen does not name ${address} port ${port}`), { code: 'EPERM' });
    },
    onChange: () => supervisor.tellRecorder(),
  });
  history.on('connection', (connection: Socket) => recorder.handOver(connection));
  const supervisor: Supervisor = new Supervisor({
    program,
    args: ['worker', '-c', call.configFile],
    identity,
    control,
    parents,
    mayBind: (address, port) => {
      const { vlans } = known.read();
      return mayBind({ vlans, interfaces: networkInterfaces() }, address, port);
    },
    log: (event, message) => log('error', event, message),
    show,
    recorder,
    onReady: once(() => tellReady(call)),
  });
  for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => supervisor.signal(signal));
  // Node itself throws at some messages that a worker may send; other errors are caught where they happen.
  process.on('uncaughtException', (error) =>
    supervisor.distrust(`it made the parent fail (${error.message})`),
  );
  const status = await supervisor.run();
  await recorder.close();
  history.close();
  // Not waited for: connections that were handed over count as open until their worker reports their end.
  control.close();
  parents?.close();
  await terminal.close(FAREWELL_MS);
  endSoon();
  return status;
}

/** How long we wait for a terminal to take the last lines of a worker, in milliseconds. */
const FAREWELL_MS = 500;

/** Wraps work so that only the first call does it. */
function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}

/** Throws where the worker could not read its configuration: every worker would report that and end. */
function refuseUnreadable({ file, server }: Config, identity: Identity): void {
  if (denied([{ kind: 'read', path: file }], identity)?.length !== 1) return;
  throw new Refused([
    `${file}: error: user ${server.user ?? ''} (server.user) cannot read this file; let it, and pass the folders above (chgrp, chmod)`,
  ]);
}

/** The configuration in the file, which only root may write; while the file is invalid, the one before. */
class KnownConfig {
  #config: Config;
  #stamp = '';

  constructor(config: Config) {
    this.#config = config;
  }

  /** Reads the file again only if it has changed, so that many requests are little work. */
  read(): Config {
    const { file } = this.#config;
    const { ino, size, mtimeMs, ctimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
    const stamp = [ino, size, mtimeMs, ctimeMs].join(' ');
    if (stamp !== this.#stamp) this.#config = readConfig(file, { mayLackLists: true }).config ?? this.#config;
    this.#stamp = stamp;
    return this.#config;
  }
}
