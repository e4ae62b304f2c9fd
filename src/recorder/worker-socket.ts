// The socket that workers send batches to: in the state folder, for the recorder's own user alone.
import { once } from 'node:events';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { reasonOf } from '../system/system-error.ts';

const SOCKET_MODE = 0o600;

/** Makes a server listen there; one that nobody listens on any more is replaced. Throws an Error with the reason. */
export async function listenForWorkers(server: Server, path: string): Promise<void> {
  if (await isListening(path)) throw new Error(`another recorder listens on ${path}`);
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === false)
      throw new Error('something that is not a socket is there');
    rmSync(path, { force: true });
    const listening = once(server, 'listening');
    server.listen(path);
    await listening;
    chmodSync(path, SOCKET_MODE);
  } catch (cause) {
    throw new Error(`${path} cannot be opened (${reasonOf(cause)})`, { cause });
  }
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
