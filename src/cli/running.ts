// How commands find the running daemon: through the control socket that the configuration names.
import { DaemonClient } from '../api/client.ts';
import { formatFault } from '../config/config-error.ts';
import { readConfig } from '../config/reader.ts';
import { InvalidConfig } from '../config/refused.ts';
import type { Call } from './command.ts';

/** The running daemon of a command's configuration; throws InvalidConfig where it cannot be told which that is. */
export function runningDaemon(call: Call): DaemonClient {
  const { config, faults } = readConfig(call.configFile, { mayLackLists: true });
  // The daemon may run with an older, valid file; then we do not know where its socket is.
  if (config === undefined) throw new InvalidConfig(faults.map(formatFault));
  return new DaemonClient(config.control.socket);
}
