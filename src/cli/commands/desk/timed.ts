// vlandns grant, vlandns deny: something is let through or blocked for a time, whatever the policy says.
import type { DeskTold } from '../../../api/told-desk.ts';
import { scopeToText } from '../../../desk/desk-entry.ts';
import type { Call } from '../../command.ts';
import { UsageError } from '../../command.ts';
import { changeDesk, checkSubject, clockText, endIn, whyOf } from './desk-call.ts';

/** Lets something through for a time. */
export function grant(call: Call): Promise<number> {
  return changeDesk(call, (daemon) => daemon.grant(timedOf(call, 'grant')), toText);
}

/** Blocks something for a time. */
export function deny(call: Call): Promise<number> {
  return changeDesk(call, (daemon) => daemon.deny(timedOf(call, 'deny')), toText);
}

function timedOf(call: Call, command: 'grant' | 'deny') {
  const [who, what, ...words] = call.operands;
  const end = endIn(words);
  if (who === undefined || what === undefined || end === undefined)
    throw new UsageError(
      `write: vlandns ${command} VLAN|CLIENT|POLICY SERVICE|NAME|everything DURATION|until HH:MM [--reason TEXT] [-c FILE], such as vlandns ${command} kids youtube 45m`,
    );
  checkSubject(what);
  return { who, what, end, ...whyOf(call) };
}

function toText({ entries }: DeskTold): string {
  return entries
    .map(
      ({ kind, what, scope, id, until = '', lack }) =>
        `${what} is ${kind === 'grant' ? 'granted' : 'denied'} for ${scopeToText(scope)} until ${clockText(until)}; end it before with: vlandns revoke ${id}\n${lack === undefined ? '' : `  without effect: ${lack}\n`}`,
    )
    .join('');
}
