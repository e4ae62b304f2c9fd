// vlandns passwd: makes the hash of a password for web.users. Nothing is written anywhere: the configuration is the operator's.
import { hashPassword, LEAST_PASSWORD, MOST_PASSWORD_OCTETS } from '../../../access/password.ts';
import { EXIT } from '../../../system/ending.ts';
import type { Call } from '../../command.ts';
import { report, UsageError } from '../../command.ts';
import { readNewPassword } from '../../terminal/read-secret.ts';
import type { SecretSource } from '../../terminal/read-secret.ts';
import { checkWebName, roleOf } from './web-operands.ts';

const FORM = 'write: vlandns passwd [NAME] [--role admin|parent|viewer]';

/** Prints the hash, or with a name the line of the user. */
export function passwd(call: Call): Promise<number> {
  const ask = (text: string): void => call.complain(text);
  return printPassword(call, { input: process.stdin, ask });
}

/** The same with a password from elsewhere. */
export async function printPassword(call: Call, source: SecretSource): Promise<number> {
  const [name, ...more] = call.operands;
  if (more.length > 0) throw new UsageError(`too many operands; ${FORM}`);
  if (name === undefined && call.options.role !== undefined)
    throw new UsageError(`--role goes with a name; ${FORM}`);
  if (name !== undefined) checkWebName(name, FORM);
  const role = roleOf(call);
  const password = await readNewPassword(source);
  refuseWeak(password);
  const hash = await hashPassword(password);
  if (name === undefined) report(call, { password: hash }, () => `${hash}\n`);
  else {
    report(
      call,
      { name, password: hash, role },
      () => `- { name: "${name}", password: "${hash}", role: ${role} }\n`,
    );
    if (!call.json) call.complain('write this line below users: in section web, and run "vlandns reload"\n');
  }
  return EXIT.DONE;
}

function refuseWeak(password: string): void {
  const { length } = Array.from(password);
  if (length < LEAST_PASSWORD)
    throw new Error(
      `a password of ${length} characters is soon guessed; take one of ${LEAST_PASSWORD} or more`,
    );
  if (Buffer.byteLength(password) > MOST_PASSWORD_OCTETS)
    throw new Error(`the password is too long; take one of ${MOST_PASSWORD_OCTETS} octets or less`);
}
