// Parts for listener tests: a query path that does what its query says, a log that can be read, small clients.

import type { Socket as UdpSocket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer, isIPv6 } from 'node:net';
import type { ListenerLog } from '../../src/listeners/listener-log.ts';
import type { QueryHandler } from '../../src/listeners/query-handler.ts';
import { LATER, NO_QUERY, NO_REPLY, PENDING } from '../../src/listeners/query-handler.ts';
import type { TcpLimits } from '../../src/listeners/stream/tcp-connections.ts';

/** Any number of connections. */
export const ANY_CONNECTIONS: TcpLimits = {
  shares: { shared: Infinity, perVlan: 0 },
  perClient: 0,
  perPrefix: 0,
  prefixBits: 64,
  idleMs: 10_000,
};

/** A query: id, what the query path shall do with it, and further octets. */
export function query(id: number, act: string, more = 0): Buffer {
  const octets = Buffer.alloc(12 + act.length + 6 + more);
  octets.writeUInt16BE(id, 0);
  octets.writeUInt16BE(0x0100, 2);
  octets.writeUInt16BE(1, 4);
  octets[12] = act.length;
  octets.write(act, 13, 'latin1');
  octets.writeUInt16BE(1, 14 + act.length);
  octets.writeUInt16BE(1, 16 + act.length);
  return octets;
}

/** The query as the query path answers it: the same octets with QR set. */
export function replyTo(message: Uint8Array): Buffer {
  const reply = Buffer.from(message);
  reply[2] = (reply[2] ?? 0) | 0x80;
  return reply;
}

/** Gets its order from the first label: now, none, rated (LATER while isBusy), nonsense, throw, wait (until released), later, reject, never, big. */
export class ScriptedPath implements QueryHandler {
  readonly clients: string[] = [];
  /** Length of the answers to `big`. */
  bigOctets = 65_535;
  /** While set, a client that asks `rated` is over its rate. */
  isBusy = false;
  readonly #held: { readonly id: number; readonly go: () => void }[] = [];

  answerNow(message: Uint8Array, length: number, client: { text: string }, reply: Uint8Array): number {
    this.clients.push(client.text);
    const act = actOf(message);
    if (act === 'none' || length < 12) return NO_REPLY;
    if (act === 'throw') throw new Error('a bug on purpose');
    if (act === 'big') {
      reply.fill(0, 0, this.bigOctets);
      reply.set(replyTo(message.subarray(0, 12)));
      return this.bigOctets;
    }
    if (act === 'nonsense') return NO_QUERY;
    if (act === 'rated' && this.isBusy) return LATER;
    if (act !== 'now' && act !== 'rated') return PENDING;
    reply.set(replyTo(message.subarray(0, length)));
    return length;
  }

  async resolve(message: Uint8Array, client: { text: string }): Promise<Uint8Array | undefined> {
    const act = actOf(message);
    if (act === 'reject') throw new Error('a bug on purpose, later');
    if (act === 'never') return undefined;
    if (act === 'wait') {
      const id = (message[0] ?? 0) * 256 + (message[1] ?? 0);
      await new Promise<void>((go) => {
        this.#held.push({ id, go });
      });
    }
    this.clients.push(client.text);
    return replyTo(message);
  }

  /** How many queries wait. */
  get waiting(): number {
    return this.#held.length;
  }

  /** Lets the waiting query with that id be answered, or all of them. */
  release(id?: number): void {
    const chosen = this.#held.filter((held) => id === undefined || held.id === id);
    for (const held of chosen) {
      this.#held.splice(this.#held.indexOf(held), 1);
      held.go();
    }
  }
}

function actOf(message: Uint8Array): string {
  return Buffer.from(message.subarray(13, 13 + (message[12] ?? 0))).toString('latin1');
}

/** A log that keeps its lines. */
export class KeptLog implements ListenerLog {
  readonly lines: { fields: Record<string, unknown>; message: string }[] = [];
  error(fields: Record<string, unknown>, message: string): void {
    this.lines.push({ fields, message });
  }
}

/** Waits until a condition holds; fails after 20 seconds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !holds(); waited += 5) {
    if (waited > 20_000) throw new Error(`waited in vain until ${what}`);
    await new Promise((done) => {
      setTimeout(done, 5);
    });
  }
}

/** A UDP client that keeps what it receives. */
export class UdpClient {
  readonly replies: Buffer[] = [];
  readonly socket: UdpSocket;
  #isClosed = false;

  constructor(address: string) {
    this.socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    this.socket.on('message', (reply) => this.replies.push(reply));
  }

  send(message: Uint8Array, port: number, address: string): void {
    this.socket.send(message, port, address);
  }

  /** The reply with that id. */
  async reply(id: number): Promise<Buffer> {
    const find = () => this.replies.find((reply) => reply.readUInt16BE(0) === id);
    await until(() => find() !== undefined, `UDP reply ${id} came`);
    return find() ?? Buffer.alloc(0);
  }

  close(): void {
    if (!this.#isClosed) this.socket.close();
    this.#isClosed = true;
  }
}

/** A TCP client that cuts what it receives into messages. */
export class TcpClient {
  readonly replies: Buffer[] = [];
  readonly socket: Socket;
  closed = false;
  ended = false;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => (this.ended = true));
    socket.on('close', () => (this.closed = true));
    socket.on('error', () => undefined);
  }

  static async open(port: number, host: string, localAddress?: string): Promise<TcpClient> {
    const socket = connect({ port, host, allowHalfOpen: true, ...(localAddress && { localAddress }) });
    socket.setNoDelay(true);
    await once(socket, 'connect');
    return new TcpClient(socket);
  }

  get ids(): number[] {
    return this.replies.map((reply) => reply.readUInt16BE(0));
  }

  send(...messages: Uint8Array[]): void {
    this.socket.write(Buffer.concat(messages.map(framed)));
  }

  async got(count: number): Promise<void> {
    await until(() => this.replies.length >= count, `${count} TCP replies came`);
  }

  async isClosed(): Promise<void> {
    await until(() => this.closed || this.ended, 'the connection was closed');
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 2 && this.#rest.length >= 2 + this.#rest.readUInt16BE(0)) {
      const end = 2 + this.#rest.readUInt16BE(0);
      this.replies.push(this.#rest.subarray(2, end));
      this.#rest = this.#rest.subarray(end);
    }
  }
}

/** A message with its length before it. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(2 + message.length);
  frame.writeUInt16BE(message.length, 0);
  frame.set(message, 2);
  return frame;
}

/** A port that is free for UDP and TCP on all of 127.0.0.0/8 as far as one can tell. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    const free = await once(socket, 'listening').then(
      () => true,
      () => false,
    );
    socket.close();
    server.close();
    await once(server, 'close');
    if (free) return port;
  }
}
