// What listeners allocate for a query that is answered at once, over real sockets: in batches next to nothing; plainly and over TCP
// what Node's own sockets do, and no more than a bound.
import t from 'tap';
import type { Test } from 'tap';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { QueryHandler } from '../../src/listeners/query-handler.ts';
import { ownBinder } from '../../src/listeners/sockets/binder.ts';
import { Clock } from '../../src/time/clock.ts';
import { TRANSPORT } from '../../src/listeners/transport.ts';
import { Entrance } from '../../src/server/entrance.ts';
import { QueryPath } from '../../src/server/query-path.ts';
import type { Serving } from '../../src/server/serving.ts';
import { VlanHandler } from '../../src/server/vlan-handler.ts';
import { InProcess, toAddress } from '../support/in-process.ts';
import { keepingRecorder } from '../support/keeping-recorder.ts';
import { TcpConnections } from '../../src/listeners/stream/tcp-connections.ts';
import { openTogether } from '../../src/listeners/vlans/endpoint-kinds.ts';
import { ANY_CONNECTIONS, KeptLog, query } from '../support/listener-parts.ts';
import { openFlood } from '../support/query-flood.ts';
import { openPlainUdpListener } from '../../src/listeners/udp/plain-udp-listener.ts';
import { UDP_KINDS } from '../support/udp-kinds.ts';

/** Short enough that the young generation holds a round without a collection, which would hide what it took. */
const QUERIES = 500;
const ROUNDS = 9;
/** Until V8 has compiled what is measured; before, numbers are made objects. */
const WARM_UP_ROUNDS = 40;

const WARM_UP_QUERIES = 50_000;

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** Answers out of local data, and records each query for a recorder that keeps each batch at once. */
function recorded(): QueryHandler {
  const service = new InProcess({
    policies: { kids: {} },
    vlans: { kids: { subnets: ['127.0.0.0/8'], policy: 'kids' } },
    records: ['now. A 192.0.2.1'],
  });
  const clock = new Clock();
  const path = new QueryPath({ ...service.pathParts, clock });
  path.record(keepingRecorder(service.serving, clock));
  const serving = (): Serving => service.serving;
  const late = new Uint8Array(65_535);
  const handler = new VlanHandler(
    { path, pending: service.pending, prefetch: false, serving, late },
    new Entrance('kids', TRANSPORT.udp, service.countersOf('kids')),
  );
  // There is more to be compiled than of an echo.
  const now = query(7, 'now');
  for (let i = 0; i < WARM_UP_QUERIES; i++) handler.answerNow(now, now.length, toAddress('127.0.0.1'), late);
  return handler;
}

/** Answers with the query itself, and allocates nothing; `wasteful` keeps an object for each. */
function echo(wasteful: boolean): QueryHandler & { kept: unknown } {
  return {
    kept: undefined,
    answerNow(message, length, _client, reply) {
      for (let i = 0; i < length; i++) reply[i] = message[i]!;
      reply[2]! |= 0x80;
      if (wasteful) this.kept = Array.from({ length: 16 }, () => length);
      return length;
    },
    resolve: () => Promise.resolve(undefined),
  };
}

async function octetsPerQuery(
  t: Test,
  transport: 'udp' | 'tcp',
  openUdp: (typeof UDP_KINDS)[number]['open'],
  handler: QueryHandler = echo(false),
): Promise<number> {
  if (typeof collect !== 'function') throw new Error('the collector cannot be called');
  const opened = await openTogether(
    [transport],
    { vlan: 'kids', address: '127.0.0.1', port: 0 },
    {
      binder: ownBinder,
      openUdp,
      handlerFor: () => handler,
      connections: new TcpConnections(() => ANY_CONNECTIONS),
      log: new KeptLog(),
    },
  );
  if ('error' in opened) throw opened.error;
  const [listener] = opened;
  if (listener === undefined) throw new Error('no listener');
  const flood = await openFlood(transport, listener.port, query(7, 'now'));
  t.teardown(async () => {
    await flood.end();
    await listener.close(0);
  });
  const rounds: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    collect();
    const heap = process.memoryUsage().heapUsed;
    const before = listener.counters.queries;
    flood.round(QUERIES);
    for (let seen = -1; seen !== listener.counters.queries; await sleep(10)) seen = listener.counters.queries;
    const answered = listener.counters.queries - before;
    if (round >= WARM_UP_ROUNDS && answered > 0)
      rounds.push((process.memoryUsage().heapUsed - heap) / answered);
  }
  // What a query takes it takes in every round; what a read takes is shared by fewer where the machine is busy, so that low rounds tell more.
  return rounds.toSorted((a, b) => a - b)[rounds.length >> 2] ?? Number.NaN;
}

/** The most that a listener may allocate for a query. Figures of Node 20.20. */
const BOUNDS = {
  // 10 to 40: what one read and one write of a batch cost, over its datagrams; we make nothing.
  batched: 64,
  // 1,600: dgram makes a buffer and an object for each datagram, and a request for each reply; we make nothing.
  plain: 2_048,
  // 780: net makes a request for each reply, which is a copy of its own.
  tcp: 1_024,
} as const;

for (const { name, open, skip } of UDP_KINDS)
  t.test(`a ${name} UDP listener allocates within its bound`, { skip }, async (t) => {
    // In batches, what is answered and recorded besides takes no more; plainly, it would be lost in what Node takes.
    const octets = await octetsPerQuery(t, 'udp', open, name === 'batched' ? recorded() : echo(false));
    t.ok(octets <= BOUNDS[name], `${octets} octets a query, at most ${BOUNDS[name]}`);
    if (name === 'plain') return;
    const wasted = await octetsPerQuery(t, 'udp', open, echo(true));
    t.ok(wasted > BOUNDS[name], `an object a query would be seen: ${wasted} octets`);
  });

t.test('a TCP connection allocates within its bound', async (t) => {
  const octets = await octetsPerQuery(t, 'tcp', openPlainUdpListener);
  t.ok(octets <= BOUNDS.tcp, `${octets} octets a query, at most ${BOUNDS.tcp}`);
});
