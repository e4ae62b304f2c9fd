// Names of queries, each kept once. They are kept with their labels turned round, with blanks between, so that a name and all below it
// stand together; a blank within a label is written \032, as everywhere.
import { nameToText, parseName } from '../../../dns/name-text.ts';
import { HEAD_OCTETS, WORD } from '../../../querylog/record-layout.ts';
import type { Batch } from '../../batch.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { WordCache } from './word-cache.ts';

/** Names that are found again without asking the database. */
const REMEMBERED = 32768;
const FIRST_MULTIPLIER = 0x9e3779b1;
const SECOND_MULTIPLIER = 0x85ebca6b;

/** Names by id. */
export class Names {
  readonly #database: SqliteDatabase;
  readonly #cache: WordCache;
  readonly #seeds: Uint32Array;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#seeds = crypto.getRandomValues(new Uint32Array(3));
    this.#cache = new WordCache(3, REMEMBERED, this.#seeds[2]!);
  }

  /** The id of the name of a record, in wire form and small letters; made where there is none. */
  idOf({ words, octets }: Batch, at: number): number {
    const { key } = this.#cache;
    const length = (words[at + WORD.SIZE]! >>> 16) & 255;
    const from = at + (HEAD_OCTETS >> 2);
    const whole = from + (length >> 2);
    let first = this.#seeds[0]!;
    let second = this.#seeds[1]!;
    for (let place = from; place <= whole; place++) {
      // The octets of the last word that are of the name.
      const word = place < whole ? words[place]! : words[place]! & ((1 << ((length & 3) * 8)) - 1);
      first = Math.imul(first ^ word, FIRST_MULTIPLIER);
      first ^= first >>> 15;
      second = Math.imul(second ^ word, SECOND_MULTIPLIER);
      second ^= second >>> 13;
    }
    key[0] = first;
    key[1] = second;
    key[2] = length;
    let id = this.#cache.find();
    if (id === 0) {
      id = this.#idOfKey(turnRound(nameToText(octets.subarray(from * 4, from * 4 + length))));
      this.#cache.put(id);
    }
    return id;
  }

  /** The name, as people write it. */
  text(id: number): string {
    const row = this.#database.one('SELECT key FROM name WHERE id = ?', id);
    return turnBack(String(row?.['key'] ?? ''));
  }

  /**
   * Ids of a name and all below it, or, with a `*` at an end or at both, of whatever has the rest there. None where no name can be
   * that.
   */
  matching(pattern: string): ReadonlySet<number> {
    return new Set(
      (pattern.includes('*') ? this.#matching(pattern) : this.#below(pattern)).map(({ id }) => Number(id)),
    );
  }

  /** Forgets what it remembers: ids may not be in the database any more. */
  forget(): void {
    this.#cache.clear();
  }

  #idOfKey(key: string): number {
    const row = this.#database.one('SELECT id FROM name WHERE key = ?', key);
    return row === undefined
      ? this.#database.run('INSERT INTO name (key) VALUES (?)', key)
      : Number(row['id']);
  }

  #below(text: string) {
    let name: string;
    try {
      name = nameToText(parseName(text));
    } catch {
      return [];
    }
    if (name === '.') return this.#database.all('SELECT id FROM name');
    const key = turnRound(name);
    return [
      ...this.#database.all('SELECT id FROM name WHERE key = ?', key),
      ...this.#database.all('SELECT id FROM name WHERE key > ? AND key < ?', `${key} `, `${key}!`),
    ];
  }

  #matching(pattern: string) {
    const [startsOpen, endsOpen] = [pattern.startsWith('*'), pattern.endsWith('*')];
    const rest = pattern.replace(/^\*|\*$/g, '').toLowerCase();
    // The database looks for the longest part without a dot, which stands in the turned name as it is.
    const part = rest
      .split('.')
      .reduce((longest, label) => (label.length > longest.length ? label : longest), '');
    const found = this.#database.all('SELECT id, key FROM name WHERE instr(key, ?) > 0', part);
    return found.filter(({ key }) => {
      const name = turnBack(String(key));
      if (startsOpen && endsOpen) return name.includes(rest);
      return startsOpen ? name.endsWith(rest) : endsOpen ? name.startsWith(rest) : name === rest;
    });
  }
}

/** "www.example.com" to "com example www"; dots within labels are written `\.`, and stay. */
function turnRound(name: string): string {
  if (name === '.') return '';
  // Label by label: an escape is a backslash and what stands behind it.
  return (name.match(/(?:\\.|[^.\\])+/g) ?? []).toReversed().join(' ');
}

function turnBack(key: string): string {
  return key === '' ? '.' : key.split(' ').toReversed().join('.');
}
