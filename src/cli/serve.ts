// vlandns serve: the daemon, in the foreground. Started as root with server.user, this process keeps root for binding
// ports only and a worker does the rest; otherwise it does everything itself.
import { chmodSync, chownSync, lchownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/reader.ts';
import { listenOnPath } from '../control/control-server.ts';
import { ownBinder } from '../listeners/binder.ts';
import { controlListener, identityOf, Supervisor } from '../privilege/supervisor.ts';
import type { Identity } from '../privilege/supervisor.ts';
import { parsePrepared } from '../service/candidate.ts';
import type { Call } from './command.ts';
import { UsageError } from './command.ts';
import { runService } from './run-service.ts';

/** Serves until a signal ends it. */
export async function serve(call: Call): Promise<number> {
  if (call.operands.length > 0) throw new UsageError('serve takes no operands; write: vlandns serve -c FILE');
  const prepared = parsePrepared(call.configFile, (line) => call.complain(`${line}\n`));
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
  const supervisor = new Supervisor({
    program: process.argv[1] ?? '',
    args: ['worker', '-c', call.configFile],
    identity,
    control,
    mayBind: (address, port) => mayBind(call.configFile, address, port),
    log: (event, message) =>
      call.print(
        `${JSON.stringify({ level: 'error', time: new Date().toISOString(), event, msg: message })}\n`,
      ),
  });
  for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => supervisor.signal(signal));
  const status = await supervisor.run();
  await new Promise((closed) => control.close(closed));
  return status;
}

/** The worker is not trusted with root's power to bind: only what the file, which only root may write, says now. */
function mayBind(file: string, address: string, port: number): boolean {
  const { config } = readConfig(file);
  if (config === undefined || address === '0.0.0.0' || address === '::') return false;
  return config.vlans.some(
    (vlan) =>
      (vlan.interface !== undefined && vlan.port === port) ||
      vlan.listen?.some((listen) => listen.address === address && listen.port === port) === true,
  );
}

/** Makes the state folder and gives it, with what an earlier run left in it, to the worker's user. */
function giveFolder(folder: string, { uid, gid }: Identity): void {
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  lchownSync(folder, uid, gid);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(folder, name), uid, gid);
}
