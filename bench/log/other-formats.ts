// The same traffic as other programs keep it, written after their documentation: AdGuard Home 0.107's querylog.json (fields of
// internal/querylog/entry.go, the answer in wire form and base64), and the tables of Pi-hole FTL 6's long-term database
// (docs.pi-hole.net/database/query-database, with its indexes).
import { appendFileSync, statSync } from 'node:fs';
import { SqliteDatabase } from '../../src/recorder/store/sqlite/database.ts';
import type { HouseholdQuery } from './household.ts';

/** Octets of an answer with one address, as it is kept: header, question, one record. */
const ANSWER_OCTETS = 12 + 6 + 28;
const LINES = 5000;

/** Writes AdGuard Home's lines. */
export class AdGuardLines {
  readonly #file: string;
  #lines: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  add({ unixMs, name, client, type, blockedBy, cached, waitedUs }: HouseholdQuery): void {
    const result =
      blockedBy === undefined
        ? {}
        : { IsFiltered: true, Reason: 3, Rules: [{ Text: `||${name}^`, FilterListID: 1 }] };
    this.#lines.push(
      JSON.stringify({
        T: new Date(unixMs).toISOString(),
        QH: name,
        QT: type === 28 ? 'AAAA' : 'A',
        QC: 'IN',
        CP: '',
        Upstream: waitedUs === 0 ? undefined : '192.0.2.1:53',
        Answer: Buffer.alloc(ANSWER_OCTETS + name.length).toString('base64'),
        IP: client,
        Result: result,
        Elapsed: waitedUs * 1000 + 31_000,
        Cached: cached || undefined,
      }),
    );
    if (this.#lines.length >= LINES) this.#write();
  }

  /** Octets of the file. */
  end(): number {
    this.#write();
    return statSync(this.#file).size;
  }

  #write(): void {
    appendFileSync(this.#file, this.#lines.map((line) => `${line}\n`).join(''));
    this.#lines = [];
  }
}

/** Writes Pi-hole's tables. */
export class PiHoleTables {
  readonly #file: string;
  readonly #database: SqliteDatabase;
  readonly #names = new Map<string, number>();
  readonly #clients = new Map<string, number>();

  constructor(file: string) {
    this.#file = file;
    this.#database = new SqliteDatabase(file);
    this.#database.exec(
      `PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;
       CREATE TABLE query_storage (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp INTEGER NOT NULL, type INTEGER NOT NULL,
         status INTEGER NOT NULL, domain INTEGER NOT NULL, client INTEGER NOT NULL, forward INTEGER, additional_info INTEGER,
         reply_type INTEGER, reply_time REAL, dnssec INTEGER, list_id INTEGER, ede INTEGER);
       CREATE INDEX idx_queries_timestamps ON query_storage (timestamp);
       CREATE TABLE domain_by_id (id INTEGER PRIMARY KEY, domain TEXT NOT NULL);
       CREATE UNIQUE INDEX domain_by_id_domain_idx ON domain_by_id (domain);
       CREATE TABLE client_by_id (id INTEGER PRIMARY KEY, ip TEXT NOT NULL, name TEXT);
       CREATE UNIQUE INDEX client_by_id_client_idx ON client_by_id (ip, name);
       BEGIN`,
    );
  }

  add({ unixMs, name, client, type, blockedBy, cached, waitedUs }: HouseholdQuery): void {
    const values = [unixMs / 1000, type, blockedBy === undefined ? (cached ? 3 : 2) : 1];
    const domain = this.#id(this.#names, name, 'INSERT INTO domain_by_id (domain) VALUES (?)');
    const who = this.#id(this.#clients, client, 'INSERT INTO client_by_id (ip) VALUES (?)');
    this.#database.run(
      `INSERT INTO query_storage (timestamp, type, status, domain, client, forward, reply_type, reply_time, dnssec, list_id, ede)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, -1)`,
      ...values,
      domain,
      who,
      waitedUs === 0 ? null : 1,
      type === 28 ? 5 : 4,
      (waitedUs + 31) / 1e6,
      blockedBy === undefined ? null : 1,
    );
  }

  /** Octets of the file. */
  end(): number {
    this.#database.exec('COMMIT');
    this.#database.close();
    return statSync(this.#file).size;
  }

  #id(ids: Map<string, number>, key: string, insert: string): number {
    let id = ids.get(key);
    if (id === undefined) ids.set(key, (id = this.#database.run(insert, key)));
    return id;
  }
}
