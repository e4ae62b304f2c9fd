// Lines on their way to the log's destination. The rules: nobody waits for them, their room is bounded, and lines that do
// not fit into it are counted and reported.

/** How a write ended: all done, the rest can be tried again later, or the rest is lost. */
type WriteEnd = 'done' | 'later' | 'lost';

/** Called with how a write ended and up to which octet it came. */
export type OnWriteEnd = (how: WriteEnd, to: number) => void;

/** The destination of lines. It gets one write at a time. */
export interface LineOutput {
  /** Writes octets from `from` on, without making anybody wait. */
  write(octets: Buffer, from: number, ended: OnWriteEnd): void;
  close(): void;
}

/** Room for lines that are not written yet, in octets: some thousand lines. */
export const MAX_WAITING_OCTETS = 1024 * 1024;

/** How long after a failed write the next is tried, in milliseconds. */
const RETRY_MS = 250;

/** Takes lines and writes them one batch after the other. */
export class LineQueue {
  /** Lines that were not written, since start. */
  lostLines = 0;
  readonly #output: LineOutput;
  readonly #onRoom: (lostLines: number) => void;
  #lines: string[] = [];
  /** Octets of the lines and of the batch. */
  #octets = 0;
  #batch: Buffer | undefined;
  #written = 0;
  #toldLines = 0;
  #isClosed = false;
  #emptied: (() => void) | undefined;

  /** `onRoom` is called with the number of lost lines once there is room again; a line that it adds comes after those that wait. */
  constructor(output: LineOutput, onRoom: (lostLines: number) => void) {
    this.#output = output;
    this.#onRoom = onRoom;
  }

  /** Octets of lines that are not written yet. */
  get waitingOctets(): number {
    return this.#octets;
  }

  /** Takes a line, its line feed included. */
  add(line: string): void {
    const octets = Buffer.byteLength(line);
    if (this.#isClosed || this.#octets + octets > MAX_WAITING_OCTETS) {
      this.lostLines++;
      return;
    }
    this.#lines.push(line);
    this.#octets += octets;
    this.#next();
  }

  /** Takes no more lines, and gives those that wait `graceMs` to be written. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    if (this.#batch !== undefined)
      await new Promise<void>((done) => {
        const timer = setTimeout(done, graceMs);
        this.#emptied = () => {
          clearTimeout(timer);
          done();
        };
      });
    this.#output.close();
  }

  #next(): void {
    if (this.#batch !== undefined) return;
    if (this.#lines.length === 0) {
      this.#emptied?.();
      return;
    }
    this.#batch = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#written = 0;
    this.#write(this.#batch);
  }

  #write(batch: Buffer): void {
    this.#output.write(batch, this.#written, (how, to) => {
      this.#written = to;
      if (how === 'later') setTimeout(() => this.#write(batch), RETRY_MS).unref();
      else if (how === 'done' && to < batch.length) this.#write(batch);
      else this.#finish(batch, how);
    });
  }

  #finish(batch: Buffer, how: WriteEnd): void {
    if (how === 'lost') this.lostLines += lineCount(batch, this.#written);
    this.#batch = undefined;
    this.#octets -= batch.length;
    const lost = this.lostLines - this.#toldLines;
    if (how === 'done' && lost > 0 && !this.#isClosed) {
      this.#toldLines = this.lostLines;
      this.#onRoom(lost);
    }
    this.#next();
  }
}

const LINE_FEED = 10;

function lineCount(octets: Buffer, from: number): number {
  let count = 0;
  for (let at = octets.indexOf(LINE_FEED, from); at >= 0; at = octets.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}

/** The start of the line that `at` is in. */
export function lineStart(octets: Buffer, at: number): number {
  return at === 0 ? 0 : octets.lastIndexOf(LINE_FEED, at - 1) + 1;
}
