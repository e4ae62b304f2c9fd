// Reads the leases of one source: a file, for Kea with those that its clean-up makes beside it. The rules: the file is read in slices,
// with other work in between; what changes while it is read is read again; what is larger than any household's is not read.
import { setTimeout as pause } from 'node:timers/promises';
import { openRegular } from '../../system/regular-file.ts';
import { readFileState } from '../../system/file-state.ts';
import { isSystemError, reasonOf } from '../../system/system-error.ts';
import { LEASE_FORMAT_TABLE, formatOfLine } from './format-table.ts';
import type { LeaseFormat } from './format-names.ts';
import type { Lease, LeaseEnd, LeaseReader } from './lease.ts';
import { LeaseTable } from './lease-table.ts';
import type { Skipped } from './lease-table.ts';

/** A source as a configuration has it. */
export interface LeaseSource {
  /** An absolute path. */
  readonly file: string;
  readonly format: LeaseFormat | 'auto';
}

/** What was read of a source. */
export interface LeaseReading {
  readonly leases: readonly Lease[];
  /** How it ended, of a format whose files are written anew: `cut`, and leases are missing. */
  readonly end: LeaseEnd;
  /** What was not understood, with the file. */
  readonly skipped: readonly (Skipped & { readonly file: string })[];
  /** Leases for which there was no room. */
  readonly tooMany: number;
}

/** The largest file that is read, in octets. */
const MOST_OCTETS = 64 * 1024 * 1024;
/** The most lines that are read of one. */
const MOST_LINES = 2_000_000;
/** What is longer than this many characters is no line of a lease file. */
const LONGEST_LINE = 65_536;
/** Octets that are read at a time, with other work in between: half a millisecond's worth. */
const CHUNK_OCTETS = 16_384;
/** A server that writes has ended after this many milliseconds, most likely. */
const PAUSE_MS = 50;
const TRIES = 3;

/** The files of a source, the oldest first, as far as they are there. */
async function filesOf({ file, format }: LeaseSource): Promise<string[]> {
  if (format !== 'kea' && !(format === 'auto' && file.endsWith('.csv'))) return [file];
  // The clean-up (kea-lfc) makes `.completed` of `.2` and `.1`, removes both, and gives it the name `.2`; `.output` is half
  // written.
  const isDone = await isThere(`${file}.completed`);
  const cleaned = isDone ? [`${file}.completed`] : [`${file}.2`, `${file}.1`];
  const found = [];
  for (const one of cleaned) if (await isThere(one)) found.push(one);
  // Between two files that the server renames there may be none for a moment.
  return found.length > 0 && !(await isThere(file)) ? found : [...found, file];
}

/** All the files that a source may have: they are watched. */
export function watchedFiles({ file, format }: LeaseSource): string[] {
  if (format !== 'kea' && !(format === 'auto' && file.endsWith('.csv'))) return [file];
  return [file, `${file}.1`, `${file}.2`, `${file}.completed`];
}

/** Reads a source; rejects with an Error that says in words why it cannot be read. */
export async function readLeases(source: LeaseSource): Promise<LeaseReading> {
  for (let tries = 1; ; tries++) {
    const before = await stateOf(source);
    const reading = await readOnce(source);
    const after = await stateOf(source);
    // A server that writes its file anew empties it first.
    const isEmptied = reading.leases.length === 0 && (after.get(source.file) ?? '').includes(' 0 ');
    if ((isSettled(before, after) && !isEmptied) || tries === TRIES) return reading;
    await pause(PAUSE_MS);
  }
}

async function readOnce(source: LeaseSource): Promise<LeaseReading> {
  const table = new LeaseTable();
  const skipped: (Skipped & { readonly file: string })[] = [];
  let end: LeaseEnd = 'whole';
  for (const file of await filesOf(source)) {
    const before = table.faults?.count ?? 0;
    const read = await readFile(file, source.format, table);
    const { faults } = table;
    if (faults !== undefined && faults.count > before && skipped.length === 0)
      skipped.push({ ...faults, file });
    if (read === 'cut') end = 'cut';
  }
  const total = table.faults?.count;
  const counted = skipped.map((fault) => ({ ...fault, count: total ?? fault.count }));
  return { leases: table.leases, end, skipped: counted, tooMany: table.tooMany };
}

/** Takes the lines of one file; gives whether leases are missing at its end. */
async function readFile(file: string, format: LeaseSource['format'], table: LeaseTable): Promise<LeaseEnd> {
  const opened = await openRegular(file).catch((error: unknown) => {
    throw new Error(whyUnreadable(error), { cause: error });
  });
  const { size, mtimeMs } = await opened.stat();
  if (size > MOST_OCTETS) {
    await opened.close();
    throw new Error(`it has ${size} octets, more than the ${MOST_OCTETS} that are read`);
  }
  const lines = new LeaseLines(format, table, mtimeMs);
  const chunks: AsyncIterable<string> = opened.createReadStream({
    encoding: 'utf8',
    highWaterMark: CHUNK_OCTETS,
    // It may grow while it is read.
    end: MOST_OCTETS,
  });
  for await (const chunk of chunks) lines.add(chunk);
  return lines.end();
}

/** Parts chunks into lines for the reader of their format, which the first lines may have to tell. */
export class LeaseLines {
  readonly #table: LeaseTable;
  readonly #writtenMs: number;
  #format: LeaseFormat | undefined;
  #reader: LeaseReader | undefined;
  #rest = '';
  #number = 0;
  /** Whether the beginning of this line was dropped, since it is too long. */
  #isLong = false;

  constructor(format: LeaseSource['format'], table: LeaseTable, writtenMs: number) {
    this.#table = table;
    this.#writtenMs = writtenMs;
    if (format !== 'auto') this.#open(format);
  }

  add(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    if (this.#rest.length <= LONGEST_LINE) return;
    this.#rest = '';
    this.#isLong = true;
  }

  /** Whether leases are missing at the end. */
  end(): LeaseEnd {
    const end = this.#reader?.end(this.#isLong ? '' : this.#rest, this.#number + 1) ?? 'whole';
    const isWhole = this.#format === undefined || !LEASE_FORMAT_TABLE[this.#format].isRewritten;
    return isWhole ? 'whole' : end;
  }

  #take(line: string): void {
    this.#number++;
    if (this.#number > MOST_LINES) {
      if (this.#number === MOST_LINES + 1) this.#table.skipped(this.#number, 'it has too many lines');
      return;
    }
    if (this.#isLong || line.length > LONGEST_LINE) {
      this.#isLong = false;
      this.#table.skipped(this.#number, 'it is too long for a line of leases');
      return;
    }
    if (this.#reader === undefined) this.#recognise(line);
    this.#reader?.line(line, this.#number);
  }

  #recognise(line: string): void {
    const format = formatOfLine(line);
    if (format !== undefined) this.#open(format);
    else if (line.trim() !== '' && !line.startsWith('#'))
      this.#table.skipped(this.#number, 'it is of no format that is known; write format: beside file:');
  }

  #open(format: LeaseFormat): void {
    this.#format = format;
    this.#reader = LEASE_FORMAT_TABLE[format].open(this.#table, { writtenMs: this.#writtenMs });
  }
}

/** The files that were there, with their states. */
async function stateOf(source: LeaseSource): Promise<ReadonlyMap<string, string>> {
  return new Map(
    await Promise.all(watchedFiles(source).map(async (file) => [file, await readFileState(file)] as const)),
  );
}

/** Whether no file was written, came or went meanwhile. */
function isSettled(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): boolean {
  return Array.from(before).every(([file, state]) => after.get(file) === state);
}

async function isThere(file: string): Promise<boolean> {
  return (await readFileState(file)) !== 'absent';
}

function whyUnreadable(error: unknown): string {
  if (!isSystemError(error)) return reasonOf(error);
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return `the user that runs vlandns may not read it (${error.code})`;
  return error.message;
}
