// Which program holds a port that we want: /proc on Linux, fstat(1) on OpenBSD. It is only for a message, so a holder
// that cannot be found is undefined, never an error.

import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { procAddress, toProcSockets } from './proc-sockets.ts';
import type { SocketKind } from './binder.ts';

/** A socket by its kind, address and port. */
export interface SocketName {
  readonly transport: SocketKind;
  /** May carry a `%zone`. */
  readonly address: string;
  readonly port: number;
}

/** A program that holds a socket, or a wildcard of it. */
export interface PortHolder {
  readonly program: string;
  readonly processId: number;
  /** What it holds, as the system shows it. */
  readonly holds: string;
}

/** Finds who holds a socket; undefined where the system does not tell (other platforms, or not root). */
export async function readPortHolder(
  endpoint: SocketName,
  platform: NodeJS.Platform = process.platform,
): Promise<PortHolder | undefined> {
  try {
    if (platform === 'linux') return await readProcHolder(endpoint, '/proc');
    if (platform === 'openbsd') {
      const { stdout } = await promisify(execFile)('/usr/bin/fstat', ['-n'], { timeout: 2000 });
      return fstatHolder(stdout, endpoint);
    }
  } catch {
    // The holder stays unknown.
  }
  return undefined;
}

/** Finds the holder in the output of OpenBSD's `fstat -n`. */
export function fstatHolder(fstat: string, endpoint: SocketName): PortHolder | undefined {
  const { transport, address, port } = endpoint;
  const exact = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const family = address.includes(':') ? 'internet6' : 'internet';
  for (const line of fstat.split('\n')) {
    // USER CMD PID FD* internet dgram udp 127.0.0.1:53; TCP has the socket's number in kernel memory before the address.
    const words = line.trim().split(/\s+/);
    const [, program, processId, , kind] = words;
    if (program === undefined || kind !== family || words[6] !== transport) continue;
    const holds = transport === 'tcp' ? words[8] : words[7];
    // "<--" or "-->" and the peer follow where it is a connection, which does not hold the port.
    if (transport === 'tcp' && words.length > 9) continue;
    if (holds === exact || holds === `*:${port}`) return { program, processId: Number(processId), holds };
  }
  return undefined;
}

/** Finds the holder in a proc filesystem at `root`. Others' processes are visible to root only. */
export async function readProcHolder(endpoint: SocketName, root: string): Promise<PortHolder | undefined> {
  const tables = endpoint.address.includes(':') ? ['6'] : ['', '6'];
  for (const table of tables) {
    const text = await readFile(`${root}/net/${endpoint.transport}${table}`, 'utf8').catch(() => '');
    const socket = findSocket(text, endpoint);
    if (socket === undefined) continue;
    const holder = await readInodeHolder(socket.inode, root);
    if (holder !== undefined) return { ...holder, holds: socket.holds };
  }
  return undefined;
}

function findSocket(table: string, endpoint: SocketName): { inode: string; holds: string } | undefined {
  const wanted = procAddress(endpoint.address);
  for (const { address, port, state, inode } of toProcSockets(table)) {
    const wildcard = /^0+$/.test(address);
    if (port !== endpoint.port || (address !== wanted && !wildcard)) continue;
    // 0A is LISTEN; a connection that came to a port does not hold it.
    if (endpoint.transport === 'tcp' && state !== '0A') continue;
    return { inode, holds: `${wildcard ? '*' : endpoint.address}:${endpoint.port}` };
  }
  return undefined;
}

async function readInodeHolder(
  inode: string,
  root: string,
): Promise<{ program: string; processId: number } | undefined> {
  for (const processId of await readdir(root)) {
    if (!/^\d+$/.test(processId)) continue;
    for (const fd of await readdir(`${root}/${processId}/fd`).catch(() => [])) {
      const target = await readlink(`${root}/${processId}/fd/${fd}`).catch(() => '');
      if (target !== `socket:[${inode}]`) continue;
      const program = (await readFile(`${root}/${processId}/comm`, 'utf8').catch(() => '?')).trim();
      return { program, processId: Number(processId) };
    }
  }
  return undefined;
}
