// vlandns top: the names, clients or lists that have most queries.
import type { Ranked, TopSubject } from '../../../querylog/history.ts';
import { MOST_AT_ONCE } from '../../../querylog/routes.ts';
import { EXIT } from '../../../system/ending.ts';
import type { Call } from '../../command.ts';
import { report, UsageError } from '../../command.ts';
import { countText, shareText, table } from '../../text/table.ts';
import { filterOf, numberOf, openLogCall, orOff } from './log-call.ts';

const FORM =
  'write: vlandns top names|clients|lists [--vlan VLAN] [--blocked] [--since TIME] [--until TIME] [--limit N] [-c FILE] [--json]';

const SUBJECTS: readonly TopSubject[] = ['names', 'clients', 'lists'];

const LIMIT = 20;
const DAY_MS = 86_400_000;

/** Prints a ranking, of the last day unless told otherwise; status 1 where it is empty. */
export async function top(call: Call): Promise<number> {
  const [word, ...more] = call.operands;
  const subject = SUBJECTS.find((known) => known === word);
  if (subject === undefined || more.length > 0) throw new UsageError(FORM);
  const logCall = await openLogCall(call);
  const filter = { sinceMs: logCall.nowMs - DAY_MS, ...withoutUndefined(filterOf(call, logCall)) };
  const limit = Math.min(numberOf(call.options.limit, '--limit', LIMIT), MOST_AT_ONCE);
  const ranked = await orOff(logCall, logCall.history.top({ ...filter, subject, limit }));
  report(call, { ranked }, () => toText(ranked, subject));
  return ranked.length === 0 ? EXIT.NOT_SO : EXIT.DONE;
}

/** The keys that are there. */
function withoutUndefined<T extends object>(value: T): Partial<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fewer keys of the same
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>;
}

const HEADS: Readonly<Record<TopSubject, string>> = { names: 'NAME', clients: 'CLIENT', lists: 'LIST' };

function toText(ranked: readonly Ranked[], subject: TopSubject): string {
  if (ranked.length === 0) return 'no query of that kind is in the log\n';
  const rows = ranked.map(({ what, queries, blocked }) => [
    countText(queries),
    countText(blocked),
    shareText(blocked, queries),
    what,
  ]);
  return table([['QUERIES', 'BLOCKED', '', HEADS[subject]], ...rows], new Set([0, 1, 2]))
    .map((line) => `${line}\n`)
    .join('');
}
