// One TCP or TLS connection to a server, with many questions under way (RFC 7766): ids are unique on it, answers may come
// in any order and cut up in any way. A fault of one message fails only that message's question.
import type { Duplex } from 'node:stream';
import { FLAG, HEADER, HEADER_OCTETS, readU16, writeU16 } from '../../dns/message.ts';
import { failure, failureOf } from './exchange.ts';
import type { ExchangeFailure, ExchangeOutcome } from './exchange.ts';
import type { Cancellation } from './cancellation.ts';
import { isWellFormedResponse } from '../../dns/response-check.ts';
import { isAnswerTo } from '../question.ts';
import type { RandomIds } from '../question.ts';
import type { UpstreamQuestion } from '../../answers/asked-question.ts';

/** A stream that is being opened. */
export interface OpeningStream {
  readonly stream: Duplex;
  /** The event after which questions may be sent: for TLS that is after the certificate was checked. */
  readonly openEvent: 'connect' | 'secureConnect';
}

/** How a connection behaves. */
export interface ConnectionOptions {
  /** The connection is closed after this long without a question. */
  readonly idleMs: number;
  /** It is given up when it is not open by then. */
  readonly openTimeoutMs: number;
  readonly ids: RandomIds;
  /** Called once, when it is over; questions that were under way then are still counted as waiting. */
  readonly ended: (connection: StreamConnection, why: ExchangeFailure) => void;
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
/** This many messages in a row that are too short for a header mean that we have lost where messages begin. */
const MAX_SHORT = 3;

/** A connection; it is opened by whoever makes it. */
export class StreamConnection {
  /** Whether it has been opened. */
  isOpen = false;
  /** Whether it is over, and with it all that was under way. */
  hasEnded = false;
  /** Questions sent on it so far, and messages that were the answer to one. */
  asked = 0;
  answered = 0;
  readonly #stream: Duplex;
  readonly #options: ConnectionOptions;
  readonly #waiters = new Map<number, Waiter>();
  /** Octets received that are not yet a whole message. */
  #rest: Buffer = EMPTY;
  #short = 0;
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

  /** Asks, and waits until the answer, the end of the connection or the cancellation. The id is written here. */
  ask(question: UpstreamQuestion, query: Uint8Array, cancellation: Cancellation): Promise<ExchangeOutcome> {
    this.asked++;
    return new Promise((resolve) => {
      let id = this.#options.ids.next();
      while (this.#waiters.has(id)) id = this.#options.ids.next();
      const settle = (outcome: ExchangeOutcome): void => {
        cancellation.remove(cancel);
        this.#waiters.delete(id);
        this.#settled();
        resolve(outcome);
      };
      const cancel = (): void => settle(failure('cancelled'));
      cancellation.add(cancel);
      const frame = frameOf(query, id);
      this.#waiters.set(id, { question, frame, settle });
      if (!this.isOpen) return;
      clearTimeout(this.#timer);
      this.#stream.write(frame);
    });
  }

  /** Whether it takes no more questions. */
  get isRetired(): boolean {
    return this.#isRetired || this.hasEnded;
  }

  /** Takes no more questions; it is closed after the last answer. */
  retire(): void {
    this.#isRetired = true;
    if (this.isOpen) this.#settled();
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
    while (this.#rest.length >= LENGTH_OCTETS && !this.hasEnded) {
      const end = LENGTH_OCTETS + readU16(this.#rest, 0);
      if (this.#rest.length < end) return;
      const message = this.#rest.subarray(LENGTH_OCTETS, end);
      this.#rest = this.#rest.subarray(end);
      if (message.length < HEADER_OCTETS) this.#receivedShort(message);
      else this.#deliver(message);
    }
  }

  /** A message shorter than a header: the bad answer to the question that its id names, or to the only one under way. */
  #receivedShort(message: Uint8Array): void {
    if (++this.#short === MAX_SHORT) {
      this.#end(failure('malformed', 'messages shorter than a header'));
      return;
    }
    const only = this.asked === 1 ? [...this.#waiters.values()][0] : undefined;
    const named = message.length < 2 ? undefined : this.#waiters.get(readU16(message, HEADER.ID));
    const waiter = named ?? only;
    if (waiter === undefined) this.#options.ignored();
    else waiter.settle(failure('malformed', 'a message shorter than a header'));
  }

  #deliver(message: Uint8Array): void {
    this.#short = 0;
    const waiter = this.#waiters.get(readU16(message, HEADER.ID));
    if (waiter === undefined) {
      this.#options.ignored();
      return;
    }
    this.answered++;
    const truncated = (readU16(message, HEADER.FLAGS) & FLAG.TC) !== 0;
    const isGood =
      !truncated && isAnswerTo(waiter.question, message) && isWellFormedResponse(message, message.length);
    waiter.settle(isGood ? { ok: true, message } : failure('malformed'));
  }

  /** After the last question: closes a retired connection at once, another when it stays idle. */
  #settled(): void {
    if (this.#waiters.size > 0) return;
    if (this.#isRetired) this.#end(failure('cancelled'));
    else if (this.isOpen) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#end(failure('cancelled')), this.#options.idleMs);
      this.#timer.unref();
    }
  }

  #end(why: ExchangeFailure): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    clearTimeout(this.#timer);
    this.#options.ended(this, why);
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
