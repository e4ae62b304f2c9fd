// Sockets that are bound here, handed to another process and kept open without ever being read, so that queries that arrive
// while no worker runs wait in them. Node has no documented way to do that; where the one used here is missing, a socket
// cannot be kept.

import type { SendHandle } from 'node:child_process';
import type { Socket } from 'node:dgram';
import * as net from 'node:net';
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { handleOf, propertyOf } from '../datagrams/handle-of.ts';
import { ownBinder } from '../listeners/sockets/binder.ts';
import type { SocketName } from './messages.ts';

/** A bound socket. */
export interface KeptSocket {
  /** To be sent over IPC, as often as needed. */
  readonly handle: SendHandle;
  /** Whether it can be kept open here; if not, it must be closed once it is sent. */
  readonly canStay: boolean;
  close(): void;
}

/** Bit of bind6 in Node's TCP handle, as uv.h's UV_TCP_IPV6ONLY. */
const IPV6_ONLY = 1;

const EADDRINUSE = -constants.errno.EADDRINUSE;

/** The undocumented parts of Node that are used. */
export interface Undocumented {
  /** The handle of a dgram.Socket. */
  readonly handleOf: (socket: Socket) => unknown;
  /** Makes a TCP socket that is bound and does not listen. */
  readonly createServerHandle: unknown;
}

const undocumented: Undocumented = {
  handleOf,
  createServerHandle: Reflect.get(net, '_createServerHandle'),
};

/** Binds a socket; fails with the system's error (`code`, `syscall`). */
export async function openKeptSocket(
  { transport, address, port }: SocketName,
  node: Undocumented = undocumented,
): Promise<KeptSocket> {
  if (transport === 'udp') return openUdp(address, port, node);
  return openTcp(address, port, node) ?? openListening(address, port);
}

async function openUdp(address: string, port: number, node: Undocumented): Promise<KeptSocket> {
  const socket = await ownBinder.bindUdp(address, port);
  // Binding has told the event loop to read, which it has not done yet; this stops it.
  const canStay = stopReading(node.handleOf(socket));
  return { handle: socket, canStay, close: () => void socket.close() };
}

/** What dgram itself calls when a socket is closed. */
function stopReading(handle: unknown): boolean {
  const recvStop = propertyOf(handle, 'recvStop');
  return typeof recvStop === 'function' && Reflect.apply(recvStop, handle, []) === 0;
}

/**
 * A TCP socket that is bound and no more: only the worker listens, since a net.Server that listens here would accept
 * connections, too. Undefined where Node lacks the function with which its own cluster module makes such sockets.
 */
function openTcp(address: string, port: number, node: Undocumented): KeptSocket | undefined {
  const create = node.createServerHandle;
  if (typeof create !== 'function') return undefined;
  const isIpv6 = net.isIPv6(address);
  const made: unknown = Reflect.apply(create, net, [
    address,
    port,
    isIpv6 ? 6 : 4,
    undefined,
    isIpv6 ? IPV6_ONLY : 0,
  ]);
  if (typeof made === 'number') throw bindError(made);
  if (!isTcpHandle(made)) return undefined;
  // libuv keeps EADDRINUSE to itself until listen(2), which would then give the socket any other port.
  const bound: { port?: number } = {};
  const fault = made.getsockname(bound);
  if (fault !== 0 || bound.port !== port) {
    made.close();
    throw bindError(fault === 0 ? EADDRINUSE : fault);
  }
  // Node can send its own handles as they are, which its types do not say.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { handle: made as unknown as SendHandle, canStay: true, close: () => made.close() };
}

interface TcpHandle {
  getsockname(out: { port?: number }): number;
  close(): void;
}

function isTcpHandle(value: unknown): value is TcpHandle {
  return (
    typeof propertyOf(value, 'getsockname') === 'function' && typeof propertyOf(value, 'close') === 'function'
  );
}

async function openListening(address: string, port: number): Promise<KeptSocket> {
  const server = await ownBinder.listenTcp(address, port);
  return { handle: server, canStay: false, close: () => void server.close() };
}

function bindError(errno: number): Error {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`bind ${code}`), { code, syscall: 'bind' });
}
