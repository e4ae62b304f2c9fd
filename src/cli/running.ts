// How commands find the running daemon: through the control socket that the configuration names.
import { readConfig } from '../config/reader.ts';
import { formatFault } from '../config/config-error.ts';
import { askDaemon } from '../control/control-client.ts';
import { InvalidConfig } from '../config/refused.ts';
import type { Call } from './command.ts';

/** Asks the running daemon, which answers with an Answer; throws what the user should read where it cannot be asked. */
export async function askRunning<Answer>(call: Call, method: 'GET' | 'POST', path: string): Promise<Answer> {
  const { config, faults } = readConfig(call.configFile, { mayLackLists: true });
  // The daemon may run with an older, valid file; where its socket is cannot be told then.
  if (config === undefined) throw new InvalidConfig(faults.map(formatFault));
  // Both ends are this program: the daemon sends what the route's type says.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (await askDaemon(config.control.socket, method, path)) as Answer;
}
