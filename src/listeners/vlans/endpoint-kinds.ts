// The kinds of endpoints that an address can be served on, each opened in its own way, and the rule for several of them: all or
// none. Another kind is a row here and a name in `TransportName`.
import type { Binder, SocketKind } from '../sockets/binder.ts';
import type { Listener } from '../listener.ts';
import type { ListenerLog } from '../listener-log.ts';
import type { HandlerFor } from '../query-handler.ts';
import { TRANSPORT } from '../transport.ts';
import type { TransportName } from '../transport.ts';
import type { TcpConnections } from '../stream/tcp-connections.ts';
import { TcpListener } from '../stream/tcp-listener.ts';
import type { OpenUdpListener } from '../udp/udp-listener.ts';

/** What listeners are made with. */
export interface EndpointParts {
  readonly binder: Binder;
  readonly openUdp: OpenUdpListener;
  readonly handlerFor: HandlerFor;
  readonly connections: TcpConnections;
  readonly log: ListenerLog;
}

/** Where an endpoint is opened, and for whom. */
interface Place {
  readonly vlan: string;
  readonly address: string;
  readonly port: number;
}

interface EndpointKind {
  /** The socket that it needs. */
  readonly socket: SocketKind;
  /** Fails with the system's error, and then leaves nothing open. */
  readonly open: (place: Place, parts: EndpointParts) => Promise<Listener>;
}

const KINDS: Readonly<Record<TransportName, EndpointKind>> = {
  udp: {
    socket: 'udp',
    open: async ({ vlan, address, port }, { binder, openUdp, handlerFor, log }) =>
      openUdp(await binder.bindUdp(address, port), handlerFor(vlan, TRANSPORT.udp), log),
  },
  tcp: {
    socket: 'tcp',
    open: async ({ vlan, address, port }, { binder, handlerFor, connections, log }) =>
      new TcpListener(await binder.listenTcp(address, port), handlerFor(vlan, TRANSPORT.tcp), {
        vlan,
        connections,
        log,
      }),
  },
};

/** Plain DNS: a client that is told TC over UDP must find TCP on the same port (RFC 7766 section 5). */
export const PLAIN_DNS: readonly TransportName[] = ['udp', 'tcp'];

/** The socket that could not be opened, and the system's error. */
export interface OpenFault {
  readonly error: unknown;
  readonly socket: SocketKind;
  readonly port: number;
}

/** Opens an endpoint of each kind on one port, all of them or none. Port 0 takes any that is free for the first. */
export async function openTogether(
  kinds: readonly TransportName[],
  place: Place,
  parts: EndpointParts,
): Promise<readonly Listener[] | OpenFault> {
  const opened: Listener[] = [];
  let { port } = place;
  for (const kind of kinds) {
    const { socket, open } = KINDS[kind];
    try {
      const listener = await open({ ...place, port }, parts);
      ({ port } = listener);
      opened.push(listener);
    } catch (error) {
      await Promise.all(opened.map((listener) => listener.close(0)));
      release(opened, place, parts.binder);
      return { error, socket, port };
    }
  }
  return opened;
}

/** Tells the binder that the sockets of listeners take in no more. */
export function release(
  listeners: readonly Listener[],
  { address, port }: Pick<Place, 'address' | 'port'>,
  binder: Binder,
): void {
  for (const { transport } of listeners) binder.released?.(KINDS[transport].socket, address, port);
}
