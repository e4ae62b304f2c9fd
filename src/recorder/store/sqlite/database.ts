// A database of SQLite, through node-sqlite3-wasm; the only file that imports it. Its traps: it says that somebody else is writing
// whenever anybody is, so that SQLite never undoes what a killed process left half written (../file/hot-journal.ts does); its lock is a
// folder that outlives a killed process; its errors have no code; get() leaves its statement open; a write that was cut short is an
// I/O error, whatever the reason.
import { createRequire } from 'node:module';
import { rmSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type * as Sqlite from 'node-sqlite3-wasm';

// V8's quick compiler for WebAssembly is enough: the other one takes 1.3 s of CPU and 40 MiB for what is saved in hours.
setFlagsFromString('--liftoff-only');
// Required, not imported: Node looks through all files of a CommonJS package for its names where it is imported, at every start.
const { Database }: typeof Sqlite = createRequire(import.meta.url)('node-sqlite3-wasm');

/** What a column can hold. */
export type Value = number | string | Uint8Array | null;

/** A row, by column. */
export type Row = Readonly<Record<string, Value>>;

/** Whether the error says that the file is not a database, or that what it holds is not what was written. */
export function isDamage(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  return error instanceof Error && /malformed|not a database/.test(error.message);
}

/** Whether the error says that the disk, or the bound of the file's size, did not let it be done: it may be tried again. */
export function isNoRoom(error: unknown): boolean {
  return (
    error instanceof Error &&
    /I\/O error|disk is full|unable to open|locked|readonly|read-only|Could not open|^E[A-Z]+:/.test(
      error.message,
    )
  );
}

/** Whether SQLite itself is at an end, with all that it had open: nothing goes on in this process. */
export function isEndOfSqlite(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

/** One database. Statements are prepared once, by their text. */
export class SqliteDatabase {
  readonly #database: Sqlite.Database;
  readonly #statements = new Map<string, Sqlite.Statement>();

  /** Opens the file, whose lock is taken from whoever has it: nobody else may have it open. */
  constructor(file: string) {
    rmSync(`${file}.lock`, { recursive: true, force: true });
    this.#database = new Database(file);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  all(sql: string, ...values: readonly Value[]): readonly Row[] {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no BigInt: nothing here counts beyond 2^53; not expanded
    return this.#statement(sql).all([...values]) as readonly Row[];
  }

  one(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.all(sql, ...values)[0];
  }

  /** Gives the row's id, where one was inserted. */
  run(sql: string, ...values: readonly Value[]): number {
    return Number(this.#statement(sql).run([...values]).lastInsertRowid);
  }

  /** The one number that a PRAGMA tells. */
  pragma(name: string): number {
    return Number(Object.values(this.one(`PRAGMA ${name}`) ?? {})[0]);
  }

  /** Does all of it or nothing. */
  transaction<Result>(work: () => Result): Result {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  close(): void {
    for (const statement of this.#statements.values()) {
      try {
        statement.finalize();
      } catch {
        // It repeats the fault of its last step, which was thrown then.
      }
    }
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): Sqlite.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #rollBack(): void {
    try {
      if (this.#database.inTransaction) this.exec('ROLLBACK');
    } catch {
      // The fault that led here is the one to tell; who opens the file anew undoes the rest by its journal.
    }
  }
}
