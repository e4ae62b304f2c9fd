// vlandns reload: has the running daemon read its configuration again, or says why it refused.
import type { ReloadOutcome } from '../../daemon/run.ts';
import type { Call } from '../command.ts';
import { EXIT, noOperands, report } from '../command.ts';
import { askRunning } from '../running.ts';

/** Reloads the running daemon; status 1 where it refused and keeps the old configuration. */
export async function reload(call: Call): Promise<number> {
  noOperands(call, 'vlandns reload [-c FILE]');
  const answer = await askRunning<ReloadOutcome>(call, 'POST', '/reload');
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
