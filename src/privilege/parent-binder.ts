// The worker's binder: asks the privileged parent for each socket and takes it over IPC.
import { Socket } from 'node:dgram';
import { Server } from 'node:net';
import type { Binder } from '../listeners/binder.ts';
import type { BindAnswer, BindRequest, FromParent, FromWorker } from './messages.ts';

/** A request that waits for its socket. */
type Waiting = (answer: BindAnswer, handle: unknown) => void;

const PARENT_GONE = { message: 'the parent process has ended', code: 'EPIPE', syscall: 'bind' } as const;

/** Binds through the process that forked this one. */
export class ParentBinder implements Binder {
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;

  constructor() {
    // Nobody will answer any more; who waits must not wait for ever.
    process.once('disconnect', () => {
      for (const [id, answer] of this.#waiting) answer({ kind: 'bound', id, error: PARENT_GONE }, undefined);
      this.#waiting.clear();
    });
    process.on('message', (message: FromParent, handle: unknown) => {
      if (message.kind !== 'bound') return;
      this.#waiting.get(message.id)?.(message, handle);
      this.#waiting.delete(message.id);
    });
  }

  bindUdp(address: string, port: number): Promise<Socket> {
    return this.#ask({ transport: 'udp', address, port }, (handle) =>
      handle instanceof Socket ? handle : undefined,
    );
  }

  listenTcp(address: string, port: number): Promise<Server> {
    return this.#ask({ transport: 'tcp', address, port }, (handle) =>
      handle instanceof Server ? handle : undefined,
    );
  }

  #ask<S>(
    wanted: Omit<BindRequest, 'kind' | 'id'>,
    toSocket: (handle: unknown) => S | undefined,
  ): Promise<S> {
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ error }, handle) => {
        const socket = toSocket(handle);
        if (socket !== undefined) resolve(socket);
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
