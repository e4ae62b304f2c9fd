// One TCP connection: queries in, replies out in the order they get ready (RFC 7766 section 6.2.1.1). The rule: what a
// client can make us hold is bounded, in queries, in octets and in time.

import type { Socket } from 'node:net';
import type { ClientAddress } from './client-address.ts';
import type { ListenerCounters } from './listener-counters.ts';
import { writeServfail } from './listener-servfail.ts';
import type { QueryHandler } from './query-handler.ts';
import { NO_REPLY, PENDING } from './query-handler.ts';
import { FrameReader } from './tcp-frames.ts';

/** Queries of one connection that may wait for an upstream at a time; then reading pauses. */
export const MAX_OUTSTANDING = 100;

/** Octets of replies a client has not taken at which reading pauses. */
const PAUSE_AT_OCTETS = 64 * 1024;

/** Octets of replies a client has not taken at which the connection is cut. */
const CUT_AT_OCTETS = 1024 * 1024;

/** What connections share with the listener they came to. */
export interface TcpService {
  handler: QueryHandler;
  readonly counters: ListenerCounters;
  /** Room for two octets of length and the largest message; used for one reply at a time. */
  readonly frame: Uint8Array;
  onBug(error: unknown): void;
  onUsed(connection: TcpConnection): void;
}

/** Serves one accepted socket until it closes. */
export class TcpConnection {
  readonly client: ClientAddress;
  readonly #socket: Socket;
  readonly #service: TcpService;
  readonly #reader = new FrameReader();
  readonly #reply: Uint8Array;
  readonly #timer: NodeJS.Timeout | undefined;
  #outstanding = 0;
  #readEnded = false;
  #paused = false;
  #finishing = false;
  #closing = false;

  /** Starts reading at once; `idleMs` 0 sets no time limit. */
  constructor(socket: Socket, client: ClientAddress, service: TcpService, idleMs: number) {
    this.#socket = socket;
    this.client = client;
    this.#service = service;
    this.#reply = service.frame.subarray(2);
    this.#timer = idleMs === 0 ? undefined : setTimeout(() => this.#onDeadline(), idleMs);
    // A client may close its side and still wait for answers; the socket closes when they are sent.
    socket.allowHalfOpen = true;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('drain', () => this.#pump());
    socket.on('end', () => {
      this.#readEnded = true;
      this.#closeWhenAnswered();
    });
    // A reset is everyday life; 'close' follows and cleans up.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closing = true;
      clearTimeout(this.#timer);
    });
  }

  get clientText(): string {
    return this.client.text;
  }

  get isIdle(): boolean {
    return this.#outstanding === 0 && this.#socket.writableLength === 0;
  }

  /** Reads no more, sends what is being answered, then closes. */
  finish(): void {
    if (this.#finishing) return;
    this.#finishing = true;
    this.#socket.pause();
    this.#closeWhenAnswered();
  }

  /** Closes now. */
  destroy(): void {
    this.#closing = true;
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    if (this.#finishing) return;
    const wasMidMessage = this.#reader.isMidMessage();
    this.#reader.feed(chunk);
    this.#pump();
    if (!wasMidMessage && this.#reader.isMidMessage()) this.#timer?.refresh();
  }

  // Answers what has been read, as far as the bounds allow, and says whether reading goes on.
  #pump(): void {
    let more = true;
    while (more && this.#mayTake()) {
      // Replies to queries that came in one segment leave in one segment.
      this.#socket.cork();
      more = this.#answerBatch();
      this.#socket.uncork();
    }
    if (more !== this.#paused && !this.#finishing) {
      this.#paused = more;
      if (more) this.#socket.pause();
      else this.#socket.resume();
    }
    this.#closeWhenAnswered();
  }

  #mayTake(): boolean {
    return (
      !this.#finishing &&
      !this.#closing &&
      this.#outstanding < MAX_OUTSTANDING &&
      this.#socket.writableLength < PAUSE_AT_OCTETS
    );
  }

  // False when all that was read has been taken.
  #answerBatch(): boolean {
    while (this.#mayTake()) {
      const query = this.#reader.next();
      if (query === undefined) return false;
      if (query.length === 0) {
        this.finish();
        return false;
      }
      this.#timer?.refresh();
      this.#service.onUsed(this);
      this.#answer(query);
    }
    return true;
  }

  #answer(query: Uint8Array): void {
    const { counters, handler } = this.#service;
    counters.queries++;
    let octets: number;
    try {
      octets = handler.answerNow(query, query.length, this.client, this.#reply);
    } catch (error) {
      octets = this.#servfail(query, error);
    }
    if (octets === PENDING) void this.#resolve(new Uint8Array(query));
    else if (octets === NO_REPLY) counters.dropped++;
    else this.#send(octets);
  }

  async #resolve(query: Uint8Array): Promise<void> {
    const { counters, handler } = this.#service;
    this.#outstanding++;
    counters.pending++;
    let octets = NO_REPLY;
    try {
      const reply = await handler.resolve(query, this.client.copy());
      if (reply !== undefined) {
        this.#reply.set(reply);
        octets = reply.length;
      }
    } catch (error) {
      octets = this.#servfail(query, error);
    }
    this.#outstanding--;
    counters.pending--;
    if (octets === NO_REPLY) counters.dropped++;
    else this.#send(octets);
    if (!this.#reader.isMidMessage()) this.#timer?.refresh();
    if (this.#paused) this.#pump();
    else this.#closeWhenAnswered();
  }

  // Sends the reply that stands in the shared frame, as a copy: the system may take it later.
  #send(octets: number): void {
    const { counters, frame } = this.#service;
    if (!this.#socket.writable) {
      counters.sendErrors++;
      return;
    }
    frame[0] = octets >>> 8;
    frame[1] = octets;
    this.#socket.write(Buffer.from(frame.subarray(0, octets + 2)));
    counters.replies++;
    if (this.#socket.writableLength > CUT_AT_OCTETS) this.destroy();
  }

  #servfail(query: Uint8Array, error: unknown): number {
    this.#service.onBug(error);
    return writeServfail(query, query.length, this.#reply);
  }

  #closeWhenAnswered(): void {
    if (this.#closing || this.#outstanding > 0) return;
    if (!this.#finishing && (!this.#readEnded || this.#paused)) return;
    this.#closing = true;
    this.#socket.destroySoon();
  }

  // An answer that is being waited for has its own time limit, and input that we do not read is not the client's fault.
  #onDeadline(): void {
    if (this.#closing || this.#socket.writableLength > 0) {
      this.destroy();
      return;
    }
    this.#timer?.refresh();
    if (this.#paused) return;
    if (this.#outstanding === 0 || this.#reader.isMidMessage()) this.finish();
  }
}
