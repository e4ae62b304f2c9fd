// A batch as two texts in COPY's format: what its queries have in common, once each, and the queries.
import { createHash } from 'node:crypto';
import type { LoggedQuery } from '../../../querylog/history.ts';
import type { Batch } from '../../batch.ts';
import { readRecords } from '../../logged-query.ts';

/** Microseconds in a millisecond: ids are times, and have room for a thousand queries in each millisecond. */
const IDS_PER_MS = 1000;

/** The texts of one batch, and the days (UTC, `2026-12-01`) that it is of. */
export interface Incoming {
  readonly session: string;
  readonly sequence: number;
  readonly count: number;
  readonly days: readonly string[];
  readonly hows: string;
  readonly queries: string;
}

/** Makes the texts; `node` is the machine's name. */
export function toIncoming(batch: Batch, node: string): Incoming {
  const hows = new Map<string, string>();
  const days = new Set<string>();
  const start = offsetOf(node);
  let queries = '';
  let index = 0;
  for (const { query, isNameless } of readRecords(batch)) {
    const how = howOf(query, node);
    const key = createHash('sha1').update(JSON.stringify(how)).digest('base64url');
    if (!hows.has(key)) hows.set(key, line([key, ...how]));
    const id = Math.floor(query.unixMs) * IDS_PER_MS + ((start + index++) % IDS_PER_MS);
    days.add(new Date(query.unixMs).toISOString().slice(0, 10));
    queries += line([id, ...clientOf(query), query.name, key, query.waitedUs, !isNameless]);
  }
  const { session, sequence, count } = batch;
  return { session, sequence, count, days: [...days], hows: [...hows.values()].join(''), queries };
}

/** What many queries have in common, in the order of the table's columns. */
function howOf(query: LoggedQuery, node: string): (string | number | boolean | null)[] {
  const { reason } = query;
  const { kind = '', source = '', rule = '', text = '', target = '' } = reason ?? {};
  const { vlan, policy = '', type, rcode, step, blocked, error = null } = query;
  const { upstream = '', server = '', cached, stale, transport } = query;
  const told = [node, vlan, policy, type, rcode, step, blocked, kind, source, rule, text, target];
  return [...told, error, upstream, server, cached, stale, transport];
}

/** Where ids of this node begin within a millisecond, so that those of several nodes seldom meet. */
function offsetOf(node: string): number {
  return createHash('sha1').update(node).digest().readUInt16BE(0) % IDS_PER_MS;
}

/** Address, name and MAC; all null where the client is not told. */
function clientOf({ client }: LoggedQuery): (string | null)[] {
  if (client === undefined) return [null, null, null];
  return [client.address, client.name ?? '', client.mac ?? ''];
}

/** One line of COPY's text format. */
function line(values: readonly (string | number | boolean | null)[]): string {
  return `${values.map(cell).join('\t')}\n`;
}

/** A zero octet, which PostgreSQL has no place for, is left out. */
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '',
};

function cell(value: string | number | boolean | null): string {
  if (value === null) return '\\N';
  // oxlint-disable-next-line no-control-regex -- what would end a cell or a line is what is looked for
  return String(value).replaceAll(/[\\\t\n\r\0]/g, (character) => ESCAPES[character] ?? '');
}
