// vlandns serve: the daemon, in the foreground. Started as root with server.user, this process keeps root for binding
// ports only and a worker does the rest; otherwise it does everything itself.
import { chmodSync, chownSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/reader.ts';
import { listenOnPath } from '../control/control-server.ts';
import { ownBinder } from '../listeners/binder.ts';
import { giveFolder } from '../privilege/give-folder.ts';
import { mayBind } from '../privilege/may-bind.ts';
import { controlListener, identityOf, Supervisor } from '../privilege/supervisor.ts';
import type { Identity } from '../privilege/supervisor.ts';
import { parseForStart } from '../service/candidate.ts';
import type { Call } from './command.ts';
import { endSoon, noOperands, refuseDebugger } from './command.ts';
import { runService } from './run-service.ts';

/** Serves until a signal ends it. */
export async function serve(call: Call): Promise<number> {
  noOperands(call, 'vlandns serve -c FILE');
  refuseDebugger();
  const prepared = await parseForStart(call.configFile, (line) => call.complain(`${line}\n`));
  const { config } = prepared;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && config.server.user !== undefined)
    return supervise(call, config, identityOf(config.server.user));
  if (isRoot) call.complain(`${config.file}: warning: server.user is not set: everything runs as root\n`);
  return runService(prepared, {
    binder: ownBinder,
    listenControl: (server) => listenOnPath(server, config.control.socket),
    onReady: () => undefined,
  });
}

async function supervise(call: Call, config: Config, identity: Identity): Promise<number> {
  giveFolder(config.server.state, identity);
  const control = controlListener();
  const { socket } = config.control;
  refuseWorkersFolder(socket, identity);
  await listenOnPath(control, socket);
  chownSync(socket, 0, identity.gid);
  chmodSync(socket, 0o660);
  const known = new KnownConfig(config);
  const supervisor = new Supervisor({
    program: process.argv[1] ?? '',
    args: ['worker', '-c', call.configFile],
    identity,
    control,
    mayBind: (address, port) => {
      const { vlans } = known.read();
      return mayBind({ vlans, interfaces: networkInterfaces() }, address, port);
    },
    log: (event, message) =>
      call.print(
        `${JSON.stringify({ level: 'error', time: new Date().toISOString(), event, msg: message })}\n`,
      ),
  });
  for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => supervisor.signal(signal));
  // Node itself throws at some of what a worker may send; all else that happens here is caught where it happens.
  process.on('uncaughtException', (error) =>
    supervisor.distrust(`it made the parent fail (${error.message})`),
  );
  const status = await supervisor.run();
  // Not waited for: connections that were handed over count as open for as long as their worker does not say otherwise.
  control.close();
  endSoon();
  return status;
}

/** What the file, which only root may write, says; while it is invalid, what it said before. */
class KnownConfig {
  #config: Config;
  #stamp = '';

  constructor(config: Config) {
    this.#config = config;
  }

  /** Read anew only where the file is another one, so that many requests are not much work. */
  read(): Config {
    const { file } = this.#config;
    const { ino, size, mtimeMs, ctimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
    const stamp = [ino, size, mtimeMs, ctimeMs].join(' ');
    if (stamp !== this.#stamp) this.#config = readConfig(file, { mayLackLists: true }).config ?? this.#config;
    this.#stamp = stamp;
    return this.#config;
  }
}

/** Throws where the worker could put something else in the place of the control socket, which root then gives away. */
function refuseWorkersFolder(socket: string, { uid, gid }: Identity): void {
  const folder = dirname(socket);
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there === undefined) return;
  const { mode } = there;
  const mayWrite = (mode & 0o002) !== 0 || (there.gid === gid && (mode & 0o020) !== 0);
  // In a sticky folder of another's, such as /tmp, nobody removes what is root's.
  if (there.uid === uid || (mayWrite && (mode & 0o1000) === 0))
    throw new Error(
      `control.socket: server.user may write to ${folder}; set control.socket to a path in a folder that only root may write`,
    );
}
