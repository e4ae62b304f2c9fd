// DNS over TCP (RFC 7766, RFC 9210): takes connections from one listening server and hands each to a TcpConnection.

import type { Server, Socket } from 'node:net';
import { MAX_MESSAGE_OCTETS } from '../../dns/message.ts';
import { toClientAddress } from '../../addresses/client-address.ts';
import type { Listener, ListenerFigures } from '../listener.ts';
import { newCounters } from '../listener-counters.ts';
import type { ListenerLog } from '../listener-log.ts';
import { FaultCount } from '../listener-log.ts';
import type { QueryHandler } from '../query-handler.ts';
import type { TcpService } from './tcp-connection.ts';
import { TcpConnection } from './tcp-connection.ts';
import type { TcpConnections } from './tcp-connections.ts';
import type { TcpTurns } from './tcp-turns.ts';

/** What a TCP listener needs besides its server and handler. */
export interface TcpListenerParts {
  /** The VLAN that it listens for. */
  readonly vlan: string;
  /** Shared by all listeners: the limits hold for all of them together. */
  readonly connections: TcpConnections;
  readonly log: ListenerLog;
}

/** Serves one listening TCP server until it is closed. */
export class TcpListener implements TcpService, Listener {
  readonly transport = 'tcp';
  readonly counters = newCounters();
  readonly server: Server;
  readonly frame: Uint8Array = new Uint8Array(2 + MAX_MESSAGE_OCTETS);
  handler: QueryHandler;
  #vlan: string;
  #refusedConnections = 0;
  readonly #connections: TcpConnections;
  readonly #own = new Set<TcpConnection>();
  readonly #bugs: FaultCount;
  readonly #acceptErrors: FaultCount;

  constructor(server: Server, handler: QueryHandler, parts: TcpListenerParts) {
    this.server = server;
    this.handler = handler;
    this.#vlan = parts.vlan;
    this.#connections = parts.connections;
    const fields = { transport: 'tcp', listener: server.address() };
    this.#bugs = new FaultCount(parts.log, 'query_fault', fields);
    this.#acceptErrors = new FaultCount(parts.log, 'socket_error', fields);
    server.on('connection', (socket: Socket) => this.#onConnection(socket));
    server.on('error', (error: Error) => {
      this.#acceptErrors.add(error, 'a connection could not be accepted; the listener stays open');
    });
  }

  get turns(): TcpTurns {
    return this.#connections.turnsOf(this.#vlan);
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get figures(): ListenerFigures {
    return {
      receiveBufferOctets: 0,
      sendBufferOctets: 0,
      openConnections: this.#own.size,
      refusedConnections: this.#refusedConnections,
    };
  }

  /** Whose it is; its connections count among those of this VLAN. */
  get vlan(): string {
    return this.#vlan;
  }

  serve(vlan: string, handler: QueryHandler): void {
    this.#vlan = vlan;
    this.handler = handler;
  }

  /** Takes no more connections, answers what is pending for at most `graceMs`, then cuts what is left. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((done) => {
      this.server.close(() => done());
    });
    for (const connection of this.#own) connection.finish();
    const timer = setTimeout(() => {
      for (const connection of this.#own) connection.destroy();
    }, graceMs);
    await closed;
    clearTimeout(timer);
  }

  onBug(error: unknown): void {
    this.counters.faults++;
    this.#bugs.add(error, 'a query was answered SERVFAIL because of a bug in vlandns');
  }

  onUsed(connection: TcpConnection): void {
    this.#connections.touch(connection);
  }

  #onConnection(socket: Socket): void {
    // The address is gone where the client has already reset the connection.
    const client = toClientAddress(socket.remoteAddress ?? '');
    if (client === undefined) {
      socket.destroy();
      return;
    }
    client.port = socket.remotePort ?? 0;
    const connection = new TcpConnection(socket, client, this, this.#connections.limits.idleMs);
    if (!this.#connections.admit(connection)) {
      this.#refusedConnections++;
      connection.destroy();
      return;
    }
    this.#own.add(connection);
    socket.on('close', () => {
      this.#own.delete(connection);
      this.#connections.remove(connection);
    });
  }
}
