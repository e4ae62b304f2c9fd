// vlandns revoke: ends a grant, a denial or a pause before its time, or a rule that was made at the desk.
import type { DeskTold } from '../../../api/told-desk.ts';
import type { Call } from '../../command.ts';
import { UsageError } from '../../command.ts';
import { changeDesk, toldText, whyOf } from './desk-call.ts';

/** Ends what the operands say. */
export function revoke(call: Call): Promise<number> {
  const [who, what, ...more] = call.operands;
  if (who === undefined || more.length > 0)
    throw new UsageError(
      'write: vlandns revoke ID, or vlandns revoke VLAN|CLIENT|POLICY WHAT [-c FILE]; `vlandns grants` lists what there is',
    );
  const { user } = whyOf(call);
  return changeDesk(call, (daemon) => daemon.revoke({ who, what, user }), toText);
}

function toText({ entries }: DeskTold): string {
  return entries.map((entry) => `ended: ${toldText(entry)}\n`).join('');
}
