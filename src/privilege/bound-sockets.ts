// The sockets that the parent has open for its workers. The rule: one that a worker has closed, or that a new worker did
// not ask for, is closed here at once, so that its port is free.

import type { KeptSocket } from './kept-socket.ts';
import { openKeptSocket } from './kept-socket.ts';
import type { SocketName } from './messages.ts';

/** Binds a socket. */
export type OpenSocket = (name: SocketName) => Promise<KeptSocket>;

interface Held {
  readonly socket: KeptSocket;
  /** The number of the worker that asked for it last. */
  worker: number;
}

/** Binds sockets, and gives the same ones again to the next worker. */
export class BoundSockets {
  readonly #held = new Map<string, Held>();
  readonly #mayBind: (address: string, port: number) => boolean;
  readonly #open: OpenSocket;

  constructor(mayBind: (address: string, port: number) => boolean, open: OpenSocket = openKeptSocket) {
    this.#mayBind = mayBind;
    this.#open = open;
  }

  /** How many are open. */
  get size(): number {
    return this.#held.size;
  }

  /** The socket of that name, for a worker by its number; fails with the system's error, or EPERM. */
  async open(name: SocketName, worker: number): Promise<KeptSocket> {
    const key = keyOf(name);
    const held = this.#held.get(key);
    if (held !== undefined) {
      // It was allowed when it was bound; the next worker gets it even if the configuration on disk no longer names it.
      held.worker = worker;
      return held.socket;
    }
    if (!this.#mayBind(name.address, name.port))
      throw Object.assign(new Error(`the configuration does not name ${name.address} port ${name.port}`), {
        code: 'EPERM',
      });
    const socket = await this.#open(name);
    if (socket.canStay) this.#held.set(key, { socket, worker });
    return socket;
  }

  /** Closes a socket that its worker has closed; one that another worker has got meanwhile stays. */
  release(name: SocketName, worker: number): void {
    const key = keyOf(name);
    if (this.#held.get(key)?.worker === worker) this.#close(key);
  }

  /** Closes all sockets but those of one worker. */
  keepOnlyOf(worker: number): void {
    for (const [key, held] of this.#held) if (held.worker !== worker) this.#close(key);
  }

  /** Closes all. */
  close(): void {
    for (const key of this.#held.keys()) this.#close(key);
  }

  #close(key: string): void {
    this.#held.get(key)?.socket.close();
    this.#held.delete(key);
  }
}

function keyOf({ transport, address, port }: SocketName): string {
  return `${transport} ${address} ${port}`;
}
