// vlandns flush: makes the running daemon forget cached answers.
import type { Call } from '../command.ts';
import { report, UsageError } from '../command.ts';
import { EXIT } from '../../system/ending.ts';
import { checkName } from '../name-operand.ts';
import { runningDaemon } from '../running.ts';

/** Flushes everything, or a name with all below it. */
export async function flush(call: Call): Promise<number> {
  const [name, ...more] = call.operands;
  if (more.length > 0) throw new UsageError('flush takes one name at most; write: vlandns flush [NAME]');
  if (name !== undefined) checkName(name);
  const answer = await runningDaemon(call).flush(name);
  report(call, answer, () => `${answer.flushed} answers forgotten\n`);
  return EXIT.DONE;
}
