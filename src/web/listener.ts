// One address that the page is served on: HTTP/1.1, or HTTP/1.1 and HTTP/2 over TLS. The rule: nobody takes more than a share. Connections,
// headers, bodies and waiting are bounded, of one address more than of all; where all are taken, who has most of them gives one to who comes.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { constants, createSecureServer } from 'node:http2';
import type {
  Http2SecureServer,
  Http2ServerRequest,
  Http2ServerResponse,
  ServerHttp2Session,
  ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';

/** What answers requests. */
export type RequestListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** A certificate with its key, in PEM form. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A listener is made with. */
export interface ListenerParts {
  readonly onRequest: RequestListener;
  readonly certificate: Certificate | undefined;
  /** Makes a server listen; rejects with the system's error. */
  readonly listen: (server: NetServer) => Promise<void>;
}

/** Connections at once: of all, and of one address (IPv6: of one /64). A browser opens six over HTTP/1.1. */
const MOST_CONNECTIONS = 256;
const MOST_OF_ONE = 48;

const MOST_HEADER_OCTETS = 16 * 1024;

/** How long the header and the whole of a request may take, and how long a connection may be silent, in milliseconds. */
const HEADER_MS = 10_000;
const REQUEST_MS = 30_000;
const IDLE_MS = 75_000;
/** What streams of events say is heard more often than this. */
const SILENT_MS = 60_000;

/** How often connections are looked through for those that take too long, in milliseconds. */
const CHECK_MS = 2000;

/** How long answers that are being sent may take when the server is closed, in milliseconds. */
const FAREWELL_MS = 500;

/** Requests of one connection of HTTP/2 at once. */
const MOST_STREAMS = 32;

const TLS = { minVersion: 'TLSv1.2', handshakeTimeout: HEADER_MS } as const;

/** A listener that is open. */
export class WebListener {
  readonly #server: Server | Http2SecureServer;
  readonly #connections = new Map<Socket, string>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #refused = 0;

  private constructor({ onRequest, certificate }: ListenerParts) {
    this.#server =
      certificate === undefined ? openPlain(onRequest) : openSecure(onRequest, certificate, this.#sessions);
    this.#server.on('connection', (socket: Socket) => this.#admit(socket));
    // What is no HTTP is answered and ended by Node (400, 408, 431); what is no TLS needs no report.
    this.#server.on('tlsClientError', () => undefined);
  }

  /** Opens a listener; rejects with the system's error where it cannot be. */
  static async open(parts: ListenerParts): Promise<WebListener> {
    const listener = new WebListener(parts);
    await parts.listen(listener.#server);
    listener.#server.on('error', () => undefined);
    return listener;
  }

  get port(): number {
    const bound = this.#server.address();
    return isInfo(bound) ? bound.port : 0;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Connections that were refused, since the listener was opened. */
  get refused(): number {
    return this.#refused;
  }

  /** New connections get this certificate; those that are open go on. Throws where it is none. */
  renew(certificate: Certificate): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext({ ...certificate, ...TLS });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const session of this.#sessions) session.close();
      if ('closeIdleConnections' in this.#server) this.#server.closeIdleConnections();
      setTimeout(() => {
        for (const socket of this.#connections.keys()) socket.destroy();
      }, FAREWELL_MS);
    });
  }

  #admit(socket: Socket): void {
    const from = placeOf(socket.remoteAddress ?? '');
    const counts = new Map<string, number>();
    for (const other of this.#connections.values()) counts.set(other, (counts.get(other) ?? 0) + 1);
    const ofOne = counts.get(from) ?? 0;
    const hasRoom = this.#connections.size < MOST_CONNECTIONS || this.#makeRoom(counts, ofOne + 1);
    if (ofOne >= MOST_OF_ONE || !hasRoom) {
      this.#refused++;
      socket.destroy();
      return;
    }
    this.#connections.set(socket, from);
    socket.once('close', () => this.#connections.delete(socket));
  }

  /** Ends the oldest connection of whoever has most, if that is more than whoever comes would have. */
  #makeRoom(counts: ReadonlyMap<string, number>, own: number): boolean {
    const most = Math.max(...counts.values());
    if (most <= own) return false;
    for (const [socket, from] of this.#connections) {
      if (counts.get(from) !== most) continue;
      this.#refused++;
      this.#connections.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }
}

function openPlain(onRequest: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: MOST_HEADER_OCTETS,
      headersTimeout: HEADER_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: CHECK_MS,
      insecureHTTPParser: false,
    },
    onRequest,
  );
  server.timeout = SILENT_MS;
  return server;
}

function openSecure(
  onRequest: RequestListener,
  certificate: Certificate,
  sessions: Set<ServerHttp2Session>,
): Http2SecureServer {
  const server = createSecureServer(
    {
      ...certificate,
      ...TLS,
      allowHTTP1: true,
      maxSessionMemory: 2,
      maxSettings: 32,
      settings: {
        maxConcurrentStreams: MOST_STREAMS,
        maxHeaderListSize: MOST_HEADER_OCTETS,
        enablePush: false,
      },
    },
    onRequest,
  );
  // What createServer takes as options, a secure server of HTTP/2 has as properties for those who speak HTTP/1.1.
  Object.assign(server, {
    headersTimeout: HEADER_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: CHECK_MS,
    keepAliveTimeout: IDLE_MS,
    maxHeaderSize: MOST_HEADER_OCTETS,
  });
  server.setTimeout(SILENT_MS);
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => undefined);
    session.setTimeout(IDLE_MS, () => session.close());
    session.on('stream', (stream: ServerHttp2Stream) => boundBody(stream));
  });
  return server;
}

/** HTTP/2 has no requestTimeout: a body that takes longer than over HTTP/1.1 ends with its stream. */
function boundBody(stream: ServerHttp2Stream): void {
  if (stream.endAfterHeaders) return;
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), REQUEST_MS);
  for (const event of ['end', 'close'] as const) stream.once(event, () => clearTimeout(timer));
}

/** Whom connections are counted for: an address of IPv4, or a /64, since a host there has as many addresses as it likes. */
export function placeOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const words = head.split(':').filter((word) => word !== '');
  if (tail === undefined) return words.slice(0, 4).join(':');
  return [...words, '0', '0', '0', '0'].slice(0, 4).join(':');
}

function isInfo(bound: AddressInfo | string | null): bound is AddressInfo {
  return typeof bound === 'object' && bound !== null;
}
