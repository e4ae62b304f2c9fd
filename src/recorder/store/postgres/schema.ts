// The tables of the query log in PostgreSQL (13 or later): names, clients and everything else that queries have in common once each,
// rows of numbers in one partition a day, and sums by the hour; and which names VLANs with
// `first_seen` have asked for. Several nodes write into the same tables.
import type { Database } from './database.ts';

/** The steps from an empty database to the newest schema; the version is how many have been taken. */
const STEPS: readonly string[] = [
  `CREATE TABLE name (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
   CREATE INDEX name_reversed ON name (reverse(name) text_pattern_ops);
   CREATE TABLE client (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     address text NOT NULL, name text NOT NULL, mac text NOT NULL, UNIQUE (address, name, mac));
   CREATE TABLE how (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE, node text NOT NULL,
     vlan text NOT NULL, policy text NOT NULL, type text NOT NULL, rcode text NOT NULL, step text NOT NULL,
     blocked boolean NOT NULL, kind text NOT NULL, source text NOT NULL, rule text NOT NULL, reason text NOT NULL,
     target text NOT NULL, error int, upstream text NOT NULL, server text NOT NULL,
     cached boolean NOT NULL, stale boolean NOT NULL, transport text NOT NULL);
   CREATE TABLE query (
     at timestamptz NOT NULL, id bigint NOT NULL, name bigint NOT NULL, client bigint, how bigint NOT NULL, waited int)
     PARTITION BY RANGE (at);
   CREATE INDEX query_id ON query (id);
   CREATE INDEX query_name ON query (name, id);
   CREATE INDEX query_client ON query (client, id);
   CREATE TABLE day (day date PRIMARY KEY, queries bigint NOT NULL);
   CREATE TABLE hour_sum (
     hour timestamptz NOT NULL, vlan text NOT NULL, policy text NOT NULL, rcode text NOT NULL, kind text NOT NULL,
     source text NOT NULL, client bigint NOT NULL, queries bigint NOT NULL, blocked bigint NOT NULL,
     cached bigint NOT NULL, failed bigint NOT NULL,
     PRIMARY KEY (hour, vlan, policy, rcode, kind, source, client));
   CREATE TABLE watched (vlan text PRIMARY KEY);
   CREATE TABLE seen (vlan text NOT NULL, name bigint NOT NULL, new_at timestamptz, PRIMARY KEY (vlan, name));
   CREATE INDEX seen_new ON seen (new_at) WHERE new_at IS NOT NULL;
   CREATE TABLE batch (session text PRIMARY KEY, sequence bigint NOT NULL, at timestamptz NOT NULL);`,
];

/** Held while tables are made or taken away, and shared by whoever writes into them. */
export const LOCK = 0x766c616e;

/** Brings a connection to the newest schema; throws an Error with what to do where the database is of a later release. */
export async function prepare(database: Database): Promise<void> {
  await database.rows('CREATE SCHEMA IF NOT EXISTS vlandns').catch(async (error: unknown) => {
    // Two nodes at once, or a user who may not make a schema: it has to be there.
    const [found] = await database.rows("SELECT 1 FROM pg_namespace WHERE nspname = 'vlandns'");
    if (found === undefined) throw error;
  });
  await database.rows('SET search_path TO vlandns');
  await database.rows('SET timezone TO UTC');
  await database.inTransaction(async () => {
    await database.rows('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await database.rows('CREATE TABLE IF NOT EXISTS version (version int NOT NULL)');
    const [row] = await database.rows('SELECT version FROM version');
    const version = Number(row?.['version'] ?? 0);
    if (version > STEPS.length)
      throw new Error(
        `the tables are of a later release (version ${version}, this one has ${STEPS.length}); update vlandns, or use another database`,
      );
    for (const step of STEPS.slice(version)) await database.rows(step);
    await database.rows('DELETE FROM version');
    await database.rows('INSERT INTO version VALUES ($1)', [STEPS.length]);
  });
  await database.rows(
    `CREATE TEMPORARY TABLE incoming (
       id bigint, address text, client text, mac text, name text, how text, waited int, is_told boolean) ON COMMIT DELETE ROWS`,
  );
  await database.rows(
    'CREATE TEMPORARY TABLE incoming_how (LIKE how) ON COMMIT DELETE ROWS; ALTER TABLE incoming_how DROP COLUMN id',
  );
}
