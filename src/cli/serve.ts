// vlandns serve: the daemon, in the foreground. Started as root with server.user, this process keeps root for binding
// ports only and a worker does the rest; otherwise it does everything itself.
import { chmodSync, chownSync } from 'node:fs';
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
import { endSoon, noOperands } from './command.ts';
import { runService } from './run-service.ts';

/** Serves until a signal ends it. */
export async function serve(call: Call): Promise<number> {
  noOperands(call, 'vlandns serve -c FILE');
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
  await listenOnPath(control, socket);
  chownSync(socket, 0, identity.gid);
  chmodSync(socket, 0o660);
  let known = config;
  const supervisor = new Supervisor({
    program: process.argv[1] ?? '',
    args: ['worker', '-c', call.configFile],
    identity,
    control,
    mayBind: (address, port) => {
      // What the file, which only root may write, says now; while it is invalid, what it said before.
      known = readConfig(call.configFile, { mayLackLists: true }).config ?? known;
      return mayBind(known, address, port);
    },
    log: (event, message) =>
      call.print(
        `${JSON.stringify({ level: 'error', time: new Date().toISOString(), event, msg: message })}\n`,
      ),
  });
  for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => supervisor.signal(signal));
  const status = await supervisor.run();
  // Not waited for: connections that were handed over count as open for as long as their worker does not say otherwise.
  control.close();
  endSoon();
  return status;
}
