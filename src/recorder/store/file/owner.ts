// Who has a query log open: the process that listens on a socket beside it. The system closes it with the process, however that ends,
// so that nothing is left to be taken for a living one.
import { chmodSync, linkSync, renameSync, rmSync } from 'node:fs';
import net from 'node:net';
import { isSystemError } from '../../../system/system-error.ts';

/** Octets of a path that a socket can have, on the system with the least. */
const MOST_PATH_OCTETS = 103;

/** That a file is ours. */
export interface Ownership {
  release(): void;
}

/** Makes this process the owner of a path; undefined where another one is. Rejected where no socket can be made there. */
export async function own(path: string): Promise<Ownership | undefined> {
  const aside = `${path}-${process.pid}`;
  if (Buffer.byteLength(aside) > MOST_PATH_OCTETS)
    throw new Error(
      `${aside} has more than ${MOST_PATH_OCTETS} octets, the most of a socket; use a shorter state folder`,
    );
  rmSync(aside, { force: true });
  const server = await listen(aside);
  try {
    if (await take(aside, path)) return { release: () => release(server, path) };
  } finally {
    rmSync(aside, { force: true });
  }
  server.close();
  return undefined;
}

async function listen(path: string): Promise<net.Server> {
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  server.unref();
  chmodSync(path, 0o600);
  return server;
}

/** Puts the socket at the path, where none is or that of a dead process. Gives whether it is there. */
async function take(aside: string, path: string): Promise<boolean> {
  for (;;) {
    try {
      linkSync(aside, path);
      return true;
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
    }
    if (await isAlive(path)) return false;
    // Moved first, since another process may have put a living one there by now: that one goes back.
    const taken = `${aside}-old`;
    try {
      renameSync(path, taken);
    } catch {
      continue;
    }
    if (await isAlive(taken)) {
      renameSync(taken, path);
      return false;
    }
    rmSync(taken, { force: true });
  }
}

async function isAlive(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = net.connect(path);
    const tell = (alive: boolean) => (): void => {
      socket.destroy();
      resolve(alive);
    };
    socket.once('connect', tell(true)).once('error', tell(false));
  });
}

function release(server: net.Server, path: string): void {
  server.close();
  rmSync(path, { force: true });
}
