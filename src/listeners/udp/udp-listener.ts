// What all UDP listeners do, however datagrams are read and sent: call the query path, count, bound the wait at the end.
// The rule: no datagram can make it throw, and every query is answered, dropped or pending, and counted as that.

import type { Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import type { ClientAddress } from '../../addresses/client-address.ts';
import type { Listener, ListenerFigures } from '../listener.ts';
import { newCounters } from '../listener-counters.ts';
import type { ListenerLog } from '../listener-log.ts';
import { FaultCount } from '../listener-log.ts';
import { writeServfail } from '../listener-servfail.ts';
import type { QueryHandler } from '../query-handler.ts';
import { NO_REPLY } from '../query-handler.ts';
import { askReceiveBuffer, askSendBuffer } from './receive-buffer.ts';

/** Makes a listener of a bound socket; the listener closes it. */
export type OpenUdpListener = (socket: Socket, handler: QueryHandler, log: ListenerLog) => UdpListener;

/** Serves one bound UDP socket until it is closed. */
export abstract class UdpListener implements Listener {
  readonly transport = 'udp';
  readonly counters = newCounters();
  /** What the socket is bound to. */
  readonly address: AddressInfo;
  readonly figures: ListenerFigures;
  handler: QueryHandler;
  readonly #bugs: FaultCount;
  readonly #socketErrors: FaultCount;
  #drained: (() => void) | undefined;

  constructor(socket: Socket, handler: QueryHandler, log: ListenerLog) {
    this.address = socket.address();
    this.handler = handler;
    const fields = { transport: 'udp', listener: this.address };
    this.#bugs = new FaultCount(log, 'query_fault', fields);
    this.#socketErrors = new FaultCount(log, 'socket_error', fields);
    this.figures = {
      receiveBufferOctets: askReceiveBuffer(socket),
      sendBufferOctets: askSendBuffer(socket),
      openConnections: 0,
      refusedConnections: 0,
    };
  }

  get port(): number {
    return this.address.port;
  }

  serve(_vlan: string, handler: QueryHandler): void {
    this.handler = handler;
  }

  /** Stops taking queries, sends what is pending for at most `graceMs`, then closes the socket. */
  async close(graceMs: number): Promise<void> {
    this.stopReading();
    if (this.counters.pending > 0) await this.#pendingSent(graceMs);
    await this.closeSocket();
  }

  /** Asks the query path for an answer at once: octets written to `reply`, NO_REPLY or PENDING. */
  protected answerNow(query: Uint8Array, length: number, client: ClientAddress, reply: Uint8Array): number {
    try {
      return this.handler.answerNow(query, length, client, reply);
    } catch (error) {
      return this.#servfail(query, length, reply, error);
    }
  }

  /** Answers what was PENDING and sends the reply. `query` and `client` are copies of its own. */
  protected async resolve(
    query: Uint8Array,
    client: ClientAddress,
    send: (reply: Uint8Array, octets: number) => void,
  ): Promise<void> {
    const counters = this.counters;
    counters.pending++;
    try {
      const reply = await this.handler.resolve(query, client);
      if (reply === undefined) counters.dropped++;
      else send(reply, reply.length);
    } catch (error) {
      const reply = new Uint8Array(query.length);
      const octets = this.#servfail(query, query.length, reply, error);
      if (octets === NO_REPLY) counters.dropped++;
      else send(reply, octets);
    } finally {
      if (--counters.pending === 0) this.#drained?.();
    }
  }

  /** Counts an error of the socket, and logs it now and then. */
  protected socketError(error: unknown, message: string): void {
    this.#socketErrors.add(error, message);
  }

  /** Reads no more datagrams; replies can still be sent. */
  protected abstract stopReading(): void;

  protected abstract closeSocket(): Promise<void>;

  #servfail(query: Uint8Array, length: number, reply: Uint8Array, error: unknown): number {
    this.counters.faults++;
    this.#bugs.add(error, 'a query was answered SERVFAIL because of a bug in vlandns');
    return writeServfail(query, length, reply);
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
