/**
 * Seeded mutations of right messages, from clients and from the upstream, against the live process. Whatever comes, each reply is
 * well-formed, and the next right query gets its right answer. `FUZZ_MESSAGES` sets how many there are, `FUZZ_SEED` which.
 */
import t from 'tap';

import { openStand } from './battery.ts';
import { judgeReply } from './judge.ts';
import { builtMain } from '../support/build.ts';
import { readMessage } from '../support/message-reader.ts';
import { concat, u16, writeQuery } from '../support/message-writer.ts';
import { mutate, seededRandom } from '../support/mutate.ts';
import { readWireFiles } from '../support/hex.ts';
import { answer, eachItsAddress, records, spoil, together } from '../support/upstream-scripts.ts';
import { askUdp, type Endpoint, openConnection } from '../support/wire-client.ts';

const messages = Number(process.env['FUZZ_MESSAGES'] ?? 3000);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_260_731);
/** Messages that are sent together before the server is asked whether it is still well. */
const BATCH = 250;
/** More messages take longer than a test usually may. */
const timeout = 30_000 + messages * 20;
t.setTimeout(4 * timeout);

const stand = await openStand('vlandns', builtMain());
t.teardown(() => stand.close());
t.comment(`seed ${seed}, ${messages} messages`);
// Mutated names are of any zone: all of them exist, so that nothing waits for an upstream.
stand.book.set('.', eachItsAddress('.'));
const to = stand.server.endpoints['servers'] ?? { address: '127.0.0.1', port: 0 };

let probes = 0;
/** Asks a fresh name and gives the faults of what came. */
async function probe(endpoint: Endpoint = to): Promise<string[]> {
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

t.test('datagrams from clients', { timeout }, async (t) => {
  const random = seededRandom(seed);
  const faults: string[] = [];
  for (let sent = 0; sent < messages; sent += BATCH) {
    const batch = Array.from({ length: BATCH }, () =>
      mutate(seeds[random(seeds.length)] ?? new Uint8Array(12), random),
    );
    const replies = await askUdp(to, batch, { waitMs: 150 });
    faults.push(...replies.flatMap(faultOf), ...(await probe()));
  }
  t.same(faults.slice(0, 5), []);
});

t.test('streams from clients', { timeout }, async (t) => {
  const random = seededRandom(seed + 1);
  const faults: string[] = [];
  for (let sent = 0; sent < messages / 10; sent++) {
    const frames = Array.from({ length: 5 }, () => {
      const message = mutate(seeds[random(seeds.length)] ?? new Uint8Array(12), random);
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
  t.same([...faults.slice(0, 5), ...(await probe())], []);
});

t.test('answers from the upstream, each followed by the right one', { timeout }, async (t) => {
  const random = seededRandom(seed + 2);
  const lines = [
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
    faults.push(...(await Promise.all(asks)).flat(), ...(await probe()));
  }
  t.same(faults.slice(0, 5), []);
});

t.test('the server is well afterwards', async (t) => {
  t.same(await probe(), [], 'VLAN servers');
  t.same(await probe(stand.server.endpoints['six']), [], 'VLAN six');
  t.ok(stand.server.isAlive(), 'alive');
  t.notMatch(
    stand.server.log(),
    /uncaughtException|unhandledRejection|TypeError|RangeError/,
    'no exception in the log',
  );
});
