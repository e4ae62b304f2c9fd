// One TCP or TLS connection to a server, with many questions under way (RFC 7766): ids are unique on it, answers may come
// in any order and cut up in any way.
import type { Duplex } from 'node:stream';
import { FLAG, HEADER, HEADER_OCTETS, readU16, writeU16 } from '../../dns/message.ts';
import { failure, failureOf } from './exchange.ts';
import type { ExchangeFailure, ExchangeLimits, ExchangeOutcome } from './exchange.ts';
import { isWellFormedResponse } from '../../dns/response-check.ts';
import { isAnswerTo } from '../question.ts';
import type { RandomIds, UpstreamQuestion } from '../question.ts';

/** A stream that is being opened. */
export interface OpeningStream {
  readonly stream: Duplex;
  /** The event after which questions may be sent: for TLS that is after the certificate was checked. */
  readonly openEvent: 'connect' | 'secureConnect';
}

/** How a connection behaves. */
export interface ConnectionOptions {
  /** It is closed after this long with nothing to do. */
  readonly idleMs: number;
  /** It is given up when it is not open by then. */
  readonly openTimeoutMs: number;
  readonly ids: RandomIds;
  /** Called once, when it takes no more questions. */
  readonly retired: (connection: StreamConnection) => void;
  /** Called for each message that nobody waits for. */
  readonly ignored: () => void;
}

interface Waiter {
  readonly question: UpstreamQuestion;
  /** Length and message in one piece, to be one write (RFC 7766 section 8). */
  readonly frame: Uint8Array;
  readonly settle: (outcome: ExchangeOutcome) => void;
}

const LENGTH_OCTETS = 2;
const EMPTY = Buffer.alloc(0);

/** A connection; it is opened by whoever makes it. */
export class StreamConnection {
  /** Whether it has been opened. */
  isOpen = false;
  /** Questions put on it so far. */
  asked = 0;
  readonly #stream: Duplex;
  readonly #options: ConnectionOptions;
  readonly #waiters = new Map<number, Waiter>();
  /** Octets received that are not yet a whole message. */
  #rest: Buffer = EMPTY;
  #timer: NodeJS.Timeout;
  #isRetired = false;

  constructor(opening: OpeningStream, options: ConnectionOptions) {
    this.#stream = opening.stream;
    this.#options = options;
    this.#timer = setTimeout(() => this.#end(failure('timeout')), options.openTimeoutMs);
    const { stream } = opening;
    stream.once(opening.openEvent, () => this.#opened());
    stream.on('data', (octets: Buffer) => this.#received(octets));
    stream.on('error', (error) => this.#end(failureOf(error)));
    stream.on('end', () => this.#end(failure('closed')));
    stream.on('close', () => this.#end(failure('closed')));
  }

  /** Questions under way. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Asks, and waits until the answer, the end of the connection, the time-out or the cancellation. `query` gets its id here. */
  ask(question: UpstreamQuestion, query: Uint8Array, limits: ExchangeLimits): Promise<ExchangeOutcome> {
    this.asked++;
    return new Promise((resolve) => {
      let id = this.#options.ids.next();
      while (this.#waiters.has(id)) id = this.#options.ids.next();
      const settle = (outcome: ExchangeOutcome): void => {
        clearTimeout(timer);
        limits.cancellation.remove(cancel);
        this.#waiters.delete(id);
        this.#settled();
        resolve(outcome);
      };
      const cancel = (): void => settle(failure('cancelled'));
      const timer = setTimeout(() => {
        // An open connection that does not answer may be dead: the next question goes over another.
        if (this.isOpen) this.#retire();
        settle(failure('timeout'));
      }, limits.timeoutMs);
      limits.cancellation.add(cancel);
      const frame = frameOf(query, id);
      this.#waiters.set(id, { question, frame, settle });
      if (!this.isOpen) return;
      clearTimeout(this.#timer);
      this.#stream.write(frame);
    });
  }

  /** Ends what is under way and closes. */
  close(): void {
    this.#end(failure('cancelled'));
  }

  #opened(): void {
    clearTimeout(this.#timer);
    this.isOpen = true;
    for (const { frame } of this.#waiters.values()) this.#stream.write(frame);
    this.#settled();
  }

  #received(octets: Buffer): void {
    this.#rest = this.#rest.length === 0 ? octets : Buffer.concat([this.#rest, octets]);
    while (this.#rest.length >= LENGTH_OCTETS) {
      const end = LENGTH_OCTETS + readU16(this.#rest, 0);
      if (end < LENGTH_OCTETS + HEADER_OCTETS) {
        this.#end(failure('malformed', 'a message shorter than a header'));
        return;
      }
      if (this.#rest.length < end) return;
      const message = this.#rest.subarray(LENGTH_OCTETS, end);
      this.#rest = this.#rest.subarray(end);
      this.#deliver(message);
    }
  }

  #deliver(message: Uint8Array): void {
    const waiter = this.#waiters.get(readU16(message, HEADER.ID));
    if (waiter === undefined) {
      this.#options.ignored();
      return;
    }
    const truncated = (readU16(message, HEADER.FLAGS) & FLAG.TC) !== 0;
    const isGood =
      !truncated && isAnswerTo(waiter.question, message) && isWellFormedResponse(message, message.length);
    waiter.settle(isGood ? { ok: true, message } : failure('malformed'));
  }

  /** After the last question: closes a retired connection at once, another when it stays idle. */
  #settled(): void {
    if (this.#waiters.size > 0) return;
    if (this.#isRetired) this.#end(failure('closed'));
    else if (this.isOpen) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#end(failure('closed')), this.#options.idleMs);
      this.#timer.unref();
    }
  }

  #retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    this.#options.retired(this);
  }

  #end(why: ExchangeFailure): void {
    clearTimeout(this.#timer);
    this.#retire();
    this.#stream.destroy();
    for (const waiter of this.#waiters.values()) waiter.settle(why);
  }
}

function frameOf(query: Uint8Array, id: number): Uint8Array {
  const frame = new Uint8Array(LENGTH_OCTETS + query.length);
  writeU16(frame, 0, query.length);
  frame.set(query, LENGTH_OCTETS);
  writeU16(frame, LENGTH_OCTETS + HEADER.ID, id);
  return frame;
}
