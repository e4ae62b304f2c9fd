/** Group t: TCP as RFC 7766 and RFC 9210 want it, and clients that do not keep to it. */
import { type Bench, type Case, CLOSED_MS } from './case.ts';
import { judgeReply } from './judge.ts';
import { readMessage } from '../support/message-reader.ts';
import { absoluteName, concat, fromHex, u16, writeQuery } from '../support/message-writer.ts';
import { answer, byLabel, held, later, negative, records, silence } from '../support/upstream-scripts.ts';
import { openConnection, sleep, type WireConnection } from '../support/wire-client.ts';

const A = '@ 300 A 192.0.2.1';

/** A hundred addresses: more than fit a datagram, and no more than BIND takes of one type. */
const MANY = Array.from({ length: 100 }, (_, index) => `@ 300 A 192.0.2.${index + 1}`);

/** About 48,000 octets of answer. */
const HUGE = Array.from(
  { length: 95 },
  (_, index) => `@ 300 TXT "${String(index).padStart(3, '0')}${'x'.repeat(240)}" "${'y'.repeat(250)}"`,
);

/** What nobody ever wakes: a wait for it ends with its time. */
const PAUSE = new Int32Array(new SharedArrayBuffer(4));

function frame(origin: string, id: number, name = '@', type = 'A'): Uint8Array {
  const message = writeQuery({ id, questions: [{ name: absoluteName(name, origin), type }] });
  return concat(u16(message.length), message);
}

/** Reads so many messages and gives their ids, or what came instead. */
async function ids(connection: WireConnection, count: number, waitMs = 8000): Promise<(number | string)[]> {
  const got: (number | string)[] = [];
  while (got.length < count) {
    const message = await connection.next(waitMs);
    got.push(typeof message === 'string' ? message : ((message[0] ?? 0) << 8) | (message[1] ?? 0));
    if (typeof message === 'string') break;
  }
  return got;
}

function same(
  got: readonly (number | string)[],
  wanted: readonly (number | string)[],
  inOrder = true,
): string[] {
  const [a, b] = inOrder ? [got, wanted] : [got.map(String).toSorted(), wanted.map(String).toSorted()];
  return a.join(' ') === b.join(' ') ? [] : [`got ${a.join(' ')}, not ${b.join(' ')}`];
}

/** A case that talks over one connection; it is closed whatever comes of it. */
function conversation(
  name: string,
  source: string,
  talk: (connection: WireConnection, bench: Bench) => Promise<string[]>,
  further: Partial<Case> = {},
): Case {
  return {
    name,
    source,
    script: records(A),
    ...further,
    run: async (bench) => {
      const connection = await openConnection(bench.endpoint());
      try {
        return await talk(connection, bench);
      } finally {
        connection.close();
      }
    },
  };
}

/** Runs another client's query over UDP and over TCP, which must be answered whatever this connection does. */
async function othersAreServed(bench: Bench): Promise<string[]> {
  const want = { answer: [A] };
  return [...(await bench.step({ ask: {}, want })), ...(await bench.step({ ask: { tcp: true }, want }))];
}

export const tcpCases: readonly Case[] = [
  conversation('one query', 'RFC 7766 section 5', async (connection, { origin }) => {
    connection.write(frame(origin, 1));
    return same(await ids(connection, 1), [1]);
  }),
  conversation(
    'queries one after another on a connection',
    'RFC 7766 section 6.2.1',
    async (connection, { origin }) => {
      const faults: string[] = [];
      for (const id of [1, 2, 3, 4, 5]) {
        connection.write(frame(origin, id));
        faults.push(...same(await ids(connection, 1), [id]));
        await sleep(30);
      }
      return faults;
    },
  ),
  conversation(
    'the connection stays open between queries',
    'RFC 7766 section 6.2.3',
    async (connection, { origin }) => {
      connection.write(frame(origin, 1));
      const first = await ids(connection, 1);
      await sleep(700);
      connection.write(frame(origin, 2));
      return same([...first, ...(await ids(connection, 1))], [1, 2]);
    },
  ),
  conversation('two queries in one segment', 'RFC 7766 section 6.2.1.1', async (connection, { origin }) => {
    connection.write(concat(frame(origin, 1), frame(origin, 2)));
    return same(await ids(connection, 2), [1, 2], false);
  }),
  conversation(
    'fifty queries in one segment',
    'RFC 7766 section 6.2.1.1',
    async (connection, { origin }) => {
      const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
      connection.write(concat(...names.map((name, index) => frame(origin, index, name))));
      return same(await ids(connection, 50), [...names.keys()], false);
    },
    { script: negative('NXDOMAIN') },
  ),
  conversation(
    'a slow answer does not hold back a quick one',
    'RFC 7766 section 7',
    async (connection, { origin }) => {
      connection.write(frame(origin, 1, 'slow'));
      connection.write(frame(origin, 2, 'quick'));
      const first = await ids(connection, 1);
      connection.write(frame(origin, 3, 'go'));
      return [...same(first, [2]), ...same(await ids(connection, 2), [1, 3], false)];
    },
    {
      script: held('slow', 'go', {
        slow: records('slow 300 A 192.0.2.1'),
        quick: records('quick 300 A 192.0.2.2'),
        go: records('go 300 A 192.0.2.3'),
      }),
    },
  ),
  conversation(
    'answers out of order carry their own questions',
    'RFC 7766 section 7',
    async (connection, { origin }) => {
      const names = ['d0', 'd1', 'd2', 'd3'];
      connection.write(concat(...names.map((name, index) => frame(origin, 10 + index, name))));
      const faults: string[] = [];
      for (const _ of names) {
        const message = await connection.next(8000);
        if (typeof message === 'string') return [...faults, message];
        const { id } = readMessage(message);
        const name = names[id - 10] ?? '@';
        const expected = { id, ask: { name, tcp: true }, origin, strict: false };
        faults.push(...judgeReply(message, expected, { answer: [`${name} 300 A 192.0.2.${id}`] }));
      }
      return faults;
    },
    {
      script: byLabel({
        d0: later(240, records('d0 300 A 192.0.2.10')),
        d1: later(180, records('d1 300 A 192.0.2.11')),
        d2: later(120, records('d2 300 A 192.0.2.12')),
        d3: later(60, records('d3 300 A 192.0.2.13')),
      }),
    },
  ),
  conversation(
    'a query that is never answered does not hold back others',
    'RFC 7766 section 7',
    async (connection, { origin }) => {
      connection.write(concat(frame(origin, 1, 'never'), frame(origin, 2, 'quick')));
      return same(await ids(connection, 1), [2]);
    },
    { zone: 'sick.example', script: byLabel({ never: silence, quick: records('quick 300 A 192.0.2.2') }) },
  ),
  conversation('length and message in two segments', 'RFC 7766 section 8', async (connection, { origin }) => {
    const bytes = frame(origin, 1);
    connection.write(bytes.subarray(0, 2));
    await sleep(60);
    connection.write(bytes.subarray(2));
    return same(await ids(connection, 1), [1]);
  }),
  conversation('a length cut in two', 'RFC 7766 section 8', async (connection, { origin }) => {
    const bytes = frame(origin, 1);
    connection.write(bytes.subarray(0, 1));
    await sleep(60);
    connection.write(bytes.subarray(1));
    return same(await ids(connection, 1), [1]);
  }),
  conversation('an octet at a time', 'RFC 7766 section 8', async (connection, { origin }) => {
    for (const octet of frame(origin, 1)) {
      connection.write(Uint8Array.of(octet));
      // Written at once, as a segment of its own; other cases would make a timer of 1 ms late by ever so much.
      Atomics.wait(PAUSE, 0, 0, 1);
    }
    return same(await ids(connection, 1), [1]);
  }),
  conversation('a query and the start of the next', 'RFC 7766 section 8', async (connection, { origin }) => {
    const bytes = concat(frame(origin, 1), frame(origin, 2));
    connection.write(bytes.subarray(0, bytes.length - 5));
    const first = await ids(connection, 1);
    connection.write(bytes.subarray(bytes.length - 5));
    return same([...first, ...(await ids(connection, 1))], [1, 2]);
  }),
  conversation(
    'a half-closed connection still gets its answer',
    'RFC 7766 section 6.2.4',
    async (connection, { origin }) => {
      connection.write(frame(origin, 1));
      connection.end();
      return same(await ids(connection, 2), [1, 'closed']);
    },
  ),
  conversation(
    'a half-closed connection gets an answer that takes its time',
    'RFC 7766 section 6.2.4',
    async (connection, { origin }) => {
      connection.write(frame(origin, 1));
      connection.end();
      return same(await ids(connection, 2), [1, 'closed']);
    },
    { script: later(400, records(A)) },
  ),
  conversation(
    'a half-closed connection gets all of five answers',
    'RFC 7766 section 6.2.4',
    async (connection, { origin }) => {
      connection.write(concat(...[1, 2, 3, 4, 5].map((id) => frame(origin, id, `n${id}`))));
      connection.end();
      return same(await ids(connection, 5), [1, 2, 3, 4, 5], false);
    },
    { script: later(100, negative('NXDOMAIN')) },
  ),
  conversation(
    'an idle connection is closed',
    'RFC 7766 section 6.2.3 (10 s here)',
    async (connection, { origin }) => {
      connection.write(frame(origin, 1));
      return same(await ids(connection, 2, CLOSED_MS), [1, 'closed']);
    },
  ),
  conversation('a connection that never asks is closed', 'RFC 7766 section 6.2.3', async (connection) =>
    same(await ids(connection, 1, CLOSED_MS), ['closed']),
  ),
  conversation(
    'half a query and then nothing is closed',
    'RFC 7766 section 6.2.3',
    async (connection, { origin }) => {
      connection.write(frame(origin, 1).subarray(0, 20));
      return same(await ids(connection, 1, CLOSED_MS), ['closed']);
    },
  ),
  conversation('HTTP is no DNS', 'RFC 7766 section 6.2.3', async (connection, bench) => {
    connection.write(Buffer.from('GET / HTTP/1.1\r\nHost: example.net\r\n\r\n'));
    return [...(await othersAreServed(bench)), ...same(await ids(connection, 1, CLOSED_MS), ['closed'])];
  }),
  conversation('a TLS hello is no DNS', 'RFC 7766 section 6.2.3', async (connection, bench) => {
    connection.write(fromHex(`160301020001000${'1fc0303'.padEnd(401, '5a')}`));
    const faults = await othersAreServed(bench);
    const got = await connection.next(CLOSED_MS);
    return got === 'silence' ? [...faults, 'the connection stays open'] : faults;
  }),
  conversation('a slow sender does not hold up others', 'RFC 9210 section 4.3', async (connection, bench) => {
    const bytes = frame(bench.origin, 1);
    connection.write(bytes.subarray(0, 3));
    const faults = await othersAreServed(bench);
    connection.write(bytes.subarray(3));
    return [...faults, ...same(await ids(connection, 1), [1])];
  }),
  conversation(
    'a client that resets does no harm',
    'RFC 7766 section 6.2.4',
    async (connection, bench) => {
      connection.write(frame(bench.origin, 1, 'slow'));
      await sleep(50);
      connection.reset();
      await sleep(400);
      return othersAreServed(bench);
    },
    { script: byLabel({ slow: later(200, records('slow 300 A 192.0.2.1')), '@': records(A) }) },
  ),
  conversation(
    'a frame of length 0 and then a query',
    'RFC 1035 section 4.2.2',
    async (connection, bench) => {
      connection.write(concat(u16(0), frame(bench.origin, 1)));
      const got = await ids(connection, 1);
      // Closing is allowed: the peer does not keep to the protocol.
      return [...(got[0] === 'closed' ? [] : same(got, [1])), ...(await othersAreServed(bench))];
    },
  ),
  conversation(
    'a frame too short for a header and then a query',
    'RFC 1035 section 4.2.2',
    async (connection, bench) => {
      connection.write(concat(u16(4), fromHex('00010100'), frame(bench.origin, 1)));
      const got = await ids(connection, 1);
      return [...(got[0] === 'closed' ? [] : same(got, [1])), ...(await othersAreServed(bench))];
    },
  ),
  conversation(
    'a malformed query does not end the connection',
    'RFC 7766 section 6.2.1',
    async (connection, { origin }) => {
      connection.write(concat(u16(14), fromHex('0007 0100 0001 0000 0000 0000 3f61'), frame(origin, 8)));
      return same(await ids(connection, 2), [7, 8], false);
    },
  ),
  conversation(
    'a response sent by a client is passed over',
    'DESIGN 3.3: QR=1 is dropped',
    async (connection, bench) => {
      const response = writeQuery({ id: 5, bits: 0x8000, questions: [{ name: bench.origin, type: 'A' }] });
      connection.write(concat(u16(response.length), response, frame(bench.origin, 6)));
      const got = await ids(connection, 1);
      return got[0] === 'closed' ? othersAreServed(bench) : same(got, [6]);
    },
  ),
  conversation(
    'a query padded to 60000 octets',
    'RFC 7830, RFC 1035 section 4.2.2',
    async (connection, { origin }) => {
      const edns = { options: [{ code: 12, value: new Uint8Array(60000) }] };
      connection.send(writeQuery({ id: 9, questions: [{ name: origin, type: 'A' }], edns }));
      return same(await ids(connection, 1), [9]);
    },
  ),
  conversation('a message of 65535 octets', 'RFC 1035 section 4.2.2', async (connection, { origin }) => {
    const query = writeQuery({ id: 9, questions: [{ name: origin, type: 'A' }], edns: {} });
    const value = new Uint8Array(65535 - query.length - 4);
    connection.send(
      writeQuery({
        id: 9,
        questions: [{ name: origin, type: 'A' }],
        edns: { options: [{ code: 12, value }] },
      }),
    );
    return same(await ids(connection, 1), [9]);
  }),
  conversation(
    'a client that does not read does not hold up others',
    'RFC 9210 section 4.3',
    async (connection, bench) => {
      connection.pause();
      for (let id = 0; id < 60; id++) connection.write(frame(bench.origin, id, 'huge', 'TXT'));
      const faults = await othersAreServed(bench);
      connection.resume();
      return faults;
    },
    {
      script: byLabel({
        '@': records(A),
        huge: answer({ answer: HUGE.map((line) => line.replace('@', 'huge')) }),
      }),
    },
  ),
  {
    name: 'a big answer',
    source: 'RFC 7766 section 5',
    script: records(...MANY),
    steps: [{ ask: { tcp: true }, want: { answer: MANY } }],
  },
  {
    name: 'a huge answer',
    source: 'RFC 1035 section 4.2.2',
    script: records(...HUGE),
    steps: [{ ask: { tcp: true, type: 'TXT' }, want: { answer: HUGE } }],
  },
  {
    name: 'a huge answer from the cache',
    source: 'RFC 1035 section 4.2.2',
    script: records(...HUGE),
    steps: [
      { ask: { tcp: true, type: 'TXT' }, want: { answer: HUGE } },
      { ask: { tcp: true, type: 'TXT', edns: true }, want: { answer: HUGE } },
    ],
  },
  {
    name: 'the EDNS size means nothing over TCP',
    source: 'RFC 6891 section 6.2.3',
    script: records(...MANY),
    steps: [{ ask: { tcp: true, edns: { size: 512 } }, want: { answer: MANY, tc: false } }],
  },
  {
    name: 'UDP says TC and TCP gives the whole',
    source: 'RFC 7766 section 5, RFC 2181 section 9',
    script: records(...MANY),
    steps: [
      { ask: { edns: true }, want: { tc: true } },
      { ask: { edns: true, tcp: true }, want: { answer: MANY } },
    ],
  },
  {
    name: 'ten connections at once',
    source: 'RFC 7766 section 6.2.2',
    script: records(A),
    steps: [{ ask: { tcp: true, times: 10 }, want: { answer: [A] } }],
  },
  {
    name: 'keepalive in TCP gets a timeout or nothing',
    source: 'RFC 7828 section 3.3.2',
    script: records(A),
    steps: [
      {
        ask: { tcp: true, edns: { options: [{ code: 11, value: new Uint8Array(0) }] } },
        want: {
          answer: [A],
          check: (reply) => {
            const option = reply.opts[0]?.options.find(({ code }) => code === 11);
            return option === undefined || option.value.length === 2
              ? undefined
              : 'a keepalive without a timeout';
          },
        },
      },
    ],
  },
  {
    name: 'no keepalive where none was asked for',
    source: 'RFC 7828 section 3.3.2',
    script: records(A),
    steps: [
      {
        ask: { tcp: true, edns: true },
        want: {
          answer: [A],
          check: (reply) =>
            reply.opts[0]?.options.some(({ code }) => code === 11) ? 'a keepalive' : undefined,
        },
      },
    ],
  },
  {
    name: 'NXDOMAIN over TCP',
    source: 'RFC 7766 section 5',
    script: negative('NXDOMAIN'),
    steps: [{ ask: { tcp: true }, want: { rcode: 'NXDOMAIN', answer: [], soa: true } }],
  },
  {
    name: 'sixty connections that come and go',
    source: 'RFC 9210 section 4.3',
    script: records(A),
    run: async (bench) => {
      const faults: string[] = [];
      for (let round = 0; round < 6; round++) {
        const connections = await Promise.all(
          Array.from({ length: 10 }, () => openConnection(bench.endpoint())),
        );
        for (const connection of connections) connection.close();
        faults.push(...(await bench.step({ ask: { tcp: true }, want: { answer: [A] } })));
      }
      return faults;
    },
  },
];
