// The commands' end of the control socket.
import { request } from 'node:http';

/** The daemon could not be asked; the message says why and what to do. */
export class NotRunning extends Error {}

/** Asks the running daemon: `GET /status` and the like. Gives the JSON it answers; throws NotRunning or its error. */
export async function askDaemon(socket: string, method: 'GET' | 'POST', path: string): Promise<unknown> {
  const { status, text } = await exchange(socket, method, path);
  const body: unknown = JSON.parse(text);
  if (status === 200) return body;
  const said = typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : text;
  throw new Error(said);
}

function exchange(
  socketPath: string,
  method: string,
  path: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method, path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    asking.on('error', (cause: NodeJS.ErrnoException) => {
      reject(new NotRunning(whyNot(socketPath, cause), { cause }));
    });
    asking.end();
  });
}

function whyNot(socket: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return `vlandns is not running: nobody listens on ${socket}; start it, or name its configuration with -c`;
    case 'EACCES':
    case 'EPERM':
      return `no permission to use ${socket}; run this as root or as the daemon's user`;
    case undefined:
    default:
      return `${socket} cannot be used: ${error.message}`;
  }
}
