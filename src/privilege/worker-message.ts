// Parses messages from the worker. The rule: an attacker who controls the worker may send anything, and root
// believes none of it.

import { propertyOf } from '../datagrams/handle-of.ts';
import type { BindAnswer, FromWorker, SocketName } from './messages.ts';

/** A message in a form that workers send; undefined where it has none of these forms. */
export function toFromWorker(message: unknown): FromWorker | undefined {
  const kind = propertyOf(message, 'kind');
  if (kind === 'ready' || kind === 'pulse') return { kind };
  if (kind === 'recorder') return toWish(propertyOf(message, 'isWanted'));
  const name = toSocketName(message);
  if (name === undefined) return undefined;
  if (kind === 'release') return { kind, ...name };
  const id = propertyOf(message, 'id');
  return kind === 'bind' && typeof id === 'number' ? { kind, id, ...name } : undefined;
}

function toWish(isWanted: unknown): FromWorker | undefined {
  return typeof isWanted === 'boolean' ? { kind: 'recorder', isWanted } : undefined;
}

function toSocketName(message: unknown): SocketName | undefined {
  const transport = propertyOf(message, 'transport');
  const address = propertyOf(message, 'address');
  const port = propertyOf(message, 'port');
  if (transport !== 'udp' && transport !== 'tcp') return undefined;
  return typeof address === 'string' && typeof port === 'number' ? { transport, address, port } : undefined;
}

/** Closes a handle that came with a message and that nobody waits for: an open dgram.Socket, net.Server or net.Socket. */
export function closeSent(handle: unknown): void {
  for (const name of ['destroy', 'close']) {
    const end = propertyOf(handle, name);
    if (typeof end !== 'function') continue;
    Reflect.apply(end, handle, []);
    return;
  }
}

/** Why a socket could not be bound, in a form that can be sent. */
export function toBindFault(error: unknown): NonNullable<BindAnswer['error']> {
  if (!(error instanceof Error)) return { message: String(error), code: 'EIO', syscall: 'bind' };
  const { code, syscall }: NodeJS.ErrnoException = error;
  return { message: error.message, code: code ?? 'EIO', syscall: syscall ?? 'bind' };
}
