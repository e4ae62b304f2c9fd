// The worker's binder: asks the privileged parent for each socket and takes it over IPC.
import { Socket } from 'node:dgram';
import { once } from 'node:events';
import { Server } from 'node:net';
import type { Binder } from '../listeners/sockets/binder.ts';
import { BACKLOG, newDnsServer } from '../listeners/sockets/binder.ts';
import type { TransportName } from '../listeners/transport.ts';
import type { BindAnswer, FromParent, FromWorker, SocketName } from './messages.ts';
import { closeSent } from './worker-message.ts';

/** A request that waits for its socket. */
type Waiting = (answer: BindAnswer, handle: unknown) => void;

/** How long to wait for a socket, in milliseconds: one that arrives while no descriptor is free is lost silently. */
const ANSWER_MS = 5000;

const NOT_COME = { message: 'the parent sent no socket', code: 'ETIMEDOUT', syscall: 'bind' } as const;

const PARENT_GONE = { message: 'the parent process has ended', code: 'EPIPE', syscall: 'bind' } as const;

/** Binds through the process that forked this one. */
export class ParentBinder implements Binder {
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  readonly #answerMs: number;

  constructor(answerMs = ANSWER_MS) {
    this.#answerMs = answerMs;
    // No answer will come any more; callers must not wait for ever.
    process.once('disconnect', () => {
      for (const [id, answer] of this.#waiting) answer({ kind: 'bound', id, error: PARENT_GONE }, undefined);
      this.#waiting.clear();
    });
    process.on('message', (message: FromParent, handle: unknown) => {
      if (message.kind !== 'bound') return;
      const answer = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (answer === undefined) closeSent(handle);
      else answer(message, handle);
    });
  }

  bindUdp(address: string, port: number): Promise<Socket> {
    return this.#ask({ transport: 'udp', address, port }, (handle) =>
      handle instanceof Socket ? handle : undefined,
    );
  }

  async listenTcp(address: string, port: number): Promise<Server> {
    const name = { transport: 'tcp', address, port } as const;
    const handle = await this.#ask(name, (sent) => (typeof sent === 'object' ? sent : undefined));
    const server = newDnsServer();
    try {
      const listening = once(server, 'listening');
      // A Server, or Node's own handle of a socket that is bound; `listen` takes whatever has one.
      server.listen(handle instanceof Server ? handle : { _handle: handle }, BACKLOG);
      await listening;
      return server;
    } catch (error) {
      this.released('tcp', address, port);
      throw error;
    }
  }

  released(transport: TransportName, address: string, port: number): void {
    sendToParent({ kind: 'release', transport, address, port });
  }

  #ask<S>(wanted: SocketName, toSocket: (handle: unknown) => S | undefined | null): Promise<S> {
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.get(id)?.({ kind: 'bound', id, error: NOT_COME }, undefined);
        this.#waiting.delete(id);
        sendToParent({ kind: 'release', ...wanted });
      }, this.#answerMs);
      this.#waiting.set(id, ({ error }, handle) => {
        clearTimeout(late);
        const socket = toSocket(handle);
        if (socket !== undefined && socket !== null) resolve(socket);
        else reject(Object.assign(new Error(error?.message ?? 'the parent sent no socket'), error));
      });
      sendToParent({ kind: 'bind', id, ...wanted });
    });
  }
}

/** Says something to the parent; a parent that is gone is noticed by 'disconnect'. */
export function sendToParent(message: FromWorker): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
