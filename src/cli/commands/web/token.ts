// vlandns token: makes a token for a program that asks the API. The rule: the secret is shown this once, and kept nowhere.
import { hashToken, makeToken } from '../../../access/token.ts';
import { readLastDay } from '../../../config/values/last-day.ts';
import { EXIT } from '../../../system/ending.ts';
import type { Call } from '../../command.ts';
import { report, UsageError } from '../../command.ts';
import { checkWebName, roleOf } from './web-operands.ts';

const FORM = 'write: vlandns token NAME [--role admin|parent|viewer] [--until DATE]';

/** Prints the secret, and the line of the token. */
export function token(call: Call): Promise<number> {
  const [name, ...more] = call.operands;
  if (name === undefined || more.length > 0) throw new UsageError(FORM);
  checkWebName(name, FORM);
  const role = roleOf(call);
  const until = untilOf(call);
  const secret = makeToken();
  const hash = hashToken(secret);
  const end = until === undefined ? '' : `, until: ${until}`;
  report(
    call,
    { secret, name, hash, role, until },
    () => `${secret}\n- { name: "${name}", hash: "${hash}", role: ${role}${end} }\n`,
  );
  if (!call.json)
    call.complain(
      'the first line is the secret, which is shown this once: give it to the program (Authorization: Bearer …).\nwrite the second below tokens: in section web, and run "vlandns reload"\n',
    );
  return Promise.resolve(EXIT.DONE);
}

function untilOf({ options: { until } }: Call): string | undefined {
  if (until === undefined) return undefined;
  const reading = readLastDay(until);
  if ('fault' in reading) throw new UsageError(`--until ${reading.fault}`);
  if (reading.value.endMs <= Date.now()) throw new UsageError(`--until ${until} is past; write a later day`);
  return until;
}
