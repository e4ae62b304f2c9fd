// A stream of a socket as commands read it: one JSON value a line, taken as fast as whoever reads it goes.
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { toControlError, whyNotRunning } from './control-client.ts';

/** The longest line that is read, in characters. */
const MAX_LINE = 1024 * 1024;

/** Asks a route that answers with lines; throws NotRunning or a ControlError. Whoever stops reading ends it. */
export async function* askForLines(socketPath: string, path: string): AsyncGenerator {
  const response = await open(socketPath, path);
  try {
    response.setEncoding('utf8');
    if (response.statusCode !== 200) {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      throw toControlError(text);
    }
    let rest = '';
    for await (const chunk of response) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE) throw new Error(`a line of more than ${MAX_LINE} characters came`);
      for (const line of lines) if (line !== '') yield JSON.parse(line);
    }
  } finally {
    response.destroy();
  }
}

function open(socketPath: string, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method: 'GET', path }, resolve);
    asking.on('error', (cause) => reject(whyNotRunning(socketPath, cause)));
    asking.end();
  });
}
