// What passwd and token are given: a name as web.users and web.tokens take it, and a role.
import { ACCESS_ROLES } from '../../../access/role.ts';
import type { AccessRole } from '../../../access/role.ts';
import { WEB_NAME } from '../../../config/keys/web.ts';
import type { Call } from '../../command.ts';
import { UsageError } from '../../command.ts';

/** Throws a UsageError where a name would not be taken. */
export function checkWebName(name: string, form: string): void {
  if (!WEB_NAME.test(name))
    throw new UsageError(`"${name}" is not a name: 1 to 32 of A-Z, a-z, 0-9, "_", ".", "@" and "-"; ${form}`);
}

/** The role that is asked for; the one that may least unless said. */
export function roleOf({ options: { role = 'viewer' } }: Call): AccessRole {
  const known = ACCESS_ROLES.find((one) => one === role);
  if (known === undefined)
    throw new UsageError(`there is no role "${role}"; write --role ${ACCESS_ROLES.join(', ')}`);
  return known;
}
