/** Group p: what a VLAN's policy does, with the lists and policies of test/support/vlandns.ts. */
import type { Case, Want } from './case.ts';
import type { ReadMessage } from '../support/message-reader.ts';
import { answer, byLabel, byType, records } from '../support/upstream-scripts.ts';

const A = '@ 300 A 192.0.2.1';
const OPEN = records(A);
const BLOCKED: Want = { rcode: 'NXDOMAIN', answer: [], soaTtl: [30, 30] };
const FREE: Want = { answer: [A] };

/** Names and whether kids may have them. */
const NAMES: readonly (readonly [string, string, 'blocked' | 'free', string])[] = [
  ['ads.example.', '||ads.example^', 'blocked', 'AdGuard: the name itself'],
  ['sub.ads.example.', '||ads.example^', 'blocked', 'AdGuard: below it'],
  ['a.b.c.d.ads.example.', '||ads.example^', 'blocked', 'AdGuard: far below it'],
  ['SUB.aDs.ExAmPlE.', '||ads.example^', 'blocked', 'DESIGN section 4: case does not matter'],
  ['xads.example.', '||ads.example^', 'free', 'whole labels only'],
  ['ads.example.net.', '||ads.example^', 'free', 'the end of the name counts'],
  [
    'ok.ads.example.',
    '@@||ok.ads.example^',
    'free',
    'DESIGN section 4: an exception beats block at any depth',
  ],
  ['below.ok.ads.example.', '@@||ok.ads.example^', 'free', 'DESIGN section 4'],
  ['hard.ads.example.', '||hard.ads.example^$important', 'blocked', 'DESIGN section 4: $important'],
  ['tracker.example.', 'hosts line', 'blocked', 'DESIGN section 4: a hosts name'],
  ['sub.tracker.example.', 'hosts line', 'free', 'DESIGN section 4: just that name'],
  ['second-tracker.example.', 'hosts line with two names', 'blocked', 'hosts(5)'],
  ['plain.example.', 'domains line', 'blocked', 'DESIGN section 4: a plain domain'],
  ['sub.plain.example.', 'domains line', 'blocked', 'DESIGN section 4: and its subtree'],
  ['xn--bcher-kva.example.', 'bücher.example in a list', 'blocked', 'DESIGN section 4: compared as A-labels'],
  ['school.ads.example.', 'allow list', 'free', 'DESIGN section 4: an allow list beats block'],
  ['casino.example.', 'house rule', 'blocked', 'DESIGN section 2: block.rules'],
  ['www.casino.example.', 'house rule', 'blocked', 'DESIGN section 2: block.rules'],
  ['good.casino.example.', 'house allow rule', 'free', 'DESIGN section 4: the most specific wins'],
  [
    'bad.good.casino.example.',
    'house block rule below it',
    'blocked',
    'DESIGN section 4: the most specific wins',
  ],
  ['tie.example.', 'block and allow rule', 'free', 'DESIGN section 4: on a tie allow wins'],
  ['house.ads.example.', 'house allow against list', 'free', 'DESIGN section 4: house rules come first'],
  [
    'house.hard.ads.example.',
    'house allow against $important',
    'free',
    'DESIGN section 4: house rules come first',
  ],
  ['chess.game.example.', '*.game.example', 'blocked', 'DESIGN section 2: below it'],
  ['ad7.cdn.example.', '/^ad[0-9]+\\./', 'blocked', 'DESIGN section 2: a regular expression'],
  ['bad7.cdn.example.', '/^ad[0-9]+\\./', 'free', 'DESIGN section 2: a regular expression'],
  ['quiet.example.', 'no rule', 'free', 'nothing matches'],
];

const PRIVATE: readonly (readonly [string, string])[] = [
  ['A', '10.1.2.3'],
  ['A', '172.16.0.9'],
  ['A', '192.168.1.1'],
  ['A', '127.0.0.1'],
  ['A', '169.254.1.1'],
  ['A', '0.0.0.0'],
  ['AAAA', '::1'],
  ['AAAA', 'fd00::1'],
  ['AAAA', 'fe80::1'],
  ['AAAA', '::ffff:c0a8:101'],
];

function noAddress(reply: ReadMessage): string | undefined {
  return reply.answer.some(({ type }) => type === 'A' || type === 'AAAA' || type === 'HTTPS')
    ? 'the address came through'
    : undefined;
}

/** Kids do not get it, whatever else is said; servers do. */
function hidden(
  name: string,
  source: string,
  further: Pick<Case, 'script'> & { type?: string; lines: string[] },
): Case {
  const { script, type = 'A', lines } = further;
  const ask = { type };
  const kids = {
    ask: { ...ask, vlan: 'kids' },
    want: { rcode: ['NXDOMAIN', 'NOERROR', 'REFUSED'], check: noAddress },
  };
  return {
    name,
    source,
    ...(script !== undefined && { script }),
    steps: [kids, { ask, want: { answer: lines } }, kids, { ask, want: { answer: lines } }],
    asked: [1, 2],
  };
}

export const policyCases: readonly Case[] = [
  ...NAMES.map(([origin, rule, verdict, source]): Case => ({
    name: `${origin} is ${verdict} (${rule})`,
    source,
    origin,
    script: OPEN,
    steps: [
      { ask: { vlan: 'kids' }, want: verdict === 'blocked' ? BLOCKED : FREE },
      { ask: {}, want: FREE },
      { ask: { vlan: 'kids', edns: true, tcp: true }, want: verdict === 'blocked' ? BLOCKED : FREE },
    ],
  })),
  {
    name: 'a blocked name is never asked for',
    source: 'DESIGN section 3: 6 before 9',
    origin: 'silent.ads.example.',
    script: OPEN,
    steps: ['A', 'AAAA', 'HTTPS', 'TXT', 'NS'].map((type) => ({
      ask: { vlan: 'kids', type },
      want: BLOCKED,
    })),
    asked: 0,
  },
  {
    name: 'servers first, then kids',
    source: 'DESIGN 3.8: no policy sees the answer of another',
    origin: 'servers-first.ads.example.',
    script: OPEN,
    steps: [
      { ask: {}, want: FREE },
      { ask: { vlan: 'kids' }, want: BLOCKED },
      { ask: {}, want: FREE },
      { ask: { vlan: 'kids' }, want: BLOCKED },
    ],
    asked: 1,
  },
  {
    name: 'kids first, then servers',
    source: 'DESIGN 3.8',
    origin: 'kids-first.ads.example.',
    script: OPEN,
    steps: [
      { ask: { vlan: 'kids' }, want: BLOCKED },
      { ask: {}, want: FREE },
      { ask: { vlan: 'kids' }, want: BLOCKED },
    ],
    asked: 1,
  },
  {
    name: 'both at once',
    source: 'DESIGN 3.8 and 3.9',
    origin: 'at-once.ads.example.',
    script: OPEN,
    run: async ({ step }) =>
      (
        await Promise.all([
          step({ ask: { times: 5 }, want: FREE }),
          step({ ask: { vlan: 'kids', times: 5 }, want: BLOCKED }),
        ])
      ).flat(),
    asked: 1,
  },
  {
    name: 'what both may have is asked for once',
    source: 'DESIGN 3.8: nothing is cached twice',
    script: OPEN,
    steps: [
      { ask: { vlan: 'kids' }, want: FREE },
      { ask: {}, want: FREE },
      { ask: { vlan: 'nodata' }, want: FREE },
    ],
    asked: 1,
  },
  {
    name: 'a client of its own',
    source: 'DESIGN 3.2: the longest matching prefix of clients',
    origin: 'client.ads.example.',
    script: OPEN,
    steps: [
      { ask: { vlan: 'kids' }, want: BLOCKED },
      { ask: { vlan: 'kids', source: '127.0.40.9' }, want: FREE },
      { ask: { vlan: 'kids', source: '127.0.40.9', tcp: true }, want: FREE },
      { ask: { vlan: 'kids', source: '127.0.40.8' }, want: BLOCKED },
    ],
  },
  {
    name: 'answer nodata',
    source: 'DESIGN section 2: answer',
    origin: 'nodata.ads.example.',
    script: OPEN,
    steps: [
      { ask: { vlan: 'nodata' }, want: { answer: [], soaTtl: [30, 30] } },
      { ask: { vlan: 'nodata', type: 'AAAA', edns: true }, want: { answer: [], soaTtl: [30, 30], ede: 15 } },
    ],
    asked: 0,
  },
  {
    name: 'answer zero',
    source: 'DESIGN section 2: answer',
    origin: 'zero.ads.example.',
    script: OPEN,
    steps: [
      { ask: { vlan: 'zero' }, want: { answer: ['@ 30 A 0.0.0.0'], ttl: [30, 30] } },
      { ask: { vlan: 'zero', type: 'AAAA' }, want: { answer: ['@ 30 AAAA ::'], ttl: [30, 30] } },
      { ask: { vlan: 'zero', type: 'MX' }, want: { answer: [], soaTtl: [30, 30] } },
      { ask: { vlan: 'zero', type: 'HTTPS' }, want: { answer: [], soaTtl: [30, 30] } },
      { ask: { vlan: 'zero', edns: true }, want: { answer: ['@ 30 A 0.0.0.0'], ttl: [30, 30], ede: 15 } },
    ],
    asked: 0,
  },
  {
    name: 'answer refused',
    source: 'DESIGN section 2: answer',
    origin: 'refused.ads.example.',
    script: OPEN,
    steps: [
      { ask: { vlan: 'refused' }, want: { rcode: 'REFUSED', answer: [] } },
      { ask: { vlan: 'refused', edns: true, type: 'AAAA' }, want: { rcode: 'REFUSED', answer: [], ede: 15 } },
    ],
    asked: 0,
  },
  {
    name: 'answer with addresses',
    source: 'DESIGN section 2: answer',
    origin: 'address.ads.example.',
    script: OPEN,
    steps: [
      { ask: { vlan: 'address' }, want: { answer: ['@ 45 A 192.0.2.80'], ttl: [45, 45] } },
      { ask: { vlan: 'address', type: 'AAAA' }, want: { answer: ['@ 45 AAAA 2001:db8::80'], ttl: [45, 45] } },
      { ask: { vlan: 'address', type: 'TXT' }, want: { answer: [], soaTtl: [45, 45] } },
    ],
    asked: 0,
  },
  {
    name: 'only what is allowed',
    source: 'DESIGN section 2: only',
    script: OPEN,
    steps: [
      { ask: { vlan: 'walled' }, want: BLOCKED },
      { ask: {}, want: FREE },
    ],
    asked: 1,
  },
  {
    name: 'only what is allowed, and this is',
    source: 'DESIGN section 2: only',
    origin: 'www.school.example.',
    script: OPEN,
    steps: [{ ask: { vlan: 'walled' }, want: FREE }],
  },
  {
    name: 'what is allowed may lead outside the wall',
    source: 'DESIGN section 2: only; an allowed site is of no use if its own CNAME is blocked',
    origin: 'cdn.school.example.',
    script: records('@ 300 CNAME edge.example.org.', 'edge.example.org. 300 A 192.0.2.9'),
    steps: [
      {
        ask: { vlan: 'walled' },
        want: { answer: ['@ 300 CNAME edge.example.org.', 'edge.example.org. 300 A 192.0.2.9'] },
      },
    ],
  },
  {
    name: 'a CNAME to a blocked name',
    source: 'DESIGN 3.10',
    script: byLabel({
      '@': records('@ 300 CNAME cloak.ads.example.', 'cloak.ads.example. 300 A 192.0.2.9'),
    }),
    steps: [
      { ask: { vlan: 'kids', edns: true }, want: { rcode: 'NXDOMAIN', check: noAddress, ede: 15 } },
      { ask: {}, want: { answer: ['@ 300 CNAME cloak.ads.example.', 'cloak.ads.example. 300 A 192.0.2.9'] } },
      { ask: { vlan: 'kids', edns: true }, want: { rcode: 'NXDOMAIN', check: noAddress, ede: 15 } },
    ],
    asked: [1, 2],
  },
  {
    name: 'a CNAME to a blocked name, servers first',
    source: 'DESIGN 3.8 and 3.10: what the inspection found is kept',
    script: records('@ 300 CNAME cloak2.ads.example.', 'cloak2.ads.example. 300 A 192.0.2.9'),
    steps: [
      {
        ask: {},
        want: { answer: ['@ 300 CNAME cloak2.ads.example.', 'cloak2.ads.example. 300 A 192.0.2.9'] },
      },
      { ask: { vlan: 'kids' }, want: { rcode: 'NXDOMAIN', check: noAddress } },
      {
        ask: { vlan: 'zero' },
        want: {
          check: ({ answer: got }) =>
            got.some(({ rdata }) => rdata === 'c0000209') ? 'the address came through' : undefined,
        },
      },
      {
        ask: {},
        want: { answer: ['@ 300 CNAME cloak2.ads.example.', 'cloak2.ads.example. 300 A 192.0.2.9'] },
      },
    ],
    asked: 1,
  },
  {
    name: 'a CNAME to a blocked name in the middle of a chain',
    source: 'DESIGN 3.10',
    script: records(
      '@ 300 CNAME one.example.org.',
      'one.example.org. 300 CNAME two.ads.example.',
      'two.ads.example. 300 CNAME three.example.org.',
      'three.example.org. 300 A 192.0.2.9',
    ),
    steps: [{ ask: { vlan: 'kids' }, want: { rcode: 'NXDOMAIN', check: noAddress } }],
  },
  {
    name: 'a CNAME to a blocked name that leads nowhere',
    source: 'DESIGN 3.10',
    script: answer({
      rcode: 'NXDOMAIN',
      answer: ['@ 300 CNAME gone.ads.example.'],
      authority: ['example. 60 SOA ns. host. 1 2 3 4 60'],
    }),
    steps: [{ ask: { vlan: 'kids' }, want: { rcode: 'NXDOMAIN', answer: [] } }],
  },
  {
    name: 'a CNAME to an excepted name',
    source: 'DESIGN 3.10, section 4',
    script: records('@ 300 CNAME ok.ads.example.', 'ok.ads.example. 300 A 192.0.2.9'),
    steps: [
      {
        ask: { vlan: 'kids' },
        want: { answer: ['@ 300 CNAME ok.ads.example.', 'ok.ads.example. 300 A 192.0.2.9'] },
      },
    ],
  },
  {
    name: 'an allowed name that leads to a blocked one',
    source: 'what users of AdGuard Home expect: an allowed question is let through',
    origin: 'via.school.example.',
    script: records('@ 300 CNAME x.ads.example.', 'x.ads.example. 300 A 192.0.2.9'),
    steps: [
      {
        ask: { vlan: 'kids' },
        want: { answer: ['@ 300 CNAME x.ads.example.', 'x.ads.example. 300 A 192.0.2.9'] },
      },
    ],
  },
  {
    name: 'a CNAME to a blocked name without inspection',
    source: 'DESIGN section 2: inspect false',
    script: records('@ 300 CNAME cloak3.ads.example.', 'cloak3.ads.example. 300 A 192.0.2.9'),
    steps: [
      {
        ask: { vlan: 'noinspect' },
        want: { answer: ['@ 300 CNAME cloak3.ads.example.', 'cloak3.ads.example. 300 A 192.0.2.9'] },
      },
    ],
  },
  hidden('an HTTPS target that is blocked', 'DESIGN 3.10', {
    type: 'HTTPS',
    script: records('@ 300 HTTPS 1 svc.ads.example. 00010003026832'),
    lines: ['@ 300 HTTPS 1 svc.ads.example. 00010003026832'],
  }),
  hidden('an HTTPS alias that is blocked', 'DESIGN 3.10', {
    type: 'HTTPS',
    script: records('@ 300 HTTPS 0 alias.ads.example.'),
    lines: ['@ 300 HTTPS 0 alias.ads.example.'],
  }),
  {
    name: 'an HTTPS target that is free',
    source: 'DESIGN 3.10',
    script: records('@ 300 HTTPS 1 . 00010003026832'),
    steps: [{ ask: { vlan: 'kids', type: 'HTTPS' }, want: { answer: ['@ 300 HTTPS 1 . 00010003026832'] } }],
  },
  ...PRIVATE.map(([type, address]) =>
    hidden(`rebinding to ${address}`, 'DESIGN section 2: rebind_protection', {
      type,
      script: records(`@ 300 ${type} ${address}`),
      lines: [`@ 300 ${type} ${address}`],
    }),
  ),
  hidden('rebinding beside a public address', 'DESIGN section 2: rebind_protection', {
    script: records('@ 300 A 192.0.2.1', '@ 300 A 192.168.7.7'),
    lines: ['@ 300 A 192.0.2.1', '@ 300 A 192.168.7.7'],
  }),
  hidden('rebinding behind a CNAME', 'DESIGN section 2: rebind_protection', {
    script: records('@ 300 CNAME inner.example.org.', 'inner.example.org. 300 A 192.168.7.7'),
    lines: ['@ 300 CNAME inner.example.org.', 'inner.example.org. 300 A 192.168.7.7'],
  }),
  hidden('rebinding by an HTTPS hint', 'DESIGN 3.10: hints', {
    type: 'HTTPS',
    script: records('@ 300 HTTPS 1 . 000400040a000001'),
    lines: ['@ 300 HTTPS 1 . 000400040a000001'],
  }),
  {
    name: 'a public address is no rebinding',
    source: 'DESIGN section 2',
    script: byType({ A: records('@ 300 A 198.18.0.1'), AAAA: records('@ 300 AAAA 2001:db8::5') }),
    steps: [{ ask: { vlan: 'kids', type: 'AAAA' }, want: { answer: ['@ 300 AAAA 2001:db8::5'] } }],
  },
  {
    name: 'the wrong VLAN for the source',
    source: 'DESIGN 3.1',
    script: OPEN,
    steps: [
      {
        ask: { vlan: 'kids', source: '127.0.0.1', edns: true },
        want: { rcode: 'REFUSED', answer: [], ede: 18 },
      },
      { ask: { source: '127.0.40.2', edns: true }, want: { rcode: 'REFUSED', answer: [], ede: 18 } },
    ],
    asked: 0,
  },
];
