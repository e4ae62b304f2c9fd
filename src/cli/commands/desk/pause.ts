// vlandns pause, vlandns resume: what a VLAN's policies block is suspended for a while.
import type { DeskTold } from '../../../api/told-desk.ts';
import type { Call } from '../../command.ts';
import { UsageError } from '../../command.ts';
import { changeDesk, clockText, pauseEndIn, toldText, whyOf } from './desk-call.ts';

/** Suspends what a VLAN blocks. */
export function pause(call: Call): Promise<number> {
  const [who, ...words] = call.operands;
  const end = pauseEndIn(words);
  if (who === undefined)
    throw new UsageError(
      'write: vlandns pause VLAN [DURATION|until HH:MM] [--reason TEXT] [-c FILE]; without a duration it is 10m',
    );
  return changeDesk(call, (daemon) => daemon.pause({ who, end, ...whyOf(call) }), pausedText);
}

/** Ends the pause of a VLAN. */
export function resume(call: Call): Promise<number> {
  const [who, ...more] = call.operands;
  if (who === undefined || more.length > 0) throw new UsageError('write: vlandns resume VLAN [-c FILE]');
  const { user } = whyOf(call);
  return changeDesk(call, (daemon) => daemon.resume({ who, user }), resumedText);
}

function pausedText({ entries }: DeskTold): string {
  return entries
    .map(
      ({ scope, until = '' }) =>
        `nothing is blocked in VLAN ${scope.name} until ${clockText(until)}; end it before with: vlandns resume ${scope.name}\n`,
    )
    .join('');
}

function resumedText({ entries }: DeskTold): string {
  return entries.map((entry) => `ended: ${toldText(entry)}\n`).join('');
}
