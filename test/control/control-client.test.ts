/** The commands' end of the control socket: what is said of a daemon that cannot be asked. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { askDaemon, NotRunning } from '../../src/control/control-client.ts';
import { parseStatus } from '../../src/doctor/parsers/daemon.ts';

t.test(
  'one that takes a connection and says nothing, or half of it, is hung; one that is not there does not run',
  async (t) => {
    // Short, since the path of a socket has to be.
    const folder = mkdtempSync(join(tmpdir(), 'ask-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    for (const [when, said, isHung] of [
      ['it says nothing', '', true],
      ['it stops in the middle', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{', true],
      ['nobody listens', undefined, false],
    ] as const) {
      const socket = join(folder, when.replaceAll(' ', '-'));
      if (said !== undefined) {
        const server = createServer((connection) => {
          connection.on('error', () => undefined);
          connection.write(said);
        });
        server.listen(socket);
        await once(server, 'listening');
        t.teardown(() => server.close());
      }
      const error: unknown = await askDaemon(socket, 'GET', '/status', { timeoutMs: 100 }).catch(
        (reason: unknown) => reason,
      );
      t.type(error, NotRunning, when);
      const text = error instanceof Error ? error.message : '';
      t.match(
        text,
        isHung ? /^vlandns does not answer: .*within 0\.1 seconds$/ : /^vlandns is not running/,
        when,
      );
      // As doctor reads it.
      t.match(parseStatus({ name: 'status.json', text }), [{ kind: 'not running', isHung }], when);
    }
  },
);
