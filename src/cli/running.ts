// How commands find the running daemon: through the control socket that the configuration names, or that of the role parent for
// those who may not use the first.
import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { DaemonClient } from '../api/client.ts';
import type { Config } from '../config/config.ts';
import { formatFault } from '../config/config-error.ts';
import { readConfig } from '../config/reader.ts';
import { InvalidConfig } from '../config/refused.ts';
import type { Call } from './command.ts';

/** The running daemon of a command's configuration; throws InvalidConfig where it cannot be told which that is. */
export function runningDaemon(call: Call): DaemonClient {
  const { socket } = call.options;
  if (socket !== undefined) return new DaemonClient(resolve(socket));
  const { config, faults } = readConfig(call.configFile, { mayLackLists: true });
  // The daemon may run with an older, valid file; then we do not know where its socket is.
  if (config === undefined) throw new InvalidConfig(faults.map(formatFault));
  return new DaemonClient(socketFor(config.control));
}

function socketFor({ socket, parents }: Config['control']): string {
  return parents !== undefined && isClosedToUs(socket) ? parents.socket : socket;
}

function isClosedToUs(socket: string): boolean {
  try {
    accessSync(socket, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}
