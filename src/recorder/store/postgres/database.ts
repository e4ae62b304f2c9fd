// PostgreSQL through pg, the client that is kept longest, and pg-copy-streams of the same people for COPY; both are JavaScript. One
// connection, made when it is needed and made anew after it has ended.
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** How long a connection may take, and a statement, in milliseconds. */
const CONNECT_MS = 10_000;
const STATEMENT_MS = 60_000;

/** A value of a statement's `$1`. */
export type Value = string | number | boolean | readonly string[] | undefined;

/** A row of an answer, by column; numbers of 64 bits come as text. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Asks one database. A statement that fails throws; after a lost connection the next one is made by the next call. */
export class Database {
  readonly #url: string;
  readonly #name: string;
  /** Brings a new connection to where it can be used. */
  readonly #prepare: (database: Database) => Promise<void>;
  #client: Client | undefined;
  #isClosed = false;

  /** `url` is `postgres://…`; the name is what the server's own views show. */
  constructor(url: string, name: string, prepare: (database: Database) => Promise<void>) {
    this.#url = url;
    this.#name = name;
    this.#prepare = prepare;
  }

  /** The rows that a statement gives. */
  async rows(text: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    const client = await this.#connected();
    const { rows } = await client.query<Row>(
      text,
      values.map((value) => value ?? null),
    );
    return rows;
  }

  /** Runs statements as one transaction; what throws in it undoes it all. */
  async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.rows('BEGIN');
    try {
      const result = await work();
      await this.rows('COMMIT');
      return result;
    } catch (error) {
      // A connection that is gone has undone it already.
      await this.#client?.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Copies rows in COPY's text format into a table: `COPY … FROM STDIN`. */
  async copy(statement: string, text: string): Promise<void> {
    const client = await this.#connected();
    await pipeline(Readable.from([text]), client.query(copyFrom(statement)));
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connected(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    if (this.#isClosed) throw new Error('the store is closed');
    const client = new Client({
      connectionString: this.#url,
      application_name: this.#name,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      keepAlive: true,
    });
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    await client.connect();
    this.#client = client;
    try {
      await this.#prepare(this);
    } catch (error) {
      this.#lost(client);
      await client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }

  #lost(client: Client): void {
    if (this.#client === client) this.#client = undefined;
  }
}
