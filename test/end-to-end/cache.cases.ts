/** Group c: what is kept, for how long, and for whom. */
import type { Case } from './case.ts';
import {
  answer,
  byLabel,
  byTransport,
  byType,
  choose,
  during,
  inTurn,
  negative,
  records,
  silence,
  soa,
} from '../support/upstream-scripts.ts';

const A = '@ 300 A 192.0.2.1';
const LARGE = Array.from({ length: 95 }, (_, index) => `@ 300 A 192.0.2.${index}`);

/** The same question twice, and how often the upstream was asked. */
function twice(name: string, source: string, further: Partial<Case> & Pick<Case, 'script' | 'steps'>): Case {
  return { name, source, asked: 1, ...further };
}

export const cacheCases: readonly Case[] = [
  twice('the second answer is from the cache', 'RFC 1034 section 5.3.3', {
    script: records(A),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: {}, want: { answer: [A] } },
      { ask: {}, want: { answer: [A] } },
    ],
  }),
  twice('TTLs count down', 'RFC 1035 section 3.2.1', {
    script: records(A),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { afterMs: 2200 }, want: { answer: [A], ttl: [296, 298] } },
    ],
  }),
  twice('TTLs of a whole chain count down', 'RFC 1035 section 3.2.1', {
    script: byLabel({
      '@': records('@ 100 CNAME end', 'end 200 A 192.0.2.1'),
      end: records('end 200 A 192.0.2.1'),
    }),
    steps: [
      { ask: {}, want: { answer: ['@ 100 CNAME end', 'end 200 A 192.0.2.1'] } },
      {
        ask: { afterMs: 2200 },
        want: {
          check: ({ answer: got }) =>
            got.every((one) => (one.type === 'CNAME' ? one.ttl <= 98 : one.ttl <= 198) && one.ttl > 0)
              ? undefined
              : `TTLs are ${got.map(({ ttl }) => ttl).join(' ')}`,
        },
      },
    ],
    asked: [1, 2],
  }),
  twice('a negative TTL counts down', 'RFC 2308 section 5', {
    script: negative('NXDOMAIN', 300),
    steps: [
      { ask: {}, want: { rcode: 'NXDOMAIN', soaTtl: [296, 300] } },
      { ask: { afterMs: 2200 }, want: { rcode: 'NXDOMAIN', soaTtl: [294, 298] } },
    ],
  }),
  twice('UDP and TCP share the cache', 'RFC 7766 section 5', {
    script: records(A),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { tcp: true }, want: { answer: [A] } },
      { ask: { tcp: true, edns: true }, want: { answer: [A] } },
    ],
  }),
  twice('EDNS and no EDNS share the cache', 'RFC 6891 section 6.1.1: hop by hop', {
    script: records(A),
    steps: [
      { ask: { edns: true }, want: { answer: [A] } },
      { ask: {}, want: { answer: [A] } },
      { ask: { edns: { size: 4096 } }, want: { answer: [A] } },
    ],
  }),
  twice('case does not matter to the cache', 'RFC 4343 section 3', {
    script: records(A),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { name: 'C-CASE-DOES-NOT-MATTER-TO-THE-CACHE.EXAMPLE.NET.' }, want: { answer: [A] } },
    ],
  }),
  twice('RD clear is answered from the cache or not at all', 'RFC 1034 section 4.3.1', {
    script: records(A),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { rd: false }, want: { rcode: ['NOERROR', 'REFUSED'] } },
    ],
  }),
  {
    name: 'TTL 0 is not kept',
    source: 'RFC 1035 section 3.2.1',
    script: inTurn(records('@ 0 A 192.0.2.1'), records('@ 0 A 192.0.2.2')),
    steps: [
      { ask: {}, want: { answer: ['@ 0 A 192.0.2.1'] } },
      { ask: { afterMs: 50 }, want: { answer: ['@ 0 A 192.0.2.2'] } },
    ],
    asked: 2,
  },
  {
    name: 'TTL 0 anywhere in the answer is not kept',
    source: 'RFC 1035 section 3.2.1',
    script: byLabel({
      '@': inTurn(
        records('@ 300 CNAME end', 'end 0 A 192.0.2.1'),
        records('@ 300 CNAME end', 'end 0 A 192.0.2.2'),
      ),
      end: records('end 0 A 192.0.2.2'),
    }),
    steps: [
      { ask: {}, want: {} },
      { ask: { afterMs: 50 }, want: { answer: ['@ 300 CNAME end', 'end 0 A 192.0.2.2'] } },
    ],
  },
  {
    name: 'TTL 1 ends after a second',
    source: 'RFC 1035 section 3.2.1',
    script: inTurn(records('@ 1 A 192.0.2.1'), records('@ 1 A 192.0.2.2')),
    steps: [
      { ask: {}, want: { answer: ['@ 1 A 192.0.2.1'] } },
      { ask: { afterMs: 2100 }, want: { answer: ['@ 1 A 192.0.2.2'] } },
    ],
    asked: 2,
  },
  {
    name: 'the shortest TTL of an RRset counts',
    source: 'RFC 2181 section 5.2',
    script: inTurn(
      records('@ 300 A 192.0.2.1', '@ 1 A 192.0.2.2'),
      records('@ 300 A 192.0.2.3', '@ 1 A 192.0.2.4'),
    ),
    steps: [
      { ask: {}, want: { answer: ['@ 300 A 192.0.2.1', '@ 300 A 192.0.2.2'], ttl: [0, 300] } },
      { ask: { afterMs: 2100 }, want: { answer: ['@ 300 A 192.0.2.3', '@ 300 A 192.0.2.4'], ttl: [0, 300] } },
    ],
  },
  {
    name: 'the shortest TTL of a chain counts',
    source: 'RFC 1035 section 3.2.1',
    script: byLabel({
      '@': inTurn(
        records('@ 300 CNAME end', 'end 1 A 192.0.2.1'),
        records('@ 300 CNAME end', 'end 1 A 192.0.2.2'),
      ),
      end: inTurn(records('end 1 A 192.0.2.1'), records('end 1 A 192.0.2.2')),
    }),
    steps: [
      { ask: {}, want: {} },
      {
        ask: { afterMs: 2100 },
        want: { answer: ['@ 300 CNAME end', 'end 1 A 192.0.2.2'], ttl: [0, 300] },
      },
    ],
  },
  {
    name: 'a TTL with the top bit set',
    source: 'RFC 2181 section 8 (as 0) or RFC 8767 section 4 (capped)',
    script: records('@ 2147483649 A 192.0.2.1'),
    steps: [
      { ask: {}, want: { answer: ['@ 0 A 192.0.2.1'], ttl: [0, 604_800] } },
      { ask: { afterMs: 50 }, want: { answer: ['@ 0 A 192.0.2.1'], ttl: [0, 604_800] } },
    ],
  },
  {
    name: 'a TTL of 4294967295',
    source: 'RFC 2181 section 8 or RFC 8767 section 4',
    script: records('@ 4294967295 A 192.0.2.1'),
    steps: [
      { ask: {}, want: { answer: ['@ 0 A 192.0.2.1'], ttl: [0, 604_800] } },
      { ask: { afterMs: 50 }, want: { answer: ['@ 0 A 192.0.2.1'], ttl: [0, 604_800] } },
    ],
  },
  twice('a huge TTL is cut', 'RFC 8767 section 4 (a week); DESIGN section 2: max_ttl 1d', {
    script: records('@ 2147483647 A 192.0.2.1'),
    steps: [
      { ask: {}, want: { answer: ['@ 0 A 192.0.2.1'], ttl: [1, 2_147_483_647] } },
      { ask: { afterMs: 50 }, want: { answer: ['@ 0 A 192.0.2.1'], ttl: [1, 604_800] } },
    ],
    strict: [{ ask: {}, want: { answer: ['@ 0 A 192.0.2.1'], ttl: [1, 86_400] } }],
  }),
  twice('NXDOMAIN is kept', 'RFC 2308 section 5', {
    script: negative('NXDOMAIN'),
    steps: [
      { ask: {}, want: { rcode: 'NXDOMAIN', soa: true } },
      { ask: {}, want: { rcode: 'NXDOMAIN', soa: true } },
    ],
  }),
  twice('NODATA is kept', 'RFC 2308 section 5', {
    script: negative('NOERROR'),
    steps: [
      { ask: { type: 'MX' }, want: { answer: [], soa: true } },
      { ask: { type: 'MX' }, want: { answer: [], soa: true } },
    ],
  }),
  {
    name: 'NODATA of one type says nothing of another',
    source: 'RFC 2308 section 5',
    script: byType({ A: records(A) }),
    steps: [
      { ask: { type: 'AAAA' }, want: { answer: [], soa: true } },
      { ask: { type: 'A' }, want: { answer: [A] } },
      { ask: { type: 'AAAA' }, want: { answer: [], soa: true } },
    ],
    asked: 2,
  },
  {
    name: 'NXDOMAIN of one name says nothing of its neighbour',
    source: 'RFC 2308 section 5',
    script: byLabel({ here: records('here 300 A 192.0.2.1') }),
    steps: [
      { ask: { name: 'gone' }, want: { rcode: 'NXDOMAIN' } },
      { ask: { name: 'here' }, want: { answer: ['here 300 A 192.0.2.1'] } },
    ],
  },
  {
    name: 'MINIMUM bounds a negative answer',
    source: 'RFC 2308 section 5: the lesser of the SOA its TTL and MINIMUM',
    script: inTurn(negative('NXDOMAIN', 3600, 1), records(A)),
    steps: [
      { ask: {}, want: { rcode: 'NXDOMAIN' } },
      { ask: { afterMs: 2100 }, want: { answer: [A] } },
    ],
    asked: 2,
  },
  {
    name: 'the TTL of SOA bounds a negative answer',
    source: 'RFC 2308 section 5',
    script: inTurn(negative('NXDOMAIN', 1, 3600), records(A)),
    steps: [
      { ask: {}, want: { rcode: 'NXDOMAIN' } },
      { ask: { afterMs: 2100 }, want: { answer: [A] } },
    ],
    asked: 2,
  },
  twice('the SOA that is passed on has the lesser TTL', 'RFC 2308 section 3', {
    script: negative('NXDOMAIN', 3600, 60),
    steps: [
      { ask: {}, want: { rcode: 'NXDOMAIN', soaTtl: [0, 3600] } },
      { ask: {}, want: { rcode: 'NXDOMAIN', soaTtl: [50, 60] } },
    ],
  }),
  twice('a long negative answer is cut', 'RFC 2308 section 5: one to three hours; DESIGN section 2: 15m', {
    script: negative('NXDOMAIN', 86_400),
    steps: [
      { ask: {}, want: { rcode: 'NXDOMAIN' } },
      { ask: {}, want: { rcode: 'NXDOMAIN', soaTtl: [1, 10_800] } },
    ],
    strict: [{ ask: {}, want: { rcode: 'NXDOMAIN', soaTtl: [1, 900] } }],
  }),
  {
    name: 'NXDOMAIN without SOA is not kept',
    source: 'RFC 2308 section 5: SHOULD NOT be cached',
    script: inTurn(answer({ rcode: 'NXDOMAIN' }), records(A)),
    steps: [
      { ask: {}, want: { rcode: 'NXDOMAIN' } },
      { ask: { afterMs: 1500 }, want: { answer: [A] } },
    ],
    asked: 2,
  },
  {
    name: 'NODATA without SOA is not kept',
    source: 'RFC 2308 section 5: SHOULD NOT be cached',
    script: inTurn(answer({}), records(A)),
    steps: [
      { ask: {}, want: { answer: [] } },
      { ask: { afterMs: 1500 }, want: { answer: [A] } },
    ],
    asked: 2,
  },
  {
    name: 'NXDOMAIN with a MINIMUM of 0 is not kept',
    source: 'RFC 2308 section 5',
    script: inTurn(negative('NXDOMAIN', 0, 0), records(A)),
    steps: [
      { ask: {}, want: { rcode: 'NXDOMAIN' } },
      { ask: { afterMs: 50 }, want: { answer: [A] } },
    ],
  },
  twice('a CNAME to NXDOMAIN is kept', 'RFC 2308 section 2.1', {
    script: byLabel({
      '@': answer({ rcode: 'NXDOMAIN', answer: ['@ 300 CNAME gone'], authority: [soa(300)] }),
    }),
    steps: [
      { ask: {}, want: { rcode: 'NXDOMAIN', answer: ['@ 300 CNAME gone'] } },
      { ask: {}, want: { rcode: 'NXDOMAIN', answer: ['@ 300 CNAME gone'] } },
    ],
    asked: [1, 2],
  }),
  {
    name: 'SERVFAIL is kept for a moment',
    source: 'RFC 9520 section 3.2: at least one second',
    zone: 'sick.example',
    script: answer({ rcode: 'SERVFAIL' }),
    run: async ({ step, asked }) => {
      const first = await step({ ask: {}, want: { rcode: 'SERVFAIL' } });
      const before = asked().length;
      const again = await step({ ask: { afterMs: 100 }, want: { rcode: 'SERVFAIL' } });
      const [last, next] = asked().slice(before - 1);
      // A busy machine may come to the second query when the second is over.
      const afterMs = (next?.atMs ?? Infinity) - (last?.atMs ?? 0);
      const fault = `the upstream was asked again after ${Math.round(afterMs)} ms`;
      return [...first, ...again, ...(afterMs < 1000 ? [fault] : [])];
    },
  },
  {
    name: 'REFUSED is not kept as an answer',
    source: 'RFC 2308 section 7, RFC 9520 section 3.2: a few seconds at most',
    zone: 'sick.example',
    script: during(3000, answer({ rcode: 'REFUSED' }), records(A)),
    steps: [
      { ask: {}, want: { rcode: ['REFUSED', 'SERVFAIL', 'NOERROR'] } },
      { ask: { afterMs: 50 }, want: { rcode: ['REFUSED', 'SERVFAIL', 'NOERROR'] } },
      { ask: { afterMs: 6000 }, want: { answer: [A] } },
    ],
  },
  {
    name: 'DO is a question of its own',
    source: 'DESIGN 3.8, RFC 4035 section 4',
    script: choose((asked) =>
      ((asked.message?.opts[0]?.flags ?? 0) & 0x8000) === 0
        ? records(A)
        : records(
            A,
            String.raw`@ 300 RRSIG \# 43 00010d020000012c7fffffff5fffffff1234076578616d706c65036e65740001020304050607080900000000`,
          ),
    ),
    steps: [
      { ask: {}, want: { answer: [A] } },
      {
        ask: { edns: { dnssecOk: true } },
        want: {
          check: (reply) =>
            reply.answer.some(({ type }) => type === 'RRSIG') ? undefined : 'no RRSIG for DO',
        },
      },
      { ask: { edns: true }, want: { answer: [A] } },
    ],
  },
  {
    name: 'CD is a question of its own',
    source: 'DESIGN 3.8, RFC 4035 section 3.2.2',
    ours: true,
    script: choose((asked) => (asked.message?.cd === true ? records('@ 300 A 192.0.2.99') : records(A))),
    steps: [
      { ask: { cd: true }, want: { answer: ['@ 300 A 192.0.2.99'] } },
      { ask: {}, want: { answer: [A] } },
    ],
    asked: 2,
  },
  {
    name: 'glue is no answer',
    source: 'RFC 2181 section 5.4.1: not from the additional section',
    script: byLabel({
      '@': answer({ answer: [A], additional: ['victim 300 A 192.0.2.66'] }),
      victim: records('victim 300 A 192.0.2.2'),
    }),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { name: 'victim' }, want: { answer: ['victim 300 A 192.0.2.2'] } },
    ],
    asked: 2,
  },
  {
    name: 'authority is no answer',
    source: 'RFC 2181 section 5.4.1',
    script: byType({
      A: answer({ answer: [A], authority: ['@ 300 NS evil.example.org.'] }),
      NS: records('@ 300 NS ns.example.org.'),
    }),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { type: 'NS' }, want: { answer: ['@ 300 NS ns.example.org.'] } },
    ],
    asked: 2,
  },
  {
    name: 'a stray answer record is no answer for its own name',
    source: 'RFC 5452 section 6, RFC 2181 section 5.4.1',
    script: byLabel({
      '@': records(A, 'victim 300 A 192.0.2.66'),
      victim: records('victim 300 A 192.0.2.2'),
    }),
    steps: [
      { ask: {}, want: {} },
      { ask: { name: 'victim' }, want: { answer: ['victim 300 A 192.0.2.2'] } },
    ],
  },
  {
    name: 'types are kept apart',
    source: 'RFC 1034 section 5.3.3',
    script: byType({ A: records(A), TXT: records('@ 300 TXT "text"') }),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { type: 'TXT' }, want: { answer: ['@ 300 TXT "text"'] } },
      { ask: {}, want: { answer: [A] } },
      { ask: { type: 'TXT' }, want: { answer: ['@ 300 TXT "text"'] } },
    ],
    asked: 2,
  },
  {
    name: 'a name and the name below it are kept apart',
    source: 'RFC 1034 section 5.3.3',
    script: byLabel({ '@': records(A), sub: records('sub 300 A 192.0.2.2') }),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { name: 'sub' }, want: { answer: ['sub 300 A 192.0.2.2'] } },
      { ask: {}, want: { answer: [A] } },
    ],
    asked: 2,
  },
  {
    name: 'dots inside labels make other names',
    source: 'RFC 1035 section 5.1',
    script: choose((asked) =>
      records(
        `${asked.message?.questions[0]?.name ?? '@'} 300 A 192.0.2.${(asked.message?.questions[0]?.name ?? '').includes('\\') ? 1 : 2}`,
      ),
    ),
    steps: [
      { ask: { name: String.raw`a\.b` }, want: { answer: [String.raw`a\.b 300 A 192.0.2.1`] } },
      { ask: { name: 'a.b' }, want: { answer: ['a.b 300 A 192.0.2.2'] } },
    ],
    asked: 2,
  },
  twice('unknown types are kept', 'RFC 3597 section 5', {
    script: records(String.raw`@ 300 TYPE65281 \# 4 01020304`),
    steps: [
      { ask: { type: 'TYPE65281' }, want: { answer: [String.raw`@ 300 TYPE65281 \# 4 01020304`] } },
      { ask: { type: 'TYPE65281' }, want: { answer: [String.raw`@ 300 TYPE65281 \# 4 01020304`] } },
    ],
  }),
  twice('HTTPS is kept', 'RFC 9460 section 4', {
    script: records('@ 300 HTTPS 1 . 000100030268320004 0004c0000201'),
    steps: [
      { ask: { type: 'HTTPS' }, want: { answer: ['@ 300 HTTPS 1 . 000100030268320004 0004c0000201'] } },
      { ask: { type: 'HTTPS' }, want: { answer: ['@ 300 HTTPS 1 . 000100030268320004 0004c0000201'] } },
    ],
  }),
  {
    name: 'a big answer is kept whole',
    source: 'RFC 2181 section 9',
    script: records(...LARGE),
    run: async ({ step, asked }) => {
      const faults = await step({ ask: { tcp: true }, want: { answer: LARGE } });
      const before = asked().length;
      faults.push(
        ...(await step({ ask: { edns: true }, want: { tc: true } })),
        ...(await step({ ask: { tcp: true }, want: { answer: LARGE } })),
      );
      return asked().length === before ? faults : [...faults, 'the upstream was asked again'];
    },
  },
  {
    name: 'a truncated answer is not kept',
    source: 'RFC 2181 section 9',
    zone: 'sick.example',
    script: inTurn(
      answer({ tc: true, answer: ['@ 300 A 192.0.2.66'] }),
      byTransport(records(A), records(A)),
      records(A),
    ),
    steps: [
      { ask: {}, want: {} },
      { ask: { afterMs: 50 }, want: { answer: [A] } },
    ],
  },
  {
    name: 'the name of an answer is the asker its own case',
    source: 'RFC 4343 section 4.1',
    script: records(A),
    steps: [
      {
        ask: { name: 'C-The-Name-Of-An-Answer-Is-The-Asker-Its-Own-Case.Example.Net.' },
        want: { answer: [A] },
      },
      { ask: {}, want: { answer: [A] } },
    ],
    asked: 1,
  },
  {
    name: 'a hundred askers of a kept answer',
    source: 'DESIGN 3.8',
    script: records(A),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: { times: 100 }, want: { answer: [A] } },
    ],
    asked: 1,
  },
  {
    name: 'a kept answer comes at once while the upstream sleeps',
    source: 'RFC 1034 section 5.3.3',
    script: inTurn(records(A), silence),
    steps: [
      { ask: {}, want: { answer: [A] } },
      { ask: {}, want: { answer: [A] } },
    ],
    asked: 1,
  },
  {
    name: 'a thousand names are kept',
    source: 'RFC 1034 section 5.3.3',
    script: choose((asked) => records(`${asked.message?.questions[0]?.name ?? '@'} 300 A 192.0.2.1`)),
    run: async ({ step, asked }) => {
      const names = Array.from({ length: 1000 }, (_, index) => `k${index}`);
      const faults: string[] = [];
      const before: number[] = [];
      for (let round = 0; round < 2; round++) {
        for (let at = 0; at < names.length; at += 50) {
          const chunk = names.slice(at, at + 50);
          const got = await Promise.all(
            chunk.map((name) => step({ ask: { name }, want: { answer: [`${name} 300 A 192.0.2.1`] } })),
          );
          faults.push(...got.flat());
        }
        before.push(asked().length);
      }
      if (before[0] !== before[1]) faults.push(`asked ${before.join(' then ')} times`);
      return faults.slice(0, 5);
    },
  },
  {
    name: 'an answer outlives the upstream',
    source: 'RFC 8767 section 5, DESIGN section 2: serve_stale',
    ours: true,
    zone: 'sick.example',
    script: inTurn(records('@ 1 A 192.0.2.1'), silence),
    steps: [
      { ask: {}, want: { answer: ['@ 1 A 192.0.2.1'] } },
      {
        ask: { afterMs: 2500, edns: true },
        want: { answer: ['@ 30 A 192.0.2.1'], ttl: [1, 30], ede: [3], withinMs: 9000 },
      },
    ],
  },
];
