// Sets of upstream servers over TCP and TLS: many questions on a connection, answers cut up, certificates.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import t from 'tap';
import type { Test } from 'tap';
import type { ServerOptions } from '../../src/upstream/server-options.ts';
import type { UpstreamOutcome, UpstreamSet, UpstreamSetOptions } from '../../src/upstream/upstream-set.ts';
import { readMessage } from '../support/message-reader.ts';
import { concat, u16 } from '../support/message-writer.ts';
import { eachFrame } from '../support/scripted-upstream.ts';
import type { Act } from '../support/scripted-upstream.ts';
import { records } from '../support/upstream-scripts.ts';
import { NAME, A, openStand, openSet, questionFor, say, messageOf, GOOD } from '../support/upstream-stand.ts';

/** A TCP server whose every connection is handled by `handle`; `connections` counts them. */
async function openTcp(t: Test, handle: (socket: net.Socket, count: number) => void): Promise<number> {
  let count = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    t.teardown(() => socket.destroy());
    handle(socket, count++);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function openTcpSet(t: Test, port: number, more: Partial<UpstreamSetOptions> = {}): UpstreamSet {
  const servers: ServerOptions[] = [{ transport: 'tcp', address: '127.0.0.1', port }];
  return openSet(t, [], { servers, ...more });
}

/** The framed right answer to a query. */
function framedAnswer(query: Uint8Array): Uint8Array {
  const asked = {
    bytes: query,
    message: readMessage(query),
    transport: 'tcp' as const,
    port: 0,
    server: '',
    before: 0,
    atMs: 0,
  };
  const acts: readonly Act[] = records(A)(NAME)(asked);
  const bytes = acts[0]?.bytes ?? new Uint8Array(0);
  return concat(u16(bytes.length), bytes);
}

t.test('one TCP connection carries many questions, answered in any order', async (t) => {
  let connections = 0;
  const port = await openTcp(t, (socket) => {
    connections++;
    const queries: Uint8Array[] = [];
    eachFrame(socket, (query) => {
      queries.push(query);
      if (queries.length < 50) return;
      for (const one of queries.toReversed()) socket.write(framedAnswer(one));
    });
  });
  const set = openTcpSet(t, port);
  const asks = Array.from({ length: 50 }, (_, i) => set.ask(questionFor(`n${i}.example.net.`)));
  const outcomes = await Promise.all(asks);
  t.ok(
    outcomes.every(
      (outcome, i) => outcome.ok && messageOf(outcome.answer).questions[0]?.name === `n${i}.example.net.`,
    ),
  );
  t.equal(connections, 1);
});

t.test('an answer over TCP may be cut up in any way', async (t) => {
  const port = await openTcp(t, (socket) => {
    socket.setNoDelay(true);
    eachFrame(socket, (query) => {
      const framed = framedAnswer(query);
      void (async () => {
        for (const octet of framed) {
          socket.write(Uint8Array.of(octet));
          await sleep(1);
        }
      })();
    });
  });
  t.equal(say(await openTcpSet(t, port).ask(questionFor())), GOOD);
});

t.test('a connection that the server closed is replaced once', async (t) => {
  let connections = 0;
  const port = await openTcp(t, (socket, number) => {
    connections++;
    let asked = 0;
    eachFrame(socket, (query) => {
      // The first connection answers once and closes on the second question.
      if (number === 0 && asked++ === 1) socket.destroy();
      else socket.write(framedAnswer(query));
    });
  });
  const set = openTcpSet(t, port);
  for (let i = 0; i < 3; i++) t.equal(say(await set.ask(questionFor())), GOOD);
  t.equal(connections, 2);
});

t.test('what goes wrong over TCP is a failure with its reason', async (t) => {
  const table: [what: string, handle: (socket: net.Socket, query: Uint8Array) => void, reason: string][] = [
    ['it closes at once', (socket) => socket.destroy(), 'closed'],
    ['it closes mid-way', (socket, query) => socket.end(framedAnswer(query).subarray(0, 30)), 'closed'],
    ['a length of 0', (socket) => socket.write(Uint8Array.of(0, 0)), 'malformed'],
    ['a length of 11', (socket) => socket.write(concat(u16(11), new Uint8Array(11))), 'malformed'],
    [
      'a length that is too large',
      (socket, query) => socket.write(framedAnswer(query).fill(0xff, 0, 2)),
      'timeout',
    ],
    [
      'an octet too many',
      (socket, query) => {
        const framed = framedAnswer(query);
        socket.write(concat(u16(framed.length - 1), framed.subarray(2), Uint8Array.of(0)));
      },
      'malformed',
    ],
    [
      'another question',
      (socket, query) => socket.write(framedAnswer(query).fill(0x78, 15, 16)),
      'malformed',
    ],
    ['truncated', (socket, query) => socket.write(framedAnswer(query).fill(0x83, 4, 5)), 'malformed'],
    [
      'another id',
      (socket, query) => socket.write(framedAnswer(query).fill((query[0] ?? 0) ^ 0xff, 2, 3)),
      'timeout',
    ],
    ['silence', () => {}, 'timeout'],
    [
      'a dribble without end',
      (socket) => {
        const timer = setInterval(() => socket.write(Uint8Array.of(1)), 5);
        socket.on('close', () => clearInterval(timer));
      },
      'timeout',
    ],
  ];
  for (const [what, handle, reason] of table) {
    const port = await openTcp(t, (socket) => eachFrame(socket, (query) => handle(socket, query)));
    const set = openTcpSet(t, port, { patienceMs: 60, questionTimeoutMs: 100 });
    const outcome = await set.ask(questionFor());
    t.equal(!outcome.ok && outcome.failures[0]?.reason, reason, what);
  }
  const { nobody } = await openStand(t);
  t.equal(say(await openTcpSet(t, nobody).ask(questionFor())), 'failed refused-connection');
});

/** A key and a certificate for `dns.example.net`, made by openssl; undefined where there is none. */
function makeCertificate(folder: string): { key: string; cert: string } | undefined {
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=dns.example.net', '-addext', 'subjectAltName=DNS:dns.example.net'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  try {
    execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
  } catch {
    return undefined; // no openssl here: the subtest says so
  }
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

const certificate = makeCertificate(t.testdir());

t.test(
  'DNS over TLS',
  { skip: certificate === undefined && 'there is no openssl to make a certificate' },
  async (t) => {
    const queries: Uint8Array[] = [];
    const protocols: (string | false | null)[] = [];
    const server = tls.createServer({ ...certificate, ALPNProtocols: ['dot'] }, (socket) => {
      protocols.push(socket.alpnProtocol);
      socket.on('error', () => socket.destroy());
      t.teardown(() => socket.destroy());
      eachFrame(socket, (query) => {
        queries.push(query);
        socket.write(framedAnswer(query));
      });
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const trusted = tls.createSecureContext({ ca: certificate?.cert });
    const ask = async (options: Partial<ServerOptions>, isTrusted: boolean): Promise<UpstreamOutcome> => {
      const servers: ServerOptions[] = [{ transport: 'tls', address: '127.0.0.1', port, ...options }];
      const trust = isTrusted ? { trust: () => trusted } : {};
      return openSet(t, [], { servers, ...trust }).ask(questionFor());
    };
    t.equal(say(await ask({ serverName: 'dns.example.net' }, true)), GOOD);
    t.strictSame(protocols, ['dot']);
    t.equal(queries[0] && queries[0].length % 128, 0, 'padded to a block');
    const refused: [what: string, options: Partial<ServerOptions>, isTrusted: boolean][] = [
      ['not trusted', { serverName: 'dns.example.net' }, false],
      ['another name', { serverName: 'other.example.net' }, true],
      ['without a name', {}, true],
    ];
    for (const [what, options, isTrusted] of refused)
      t.match(await ask(options, isTrusted), { ok: false, failures: [{ reason: 'tls' }] }, what);
    t.equal(queries.length, 1, 'a server that is not the one we want sees no question');
  },
);
