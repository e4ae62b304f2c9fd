// What is too old or too much, taken away: whole days, oldest first, and then what no query refers to any more.
import type { RecorderSettings } from '../../../querylog/messages.ts';
import type { Database } from './database.ts';
import { LOCK } from './schema.ts';
import { forgetPartitions } from './write.ts';

/** How long the numbers of a worker's batches are remembered after its last one, in days. */
const SESSION_DAYS = 30;

/** Goes by the bounds of the settings; `nowMs` is in milliseconds since 1970. */
export async function tidy(database: Database, settings: RecorderSettings, nowMs: number): Promise<void> {
  const { keepMs, maxOctets, statisticsMs } = settings;
  await database.inTransaction(async () => {
    await database.rows('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const days = await database.rows(
      `SELECT c.relname AS name, pg_total_relation_size(c.oid)::text AS octets
       FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
       WHERE inhparent = 'query'::regclass ORDER BY c.relname`,
    );
    let octets = days.reduce((sum, day) => sum + Number(day['octets']), 0);
    const first = `query_${new Date(nowMs - keepMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
    let dropped = 0;
    for (const [index, { name, octets: ofDay }] of days.entries()) {
      const isLast = index === days.length - 1;
      if (String(name) >= first && (octets <= maxOctets || isLast)) break;
      await database.rows(`DROP TABLE ${String(name)}`);
      await database.rows("DELETE FROM day WHERE day = to_date($1, 'YYYYMMDD')", [String(name).slice(6)]);
      octets -= Number(ofDay);
      dropped++;
    }
    await database.rows('DELETE FROM hour_sum WHERE hour < to_timestamp($1)', [
      (nowMs - statisticsMs) / 1000,
    ]);
    await database.rows(`DELETE FROM batch WHERE at < now() - interval '${SESSION_DAYS} days'`);
    if (dropped === 0) return;
    await database.rows('DELETE FROM seen d WHERE NOT EXISTS (SELECT FROM query q WHERE q.name = d.name)');
    for (const [table, also] of [
      ['name', ''],
      ['client', ' AND NOT EXISTS (SELECT FROM hour_sum s WHERE s.client = d.id)'],
      ['how', ''],
    ] as const)
      await database.rows(
        `DELETE FROM ${table} d WHERE NOT EXISTS (SELECT FROM query q WHERE q.${table} = d.id)${also}`,
      );
  });
  forgetPartitions(database);
}
