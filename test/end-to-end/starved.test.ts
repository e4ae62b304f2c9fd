// The real process without what it needs to ask: no way to its upstream, no descriptors left. It says so and goes on.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import type { Test } from 'tap';
import { builtMain } from '../support/build.ts';
import { startServer } from '../support/daemon.ts';
import type { ServerUnderTest } from '../support/daemon.ts';
import { freePort } from '../support/free-port.ts';
import { readMessage } from '../support/message-reader.ts';
import { writeQuery } from '../support/message-writer.ts';
import { openScriptedUpstream, ScriptBook } from '../support/scripted-upstream.ts';
import { choose, eachItsAddress, silence } from '../support/upstream-scripts.ts';
import { askUdp, sleep } from '../support/wire-client.ts';

const run = promisify(execFile);

interface Stand {
  readonly server: ServerUnderTest;
  /** Asks for names, all at once; gives the rcodes, sorted. */
  readonly ask: (names: readonly string[], waitMs: number) => Promise<string[]>;
  /** What `vlandns status` prints. */
  readonly status: () => Promise<string>;
}

/** A service whose upstream is as given, started by a shell that runs `before` first. */
async function openStand(t: Test, upstream: string, before: string): Promise<Stand> {
  // Short: a socket's path has 103 octets at most.
  const folder = mkdtempSync(path.join(tmpdir(), 'vlandns-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'vlandns.yaml');
  const port = await freePort();
  writeFileSync(
    file,
    `vlans: { lan: { listen: "127.0.0.1:${port}", subnets: [127.0.0.0/8], policy: open } }
policies: { open: {} }
upstreams: { default: ["${upstream}"] }
records: ["ready.example.net. 300 A 192.0.2.1"]
limits: { rate: 0, burst: 0, in_flight_per_client: 0 }
server: { state: state }
control: { socket: ctl }
`,
  );
  const main = builtMain();
  const endpoint = { address: '127.0.0.1', port, source: '127.0.0.1' };
  const server = await startServer({
    name: 'vlandns',
    command: '/bin/sh',
    args: ['-c', `${before}exec "$0" "$@"`, process.execPath, main, 'serve', '-c', file],
    endpoints: { lan: endpoint },
    readyName: 'ready.example.net',
  });
  t.teardown(() => server.stop());
  return {
    server,
    ask: async (names, waitMs) => {
      const queries = names.map((name, id) => writeQuery({ id, questions: [{ name, type: 'A' }] }));
      const replies = await askUdp(endpoint, queries, { waitMs });
      return replies.map((reply) => readMessage(reply).rcode).toSorted();
    },
    status: async () => (await run(process.execPath, [main, 'status', '-c', file])).stdout,
  };
}

function names(label: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${label}${i}.example.net`);
}

t.test('an upstream to which there is no way is told, and never tried without end', async (t) => {
  // There is no interface of this name on any machine: the socket fails while it is connected, at once.
  const { server, ask, status } = await openStand(t, 'fe80::1%none0', '');
  t.strictSame(new Set(await ask(names('n', 50), 4000)), new Set(['SERVFAIL']));
  t.strictSame(await ask(['ready.example.net'], 2000), ['NOERROR'], 'what needs nobody is answered');
  const told = await status();
  t.match(told, /udp:\/\/\[fe80::1%none0\]:53 +cannot be asked/);
  t.match(told, /cannot be asked: its interface is not here \(E/);
  t.match(server.log(), /"event":"upstream_cannot_be_asked"/);
});

t.test(
  'without descriptors questions fail at once, and are answered again when there are some',
  async (t) => {
    const book = new ScriptBook();
    const upstream = await openScriptedUpstream(book, 'one');
    t.teardown(() => upstream.close());
    const behaviour = choose(({ message }) =>
      message?.questions[0]?.name.startsWith('silent') === true ? silence : eachItsAddress,
    );
    book.set('example.net.', behaviour('example.net.'));
    const { server, ask, status } = await openStand(t, `127.0.0.1:${upstream.port}`, 'ulimit -n 192; ');
    t.strictSame(await ask(['first.example.net'], 3000), ['NOERROR']);
    const flood = ask(names('silent', 300), 8000);
    await sleep(500);
    t.strictSame(await ask(['ready.example.net'], 2000), ['NOERROR'], 'what needs nobody is answered');
    t.strictSame(new Set(await flood), new Set(['SERVFAIL']));
    t.match(server.log(), /"event":"upstream_cannot_be_asked".*"code":"EMFILE"/);
    let answered: string[] = [];
    for (let i = 0; i < 20 && answered[0] !== 'NOERROR'; i++) {
      answered = await ask([`later${i}.example.net`], 3000);
      await sleep(200);
    }
    t.strictSame(answered, ['NOERROR']);
    t.match(await status(), new RegExp(`udp://127\\.0\\.0\\.1:${upstream.port} +up`));
    t.ok(server.isAlive());
  },
);
