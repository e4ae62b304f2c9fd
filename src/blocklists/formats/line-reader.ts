// Reads a file line by line through one buffer: no line becomes a string, none is longer than 4 KiB.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The longest line, in octets; longer ones are reported and passed over. */
const MAX_LINE = 4096;

/** How much is read at once, in octets: large enough that reading costs nothing beside parsing. */
const CHUNK = 256 * 1024;

const LINE_FEED = 0x0a;

/** What is told of each line; [start, end) is the line without its line feed. The octets are good until the call returns. */
export interface LineTaker {
  /** Sees the first chunk of the file before any line, without a byte order mark. */
  beginning(sample: Uint8Array): void;
  line(octets: Uint8Array, start: number, end: number): void;
  /** Gets the first 4 KiB of a line that is longer. */
  longLine(octets: Uint8Array, start: number, end: number): void;
}

/** Something that is there but cannot be read as a list: a folder, a device, a named pipe. */
export class NotRegularFile extends Error {}

/** Reads the whole file. Throws what the file system says when it cannot, or `NotRegularFile`. */
export function readLines(file: string, taker: LineTaker): void {
  const descriptor = openSync(file, 'r');
  try {
    // A named pipe would be waited for without end.
    if (!fstatSync(descriptor).isFile()) throw new NotRegularFile(`${file} is not a regular file`);
    new LineReader(taker).readAll(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

class LineReader {
  readonly #taker: LineTaker;
  readonly #buffer = Buffer.allocUnsafe(CHUNK);
  /** Octets at the buffer's start that are left of the chunk before. */
  #kept = 0;
  /** Whether the rest of a line that was too long is being passed over. */
  #isPassing = false;

  constructor(taker: LineTaker) {
    this.#taker = taker;
  }

  readAll(descriptor: number): void {
    let isFirst = true;
    for (;;) {
      const got = readSync(descriptor, this.#buffer, this.#kept, CHUNK - this.#kept, null);
      const filled = this.#kept + got;
      let from = 0;
      if (isFirst) {
        from = startsWithMark(this.#buffer, filled) ? 3 : 0;
        this.#taker.beginning(this.#buffer.subarray(from, filled));
        isFirst = false;
      }
      if (got === 0) {
        if (filled > 0 && !this.#isPassing) this.#taker.line(this.#buffer, 0, filled);
        return;
      }
      this.#keep(this.#takeLines(from, filled), filled);
    }
  }

  /** Hands out the whole lines in [from, filled) and gives where the unfinished one starts. */
  #takeLines(from: number, filled: number): number {
    const buffer = this.#buffer;
    let start = from;
    for (;;) {
      const end = buffer.indexOf(LINE_FEED, start);
      if (end === -1 || end >= filled) return start;
      if (this.#isPassing) this.#isPassing = false;
      else if (end - start > MAX_LINE) this.#taker.longLine(buffer, start, start + MAX_LINE);
      else this.#taker.line(buffer, start, end);
      start = end + 1;
    }
  }

  #keep(start: number, filled: number): void {
    this.#kept = 0;
    if (this.#isPassing) return;
    if (filled - start > MAX_LINE) {
      this.#taker.longLine(this.#buffer, start, start + MAX_LINE);
      this.#isPassing = true;
      return;
    }
    this.#buffer.copyWithin(0, start, filled);
    this.#kept = filled - start;
  }
}

/** Tells whether the file starts with UTF-8's byte order mark, which some editors write and no rule means. */
function startsWithMark(buffer: Uint8Array, filled: number): boolean {
  return filled >= 3 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
}
