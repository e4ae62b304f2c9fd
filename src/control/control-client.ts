// The control socket as commands use it.
import { request } from 'node:http';
import { ControlError, isErrorCode } from './error-codes.ts';

/** The daemon could not be asked; the message says why and what to do. */
export class NotRunning extends Error {}

/** How a daemon is asked. */
type AskOptions = Partial<Omit<Exchange, 'path'>>;

/** Asks the running daemon: `GET /status` and the like. Gives the JSON that it answers; throws NotRunning or its error. */
export async function askDaemon(
  socket: string,
  method: 'GET' | 'POST',
  path: string,
  { timeoutMs = 0, headers = {} }: AskOptions = {},
): Promise<unknown> {
  const { status, text } = await exchange(socket, method, { path, timeoutMs, headers });
  if (status === 200) {
    const body: unknown = JSON.parse(text);
    return body;
  }
  throw toControlError(text);
}

/** The error that a reply other than 200 is about. */
export function toControlError(text: string): Error {
  const body: unknown = JSON.parse(text);
  if (typeof body !== 'object' || body === null) return new Error(text);
  if ('code' in body && 'message' in body && isErrorCode(body.code))
    return new ControlError(body.code, String(body.message));
  // So says a daemon of before there were codes.
  return new Error('error' in body ? String(body.error) : text);
}

/** What is asked over a socket. */
export interface Exchange {
  readonly path: string;
  /** 0: for ever. */
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Asks and gives what was answered, whatever it is; throws NotRunning. */
export function exchange(
  socketPath: string,
  method: string,
  { path, timeoutMs, headers = {} }: Exchange,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => reject(whyNotRunning(socketPath, cause));
    const asking = request({ socketPath, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', fail);
    });
    asking.on('error', fail);
    if (timeoutMs > 0)
      asking.setTimeout(timeoutMs, () =>
        asking.destroy(
          Object.assign(new Error(`nothing came within ${timeoutMs / 1000} seconds`), { code: 'ETIMEDOUT' }),
        ),
      );
    asking.end();
  });
}

/** A daemon that could not be asked, with what to do about it. */
export function whyNotRunning(socket: string, cause: NodeJS.ErrnoException): NotRunning {
  return new NotRunning(whyNot(socket, cause), { cause });
}

function whyNot(socket: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return `vlandns is not running: nobody listens on ${socket}; start it, or name its configuration with -c`;
    case 'EACCES':
    case 'EPERM':
      return `no permission to use ${socket}; run this as root or as the daemon's user`;
    // The queue of connections is full, since none is accepted: Linux reports that at once.
    case 'EAGAIN':
      return `vlandns does not answer: nobody takes connections from ${socket}`;
    case 'ETIMEDOUT':
      return `vlandns does not answer: ${socket} is listened on, and ${error.message}`;
    case undefined:
    default:
      return `${socket} cannot be used: ${error.message}`;
  }
}
