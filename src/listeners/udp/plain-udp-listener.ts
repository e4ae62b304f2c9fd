// Plain UDP: one datagram at a time through Node's own sockets. The rule: a reply's octets stay unchanged until the
// system has sent them.

import type { RemoteInfo, Socket } from 'node:dgram';
import { MAX_MESSAGE_OCTETS, MAX_UDP_QUERY_OCTETS } from '../../dns/message.ts';
import { ClientAddress } from '../../addresses/client-address.ts';
import type { ListenerLog } from '../listener-log.ts';
import type { QueryHandler } from '../query-handler.ts';
import { NO_REPLY, PENDING } from '../query-handler.ts';
import type { OpenUdpListener } from './udp-listener.ts';
import { UdpListener } from './udp-listener.ts';

/** Makes a listener that works on every Node. */
export const openPlainUdpListener: OpenUdpListener = (socket, handler, log) =>
  new PlainUdpListener(socket, handler, log);

/** Serves one bound UDP socket, a datagram at a time. */
class PlainUdpListener extends UdpListener {
  readonly #socket: Socket;
  readonly #client = new ClientAddress();
  #reply: Uint8Array = Buffer.allocUnsafeSlow(MAX_MESSAGE_OCTETS);

  constructor(socket: Socket, handler: QueryHandler, log: ListenerLog) {
    super(socket, handler, log);
    this.#socket = socket;
    socket.on('message', this.#onMessage);
    socket.on('error', (error) => this.socketError(error, 'receiving failed; the socket stays open'));
  }

  protected override stopReading(): void {
    this.#socket.off('message', this.#onMessage);
  }

  protected override closeSocket(): Promise<void> {
    return new Promise((closed) => {
      this.#socket.close(closed);
    });
  }

  readonly #onMessage = (query: Buffer, from: RemoteInfo): void => {
    const counters = this.counters;
    counters.queries++;
    // A reply cannot be sent to port 0; an empty datagram asks nothing, and one that is too long is not read.
    const isQuery = query.length > 0 && query.length <= MAX_UDP_QUERY_OCTETS;
    if (!isQuery || from.port === 0 || !this.#client.set(from.address)) {
      counters.dropped++;
      return;
    }
    this.#client.port = from.port;
    const octets = this.answerNow(query, query.length, this.#client, this.#reply);
    if (octets === PENDING) {
      // The datagram is already a copy of its own: Node gives each message a buffer that is used once.
      void this.resolve(query, this.#client.copy(), (reply, length) => this.#send(reply, length, from));
    } else if (octets === NO_REPLY) counters.dropped++;
    else this.#sendNow(octets, from);
  };

  #sendNow(octets: number, to: RemoteInfo): void {
    this.#send(this.#reply, octets, to);
    // Node tries to send at once. Where the system does not take them yet, the octets wait in a queue and must not change.
    if (this.#socket.getSendQueueCount() > 0) this.#reply = Buffer.allocUnsafeSlow(MAX_MESSAGE_OCTETS);
  }

  #send(reply: Uint8Array, octets: number, to: RemoteInfo): void {
    try {
      this.#socket.send(reply, 0, octets, to.port, to.address, this.#onSent);
    } catch {
      // The socket was closed while the answer was on its way.
      this.counters.sendErrors++;
    }
  }

  readonly #onSent = (error: Error | null): void => {
    if (error === null) this.counters.replies++;
    else this.counters.sendErrors++;
  };
}
