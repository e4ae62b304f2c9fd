// vlandns log: queries of the query log, the newest last, or as they come.
import { resolve } from 'node:path';
import type { FirstSeen, HistoryFilter, LoggedQuery } from '../../../querylog/history.ts';
import { MOST_AT_ONCE } from '../../../querylog/routes.ts';
import type { Zone } from '../../../time/zone.ts';
import { EXIT } from '../../../system/ending.ts';
import type { Call } from '../../command.ts';
import { report, UsageError } from '../../command.ts';
import { countText, table } from '../../text/table.ts';
import { timeText } from '../../text/zone-time.ts';
import { filterOf, numberOf, openLogCall, orOff, whoFilter } from './log-call.ts';
import type { LogCall } from './log-call.ts';

const FORM =
  'write: vlandns log [VLAN|CLIENT|ADDRESS|NAME] [--blocked] [--since TIME] [--until TIME] [--limit N] [--follow|--first] [-c FILE] [--json], or vlandns log backup FILE';

/** Queries that are told unless `--limit` says otherwise; and before those that are followed. */
const LIMIT = 100;
const BEFORE_FOLLOWED = 10;

/** Prints queries; status 1 where there is none. */
export async function log(call: Call): Promise<number> {
  const [word, ...more] = call.operands;
  if (word === 'backup') return backup(call, more);
  if (more.length > 0) throw new UsageError(`log takes one VLAN, client or name at most; ${FORM}`);
  const { follow = false, first = false, limit } = call.options;
  if (follow && first) throw new UsageError(`--follow and --first do not go together; ${FORM}`);
  const logCall = await openLogCall(call);
  const filter = {
    ...filterOf(call, logCall),
    ...(word === undefined ? {} : whoFilter(logCall.config, word)),
  };
  if (first) return tellFirst(call, logCall, filter);
  if (follow) return followLog(call, logCall, filter);
  const queries = await orOff(logCall, newest(logCall, filter, numberOf(limit, '--limit', LIMIT)));
  report(call, { queries }, () => toText(queries, logCall.zone) + remark(queries, filter, word));
  return queries.length === 0 ? EXIT.NOT_SO : EXIT.DONE;
}

/** The newest queries, the newest last. */
async function newest({ history }: LogCall, filter: HistoryFilter, limit: number): Promise<LoggedQuery[]> {
  const queries: LoggedQuery[] = [];
  let before: number | undefined;
  do {
    const page = await history.log({
      ...filter,
      before,
      limit: Math.min(limit - queries.length, MOST_AT_ONCE),
    });
    queries.push(...page.queries);
    before = page.before;
  } while (before !== undefined && queries.length < limit);
  return queries.slice(0, limit).toReversed();
}

function remark(queries: readonly LoggedQuery[], { client, name }: HistoryFilter, word = ''): string {
  if (queries.length > 0) return '';
  const ofName = name === undefined ? '' : ` of names at or below ${name}`;
  const meant = client === undefined ? ofName : ` of a client "${client}"`;
  const other =
    client === word && !word.includes(':') ? `; for names that have it in them write '*${word}*'` : '';
  return `no query${meant} is in the log${other}\n`;
}

async function followLog(call: Call, logCall: LogCall, filter: HistoryFilter): Promise<number> {
  const { history, zone } = logCall;
  const show = (queries: readonly LoggedQuery[]): void =>
    call.print(
      call.json ? queries.map((query) => `${JSON.stringify(query)}\n`).join('') : toText(queries, zone),
    );
  const { sinceMs, ...wanted } = filter;
  const limit = sinceMs === undefined ? BEFORE_FOLLOWED : numberOf(call.options.limit, '--limit', LIMIT);
  // Followed before the last ones are read, so that none is missed in between; what comes twice is shown once.
  const followed = history.follow(wanted);
  const first = followed.next();
  first.catch(() => undefined);
  const before = await orOff(logCall, newest(logCall, filter, limit));
  show(before);
  const shown = new Set(before.map(keyOf));
  for (let next = await first; next.done !== true; next = await followed.next()) {
    const { value } = next;
    if ('missed' in value)
      call.complain(
        `${countText(value.missed)} queries were not shown: they came faster than they were read\n`,
      );
    else if (!shown.delete(keyOf(value.query))) show([value.query]);
  }
  call.complain('the query log has ended: vlandns was stopped, or the recorder was started anew\n');
  return EXIT.NOT_SO;
}

/** What tells a query from others; its id does not, since what is followed is not kept yet. */
function keyOf({ unixMs, vlan, client, name, type }: LoggedQuery): string {
  return `${Math.floor(unixMs)} ${vlan} ${client?.address} ${name} ${type}`;
}

async function tellFirst(call: Call, logCall: LogCall, filter: HistoryFilter): Promise<number> {
  const limit = Math.min(numberOf(call.options.limit, '--limit', LIMIT), MOST_AT_ONCE);
  const names = (await orOff(logCall, logCall.history.firstSeen({ ...filter, limit }))).toReversed();
  report(call, { names }, () => firstText(names, logCall));
  return names.length === 0 ? EXIT.NOT_SO : EXIT.DONE;
}

function firstText(names: readonly FirstSeen[], { config, zone }: LogCall): string {
  if (names.length > 0)
    return lines(names.map(({ vlan, name, unixMs }) => [timeText(unixMs, zone), vlan, name]));
  return config.vlans.some(({ firstSeen }) => firstSeen)
    ? 'no name was asked for the first time\n'
    : 'no VLAN has first_seen: true, so that nothing is known of it; write it in vlans.NAME\n';
}

/** The columns of queries. */
function toText(queries: readonly LoggedQuery[], zone: Zone): string {
  return lines(queries.map((query) => toRow(query, zone)));
}

function lines(rows: readonly (readonly string[])[]): string {
  return table(rows, new Set())
    .map((line) => `${line}\n`)
    .join('');
}

function toRow(query: LoggedQuery, zone: Zone): string[] {
  const { unixMs, vlan, client, name, type, rcode } = query;
  return [timeText(unixMs, zone), vlan, clientText(client), name, type, rcode, whyText(query)];
}

/** What a client is called and its address; `-` where it is not told. */
function clientText(client: LoggedQuery['client']): string {
  if (client === undefined) return '-';
  return client.name === undefined ? client.address : `${client.name} (${client.address})`;
}

/** Why it was answered so, in words. */
function whyText(query: LoggedQuery): string {
  const { blocked, reason, cached, stale, step, server, upstream, waitedUs } = query;
  if (reason !== undefined) return reasonText(reason, blocked);
  if (blocked) return `blocked: ${step}`;
  if (waitedUs > 0 && (server ?? upstream) !== undefined)
    return `${msText(waitedUs)} ms from ${server ?? upstream}`;
  if (cached) return stale ? 'from the cache, past its TTL' : 'from the cache';
  return step.replaceAll('_', ' ');
}

function reasonText({ text, rule, target }: NonNullable<LoggedQuery['reason']>, blocked: boolean): string {
  const ruleText = rule === undefined || text.includes(rule) ? '' : ` (${rule})`;
  const by = target === undefined ? '' : ` by ${target}`;
  return `${blocked ? 'blocked' : 'allowed'}${by}: ${text}${ruleText}`;
}

function msText(us: number): string {
  return us < 10_000 ? (us / 1000).toFixed(1) : String(Math.round(us / 1000));
}

async function backup(call: Call, [file, ...more]: readonly string[]): Promise<number> {
  if (file === undefined || more.length > 0) throw new UsageError('write: vlandns log backup FILE [-c FILE]');
  const logCall = await openLogCall(call);
  const path = resolve(file);
  await orOff(logCall, logCall.history.backup(path));
  report(call, { file: path }, () => `the query log was copied to ${path}\n`);
  return EXIT.DONE;
}
