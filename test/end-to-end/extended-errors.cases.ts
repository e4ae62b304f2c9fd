/** Group e: Extended DNS Errors (RFC 8914): ours, and those that the upstream gave. */
import type { Case } from './case.ts';
import { edeCodes } from './judge.ts';
import type { ReadMessage } from '../support/message-reader.ts';
import { concat, u16 } from '../support/message-writer.ts';
import { answer, negative, records, silence, spoil } from '../support/upstream-scripts.ts';

const A = '@ 300 A 192.0.2.1';

function ede(code: number, text = ''): { options: { code: number; value: Uint8Array }[] } {
  return { options: [{ code: 15, value: concat(u16(code), Buffer.from(text, 'utf8')) }] };
}

/** The EXTRA-TEXT of the first EDE of a reply. */
function extraText(reply: ReadMessage): string | undefined {
  const value = reply.opts.flatMap((opt) => opt.options).find(({ code }) => code === 15)?.value;
  return value === undefined
    ? undefined
    : new TextDecoder('utf-8', { fatal: true }).decode(value.subarray(2));
}

export const errorCases: readonly Case[] = [
  {
    name: 'none on a good answer',
    source: 'RFC 8914 section 3',
    script: records(A),
    steps: [
      { ask: { edns: true }, want: { answer: [A], ede: 'none' } },
      { ask: { edns: true }, want: { answer: [A], ede: 'none' } },
    ],
  },
  {
    name: 'none on NXDOMAIN',
    source: 'RFC 8914 section 3',
    script: negative('NXDOMAIN'),
    steps: [{ ask: { edns: true }, want: { rcode: 'NXDOMAIN', ede: 'none' } }],
  },
  {
    name: 'none without EDNS',
    source: 'RFC 8914 section 3, RFC 6891 section 7',
    zone: 'sick.example',
    script: answer({ rcode: 'SERVFAIL', edns: ede(22, 'broken') }),
    steps: [{ ask: {}, want: { rcode: 'SERVFAIL', ede: 'none' } }],
  },
  ...([6, 7, 9, 15, 17, 18, 22] as const).map((code): Case => ({
    name: `code ${code} of the upstream on SERVFAIL`,
    source: 'RFC 8914 section 3, DESIGN 3.11: passed through',
    ours: true,
    zone: 'sick.example',
    script: answer({ rcode: 'SERVFAIL', edns: ede(code, 'from the upstream') }),
    steps: [{ ask: { edns: true }, want: { rcode: 'SERVFAIL', ede: [code] } }],
  })),
  {
    name: 'filtered by the upstream, NXDOMAIN',
    source: 'RFC 8914 section 4.18, DESIGN 3.11: passed through',
    ours: true,
    script: answer({ rcode: 'NXDOMAIN', authority: ['@ 60 SOA ns host 1 2 3 4 60'], edns: ede(17) }),
    steps: [
      { ask: { edns: true }, want: { rcode: 'NXDOMAIN', ede: 17 } },
      { ask: { edns: true }, want: { rcode: 'NXDOMAIN', ede: 17 } },
      { ask: {}, want: { rcode: 'NXDOMAIN', ede: 'none' } },
    ],
    asked: 1,
  },
  {
    name: 'on a good answer of the upstream',
    source: 'RFC 8914 section 3: with any rcode; DESIGN 3.11',
    ours: true,
    script: answer({ answer: [A], edns: ede(4, 'forged') }),
    steps: [{ ask: { edns: true }, want: { answer: [A], ede: 4 } }],
  },
  {
    name: 'an EDE of one octet does no harm',
    source: 'RFC 8914 section 2: the option is at least two octets',
    script: answer({ answer: [A], edns: { options: [{ code: 15, value: new Uint8Array(1) }] } }),
    steps: [{ ask: { edns: true }, want: { rcode: ['NOERROR', 'SERVFAIL'] } }],
  },
  {
    name: 'an EDE of a thousand octets does no harm',
    source: 'RFC 8914 section 2, RFC 6891 section 6.2.3',
    script: answer({ answer: [A], edns: ede(0, 'z'.repeat(1000)) }),
    steps: [{ ask: { edns: true }, want: { answer: [A] } }],
  },
  {
    name: 'silence of the upstream',
    source: 'RFC 8914 sections 4.23 and 4.24',
    ours: true,
    zone: 'sick.example',
    script: silence,
    steps: [{ ask: { edns: true }, want: { rcode: 'SERVFAIL', ede: [22, 23], withinMs: 12_000 } }],
  },
  {
    name: 'an unreadable answer of the upstream',
    source: 'RFC 8914 sections 4.23 and 4.24',
    ours: true,
    zone: 'sick.example',
    script: spoil(records(A), (bytes) => bytes.subarray(0, 20)),
    steps: [{ ask: { edns: true }, want: { rcode: 'SERVFAIL', ede: [0, 22, 23], withinMs: 12_000 } }],
  },
  {
    name: 'the text is UTF-8 without a zero at its end',
    source: 'RFC 8914 section 2',
    ours: true,
    zone: 'dead.example',
    steps: [
      {
        ask: { edns: true },
        want: {
          rcode: 'SERVFAIL',
          withinMs: 12_000,
          check: (reply) =>
            extraText(reply)?.includes('\0') === true ? 'a zero octet in the text' : undefined,
        },
      },
    ],
  },
  {
    name: 'a source outside the VLAN',
    source: 'DESIGN 3.1: REFUSED with EDE 18',
    ours: true,
    script: records(A),
    steps: [
      { ask: { source: '127.0.0.2', edns: true }, want: { rcode: 'REFUSED', answer: [], ede: 18 } },
      { ask: { source: '127.0.0.2' }, want: { rcode: 'REFUSED', answer: [], ede: 'none' } },
      { ask: { source: '127.0.0.2', edns: true, tcp: true }, want: { rcode: 'REFUSED', ede: 18 } },
    ],
    asked: 0,
  },
  {
    name: 'a list that was never read',
    source: 'DESIGN section 2: when_lists_missing refuse (SERVFAIL + EDE 14)',
    ours: true,
    script: records(A),
    steps: [{ ask: { vlan: 'missing', edns: true }, want: { rcode: 'SERVFAIL', answer: [], ede: 14 } }],
    asked: 0,
  },
  {
    name: 'a list that was never read, allowed',
    source: 'DESIGN section 2: when_lists_missing allow',
    ours: true,
    script: records(A),
    steps: [{ ask: { vlan: 'lenient', edns: true }, want: { answer: [A], ede: 'none' } }],
  },
  {
    name: 'blocked by a list',
    source: 'RFC 8914 section 4.16, DESIGN 3.6: text names the list',
    ours: true,
    origin: 'ads.example.',
    steps: [
      {
        ask: { vlan: 'kids', edns: true },
        want: {
          rcode: 'NXDOMAIN',
          ede: 15,
          check: (reply) =>
            extraText(reply)?.includes('ads') === true ? undefined : `text is ${extraText(reply)}`,
        },
      },
    ],
  },
  {
    name: 'blocked by a house rule',
    source: 'RFC 8914 section 4.17, DESIGN 3.6',
    ours: true,
    origin: 'casino.example.',
    steps: [
      {
        ask: { vlan: 'kids', edns: true },
        want: {
          rcode: 'NXDOMAIN',
          ede: 16,
          check: (reply) =>
            extraText(reply)?.includes('casino.example') === true ? undefined : `text is ${extraText(reply)}`,
        },
      },
    ],
  },
  {
    name: 'one error at most of ours',
    source: 'DESIGN 3.6',
    ours: true,
    origin: 'twice.ads.example.',
    steps: [
      {
        ask: { vlan: 'kids', edns: true },
        want: {
          rcode: 'NXDOMAIN',
          check: (reply) => (edeCodes(reply).length === 1 ? undefined : `EDE ${edeCodes(reply).join(' ')}`),
        },
      },
    ],
  },
];
