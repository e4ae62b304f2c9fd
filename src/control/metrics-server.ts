// Metrics for a Prometheus that asks over TCP. The rule: it answers GET /metrics and nothing else, few at a time and each in
// a bounded time, and carries out no orders.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { refusalOf } from './browser-guard.ts';
import type { ControlReply } from './control-server.ts';

/** Connections at once: Prometheus keeps one. */
const MAX_CONNECTIONS = 16;

/** How long a request, and a connection between two, may take, in milliseconds. */
const REQUEST_MS = 10_000;
const IDLE_MS = 75_000;

const MAX_HEADER_OCTETS = 8192;

/** A server that is listening. */
export interface MetricsServer {
  readonly port: number;
  close(): void;
}

/** Listens on an address; rejects with the system's error where it cannot. */
export async function openMetricsServer(
  { address, port }: { readonly address: string; readonly port: number },
  tell: () => Promise<ControlReply>,
): Promise<MetricsServer> {
  const server = createServer(
    {
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: IDLE_MS,
      maxHeaderSize: MAX_HEADER_OCTETS,
    },
    (request, response) => void answer(tell, request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.timeout = IDLE_MS;
  const listening = once(server, 'listening');
  server.listen({ host: address, port, exclusive: true });
  await listening;
  // An error ends its connection and needs no report.
  server.on('error', () => undefined);
  const bound = server.address();
  return {
    port: isInfo(bound) ? bound.port : port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function isInfo(bound: AddressInfo | string | null): bound is AddressInfo {
  return typeof bound === 'object' && bound !== null;
}

async function answer(
  tell: () => Promise<ControlReply>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A body is neither wanted nor read.
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'];
  const refuse = (status: number, why: string): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end(`${why}\n`);
  };
  const refusal = refusalOf(request.headers);
  if (refusal !== undefined) return refuse(403, refusal);
  if (request.url?.split('?', 1)[0] !== '/metrics')
    return refuse(404, 'there is GET /metrics, and nothing else');
  if ((request.method !== 'GET' && request.method !== 'HEAD') || hasBody)
    return refuse(405, 'there is GET /metrics, and nothing else');
  try {
    const { contentType, text } = await tell();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : text);
  } catch (error) {
    refuse(500, error instanceof Error ? error.message : String(error));
  }
}
