// One TCP connection: queries in, replies out in the order they get ready (RFC 7766 section 6.2.1.1). The rule: bounds in
// queries, octets and time limit how much a client can make us hold, or do in one turn.

import type { Socket } from 'node:net';
import type { ClientAddress } from '../../addresses/client-address.ts';
import type { ListenerCounters } from '../listener-counters.ts';
import { writeServfail } from '../listener-servfail.ts';
import type { QueryHandler } from '../query-handler.ts';
import { LATER, NO_QUERY, NO_REPLY, PENDING } from '../query-handler.ts';
import { FrameReader } from './tcp-frames.ts';
import type { TcpTurns, TurnTaker } from './tcp-turns.ts';

/** Queries of one connection that may wait for an upstream at a time; then reading pauses. */
export const MAX_OUTSTANDING = 100;

/** Octets of replies a client has not taken at which reading pauses. */
const PAUSE_AT_OCTETS = 64 * 1024;

/** Octets of replies a client has not taken at which the connection is cut. */
const CUT_AT_OCTETS = 1024 * 1024;

/** Octets read and not yet looked at, at which reading pauses. */
const PAUSE_AT_INPUT = 64 * 1024;

/** Queries that are answered in one turn, before other connections have theirs. */
const TURN_QUERIES = 16;

/** How long reading pauses for a client that has asked too much, in milliseconds. */
const LATER_MS = 100;

/** What connections share with the listener they came to. */
export interface TcpService {
  readonly vlan: string;
  handler: QueryHandler;
  readonly counters: ListenerCounters;
  /** The turns of the listener's VLAN. */
  readonly turns: TcpTurns;
  /** Room for two octets of length and the largest message; used for one reply at a time. */
  readonly frame: Uint8Array;
  onBug(error: unknown): void;
  onUsed(connection: TcpConnection): void;
}

/** Serves one accepted socket until it closes. */
export class TcpConnection implements TurnTaker {
  readonly client: ClientAddress;
  /** The VLAN in whose share it counts: that of its listener when it was accepted. */
  readonly vlan: string;
  readonly #socket: Socket;
  readonly #service: TcpService;
  readonly #reader = new FrameReader();
  readonly #reply: Uint8Array;
  readonly #timer: NodeJS.Timeout | undefined;
  /** The query that is put off, since the client has asked too much. */
  #held: Uint8Array | undefined;
  #later: NodeJS.Timeout | undefined;
  #wantsTurn = false;
  #outstanding = 0;
  #readEnded = false;
  #paused = false;
  #finishing = false;
  #closing = false;

  /** Starts reading at once; `idleMs` 0 sets no time limit. */
  constructor(socket: Socket, client: ClientAddress, service: TcpService, idleMs: number) {
    this.#socket = socket;
    this.client = client;
    this.vlan = service.vlan;
    this.#service = service;
    this.#reply = service.frame.subarray(2);
    this.#timer = idleMs === 0 ? undefined : setTimeout(() => this.#onDeadline(), idleMs);
    // A client may close its side and still wait for answers; the socket closes when they are sent.
    socket.allowHalfOpen = true;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('drain', () => this.#goOn());
    socket.on('end', () => {
      this.#readEnded = true;
      this.#closeWhenAnswered();
    });
    // A reset is everyday life; 'close' follows and cleans up.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closing = true;
      clearTimeout(this.#timer);
      clearTimeout(this.#later);
    });
  }

  get clientText(): string {
    return this.client.text;
  }

  get isIdle(): boolean {
    const isBusy = this.#outstanding > 0 || this.#wantsTurn || this.#held !== undefined;
    return !isBusy && this.#socket.writableLength === 0;
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

  /** Answers some of what has been read, as far as the bounds allow; true where there may be more. */
  takeTurn(): boolean {
    this.#wantsTurn = false;
    // Replies to queries that came in one segment leave in one segment.
    this.#socket.cork();
    const left = this.#answerSome();
    this.#socket.uncork();
    if (left === 'more' && this.#mayTake()) this.#wantsTurn = true;
    this.#pauseOrResume(left !== 'nothing');
    this.#closeWhenAnswered();
    return this.#wantsTurn;
  }

  #onData(chunk: Buffer): void {
    if (this.#finishing) return;
    const wasMidMessage = this.#reader.isMidMessage();
    this.#reader.feed(chunk);
    if (this.#reader.unread >= PAUSE_AT_INPUT) this.#pauseOrResume(true);
    if (!wasMidMessage) this.#timer?.refresh();
    this.#goOn();
  }

  #goOn(): void {
    if (this.#wantsTurn || this.#later !== undefined || !this.#mayTake()) return;
    this.#wantsTurn = true;
    this.#service.turns.want(this);
  }

  #pauseOrResume(paused: boolean): void {
    if (paused === this.#paused || this.#finishing) return;
    this.#paused = paused;
    if (paused) this.#socket.pause();
    else this.#socket.resume();
  }

  #mayTake(): boolean {
    return (
      !this.#finishing &&
      !this.#closing &&
      this.#outstanding < MAX_OUTSTANDING &&
      this.#socket.writableLength < PAUSE_AT_OCTETS
    );
  }

  // Says what is left of the input: nothing, more messages, or a query that is put off.
  #answerSome(): 'nothing' | 'more' | 'held' {
    for (let i = 0; i < TURN_QUERIES; i++) {
      if (!this.#mayTake()) return 'more';
      const query = this.#held ?? this.#reader.next();
      if (query === undefined) return 'nothing';
      this.#held = undefined;
      if (query.length === 0) {
        this.finish();
        return 'nothing';
      }
      this.#timer?.refresh();
      this.#service.onUsed(this);
      if (!this.#answer(query)) return 'held';
    }
    return 'more';
  }

  // False where the client has asked too much, and reading goes on a little later.
  #answer(query: Uint8Array): boolean {
    const { counters, handler } = this.#service;
    let octets: number;
    try {
      octets = handler.answerNow(query, query.length, this.client, this.#reply);
    } catch (error) {
      octets = this.#servfail(query, error);
    }
    if (octets === LATER) {
      this.#hold(query);
      return false;
    }
    counters.queries++;
    if (octets === PENDING) void this.#resolve(new Uint8Array(query));
    else if (octets > NO_REPLY) this.#send(octets);
    else {
      counters.dropped++;
      if (octets === NO_QUERY) this.finish();
    }
    return true;
  }

  #hold(query: Uint8Array): void {
    this.#held = query;
    this.#later = setTimeout(() => {
      this.#later = undefined;
      this.#goOn();
    }, LATER_MS);
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
    if (this.#paused) this.#goOn();
    this.#closeWhenAnswered();
  }

  // Sends a copy of the reply in the shared frame: the system may still need it when the frame is overwritten.
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
    if (!this.#finishing && (!this.#readEnded || this.#paused || this.#wantsTurn)) return;
    this.#closing = true;
    this.#socket.destroySoon();
  }

  // Pending answers have a time limit of their own, and input that we do not read is not the client's fault.
  #onDeadline(): void {
    if (this.#closing || this.#socket.writableLength > 0) {
      this.destroy();
      return;
    }
    this.#timer?.refresh();
    if (this.#paused || this.#wantsTurn) return;
    if (this.#outstanding === 0 || this.#reader.isMidMessage()) this.finish();
  }
}
