/**
 * Clients that send bytes as they are and collect what comes back, silence included. They decode nothing.
 */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';

import { concat, u16 } from './message-writer.ts';
import { eachFrame } from './scripted-upstream.ts';

/** How long a server has to take a connection. */
const CONNECT_MS = 3000;

/** Where a server listens, and the address that its client sends from. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly source?: string | undefined;
}

/** How long to listen. */
export interface Patience {
  /** Milliseconds until silence is called silence. */
  readonly waitMs: number;
  /** Listens for this many milliseconds after the first message; default 0. */
  readonly lingerMs?: number;
}

/** Sends datagrams from one socket and collects the answers that come from the server's own address and port. */
export async function askUdp(
  to: Endpoint,
  datagrams: readonly Uint8Array[],
  patience: Patience,
): Promise<Uint8Array[]> {
  const socket = dgram.createSocket(net.isIPv6(to.address) ? 'udp6' : 'udp4');
  const got: Uint8Array[] = [];
  try {
    socket.bind(0, to.source);
    await once(socket, 'listening');
    await new Promise<void>((resolve) => {
      const silence = setTimeout(resolve, patience.waitMs);
      socket.on('error', () => {}); // a closed port is silence
      socket.on('message', (bytes, from) => {
        if (from.port !== to.port || from.address !== to.address) return;
        got.push(Uint8Array.from(bytes));
        if (got.length < datagrams.length) return;
        clearTimeout(silence);
        setTimeout(resolve, patience.lingerMs ?? 0);
      });
      for (const datagram of datagrams) socket.send(datagram, to.port, to.address);
    });
  } finally {
    socket.close();
  }
  return got;
}

/** A client's TCP connection. */
export class WireConnection {
  readonly #socket: net.Socket;
  readonly #messages: Uint8Array[] = [];
  #closed = false;
  #changed: () => void = () => {};

  constructor(socket: net.Socket) {
    this.#socket = socket;
    eachFrame(socket, (bytes) => {
      this.#messages.push(bytes);
      this.#changed();
    });
    const closed = (): void => {
      this.#closed = true;
      this.#changed();
    };
    socket.on('end', closed);
    socket.on('close', closed);
    socket.on('error', closed);
  }

  /** Sends bytes as they are. */
  write(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Sends a message with its length in front. */
  send(message: Uint8Array): void {
    this.write(concat(u16(message.length), message));
  }

  /** Closes the sending half. */
  end(): void {
    this.#socket.end();
  }

  /** Stops reading, so that the server's answers pile up. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Resets the connection. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** The next message, or that the server closed, or that nothing came in time. */
  async next(waitMs: number): Promise<Uint8Array | 'closed' | 'silence'> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.#closed) return 'closed';
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return 'silence';
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Opens a TCP connection; throws when the server does not take it. */
export async function openConnection(to: Endpoint): Promise<WireConnection> {
  const socket = net.connect({
    host: to.address,
    port: to.port,
    noDelay: true,
    allowHalfOpen: true,
    ...(to.source !== undefined && { localAddress: to.source }),
  });
  const connection = new WireConnection(socket);
  await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) }).catch((error: unknown) => {
    socket.destroy();
    throw new Error('the server takes no connection', { cause: error });
  });
  return connection;
}

/** Waits. */
export async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
