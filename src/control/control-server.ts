// The control socket: HTTP over a Unix-domain socket, for the commands that talk to the running daemon (JSON) and for
// Prometheus.
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { dirname } from 'node:path';
import { toPrintable } from '../system/printable.ts';
import { refusalOf } from './browser-guard.ts';
import { ControlError, ERROR_STATUS } from './error-codes.ts';
import type { ErrorBody } from './error-codes.ts';

/** The answer to a request. */
export interface ControlReply {
  readonly contentType: string;
  readonly text: string;
}

/** An answer that goes on for as long as there is something to tell and somebody who reads. */
interface ControlStream {
  readonly contentType: string;
  /** Asked for the next text when the reader has taken the one before; ended when it is gone. */
  readonly texts: AsyncIterable<string>;
}

/** What a request is answered with. */
export type ControlAnswer = ControlReply | ControlStream;

/** Answers one request, at once or later. */
type ControlRoute<Answer> = (
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
) => Answer | Promise<Answer>;

/** Routes by method and path, such as `POST /reload`. */
export type ControlRoutes<Answer = ControlReply> = Readonly<Record<string, ControlRoute<Answer>>>;

/** Only the daemon's user and group may use the socket: whoever may write to it may change the service. */
const SOCKET_MODE = 0o660;

/** How long commands under way may take to end when the server is closed, in milliseconds. */
const FAREWELL_MS = 1000;

/** A reply of JSON. */
export function toJson(body: unknown): ControlReply {
  return { contentType: 'application/json', text: `${toPrintable(JSON.stringify(body))}\n` };
}

/** A control server that is listening. */
export interface ControlServer {
  close(): Promise<void>;
}

/** Answers commands on a server that `listen` makes listen. */
export async function openControlServer(
  listen: (server: Server) => Promise<void>,
  routes: ControlRoutes<ControlAnswer>,
): Promise<ControlServer> {
  const server = createServer((request, response) => {
    void answer(routes, request, response);
  });
  await listen(server);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // A connection that never sent anything does not count as idle, and would be waited for.
        setTimeout(() => server.closeAllConnections(), FAREWELL_MS).unref();
      }),
  };
}

/**
 * Makes a server listen on a Unix-domain socket; throws an Error with a cure where it cannot. A socket that nobody
 * listens on any more is replaced.
 */
export async function listenOnPath(server: Server, path: string): Promise<void> {
  if (await isListening(path))
    throw new Error(`another vlandns answers on ${path}; stop it, or set control.socket to another path`);
  makeWay(path);
  await listenOn(server, path);
  chmodSync(path, SOCKET_MODE);
}

function makeWay(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there?.isSocket() === false) throw new Error('something that is not a socket is there');
    rmSync(path, { force: true });
  } catch (cause) {
    throw cannotOpen(path, cause);
  }
}

function cannotOpen(path: string, cause: unknown): Error {
  const reason = reasonOf(cause);
  return new Error(
    `the control socket ${path} cannot be opened (${reason}); make its folder for the user that runs vlandns, or set control.socket`,
    { cause },
  );
}

async function answer(
  routes: ControlRoutes<ControlAnswer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [pathname = '', query] = (request.url ?? '').split('?', 2);
  const route = routes[`${request.method ?? ''} ${pathname}`];
  const send = (status: number, { contentType, text }: ControlReply): void => {
    response.writeHead(status, { 'content-type': contentType, connection: 'close' });
    response.end(text);
  };
  const refusal = refusalOf(request.headers);
  const fail = (error: unknown): void => {
    const body: ErrorBody = {
      code: error instanceof ControlError ? error.code : 'internal',
      message: reasonOf(error),
    };
    send(ERROR_STATUS[body.code], toJson(body));
  };
  if (refusal !== undefined) return fail(new ControlError('from_browser', refusal));
  if (route === undefined)
    return fail(new ControlError('no_such_route', `no such command: ${request.method ?? ''} ${pathname}`));
  try {
    const told = await route(new URLSearchParams(query), request.headers);
    if ('text' in told) send(200, told);
    else await sendStream(response, told);
  } catch (error) {
    // An answer that has begun can only be cut off.
    if (response.headersSent) response.destroy();
    else fail(error);
  }
}

async function sendStream(response: ServerResponse, { contentType, texts }: ControlStream): Promise<void> {
  const iterator = texts[Symbol.asyncIterator]();
  response.once('close', () => void iterator.return?.());
  response.writeHead(200, { 'content-type': contentType, connection: 'close' });
  response.flushHeaders();
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true || response.destroyed) break;
    if (!response.write(toPrintable(value))) await untilDrained(response);
  }
  response.end();
}

function untilDrained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

function listenOn(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(cannotOpen(path, cause)));
    server.listen(path, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
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

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
