// vlandns check --against FILE --log 7d: what was really asked, put to two configurations, so that a change is tried on the house's own
// traffic before the house meets it.
import { existsSync } from 'node:fs';
import { readDurationMs } from '../../../config/values/duration.ts';
import { replay } from '../../../explain/replay.ts';
import type { Replay, ReplayedChange } from '../../../explain/replay.ts';
import { historySocketOf } from '../../../querylog/sockets.ts';
import type { Serving } from '../../../server/serving.ts';
import { EXIT } from '../../../system/ending.ts';
import type { Call } from '../../command.ts';
import { report, UsageError } from '../../command.ts';
import { countText, table } from '../../text/table.ts';
import { openLogCall, orOff } from './log-call.ts';
import type { LogCall } from './log-call.ts';

/** One configuration as it would serve. */
interface ReplaySide {
  readonly file: string;
  readonly serving: Serving;
}

/** Prints what changes; status 1 where anything does. */
export async function checkLog(
  call: Call,
  { before, after, span, limit }: ReplaySides & { readonly span: string; readonly limit: number },
): Promise<number> {
  const spanMs = readDurationMs(span);
  if ('fault' in spanMs) throw new UsageError(`--log: ${spanMs.fault}`);
  const logCall = await openEither(call, before.file);
  const asked = logCall.history.asked({ sinceMs: logCall.nowMs - spanMs.value });
  const result = await orOff(logCall, replay(before.serving, after.serving, asked));
  const told = { config: after.file, against: before.file, ...firstOf(result, limit) };
  report(call, told, () => toText(result, { before, after, limit }));
  return result.newlyBlocked.length + result.newlyAllowed.length === 0 ? EXIT.DONE : EXIT.NOT_SO;
}

/** The query log of the one or the other: a draft may name the socket of no daemon. */
async function openEither(call: Call, other: string): Promise<LogCall> {
  const ours = await openLogCall(call);
  const theirs = await openLogCall({ ...call, configFile: other });
  const isOurs = existsSync(historySocketOf(ours.config.control.socket));
  return isOurs || !existsSync(historySocketOf(theirs.config.control.socket)) ? ours : theirs;
}

interface ReplaySides {
  readonly before: ReplaySide;
  readonly after: ReplaySide;
}

function firstOf({ newlyBlocked, newlyAllowed, ...rest }: Replay, limit: number) {
  const told = (changes: readonly ReplayedChange[]) => ({
    count: changes.length,
    queries: changes.reduce((sum, { queries }) => sum + queries, 0),
    first: changes.slice(0, limit),
  });
  return { ...rest, newlyBlocked: told(newlyBlocked), newlyAllowed: told(newlyAllowed) };
}

function toText(result: Replay, { before, after, limit }: ReplaySides & { readonly limit: number }): string {
  const { queries, names, skipped } = result;
  const lines = [
    `what ${after.file} decides otherwise than ${before.file}, of ${countText(queries)} queries for ${countText(names)} names in the query log:`,
    ...(skipped === 0
      ? []
      : [
          `${countText(skipped)} queries are of VLANs or addresses that one of the two does not have, and were not tried`,
        ]),
    ...changeLines('newly blocked', result.newlyBlocked, limit),
    ...changeLines('newly allowed', result.newlyAllowed, limit),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function changeLines(what: string, changes: readonly ReplayedChange[], limit: number): string[] {
  if (changes.length === 0) return [`${what}: none`];
  const clients = new Set(changes.flatMap((change) => change.clients));
  const queries = changes.reduce((sum, change) => sum + change.queries, 0);
  const rows = changes
    .slice(0, limit)
    .map(({ name, queries: count, clients: own, before, after }) => [
      `  ${countText(count)}`,
      `${own.length} ${own.length === 1 ? 'client' : 'clients'}`,
      name,
      what === 'newly blocked' ? after : `${after}; before: ${before}`,
    ]);
  const untold = changes.length - rows.length;
  return [
    `${what}: ${countText(changes.length)} names in ${countText(queries)} queries of ${countText(clients.size)} clients`,
    ...table(rows, new Set([0])),
    ...(untold === 0 ? [] : [`  and ${countText(untold)} more (--limit)`]),
  ];
}
