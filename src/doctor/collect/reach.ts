// Tries each upstream from this machine: a query for the name servers of the root, which any resolver answers. The outcome
// is a line of text, so that it is evidence like any other.

import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { connect as connectTls } from 'node:tls';
import type { Config, UpstreamServer } from '../../config/config.ts';

const TIMEOUT_MS = 2000;

/** At most this many characters of the names in a certificate are quoted. */
const MOST_NAMES = 200;

/** Tries the servers of a configuration at once; gives the text of upstream-reach.txt. Certificates are believed as `trust` says. */
export async function tryUpstreams({ upstreams }: Config, trust: () => SecureContext): Promise<string> {
  const servers = new Map(
    upstreams.flatMap((set) => set.servers.map((server) => [server.text, server] as const)),
  );
  const lines = await Promise.all(
    [...servers.values()].flatMap((server) => (server.kind === 'system' ? [] : [tryServer(server, trust)])),
  );
  return lines.map((line) => `${line}\n`).join('');
}

type Reachable = Exclude<UpstreamServer, { kind: 'system' }>;

async function tryServer(server: Reachable, trust: () => SecureContext): Promise<string> {
  const startedMs = performance.now();
  const fault = server.kind === 'udp' ? await askUdp(server) : await askStream(server, trust);
  const tookMs = Math.round(performance.now() - startedMs);
  return fault === undefined ? `${server.text}: ok: ${tookMs} ms` : `${server.text}: failed: ${fault}`;
}

/** A query `. NS` with RD set (RFC 1035 section 4.1). */
function rootQuery(): Buffer {
  const query = Buffer.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]);
  query.writeUInt16BE(randomInt(0x10000), 0);
  return query;
}

// Each gives what went wrong, or undefined.
function askUdp({ address, port }: Reachable): Promise<string | undefined> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const query = rootQuery();
  return new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => resolve('no answer within 2 seconds'), TIMEOUT_MS);
    socket.on('error', (error) => resolve(codeOf(error)));
    socket.on('message', (reply) => {
      clearTimeout(timer);
      resolve(reply.subarray(0, 2).equals(query.subarray(0, 2)) ? undefined : 'an answer with another id');
    });
    // On a connected socket a closed port is reported at once. A callback of connect() would be called on failure, too.
    socket.on('connect', () => socket.send(query));
    socket.connect(port, address);
  }).finally(() => socket.close());
}

function askStream(server: Reachable, trust: () => SecureContext): Promise<string | undefined> {
  const { address: host, port } = server;
  const query = rootQuery();
  const socket: Socket =
    server.kind === 'tls'
      ? connectTls({ host, port, servername: server.tlsName, secureContext: trust(), ALPNProtocols: ['dot'] })
      : connect({ host, port });
  return new Promise<string | undefined>((resolve) => {
    socket.setTimeout(TIMEOUT_MS, () => resolve('no answer within 2 seconds'));
    socket.on('error', (error) => resolve(codeOf(error)));
    socket.on('close', () => resolve('it closed the connection'));
    socket.on('data', () => resolve(undefined));
    socket.on(server.kind === 'tls' ? 'secureConnect' : 'connect', () =>
      socket.write(Buffer.concat([Buffer.from([0, query.length]), query])),
    );
  }).finally(() => socket.destroy());
}

function codeOf(error: Error): string {
  const held = 'cert' in error && isCertificate(error.cert) ? error.cert.subjectaltname : undefined;
  if (held !== undefined) return `ERR_TLS_CERT_ALTNAME_INVALID: it is for ${held.slice(0, MOST_NAMES)}`;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

function isCertificate(value: unknown): value is { readonly subjectaltname: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'subjectaltname' in value &&
    typeof value.subjectaltname === 'string'
  );
}
