// vlandns reload: puts the configuration file into effect in the running daemon, or says why not.
import type { Call } from '../command.ts';
import { noOperands, report } from '../command.ts';
import { EXIT } from '../../system/ending.ts';
import { runningDaemon } from '../running.ts';

/** Reloads the running daemon; status 1 where it refused and keeps the old configuration. */
export async function reload(call: Call): Promise<number> {
  noOperands(call, 'vlandns reload [-c FILE]');
  const answer = await runningDaemon(call).reload();
  report(call, answer, () =>
    [
      ...answer.warnings,
      ...answer.faults,
      answer.reloaded ? 'reloaded' : 'refused: the daemon goes on with the configuration it had',
    ]
      .map((line) => `${line}\n`)
      .join(''),
  );
  return answer.reloaded ? EXIT.DONE : EXIT.NOT_SO;
}
