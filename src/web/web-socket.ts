// Has a server listen for the page: by itself where it may, else on a socket of whoever started this process (a port below 1024, and root
// above).
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:net';
import type { WebAddress } from '../access/web-settings.ts';
import { endpointToText } from '../config/grammar/endpoint.ts';
import type { PageSocketAnswer, PageSocketRequest, ToRecorder } from '../querylog/ipc.ts';
import { reasonOf } from '../system/system-error.ts';

/** How long a socket is waited for, in milliseconds: one that arrives while no descriptor is free is lost silently. */
const ANSWER_MS = 5000;

/** Connections that the system may hold until they are accepted. */
const BACKLOG = 128;

/** Has a server of any kind listen there; rejects with an Error that says why it does not, and what to do. */
export async function listenForPage(server: Server, { address, port }: WebAddress): Promise<void> {
  try {
    await listening(server, { host: address, port, ipv6Only: true, exclusive: true, backlog: BACKLOG });
  } catch (error) {
    if (codeOf(error) !== 'EACCES' || process.send === undefined) throw faultOf({ address, port }, error);
    try {
      const handle = await fromStarter({ address, port });
      // A Server, or Node's own handle of a socket that is bound; `listen` takes whatever has one.
      await listening(server, '_handle' in handle ? handle : { _handle: handle }, BACKLOG);
    } catch (second) {
      throw faultOf({ address, port }, second);
    }
  }
}

async function listening(server: Server, on: object, backlog?: number): Promise<void> {
  const listens = once(server, 'listening');
  try {
    server.listen(on, backlog);
  } catch (error) {
    listens.catch(() => undefined);
    throw error;
  }
  await listens;
}

/** Asks whoever started this process for a socket that is bound. */
function fromStarter({ address, port }: WebAddress): Promise<object> {
  const id = randomInt(2 ** 31);
  return new Promise((resolve, reject) => {
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      reject(new Error('no socket came from the process that started this one'));
    }, ANSWER_MS);
    const answered = (message: ToRecorder, handle: unknown): void => {
      if (message.kind !== 'bound' || message.id !== id) return;
      clearTimeout(late);
      process.off('message', answered);
      if (isLate) closeLate(handle);
      else if (typeof handle === 'object' && handle !== null) resolve(handle);
      else reject(toError(message));
    };
    process.on('message', answered);
    const request: PageSocketRequest = { kind: 'bind', id, address, port };
    // One that is gone ends this process.
    process.send?.(request, undefined, undefined, () => undefined);
  });
}

function toError({ error }: PageSocketAnswer): Error {
  return Object.assign(new Error(error?.message ?? 'no socket came with the answer'), error);
}

function closeLate(handle: unknown): void {
  if (
    typeof handle === 'object' &&
    handle !== null &&
    'close' in handle &&
    typeof handle.close === 'function'
  )
    Reflect.apply(handle.close, handle, []);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The error with what to do about it; it keeps its code. */
function faultOf({ address, port }: WebAddress, cause: unknown): Error {
  const code = codeOf(cause);
  const where = endpointToText(address, port);
  const why = CURES[code ?? '']?.({ address, port }) ?? reasonOf(cause);
  return Object.assign(new Error(`the page cannot be served on ${where}: ${why}`, { cause }), { code });
}

const CURES: Readonly<Record<string, (at: WebAddress) => string>> = {
  EADDRINUSE: ({ port }) =>
    `another program listens there; stop it, or write another port than ${port} (web.listen)`,
  EADDRNOTAVAIL: ({ address }) => `no interface of this machine has ${address} now; it is tried again`,
  EACCES: () =>
    'the user that serves may not use a port below 1024; write one such as 8053, or start vlandns as root with server.user',
  EPERM: () => 'web.listen of the configuration on disk does not name it; run "vlandns reload"',
};
