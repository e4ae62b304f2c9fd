/**
 * Seeded mutations of right messages, from clients and from the upstream, against the live process with plain and with
 * batched I/O. Whatever comes, each reply is well-formed, and the next right query gets its right answer; and both ways to
 * read datagrams lead to the same octets. `FUZZ_MESSAGES` sets how many there are, `FUZZ_SEED` which.
 */
import t from 'tap';
import type { Test } from 'tap';

import { MAX_MESSAGE_OCTETS } from '../../src/dns/message.ts';
import { ownBinder } from '../../src/listeners/sockets/binder.ts';
import type { OpenUdpListener } from '../../src/listeners/udp/udp-listener.ts';
import { TRANSPORT } from '../../src/listeners/transport.ts';
import { Entrance } from '../../src/server/entrance.ts';
import { VlanHandler } from '../../src/server/vlan-handler.ts';
import { openStand } from './battery.ts';
import { judgeReply } from './judge.ts';
import { builtMain } from '../support/build.ts';
import { InProcess, ScriptedSet } from '../support/in-process.ts';
import { KeptLog, UdpClient, until } from '../support/listener-parts.ts';
import { readMessage } from '../support/message-reader.ts';
import { concat, u16, writeQuery } from '../support/message-writer.ts';
import { mutate, type Random, seededRandom } from '../support/mutate.ts';
import { readWireFiles } from '../support/hex.ts';
import { answer, eachItsAddress, records, spoil, together } from '../support/upstream-scripts.ts';
import { noBatchedIo, UDP_KINDS } from '../support/udp-kinds.ts';
import { askUdp, type Endpoint, openConnection } from '../support/wire-client.ts';

const messages = Number(process.env['FUZZ_MESSAGES'] ?? 3000);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_260_731);
/** Messages that are sent together before the server is asked whether it is still well. */
const BATCH = 250;
/** More messages take longer than a test usually may. */
const timeout = 30_000 + messages * 20;
t.setTimeout(4 * timeout);

t.comment(`seed ${seed}, ${messages} messages`);

let probes = 0;
/** Asks a fresh name and gives the faults of what came. */
async function probe(endpoint: Endpoint): Promise<string[]> {
  const origin = `probe${probes++}.example.net.`;
  const query = writeQuery({ id: 77, questions: [{ name: origin, type: 'A' }] });
  const [reply] = await askUdp(endpoint, [query], { waitMs: 5000 });
  if (reply === undefined) return ['no reply to a right query'];
  return judgeReply(reply, { id: 77, ask: {}, origin, strict: true }, { answer: ['@ 300 A 192.0.2.1'] });
}

/** Says what is wrong with a reply to a message that was perhaps no query. */
function faultOf(reply: Uint8Array): string[] {
  try {
    return readMessage(reply).qr ? [] : ['a reply without QR'];
  } catch (error) {
    const hex = Buffer.from(reply).toString('hex');
    return [`${error instanceof Error ? error.message : String(error)}: ${hex}`];
  }
}

const files = readWireFiles(new URL('../wire/', import.meta.url)).filter(({ raw }) => !raw);
const seeds = [
  ...files.map(({ bytes }) => bytes),
  ...['A', 'AAAA', 'HTTPS', 'ANY', 'TXT'].map((type, id) =>
    writeQuery({
      id,
      questions: [{ name: 'www.example.org', type }],
      edns: { dnssecOk: true, options: [{ code: 10, value: new Uint8Array(8) }] },
    }),
  ),
];

const plain = writeQuery({ id: 9, questions: [{ name: 'www.example.org', type: 'A' }] });
const pointed = concat(u16(0xc00c, 1, 1, 0, 0, 0));
const options = Array.from({ length: 200 }, () => ({ code: 65_001, value: new Uint8Array(0) }));
seeds.push(
  // Many records behind the question, many options, octets behind it, and more than is read over UDP.
  concat(plain.with(11, 16), ...Array.from({ length: 16 }, () => pointed)),
  concat(plain.with(10, 1).with(11, 0), ...Array.from({ length: 256 }, () => pointed)),
  writeQuery({ id: 9, questions: [{ name: 'www.example.org', type: 'A' }], edns: { options } }),
  concat(plain, new Uint8Array(300)),
  concat(plain, new Uint8Array(4097)),
);

function choose(from: readonly Uint8Array[], random: Random): Uint8Array {
  return from[random(from.length)] ?? new Uint8Array(12);
}

for (const { name: io, skip } of UDP_KINDS)
  t.test(`with ${io} I/O`, { skip, timeout: 4 * timeout }, async (t) => {
    const stand = await openStand('vlandns', { main: builtMain(), io });
    t.teardown(() => stand.close());
    // Mutated names are of any zone: all of them exist, so that nothing waits for an upstream.
    stand.book.set('.', eachItsAddress('.'));
    const to = stand.server.endpoints['servers'] ?? { address: '127.0.0.1', port: 0 };

    t.test('datagrams from clients', { timeout }, async (t) => {
      const random = seededRandom(seed);
      const faults: string[] = [];
      for (let sent = 0; sent < messages; sent += BATCH) {
        const batch = Array.from({ length: BATCH }, () => mutate(choose(seeds, random), random));
        const replies = await askUdp(to, batch, { waitMs: 150 });
        faults.push(...replies.flatMap(faultOf), ...(await probe(to)));
      }
      t.same(faults.slice(0, 5), []);
    });

    t.test('streams from clients', { timeout }, async (t) => {
      const random = seededRandom(seed + 1);
      const faults: string[] = [];
      for (let sent = 0; sent < messages / 10; sent++) {
        const frames = Array.from({ length: 5 }, () => {
          const message = mutate(choose(seeds, random), random);
          const length = random(8) === 0 ? random(65_536) : message.length;
          return concat(u16(length), message);
        });
        const connection = await openConnection(to);
        connection.write(concat(...frames));
        if (random(3) === 0) connection.end();
        const reply = await connection.next(30);
        if (typeof reply !== 'string') faults.push(...faultOf(reply));
        if (random(2) === 0) connection.reset();
        else connection.close();
      }
      t.same([...faults.slice(0, 5), ...(await probe(to))], []);
    });

    t.test('answers from the upstream, each followed by the right one', { timeout }, async (t) => {
      const random = seededRandom(seed + 2);
      const lines = [
        // Out of order and twice, for the answer to be put right.
        'b.example.org. 300 A 192.0.2.5',
        '@ 300 CNAME a.example.org.',
        '@ 300 CNAME a.example.org.',
        'a.example.org. 300 CNAME b.example.org.',
        'b.example.org. 300 A 192.0.2.5',
        '@ 300 MX 10 mail.example.org.',
        '@ 300 HTTPS 1 svc.example.org. 00010003026832',
        '@ 300 TXT "one" "two"',
      ];
      const rich = answer({
        answer: lines,
        authority: ['@ 60 SOA ns host 1 2 3 4 5'],
        additional: ['ns 60 A 192.0.2.6'],
      });
      const wrong = spoil(rich, (bytes) => mutate(bytes, random));
      const right = records('@ 300 A 192.0.2.5');
      const faults: string[] = [];
      for (let sent = 0; sent < messages / 3; sent += BATCH) {
        const asks = Array.from({ length: BATCH }, async (_, index) => {
          const origin = `u${sent + index}.fuzz.example.net.`;
          stand.book.set(origin, together(wrong, right)(origin));
          const query = writeQuery({ id: index, questions: [{ name: origin, type: 'A' }], edns: {} });
          const [reply] = await askUdp(to, [query], { waitMs: 9000 });
          if (reply === undefined) return [`no reply for ${origin}`];
          // Which answer came depends on how much the mutation spoilt; that it is one to this question does not.
          const ask = { edns: true } as const;
          const judged = judgeReply(reply, { id: index, ask, origin, strict: true }, { rcode: 'any' });
          return judged.map((fault) => `${fault}: ${Buffer.from(reply).toString('hex')}`);
        });
        faults.push(...(await Promise.all(asks)).flat(), ...(await probe(to)));
      }
      t.same(faults.slice(0, 5), []);
    });

    t.test('the server is well afterwards', async (t) => {
      t.same(await probe(to), [], 'VLAN servers');
      t.same(await probe(stand.server.endpoints['six'] ?? to), [], 'VLAN six');
      t.ok(stand.server.isAlive(), 'alive');
      t.notMatch(
        stand.server.log(),
        /uncaughtException|unhandledRejection|TypeError|RangeError/,
        'no exception in the log',
      );
    });
  });

/** A query path that knows no time and no chance, and a listener that asks it. */
async function openPath(t: Test, open: OpenUdpListener) {
  const upstream = new ScriptedSet('default', {
    'www.example.org A': {
      answer: ['www.example.org. 300 CNAME web.example.org.', 'web.example.org. 60 A 192.0.2.5'],
    },
    'www.example.org AAAA': { answer: ['www.example.org. 300 AAAA 2001:db8::5'] },
    'www.example.org TXT': {
      answer: Array.from({ length: 20 }, (_, i) => `www.example.org. 300 TXT "${'x'.repeat(90)}${i}"`),
    },
    'www.example.org HTTPS': { fails: true },
  });
  const inside = new InProcess({
    policies: { kids: { block: ['casino.example', '/^ad[0-9]/'], blockLists: ['ads'], answer: 'zero' } },
    lists: { ads: ['||wire.example^'] },
    records: ['nas.home.arpa. 300 A 192.168.60.10'],
    upstreams: new Map([[0, upstream]]),
  });
  const handler = new VlanHandler(
    {
      path: inside.path,
      pending: inside.pending,
      serving: () => inside.serving,
      late: new Uint8Array(MAX_MESSAGE_OCTETS),
      prefetch: false,
    },
    new Entrance('lan', TRANSPORT.udp, inside.countersOf('lan')),
  );
  const listener = open(await ownBinder.bindUdp('127.0.0.1', 0), handler, new KeptLog());
  const client = new UdpClient('127.0.0.1');
  t.teardown(async () => {
    client.close();
    await listener.close(0);
  });
  return {
    client,
    counters: listener.counters,
    inside: inside.countersOf('lan'),
    port: listener.address.port,
  };
}

t.test('both ways to read datagrams give the same octets', { skip: noBatchedIo, timeout }, async (t) => {
  const [plain, batched] = await Promise.all(UDP_KINDS.map(({ open }) => openPath(t, open)));
  if (plain === undefined || batched === undefined) throw new Error('there are two kinds');
  const random = seededRandom(seed + 3);
  const names = ['www.example.org', 'ad7.example.org', 'casino.example', 'nas.home.arpa', 'localhost'];
  const whole = names.map((name, id) => writeQuery({ id, questions: [{ name, type: 'A' }], edns: {} }));
  for (let sent = 0; sent < messages; sent += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, index) => {
      const right = choose([...seeds, ...whole], random);
      const message = random(3) === 0 ? Uint8Array.from(right) : mutate(right, random);
      // Told apart by their ids, where they are long enough to have one.
      if (message.length >= 2) message.set([index >> 8, index & 255]);
      return message;
    });
    const [ours, theirs] = [new Map<number, string>(), new Map<number, string>()];
    for (const [{ client, counters, port }, replies] of [
      [plain, ours],
      [batched, theirs],
    ] as const) {
      client.replies.length = 0;
      const before = { ...counters };
      for (const message of batch) client.send(message, port, '127.0.0.1');
      const isDone = (): boolean =>
        counters.queries - before.queries === batch.length &&
        counters.replies + counters.dropped - before.replies - before.dropped === batch.length;
      await until(isDone, 'every message was answered or dropped');
      await until(() => client.replies.length === counters.replies - before.replies, 'all replies came');
      for (const reply of client.replies) replies.set(reply.readUInt16BE(0), reply.toString('hex'));
      t.equal(replies.size, client.replies.length, 'one reply to a message');
    }
    for (const [index, message] of batch.entries())
      if (ours.get(index) !== theirs.get(index))
        t.equal(theirs.get(index), ours.get(index), Buffer.from(message).toString('hex'));
  }
  t.strictSame({ ...batched.counters }, { ...plain.counters });
  // Of two equal questions in one batch, the second one waits with the first; one at a time, it finds the answer cached.
  const reasonsOf = ({ inside: { cacheHits, forwarded, ...others } }: typeof plain) => ({
    ...others,
    passed: cacheHits + forwarded,
  });
  t.strictSame(reasonsOf(batched), reasonsOf(plain), 'and were answered for the same reasons');
  t.ok(
    plain.counters.replies > messages / 2 && plain.inside.forwarded > 0 && plain.inside.blocked > 0,
    'of all sorts',
  );
});
