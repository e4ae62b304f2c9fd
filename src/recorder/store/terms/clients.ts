// Clients, each kept once for every name that it had: an address that is called otherwise is another one from then on, so that
// queries are told with the names of their time.
import { addressToText } from '../../../addresses/address-text.ts';
import { FLAG, WORD } from '../../../querylog/record-layout.ts';
import type { Batch } from '../../batch.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { WordCache } from './word-cache.ts';

/** The id of no client: it is not told. */
export const NO_CLIENT = 0;

/** Clients that are found again without asking the database. */
const REMEMBERED = 4096;
const NONE = 0xffff;

/** Who asked. */
export interface KeptClient {
  readonly address: string;
  readonly name?: string | undefined;
  readonly mac?: string | undefined;
}

/** Clients by id. */
export class Clients {
  readonly #database: SqliteDatabase;
  readonly #cache = new WordCache(6, REMEMBERED, crypto.getRandomValues(new Uint32Array(1))[0]!);

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** The id of the client of a record; NO_CLIENT where the record does not tell it. */
  idOf(batch: Batch, at: number): number {
    const { words } = batch;
    const { key } = this.#cache;
    const from = at + WORD.CLIENT;
    if ((words[from]! | words[from + 1]! | words[from + 2]! | words[from + 3]!) === 0) return NO_CLIENT;
    for (let word = 0; word < 4; word++) key[word] = words[from + word]!;
    key[4] = (words[at + WORD.VLAN_POLICY]! & NONE) | (words[at + WORD.ENTRY_SET]! << 16);
    key[5] = (words[at + WORD.SIZE]! >>> 24) & FLAG.IPV6;
    let id = this.#cache.find();
    if (id === 0) {
      id = this.#idOf(batch, at);
      this.#cache.put(id);
    }
    return id;
  }

  client(id: number): KeptClient | undefined {
    const row = this.#database.one('SELECT address, name, mac FROM client WHERE id = ?', id);
    if (row === undefined) return undefined;
    const [address, name, mac] = [row['address'], row['name'], row['mac']].map(String);
    return { address: address!, name: name === '' ? undefined : name, mac: mac === '' ? undefined : mac };
  }

  /** Ids of an address, of a name in letters of either size, or of a MAC address. */
  matching(text: string): ReadonlySet<number> {
    const rows = this.#database.all(
      'SELECT id FROM client WHERE address = ?1 OR name = ?1 COLLATE NOCASE OR mac = ?1',
      text.toLowerCase(),
    );
    return new Set(rows.map(({ id }) => Number(id)));
  }

  /** Forgets what it remembers: clients may be called otherwise, or numbers of states mean others. */
  forget(): void {
    this.#cache.clear();
  }

  #idOf({ words, meaning }: Batch, at: number): number {
    const family = ((words[at + WORD.SIZE]! >>> 24) & FLAG.IPV6) === 0 ? 4 : 6;
    const from = at + WORD.CLIENT;
    const address = addressToText(family, words.subarray(from, from + 4));
    const vlan = meaning.state.vlans[words[at + WORD.VLAN_POLICY]! & NONE];
    const known = meaning.clients.of(vlan?.name ?? '', address);
    const name = vlan?.clients[words[at + WORD.ENTRY_SET]! & NONE] ?? known?.name ?? '';
    const values = [address, name, known?.mac ?? ''];
    const row = this.#database.one(
      'SELECT id FROM client WHERE address = ? AND name = ? AND mac = ?',
      ...values,
    );
    return row === undefined
      ? this.#database.run('INSERT INTO client (address, name, mac) VALUES (?, ?, ?)', ...values)
      : Number(row['id']);
  }
}
