// Opens the streams that questions go over: plain TCP, and TLS whose certificate must be the named server's (RFC 7858,
// RFC 8310: the strict profile; there is no fallback to plain text).
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import type { OpeningStream } from './stream-connection.ts';

/** Gives an opener of TCP connections. */
export function tcpOpener(address: string, port: number): () => OpeningStream {
  return () => ({ stream: connectTcp({ host: address, port, noDelay: true }), openEvent: 'connect' });
}

/** The address of a TLS server and how it is authenticated. */
export interface TlsServer {
  readonly address: string;
  readonly port: number;
  /** The name in its certificate; undefined: the certificate must hold its address. */
  readonly serverName: string | undefined;
  /** The CAs that are trusted; undefined: Node's. */
  readonly trust: (() => SecureContext) | undefined;
}

/** Gives an opener of TLS connections, which resumes the last session. */
export function tlsOpener(server: TlsServer): () => OpeningStream {
  let session: Buffer | undefined;
  return () => {
    const options: ConnectionOptions = { host: server.address, port: server.port, ALPNProtocols: ['dot'] };
    if (server.serverName !== undefined) options.servername = server.serverName;
    if (server.trust !== undefined) options.secureContext = server.trust();
    if (session !== undefined) options.session = session;
    const stream = connectTls(options);
    stream.setNoDelay(true);
    stream.on('session', (fresh) => {
      session = fresh;
    });
    // A session that the server no longer takes must not fail the next connection as well.
    stream.once('error', () => {
      session = undefined;
    });
    return { stream, openEvent: 'secureConnect' };
  };
}
