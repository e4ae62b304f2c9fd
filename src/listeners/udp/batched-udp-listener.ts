// Batched UDP: all datagrams that have arrived are read by one call, answered in place, and the replies sent by another.
// The rule: nothing is allocated for a query that is answered at once.

import type { Socket } from 'node:dgram';
import type { BatchedIo, DatagramOwner } from '../../datagrams/datagram-socket.ts';
import { DatagramSocket, duplicateDescriptor } from '../../datagrams/datagram-socket.ts';
import { MAX_UDP_QUERY_OCTETS } from '../../dns/message.ts';
import { ClientAddress } from '../../addresses/client-address.ts';
import type { ListenerLog } from '../listener-log.ts';
import { openPlainUdpListener } from './plain-udp-listener.ts';
import type { QueryHandler } from '../query-handler.ts';
import { NO_REPLY, PENDING } from '../query-handler.ts';
import type { OpenUdpListener } from './udp-listener.ts';
import { UdpListener } from './udp-listener.ts';
import { ZoneNames } from './zone-names.ts';

/** Makes listeners that read in batches; a socket where that fails gets a plain one. */
export function batchedUdpListeners(io: BatchedIo): OpenUdpListener {
  const zones = new ZoneNames();
  return (socket, handler, log) => {
    const descriptor = duplicateDescriptor(io.calls, socket);
    if (descriptor === undefined) return openPlainUdpListener(socket, handler, log);
    try {
      return new BatchedUdpListener(socket, handler, log, { io, descriptor, zones });
    } catch (error) {
      log.error(
        { event: 'socket_error', err: error },
        'a socket cannot be read in batches; it is read plainly',
      );
      return openPlainUdpListener(socket, handler, log);
    }
  };
}

/** What a batched listener needs besides its socket. */
interface BatchedParts {
  readonly io: BatchedIo;
  /** A second descriptor of the same socket. */
  readonly descriptor: number;
  readonly zones: ZoneNames;
}

/** Serves one bound UDP socket in batches. */
class BatchedUdpListener extends UdpListener implements DatagramOwner {
  readonly #io: BatchedIo;
  readonly #socket: DatagramSocket;
  readonly #client: ClientAddress;
  readonly #isIpv6: boolean;

  constructor(socket: Socket, handler: QueryHandler, log: ListenerLog, parts: BatchedParts) {
    super(socket, handler, log);
    this.#io = parts.io;
    this.#client = new ClientAddress(parts.zones.nameOf);
    this.#isIpv6 = this.address.family === 'IPv6';
    this.#socket = new DatagramSocket(parts.io, parts.descriptor, this);
    // The second descriptor keeps the port and what has arrived.
    socket.close();
  }

  onDatagrams(count: number): void {
    const { batch } = this.#io;
    const client = this.#client;
    const counters = this.counters;
    for (let i = 0; i < count; i++) {
      counters.queries++;
      const length = batch.octets(i);
      // A reply cannot be sent to port 0; an empty datagram asks nothing, and one that is too long is not read.
      const isQuery = length > 0 && length <= MAX_UDP_QUERY_OCTETS && !batch.isCut(i);
      const port = batch.senderPort(i);
      if (!isQuery || port === 0) {
        counters.dropped++;
        continue;
      }
      if (this.#isIpv6) client.setIpv6(batch.senders, batch.ipv6At(i), batch.scopeOf(i));
      else client.setIpv4(batch.senders, batch.ipv4At(i));
      client.port = port;
      const octets = this.answerNow(batch.queries[i]!, length, client, batch.replyRoom);
      if (octets === PENDING) this.#resolve(i, length);
      else if (octets === NO_REPLY) counters.dropped++;
      else this.#socket.reply(i, octets);
    }
  }

  onFault(doing: 'receiving' | 'sending' | 'answering', error: unknown): void {
    this.socketError(error, `${doing} failed; the socket stays open`);
  }

  protected override stopReading(): void {
    this.#socket.stopReading();
  }

  protected override closeSocket(): Promise<void> {
    this.#socket.close();
    return Promise.resolve();
  }

  #resolve(i: number, length: number): void {
    const { batch } = this.#io;
    const to = batch.copySender(i);
    void this.resolve(batch.queries[i]!.slice(0, length), this.#client.copy(), (reply, octets) =>
      this.#socket.sendLate(to, reply.subarray(0, octets)),
    );
  }
}
