// One bound UDP socket that is read and written in batches. The rules: it goes on after any error of the system, and neither
// spins on one nor closes by itself; a reply that cannot be sent is counted and affects no other.

import type { Socket } from 'node:dgram';
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { DatagramBatch, HeldReply } from './datagram-batch.ts';
import { BATCH_DATAGRAMS } from './datagram-batch.ts';
import { handleOf, propertyOf } from './handle-of.ts';
import type { Poll, SystemCalls } from './system-calls.ts';
import { READY } from './system-calls.ts';

/** What batched sockets work with, made once for a process. */
export interface BatchedIo {
  readonly calls: SystemCalls;
  readonly batch: DatagramBatch;
  /** The clock that turns are measured by; default that of the process. */
  readonly nowMs?: () => number;
}

/** Answers the datagrams of a socket. */
export interface DatagramOwner {
  /** Its counters grow with each reply sent, and with each that the system would not send. */
  readonly counters: { replies: number; sendErrors: number };
  /** Answers datagrams [0, count) of the batch, each with `reply` or not. What it throws goes to onFault. */
  onDatagrams(count: number): void;
  onFault(doing: 'receiving' | 'sending' | 'answering', error: unknown): void;
}

/** A socket's turn ends, and another's begins, after this many batches or this long. */
const TURN_BATCHES = 4;
const TURN_MS = 0.5;

/** Replies that wait for room in the system's buffer. */
const MAX_HELD = 256;

/** How long a socket that only gives errors is left alone, in milliseconds. */
const PAUSE_MS = 10;

const { EAGAIN, EINTR, EWOULDBLOCK } = constants.errno;

/** Gives a second descriptor of a socket, for a DatagramSocket; undefined where none can be made. */
export function duplicateDescriptor(calls: SystemCalls, socket: Socket): number | undefined {
  const descriptor = propertyOf(handleOf(socket), 'fd');
  if (typeof descriptor !== 'number' || descriptor < 0) return undefined;
  const duplicate = calls.duplicate(descriptor);
  return duplicate < 0 ? undefined : duplicate;
}

/** A socket by its descriptor; close() closes the descriptor. */
export class DatagramSocket {
  readonly #calls: SystemCalls;
  readonly #batch: DatagramBatch;
  readonly #descriptor: number;
  readonly #owner: DatagramOwner;
  readonly #poll: Poll;
  readonly #nowMs: () => number;
  /** Replies that wait for room, oldest first. */
  readonly #held: HeldReply[] = [];
  /** Datagrams of a batch: fewer while answers take long. */
  #most = BATCH_DATAGRAMS;
  #isReading = true;
  #isClosed = false;
  #pause: NodeJS.Timeout | undefined;

  /** Throws, and closes the descriptor, where the event loop does not accept it. */
  constructor(
    { calls, batch, nowMs = () => performance.now() }: BatchedIo,
    descriptor: number,
    owner: DatagramOwner,
  ) {
    this.#calls = calls;
    this.#batch = batch;
    this.#descriptor = descriptor;
    this.#owner = owner;
    this.#nowMs = nowMs;
    try {
      this.#poll = calls.poll(descriptor, this.#onReady);
      this.#poll.start(READY.READ);
    } catch (error) {
      calls.close(descriptor);
      throw error;
    }
  }

  /** Takes what was written to the batch's replyRoom as the reply to datagram i. For onDatagrams to call. */
  reply(i: number, octets: number): void {
    if (!this.#batch.addReply(i, octets)) this.#sendReplies();
  }

  /** Sends a reply to an address that the batch's copySender gave. */
  sendLate(to: Uint8Array, reply: Uint8Array): void {
    if (this.#isClosed) {
      // Another socket may have the descriptor's number by now.
      this.#owner.counters.sendErrors++;
      return;
    }
    const errno = this.#sendSingle(to, reply);
    if (errno === 0) this.#owner.counters.replies++;
    else if (mustWait(errno)) this.#hold({ to, reply });
    else this.#lost(errno);
  }

  /** Takes no more datagrams; late replies still go. */
  stopReading(): void {
    this.#isReading = false;
    this.#wait();
  }

  /** Closes the socket. Not for onDatagrams to call. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#pause);
    this.#owner.counters.sendErrors += this.#held.length;
    this.#held.length = 0;
    this.#poll.close();
    this.#calls.close(this.#descriptor);
  }

  readonly #onReady = (status: number, events: number): void => {
    try {
      if ((events & READY.WRITE) !== 0) this.#sendHeld();
      // Where an error is pending libuv has stopped to wait, and does not say which: reading fetches it.
      if (!(this.#isReading && (status < 0 || (events & READY.READ) !== 0))) return;
      if (!this.#drain() || status < 0) this.#waitLater();
    } catch (error) {
      // Nobody is above us: what got out would only keep the next call from coming.
      this.#owner.onFault('answering', error);
    }
  };

  /** Reads until nothing is left, or its turn is over; false where there were only errors. */
  #drain(): boolean {
    let isWell = true;
    let startMs = this.#nowMs();
    const endMs = startMs + TURN_MS;
    for (let turn = 0; turn < TURN_BATCHES; turn++) {
      const most = this.#most;
      const count = this.#batch.receive(this.#descriptor, most);
      if (count >= 0) {
        this.#owner.onDatagrams(count);
        this.#sendReplies();
        // A turn of one datagram is over, however long it took: no need to read the clock, which costs time too.
        if (count === 1 && most > 1) return true;
        const nowMs = this.#nowMs();
        this.#adapt(nowMs - startMs);
        if (count < most || nowMs >= endMs) return true;
        startMs = nowMs;
        isWell = true;
        continue;
      }
      const errno = this.#calls.errno();
      if (mustWait(errno)) return true;
      if (errno === EINTR) continue;
      this.#owner.onFault('receiving', toError('recvmmsg', errno));
      isWell = false;
    }
    return isWell;
  }

  /** Makes batches short enough that one takes no longer than a turn; a single datagram may take longer. */
  #adapt(batchMs: number): void {
    if (batchMs > TURN_MS) this.#most = Math.max(1, Math.floor((this.#most * TURN_MS) / batchMs));
    else if (batchMs < TURN_MS / 2) this.#most = Math.min(BATCH_DATAGRAMS, this.#most * 2);
  }

  #sendReplies(): void {
    const batch = this.#batch;
    while (batch.unsent > 0) {
      const count = batch.send(this.#descriptor);
      if (count > 0) {
        this.#owner.counters.replies += count;
        continue;
      }
      // Only the first unsent reply can be at fault, and errno is about it.
      const errno = this.#calls.errno();
      if (mustWait(errno)) {
        while (batch.unsent > 0) this.#hold(batch.takeUnsent());
      } else if (errno !== EINTR) {
        // ENOBUFS too: the queue of an interface is full, which cannot be waited for, since the socket is writable.
        batch.skip(1);
        this.#lost(errno);
      }
    }
  }

  #sendSingle(to: Uint8Array, reply: Uint8Array): number {
    for (;;) {
      if (this.#batch.sendSingle(this.#descriptor, to, reply) > 0) return 0;
      const errno = this.#calls.errno();
      if (errno !== EINTR) return errno;
    }
  }

  #sendHeld(): void {
    for (let held = this.#held[0]; held !== undefined; held = this.#held[0]) {
      const errno = this.#sendSingle(held.to, held.reply);
      if (mustWait(errno)) return;
      this.#held.shift();
      if (errno === 0) this.#owner.counters.replies++;
      else this.#lost(errno);
    }
    this.#wait();
  }

  #hold(held: HeldReply): void {
    if (this.#held.length >= MAX_HELD) {
      this.#lost(EAGAIN);
      return;
    }
    if (this.#held.push(held) === 1) this.#wait();
  }

  #lost(errno: number): void {
    this.#owner.counters.sendErrors++;
    this.#owner.onFault('sending', toError('sendmmsg', errno));
  }

  #wait(): void {
    const events = (this.#isReading ? READY.READ : 0) | (this.#held.length > 0 ? READY.WRITE : 0);
    if (events === 0) this.#poll.stop();
    else this.#poll.start(events);
  }

  #waitLater(): void {
    this.#poll.stop();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#wait(), PAUSE_MS);
  }
}

function mustWait(errno: number): boolean {
  return errno === EAGAIN || errno === EWOULDBLOCK;
}

function toError(call: string, errno: number): Error {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${call} ${code}`), { code, syscall: call });
}
