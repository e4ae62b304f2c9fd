// vlandns allow, vlandns block: a rule of the house that stays, made at the desk.
import type { DeskTold } from '../../../api/told-desk.ts';
import { scopeToText } from '../../../desk/desk-entry.ts';
import type { Call } from '../../command.ts';
import { UsageError } from '../../command.ts';
import { changeDesk, checkSubject, whyOf } from './desk-call.ts';

/** Allows a name with all below it, or a service. */
export function allow(call: Call): Promise<number> {
  return changeDesk(call, (daemon) => daemon.allow(ruleOf(call, 'allow')), toText);
}

/** Blocks a name with all below it, or a service. */
export function block(call: Call): Promise<number> {
  return changeDesk(call, (daemon) => daemon.block(ruleOf(call, 'block')), toText);
}

function ruleOf(call: Call, command: 'allow' | 'block') {
  const [who, what, ...more] = call.operands;
  if (who === undefined || what === undefined || more.length > 0)
    throw new UsageError(
      `write: vlandns ${command} VLAN|POLICY NAME|SERVICE [--reason TEXT] [-c FILE]; x.example is it and all below, "*.x.example" all below it only`,
    );
  checkSubject(what);
  return { who, what, ...whyOf(call) };
}

function toText({ entries }: DeskTold): string {
  return entries
    .map(
      ({ kind, what, scope, id, lack }) =>
        `${what} is ${kind === 'allow' ? 'allowed' : 'blocked'} for ${scopeToText(scope)} from now on; end it with: vlandns revoke ${id}\n${lack === undefined ? '' : `  without effect: ${lack}\n`}`,
    )
    .join('');
}
