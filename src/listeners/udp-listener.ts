// Plain UDP: takes datagrams from one bound socket, asks the query path, sends what it says.
// The rule: nothing that arrives here can throw, and a reply's octets stay untouched while the system still has them.

import type { RemoteInfo, Socket } from 'node:dgram';
import { MAX_MESSAGE_OCTETS } from '../dns/message.ts';
import { ClientAddress } from './client-address.ts';
import { newCounters } from './listener-counters.ts';
import type { ListenerLog } from './listener-log.ts';
import { FaultCount } from './listener-log.ts';
import { writeServfail } from './listener-servfail.ts';
import type { QueryHandler } from './query-handler.ts';
import { NO_REPLY, PENDING } from './query-handler.ts';

/** How many octets of received datagrams the system is asked to hold for us: 2 MiB. */
const RECEIVE_BUFFER_OCTETS = 2 * 1024 * 1024;

/** Serves one bound UDP socket until it is closed. */
export class UdpListener {
  readonly counters = newCounters();
  readonly socket: Socket;
  /** What the system granted of RECEIVE_BUFFER_OCTETS. Linux counts its own bookkeeping in, so half of it is ours. */
  readonly receiveBufferOctets: number;
  /** Who answers. May be exchanged at any time; queries already pending stay with the one before. */
  handler: QueryHandler;
  readonly #client = new ClientAddress();
  readonly #bugs: FaultCount;
  readonly #socketErrors: FaultCount;
  #reply: Uint8Array = Buffer.allocUnsafeSlow(MAX_MESSAGE_OCTETS);
  #drained: (() => void) | undefined;

  constructor(socket: Socket, handler: QueryHandler, log: ListenerLog) {
    this.socket = socket;
    this.handler = handler;
    const fields = { transport: 'udp', listener: socket.address() };
    this.#bugs = new FaultCount(log, 'query_fault', fields);
    this.#socketErrors = new FaultCount(log, 'socket_error', fields);
    this.receiveBufferOctets = askReceiveBuffer(socket);
    socket.on('message', this.#onMessage);
    socket.on('error', this.#onError);
  }

  /** Stops taking queries, sends what is pending for at most `graceMs`, then closes the socket. */
  async close(graceMs: number): Promise<void> {
    this.socket.off('message', this.#onMessage);
    if (this.counters.pending > 0) await this.#pendingSent(graceMs);
    await new Promise<void>((closed) => {
      this.socket.close(closed);
    });
  }

  readonly #onMessage = (query: Buffer, from: RemoteInfo): void => {
    const counters = this.counters;
    counters.queries++;
    // A reply cannot be sent to port 0; an empty datagram asks nothing.
    if (from.port === 0 || query.length === 0 || !this.#client.set(from.address)) {
      counters.dropped++;
      return;
    }
    let octets: number;
    try {
      octets = this.handler.answerNow(query, query.length, this.#client, this.#reply);
    } catch (error) {
      octets = this.#servfail(query, error);
    }
    if (octets === PENDING) void this.#resolve(query, from);
    else if (octets === NO_REPLY) counters.dropped++;
    else this.#sendNow(octets, from);
  };

  #sendNow(octets: number, to: RemoteInfo): void {
    this.#send(this.#reply, octets, to);
    // Node tries to send at once. Where the system would not take it yet, the octets wait in a queue: leave them there.
    if (this.socket.getSendQueueCount() > 0) this.#reply = Buffer.allocUnsafeSlow(MAX_MESSAGE_OCTETS);
  }

  // The datagram is already a copy of its own: Node gives each message a buffer that is used once.
  async #resolve(query: Buffer, from: RemoteInfo): Promise<void> {
    const counters = this.counters;
    counters.pending++;
    try {
      const reply = await this.handler.resolve(query, this.#client.copy());
      if (reply === undefined) counters.dropped++;
      else this.#send(reply, reply.length, from);
    } catch (error) {
      const reply = new Uint8Array(query.length);
      const octets = this.#servfail(query, error, reply);
      if (octets === NO_REPLY) counters.dropped++;
      else this.#send(reply, octets, from);
    } finally {
      if (--counters.pending === 0) this.#drained?.();
    }
  }

  #send(reply: Uint8Array, octets: number, to: RemoteInfo): void {
    try {
      this.socket.send(reply, 0, octets, to.port, to.address, this.#onSent);
    } catch {
      // The socket was closed while the answer was on its way.
      this.counters.sendErrors++;
    }
  }

  readonly #onSent = (error: Error | null): void => {
    if (error === null) this.counters.replies++;
    else this.counters.sendErrors++;
  };

  readonly #onError = (error: Error): void => {
    this.#socketErrors.add(error, 'receiving failed; the socket stays open');
  };

  #servfail(query: Uint8Array, error: unknown, reply = this.#reply): number {
    this.counters.faults++;
    this.#bugs.add(error, 'a query was answered SERVFAIL because of a bug in vlandns');
    return writeServfail(query, query.length, reply);
  }

  async #pendingSent(graceMs: number): Promise<void> {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, graceMs);
      this.#drained = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}

// OpenBSD refuses what is above its limit instead of granting less, so smaller sizes are asked for in turn.
function askReceiveBuffer(socket: Socket): number {
  for (let octets = RECEIVE_BUFFER_OCTETS; octets >= 65_536; octets /= 2) {
    try {
      socket.setRecvBufferSize(octets);
      break;
    } catch {
      // Ask for half of it.
    }
  }
  return socket.getRecvBufferSize();
}
