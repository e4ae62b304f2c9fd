// Which names VLANs asked for in all that is kept, for those VLANs that want to hear of new ones. What a VLAN had asked for before it
// was watched is looked up once in what is kept.
import type { Block } from '../packed/block.ts';
import type { Manners } from '../terms/manners.ts';
import type { SqliteDatabase } from './database.ts';

/** Names that are read at a time. */
const FETCHED = 1000;

/** A name that a VLAN had not asked for. */
export interface SeenName {
  readonly vlan: string;
  readonly name: number;
  readonly unixMs: number;
}

/** Names by VLAN. */
export class SeenNames {
  readonly #database: SqliteDatabase;
  readonly #kept: () => Iterable<Block>;
  readonly #manners: Manners;
  readonly #seen = new Map<string, Set<number>>();
  #new: SeenName[] = [];

  /** `kept` gives all blocks of records.  */
  constructor(database: SqliteDatabase, manners: Manners, kept: () => Iterable<Block>) {
    this.#database = database;
    this.#kept = kept;
    this.#manners = manners;
  }

  get isWatching(): boolean {
    return this.#seen.size > 0;
  }

  /** Watches these VLANs and no others. */
  watch(vlans: readonly string[]): void {
    for (const vlan of [...this.#seen.keys(), ...this.#stored()]) {
      if (vlans.includes(vlan)) continue;
      this.#seen.delete(vlan);
      this.#database.run('DELETE FROM seen WHERE vlan = ?', vlan);
      this.#database.run('DELETE FROM state WHERE key = ?', `watched ${vlan}`);
    }
    for (const vlan of vlans) {
      if (this.#seen.has(vlan)) continue;
      if (!this.#stored().includes(vlan)) this.#fill(vlan);
      const rows = this.#database.all('SELECT name FROM seen WHERE vlan = ?', vlan);
      this.#seen.set(vlan, new Set(rows.map(({ name }) => Number(name))));
    }
  }

  /** Notes a query by ids of its manner and name, within the caller's transaction. */
  note(manner: number, name: number, unixMs: number): void {
    const { vlan } = this.#manners.manner(manner);
    const seen = this.#seen.get(vlan);
    if (seen === undefined || seen.has(name)) return;
    seen.add(name);
    const insert = 'INSERT OR IGNORE INTO seen (vlan, name, new_ms) VALUES (?, ?, ?)';
    this.#database.run(insert, vlan, name, Math.floor(unixMs));
    this.#new.push({ vlan, name, unixMs });
  }

  /** What was new since the last time. */
  takeNew(): readonly SeenName[] {
    const taken = this.#new;
    this.#new = [];
    return taken;
  }

  /** Names that were new from `sinceMs` on and before `untilMs`, the newest first, one at a time. */
  *newest(sinceMs: number, untilMs: number): Generator<SeenName> {
    let before = Math.min(untilMs, Number.MAX_SAFE_INTEGER);
    for (;;) {
      const rows = this.#database.all(
        `SELECT vlan, name, new_ms FROM seen WHERE new_ms >= max(?, 1) AND new_ms < ? ORDER BY new_ms DESC LIMIT ${FETCHED}`,
        Math.max(sinceMs, 1),
        before,
      );
      const last = Number(rows.at(-1)?.['new_ms'] ?? 0);
      const isAll = rows.length < FETCHED;
      // Those of the last moment come whole with the next lot, unless there are more of them than a lot has.
      const kept =
        isAll || Number(rows[0]?.['new_ms']) === last ? rows : rows.filter((row) => row['new_ms'] !== last);
      for (const row of kept)
        yield { vlan: String(row['vlan']), name: Number(row['name']), unixMs: Number(row['new_ms']) };
      if (isAll) return;
      before = kept === rows ? last : last + 1;
    }
  }

  /** Forgets a name that is not kept any more: next time it is new. */
  forget(name: number): void {
    for (const [vlan, seen] of this.#seen) {
      if (seen.delete(name)) this.#database.run('DELETE FROM seen WHERE vlan = ? AND name = ?', vlan, name);
    }
  }

  /** VLANs that were watched when the file was written. */
  #stored(): readonly string[] {
    const rows = this.#database.all("SELECT key FROM state WHERE key >= 'watched ' AND key < 'watched!'");
    return rows.map(({ key }) => String(key).slice('watched '.length));
  }

  #fill(vlan: string): void {
    const names = new Set<number>();
    for (const block of this.#kept()) {
      const isOf = Array.from(block.mannerTerms, (id) => this.#manners.manner(id).vlan === vlan);
      if (!isOf.includes(true)) continue;
      for (let at = 0; at < block.count; at++)
        if (isOf[block.manners[at]!]) names.add(block.nameTerms[block.names[at]!]!);
    }
    this.#database.transaction(() => {
      for (const name of names)
        this.#database.run('INSERT OR IGNORE INTO seen (vlan, name) VALUES (?, ?)', vlan, name);
      this.#database.run("INSERT OR REPLACE INTO state (key, value) VALUES (?, '')", `watched ${vlan}`);
    });
  }
}
