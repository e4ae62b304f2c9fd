// Questions about the query log in PostgreSQL: filters and their statements.
import type {
  AskedName,
  FirstSeen,
  HistoryFilter,
  LoggedQuery,
  LogPage,
  Ranked,
  Sum,
  TopSubject,
} from '../../../querylog/history.ts';
import type { ReasonKind } from '../../../querylog/messages.ts';
import type { Database, Row, Value } from './database.ts';
import { toFirstSeen } from './write.ts';

const US_PER_MS = 1000;

/** Conditions of a statement, with the values that its `$1` stand for. */
class Conditions {
  readonly values: Value[] = [];
  readonly #texts: string[] = ['true'];

  /** Adds a condition, in which each `?` stands for the value. */
  add(condition: string, value: Value): void {
    if (value === undefined) return;
    this.values.push(value);
    this.#texts.push(condition.replaceAll('?', `$${this.values.length}`));
  }

  get text(): string {
    return this.#texts.join(' AND ');
  }
}

/** The conditions of a filter on the tables q (query), h (how), n (name), c (client). */
function onQueries(filter: HistoryFilter): Conditions {
  const conditions = new Conditions();
  addVlans(conditions, 'h.vlan', filter);
  conditions.add(
    'q.client IN (SELECT id FROM client WHERE address = ? OR name = ? OR mac = ?)',
    filter.client,
  );
  addName(conditions, filter.name);
  conditions.add('h.blocked = ?', filter.blocked);
  conditions.add('q.id >= ?', filter.sinceMs === undefined ? undefined : filter.sinceMs * US_PER_MS);
  conditions.add('q.at >= to_timestamp(?)', toSeconds(filter.sinceMs));
  conditions.add('q.id < ?', filter.untilMs === undefined ? undefined : filter.untilMs * US_PER_MS);
  conditions.add('q.at < to_timestamp(?)', toSeconds(filter.untilMs));
  return conditions;
}

/** The VLAN that is asked for, and those that whoever asks may know of. */
function addVlans(conditions: Conditions, column: string, { vlan, within }: HistoryFilter): void {
  conditions.add(`${column} = ?`, vlan);
  conditions.add(`${column} = ANY(?::text[])`, within);
}

/** A name and all below it, or what has the text between the stars in it. */
function addName(conditions: Conditions, name: string | undefined): void {
  if (name === undefined) return;
  const lower = name.toLowerCase().replace(/(?<=.)\.$/, '');
  if (lower.includes('*'))
    conditions.add(
      'q.name IN (SELECT id FROM name WHERE name LIKE ?)',
      lower.split('*').map(escapeLike).join('%'),
    );
  else
    conditions.add(
      "q.name IN (SELECT id FROM name WHERE name = ? OR reverse(name) LIKE reverse('.' || ?) || '%')",
      escapeLike(lower),
    );
}

/** LIKE's own signs as they are. */
function escapeLike(written: string): string {
  return written.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}

const FROM_QUERIES =
  'FROM query q JOIN how h ON h.id = q.how JOIN name n ON n.id = q.name LEFT JOIN client c ON c.id = q.client';

const TOLD = `SELECT q.id::text, h.vlan, h.policy, c.address, c.name AS client, c.mac, n.name, h.type, h.rcode, h.step, h.blocked,
  h.kind, h.source, h.rule, h.reason, h.target, h.error, h.upstream, h.server, q.waited, h.cached, h.stale, h.transport`;

/** A page, the newest first. Queries of several nodes with one id are never parted. */
export async function page(
  database: Database,
  filter: HistoryFilter,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<LogPage> {
  const conditions = onQueries(filter);
  conditions.add('q.id < ?', before);
  const rows = await database.rows(
    `${TOLD} ${FROM_QUERIES} WHERE ${conditions.text} ORDER BY q.id DESC FETCH FIRST ${limit + 1} ROWS WITH TIES`,
    conditions.values,
  );
  const queries = rows.map(toLogged);
  if (queries.length <= limit) return { queries };
  const next = queries[limit]!.id;
  const shown = queries.filter(({ id }) => id > next);
  // All of one moment: told whole, however many.
  if (shown.length === 0) return { queries, before: next };
  return { queries: shown, before: next + 1 };
}

function text(row: Row, column: string): string {
  return String(row[column] ?? '');
}

/** A text, undefined where it is empty. */
function some(row: Row, column: string): string | undefined {
  return text(row, column) === '' ? undefined : text(row, column);
}

const KINDS: ReadonlySet<string> = new Set<ReasonKind>([
  'list',
  'rule',
  'service',
  'schedule',
  'desk',
  'only',
  'safe_search',
  'rebinding',
  'bypass',
  'not_ready',
]);

function isKind(kind: string): kind is ReasonKind {
  return KINDS.has(kind);
}

function toLogged(row: Row): LoggedQuery {
  const id = Number(row['id']);
  const kind = text(row, 'kind');
  const reason = isKind(kind)
    ? {
        kind,
        source: text(row, 'source'),
        rule: some(row, 'rule'),
        text: text(row, 'reason'),
        target: some(row, 'target'),
      }
    : undefined;
  return {
    id,
    unixMs: Math.floor(id / US_PER_MS),
    vlan: text(row, 'vlan'),
    policy: some(row, 'policy'),
    client:
      row['address'] === null
        ? undefined
        : { address: text(row, 'address'), name: some(row, 'client'), mac: some(row, 'mac') },
    name: text(row, 'name'),
    type: text(row, 'type'),
    rcode: text(row, 'rcode'),
    step: text(row, 'step'),
    blocked: row['blocked'] === true,
    reason,
    error: row['error'] === null ? undefined : Number(row['error']),
    upstream: some(row, 'upstream'),
    server: some(row, 'server'),
    waitedUs: Number(row['waited'] ?? 0),
    cached: row['cached'] === true,
    stale: row['stale'] === true,
    transport: row['transport'] === 'tcp' ? 'tcp' : 'udp',
  };
}

const RANKED_BY: Readonly<Record<TopSubject, string>> = {
  names: 'n.name',
  clients: "coalesce(nullif(c.name, ''), c.address)",
  lists: 'h.source',
};

/** A ranking, by how many queries. */
export async function top(
  database: Database,
  subject: TopSubject,
  { filter, limit }: { readonly filter: HistoryFilter; readonly limit: number },
): Promise<readonly Ranked[]> {
  const conditions = onQueries(filter);
  const what = RANKED_BY[subject];
  if (subject === 'lists') conditions.add('h.kind = ?', 'list');
  const rows = await database.rows(
    `SELECT ${what} AS what, count(*)::text AS queries, (count(*) FILTER (WHERE h.blocked))::text AS blocked ${FROM_QUERIES}
     WHERE ${conditions.text} AND ${what} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${limit}`,
    conditions.values,
  );
  return rows.map((row) => ({
    what: text(row, 'what'),
    queries: Number(row['queries']),
    blocked: Number(row['blocked']),
  }));
}

/** Sums by the hour, or by the day of UTC, the oldest first. */
export async function statistics(
  database: Database,
  filter: HistoryFilter,
  per: 'hour' | 'day',
): Promise<readonly Sum[]> {
  const conditions = new Conditions();
  addVlans(conditions, 'vlan', filter);
  conditions.add('client IN (SELECT id FROM client WHERE address = ? OR name = ? OR mac = ?)', filter.client);
  conditions.add('hour >= to_timestamp(?)', toSeconds(filter.sinceMs));
  conditions.add('hour < to_timestamp(?)', toSeconds(filter.untilMs));
  const rows = await database.rows(
    `SELECT (extract(epoch FROM date_trunc('${per}', hour)) * 1000)::text AS from_ms, vlan, policy,
       sum(queries)::text AS queries, sum(blocked)::text AS blocked, sum(cached)::text AS cached, sum(failed)::text AS failed
     FROM hour_sum WHERE ${conditions.text} GROUP BY date_trunc('${per}', hour), vlan, policy
     ORDER BY date_trunc('${per}', hour), vlan, policy`,
    conditions.values,
  );
  return rows.map((row) => ({
    fromMs: Number(row['from_ms']),
    vlan: text(row, 'vlan'),
    policy: text(row, 'policy'),
    queries: Number(row['queries']),
    blocked: Number(row['blocked']),
    cached: Number(row['cached']),
    failed: Number(row['failed']),
  }));
}

/** Rows that are fetched at a time. */
const FETCHED = 2000;

/** Names as clients asked for them, fetched as they are taken. */
export async function* asked(database: Database, filter: HistoryFilter): AsyncGenerator<AskedName> {
  const conditions = onQueries(filter);
  await database.rows('BEGIN');
  try {
    await database.rows(
      `DECLARE asked NO SCROLL CURSOR FOR
       SELECT h.vlan, h.policy, c.address, n.name, h.type, count(*)::text AS queries,
         (count(*) FILTER (WHERE h.blocked))::text AS blocked, min(q.id)::text AS first, max(q.id)::text AS last ${FROM_QUERIES}
       WHERE ${conditions.text} GROUP BY 1, 2, 3, 4, 5`,
      conditions.values,
    );
    for (;;) {
      const rows = await database.rows(`FETCH ${FETCHED} FROM asked`);
      yield* rows.map(toAsked);
      if (rows.length < FETCHED) return;
    }
  } finally {
    await database.rows('COMMIT');
  }
}

function toAsked(row: Row): AskedName {
  return {
    vlan: text(row, 'vlan'),
    policy: text(row, 'policy'),
    client: some(row, 'address'),
    name: text(row, 'name'),
    type: text(row, 'type'),
    queries: Number(row['queries']),
    blocked: Number(row['blocked']),
    firstMs: Math.floor(Number(row['first']) / US_PER_MS),
    lastMs: Math.floor(Number(row['last']) / US_PER_MS),
  };
}

/** Names that were new for their VLANs, the newest first. */
export async function firstSeen(
  database: Database,
  filter: HistoryFilter,
  limit: number,
): Promise<readonly FirstSeen[]> {
  const conditions = new Conditions();
  addVlans(conditions, 'q.vlan', filter);
  addName(conditions, filter.name);
  conditions.add('q.new_at >= to_timestamp(?)', toSeconds(filter.sinceMs));
  conditions.add('q.new_at < to_timestamp(?)', toSeconds(filter.untilMs));
  const rows = await database.rows(
    `SELECT q.vlan, n.name, (extract(epoch FROM q.new_at) * 1000)::text AS ms FROM seen q JOIN name n ON n.id = q.name
     WHERE q.new_at IS NOT NULL AND ${conditions.text} ORDER BY q.new_at DESC LIMIT ${limit}`,
    conditions.values,
  );
  return rows.map(toFirstSeen);
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
