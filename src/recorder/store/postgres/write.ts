// A batch into the tables, as one transaction: kept once, whatever happens.
import type { FirstSeen } from '../../../querylog/history.ts';
import type { Database, Row } from './database.ts';
import type { Incoming } from './incoming.ts';
import { LOCK } from './schema.ts';

const HOW_COLUMNS =
  'key, node, vlan, policy, type, rcode, step, blocked, kind, source, rule, reason, target, error, upstream, server, cached, stale, transport';

/** New names, clients and ways first, in one order, so that nodes that write at once wait for each other and never in a circle. */
const NEW_NAMES = `
  INSERT INTO name (name) SELECT DISTINCT name FROM incoming i WHERE is_told
    AND NOT EXISTS (SELECT FROM name n WHERE n.name = i.name) ORDER BY name ON CONFLICT DO NOTHING`;
const NEW_CLIENTS = `
  INSERT INTO client (address, name, mac) SELECT DISTINCT address, client, mac FROM incoming i WHERE address IS NOT NULL
    AND NOT EXISTS (SELECT FROM client c WHERE c.address = i.address AND c.name = i.client AND c.mac = i.mac)
    ORDER BY address, client, mac ON CONFLICT DO NOTHING`;
const NEW_HOWS = `
  INSERT INTO how (${HOW_COLUMNS}) SELECT ${HOW_COLUMNS} FROM incoming_how i
    WHERE NOT EXISTS (SELECT FROM how h WHERE h.key = i.key) ORDER BY key ON CONFLICT DO NOTHING`;
const JOINED = `
  incoming i JOIN how h ON h.key = i.how
  LEFT JOIN client c ON c.address = i.address AND c.name = i.client AND c.mac = i.mac`;
const AT = `to_timestamp(i.id / 1e6)`;
const QUERIES = `
  INSERT INTO query (at, id, name, client, how, waited)
  SELECT ${AT}, i.id, n.id, c.id, h.id, nullif(i.waited, 0)
  FROM ${JOINED} JOIN name n ON n.name = i.name WHERE i.is_told`;
const DAYS = `
  INSERT INTO day (day, queries) SELECT ${AT}::date, count(*) FROM incoming i WHERE is_told GROUP BY 1 ORDER BY 1
  ON CONFLICT (day) DO UPDATE SET queries = day.queries + excluded.queries`;
const SUMS = `
  INSERT INTO hour_sum AS s (hour, vlan, policy, rcode, kind, source, client, queries, blocked, cached, failed)
  SELECT date_trunc('hour', ${AT}), h.vlan, h.policy, h.rcode, h.kind, h.source, coalesce(c.id, 0), count(*),
    count(*) FILTER (WHERE h.blocked), count(*) FILTER (WHERE h.cached), count(*) FILTER (WHERE h.rcode = 'SERVFAIL')
  FROM ${JOINED} GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
  ON CONFLICT (hour, vlan, policy, rcode, kind, source, client) DO UPDATE SET
    queries = s.queries + excluded.queries, blocked = s.blocked + excluded.blocked,
    cached = s.cached + excluded.cached, failed = s.failed + excluded.failed`;
const KEPT = `
  INSERT INTO batch (session, sequence, at) VALUES ($1, $2, now())
  ON CONFLICT (session) DO UPDATE SET sequence = excluded.sequence, at = now() WHERE batch.sequence < excluded.sequence
  RETURNING 1`;

const SEEN = `
  WITH new AS (
    INSERT INTO seen (vlan, name, new_at) SELECT h.vlan, n.id, min(${AT})
    FROM incoming i JOIN how h ON h.key = i.how JOIN name n ON n.name = i.name
    WHERE i.is_told AND h.vlan IN (SELECT vlan FROM watched) GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT DO NOTHING RETURNING vlan, name, new_at)
  SELECT new.vlan, n.name, (extract(epoch FROM new.new_at) * 1000)::text AS ms
  FROM new JOIN name n ON n.id = new.name ORDER BY new.new_at`;

/** What was kept of a batch. */
export interface Written {
  /** Whether it had not been kept before. */
  readonly isNew: boolean;
  /** Names that watched VLANs had not asked for before. */
  readonly seen: readonly FirstSeen[];
}

/** Keeps a batch. */
export async function write(database: Database, incoming: Incoming): Promise<Written> {
  await makePartitions(database, incoming.days);
  return database.inTransaction(async () => {
    await database.rows('SELECT pg_advisory_xact_lock_shared($1)', [LOCK]);
    const [isNew] = await database.rows(KEPT, [incoming.session, incoming.sequence]);
    if (isNew === undefined) return { isNew: false, seen: [] };
    await database.copy(`COPY incoming_how (${HOW_COLUMNS}) FROM STDIN`, incoming.hows);
    await database.copy(
      'COPY incoming (id, address, client, mac, name, how, waited, is_told) FROM STDIN',
      incoming.queries,
    );
    for (const statement of [NEW_NAMES, NEW_CLIENTS, NEW_HOWS, QUERIES, DAYS, SUMS])
      await database.rows(statement);
    const seen = await database.rows(SEEN);
    return { isNew: true, seen: seen.map(toFirstSeen) };
  });
}

/** A row with vlan, name and ms. */
export function toFirstSeen(row: Row): FirstSeen {
  return { vlan: String(row['vlan']), name: String(row['name']), unixMs: Math.floor(Number(row['ms'])) };
}

/** Watches these VLANs from now on, and no others; what one asked for before is not new. */
export async function watch(database: Database, vlans: readonly string[]): Promise<void> {
  await database.inTransaction(async () => {
    await database.rows('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const added = await database.rows(
      'INSERT INTO watched SELECT unnest($1::text[]) ON CONFLICT DO NOTHING RETURNING vlan',
      [vlans],
    );
    for (const { vlan } of added)
      await database.rows(
        `INSERT INTO seen (vlan, name) SELECT DISTINCT h.vlan, q.name FROM query q JOIN how h ON h.id = q.how
         WHERE h.vlan = $1 ON CONFLICT DO NOTHING`,
        [String(vlan)],
      );
    await database.rows('DELETE FROM watched WHERE vlan <> ALL($1::text[])', [vlans]);
    await database.rows('DELETE FROM seen WHERE vlan NOT IN (SELECT vlan FROM watched)');
  });
}

/** Days whose partitions are known to be there, by database. */
const KNOWN = new WeakMap<Database, Set<string>>();

/** Forgets which partitions there are, after some have been dropped. */
export function forgetPartitions(database: Database): void {
  KNOWN.delete(database);
}

async function makePartitions(database: Database, days: readonly string[]): Promise<void> {
  const known = KNOWN.get(database) ?? new Set();
  KNOWN.set(database, known);
  const missing = days.filter((day) => !known.has(day));
  if (missing.length === 0) return;
  await database.inTransaction(async () => {
    await database.rows('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    for (const day of missing) {
      const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
      await database.rows(
        `CREATE TABLE IF NOT EXISTS query_${day.replaceAll('-', '')} PARTITION OF query FOR VALUES FROM ('${day}') TO ('${next}')`,
      );
    }
  });
  for (const day of missing) known.add(day);
}
