// A daemon whose clock shows what a test wants: pieces of time, each run through at the speed of time, one after the other. Between
// two pieces the clock jumps ahead, so that an hour of edges takes seconds. The clock that does not jump is left alone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A piece of time: from when, in milliseconds since 1970, and for how many milliseconds. */
export interface Piece {
  readonly fromMs: number;
  readonly lastsMs: number;
}

/** What a moved clock shows when this machine's clock shows `realMs`; before it is started, what comes before the first piece. */
function movedMs(pieces: readonly Piece[], startedMs: number, realMs: number): number {
  let leftMs = realMs - startedMs;
  let shownMs = realMs;
  for (const { fromMs, lastsMs } of pieces) {
    shownMs = fromMs + leftMs;
    if (leftMs < lastsMs) break;
    leftMs -= lastsMs;
  }
  return shownMs;
}

/** The clock of a daemon and of whoever judges it. */
export class MovedClock {
  readonly pieces: readonly Piece[];
  readonly #file: string;
  #startedMs = Infinity;

  constructor(folder: string, pieces: readonly Piece[]) {
    this.#file = join(folder, 'clock-started');
    this.pieces = pieces;
  }

  /** The environment of a process that goes by it. */
  get environment(): NodeJS.ProcessEnv {
    const program = `
      import { readFileSync } from 'node:fs';
      const pieces = ${JSON.stringify(this.pieces)};
      const realNow = Date.now;
      const movedMs = ${movedMs.toString()};
      let startedMs = realNow();
      const waiting = [{ fromMs: pieces[0].fromMs - ${WAIT_MS}, lastsMs: ${WAIT_MS} }];
      let current = waiting;
      Date.now = () => movedMs(current, startedMs, realNow());
      const look = setInterval(() => {
        let text = '';
        try { text = readFileSync(${JSON.stringify(this.#file)}, 'utf8'); } catch { return; }
        if (!text.endsWith('.')) return;
        clearInterval(look);
        startedMs = Number.parseInt(text, 10);
        current = pieces;
      }, 10);
      look.unref();`;
    return {
      ...process.env,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}`,
    };
  }

  /** Has the first piece begin, within half a second. */
  start(): void {
    this.#startedMs = Date.now() + SOON_MS;
    writeFileSync(this.#file, `${this.#startedMs}.`);
  }

  /** What it shows now. */
  now(): number {
    return movedMs(this.pieces, this.#startedMs, Date.now());
  }

  /** The number of the piece that it is in, and how much of it is over and left; undefined before the first and behind the last. */
  #place(): { readonly number: number; readonly overMs: number; readonly leftMs: number } | undefined {
    let overMs = Date.now() - this.#startedMs;
    if (overMs < 0) return undefined;
    for (const [number, { lastsMs }] of this.pieces.entries()) {
      if (overMs < lastsMs) return { number, overMs, leftMs: lastsMs - overMs };
      overMs -= lastsMs;
    }
    return undefined;
  }

  /** The number of the piece that it is in; undefined before the first and behind the last. */
  get piece(): number | undefined {
    return this.#place()?.number;
  }

  /** The same, but undefined around each jump as well. */
  get quietPiece(): number | undefined {
    const place = this.#place();
    const isQuiet = place !== undefined && place.overMs >= SETTLED_MS && place.leftMs > ENDING_MS;
    return isQuiet ? place.number : undefined;
  }

  /** Whether all pieces are over. */
  get isOver(): boolean {
    const lastMs = this.pieces.reduce((sum, { lastsMs }) => sum + lastsMs, 0);
    return Date.now() >= this.#startedMs + lastMs;
  }
}

/** How long before the first piece the clock stands at while a daemon starts, and how soon all know that it has been started. */
const WAIT_MS = 1_200_000;
const SOON_MS = 400;
/** A daemon that is asked all the time looks at its clock every 10 ms, which no real clock jumps in. */
const SETTLED_MS = 50;
/** What is asked just before a jump would be answered behind it. */
const ENDING_MS = 20;
