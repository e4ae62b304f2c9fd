// vlandns grants: what was changed at the desk and holds, and what is left of the allowances.
import type { GrantsTold, ToldEntry } from '../../../api/told-desk.ts';
import { durationToText } from '../../../config/values/duration.ts';
import { scopeToText } from '../../../desk/desk-entry.ts';
import { EXIT } from '../../../system/ending.ts';
import type { Call } from '../../command.ts';
import { columns, report, UsageError } from '../../command.ts';
import { runningDaemon } from '../../running.ts';
import { clockText } from './desk-call.ts';

/** Prints what holds, of all or for one. */
export async function grants(call: Call): Promise<number> {
  const [who, ...more] = call.operands;
  if (more.length > 0) throw new UsageError('write: vlandns grants [VLAN|CLIENT|POLICY] [-c FILE] [--json]');
  const told = await runningDaemon(call).grants({ who });
  report(call, told, () => toText(told));
  return EXIT.DONE;
}

function toText({ entries, allowances, file }: GrantsTold): string {
  const head = ['id', 'does', 'what', 'for', 'until', 'by', 'reason'];
  const table =
    entries.length === 0
      ? 'nothing was changed at the desk\n'
      : columns([head, ...entries.map(rowOf)]) +
        entries
          .flatMap(({ id, lack }) => (lack === undefined ? [] : [`${id} is without effect: ${lack}\n`]))
          .join('') +
        `rules that stay are lines of ${file}\n`;
  const left = allowances.map(
    ({ vlan, what, secondsADay, secondsLeft }) =>
      `${vlan}: of ${durationToText(secondsADay * 1000)} ${what} a day, ${Math.floor(secondsLeft / 60)}m are left\n`,
  );
  return left.length === 0 ? table : `${table}\nallowances\n${left.map((line) => `  ${line}`).join('')}`;
}

function rowOf({ id, kind, what, scope, until, by, user, reason }: ToldEntry): string[] {
  return [
    id,
    kind,
    kind === 'pause' ? '-' : what,
    scopeToText(scope),
    until === undefined ? '-' : clockText(until),
    user === undefined ? by : `${user} (${by})`,
    reason ?? '',
  ];
}
