// Undoes what a killed process had half written, as SQLite itself would: the pages in the journal are put back. The format is
// https://www.sqlite.org/fileformat2.html#the_rollback_journal. The rule: nobody has the database open meanwhile.
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';

const MAGIC = Buffer.from('d9d505f920a163d7', 'hex');
/** Magic, count of records, nonce, pages of the database before, octets of a sector, octets of a page. */
const HEAD_OCTETS = 28;
/** Of a record besides the page: its number before it, its checksum after it. */
const FRAME_OCTETS = 8;
/** Every 200th octet of a page is summed up, from the end. */
const SUMMED = 200;
/** For a count: as many as there are. */
const ALL = 0xffffffff;

/** A head of the journal; each part of it begins with one. */
interface JournalHead {
  readonly count: number;
  readonly nonce: number;
  readonly pages: number;
  readonly sectorOctets: number;
  readonly pageOctets: number;
}

/** Puts back what the journal of a database holds, and empties it. Gives how many pages that were; undefined: there was nothing. */
export function undoHotJournal(file: string): number | undefined {
  const journalFile = `${file}-journal`;
  if (!existsSync(journalFile) || !existsSync(file)) return undefined;
  const journal = openSync(journalFile, 'r+');
  try {
    const first = readHead(journal, 0);
    if (first === undefined) return undefined;
    const database = openSync(file, 'r+');
    try {
      const undone = playBack(journal, first, database);
      fsyncSync(database);
      ftruncateSync(journal, 0);
      fsyncSync(journal);
      return undone;
    } finally {
      closeSync(database);
    }
  } finally {
    closeSync(journal);
  }
}

function readHead(journal: number, at: number): JournalHead | undefined {
  const head = Buffer.alloc(HEAD_OCTETS);
  if (readSync(journal, head, 0, HEAD_OCTETS, at) < HEAD_OCTETS || !head.subarray(0, 8).equals(MAGIC))
    return undefined;
  const [count = 0, nonce = 0, pages = 0, sectorOctets = 0, pageOctets = 0] = [8, 12, 16, 20, 24].map(
    (place) => head.readUInt32BE(place),
  );
  const isSound =
    isPowerOfTwo(sectorOctets) && isPowerOfTwo(pageOctets) && sectorOctets >= 32 && pageOctets >= 512;
  return isSound ? { count, nonce, pages, sectorOctets, pageOctets } : undefined;
}

function isPowerOfTwo(number: number): boolean {
  return number > 0 && number <= 65536 && (number & (number - 1)) === 0;
}

function playBack(journal: number, first: JournalHead, database: number): number {
  const { sectorOctets, pageOctets, pages } = first;
  const { size } = fstatSync(journal);
  const record = Buffer.alloc(pageOctets + FRAME_OCTETS);
  const done = new Set<number>();
  ftruncateSync(database, pages * pageOctets);
  let at = 0;
  for (let head: JournalHead | undefined = first; head !== undefined; head = readHead(journal, at)) {
    at += sectorOctets;
    const most = Math.floor((size - at) / record.length);
    const count = head.count === ALL ? most : Math.min(head.count, most);
    for (let place = 0; place < count; place++, at += record.length) {
      readSync(journal, record, 0, record.length, at);
      const page = record.readUInt32BE(0);
      // Written before it was synced, and not in full: nothing of the database was written after it.
      if (page === 0 || !isWhole(record, head)) return done.size;
      // The first one of a page is the page as it was.
      if (page > pages || done.has(page)) continue;
      writeSync(database, record, 4, pageOctets, (page - 1) * pageOctets);
      done.add(page);
    }
    if (head.count === ALL) break;
    at = Math.ceil(at / sectorOctets) * sectorOctets;
  }
  return done.size;
}

function isWhole(record: Buffer, { nonce, pageOctets }: JournalHead): boolean {
  let sum = nonce;
  for (let at = pageOctets - SUMMED; at > 0; at -= SUMMED) sum = (sum + record[4 + at]!) >>> 0;
  return sum === record.readUInt32BE(4 + pageOctets);
}
