// Opens the sockets of an address. An interface, so that a privileged parent can open them for us instead.

import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { createServer, isIPv6 } from 'node:net';

/** What the system knows a socket as; more than one kind of endpoint may need the same. */
export type SocketKind = 'udp' | 'tcp';

/** Connections that the system may hold until we accept them. */
export const BACKLOG = 128;

/** Opens sockets; each call fails with the system's error (`code`, `syscall`) and then leaves nothing open. */
export interface Binder {
  /** Opens a UDP socket bound to that address (with `%zone` where link-local) and port; 0 = any free port. */
  bindUdp(address: string, port: number): Promise<Socket>;
  /** Opens a TCP server that listens there. The caller must add a 'connection' listener at once. */
  listenTcp(address: string, port: number): Promise<Server>;
  /** Hears that a socket it gave takes in no more; for those who hold a second descriptor of it. */
  released?(kind: SocketKind, address: string, port: number): void;
}

/** A server for DNS over TCP, which does not listen yet. */
export function newDnsServer(): Server {
  // A client may close its side once it has asked (RFC 7766 section 6.2.3), and small replies must not wait.
  return createServer({ allowHalfOpen: true, noDelay: true });
}

/** Opens sockets in this process. Never shares an address with another program: EADDRINUSE is what we want to know. */
export const ownBinder: Binder = {
  async bindUdp(address, port) {
    const ipv6 = isIPv6(address);
    const socket = createSocket({ type: ipv6 ? 'udp6' : 'udp4', ipv6Only: ipv6, lookup: sameAddress });
    // With a lookup that answers at once, 'listening' comes before bind() returns.
    const listening = once(socket, 'listening');
    try {
      socket.bind({ address, port, exclusive: true });
      await listening;
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  },

  async listenTcp(address, port) {
    const server = newDnsServer();
    server.listen({ host: address, port, ipv6Only: true, exclusive: true, backlog: BACKLOG });
    await once(server, 'listening');
    return server;
  },
};

// dgram resolves the destination of each reply; ours are addresses already. Saves about 1 µs a reply.
function sameAddress(
  address: string,
  options: unknown,
  done: (error: null, address: string, family: number) => void,
): void {
  done(null, address, typeof options === 'number' ? options : 4);
}
