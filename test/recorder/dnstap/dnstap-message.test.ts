import t from 'tap';
import { decode } from 'dns-packet';
import { toPayloads } from '../../../src/recorder/dnstap/dnstap-message.ts';
import type { TappedQuery } from '../../../src/recorder/dnstap/tapped-query.ts';
import { readTap } from '../../support/dnstap-reader.ts';

const TELLER = { identity: 'house.example', version: 'vlandns 1' };

const BLOCKED: TappedQuery = {
  unixMs: 1_800_000_000_123.5,
  waitedUs: 0,
  protocol: 'udp',
  client: { address: Buffer.from([192, 0, 2, 7]), port: 5353 },
  name: Buffer.from('\u0003www\u0003bad\u0007example\0', 'latin1'),
  qtype: 28,
  rcode: 3,
  isBlocked: true,
  isInspected: false,
  reason: { kind: 'list', source: 'ads', text: 'list ads' },
  depth: 2,
  server: undefined,
};

const tapsOf = (query: TappedQuery) => toPayloads(query, TELLER).map(readTap);

t.test('a blocked query is a query and a response of the client, with the policy', (t) => {
  const taps = tapsOf(BLOCKED);
  t.strictSame(
    taps.map(({ type }) => type),
    [5, 6],
  );
  const [asked, answered] = taps;
  t.match(asked, {
    ...TELLER,
    family: 1,
    protocol: 1,
    queryAddress: 'c0000207',
    queryPort: 5353,
    queryTime: 1_800_000_000.1235,
  });
  t.equal(asked?.policy, undefined);
  t.strictSame(answered?.policy, {
    type: 'list ads',
    rule: Buffer.from('\u0003bad\u0007example\0', 'latin1').toString('hex'),
    action: 1,
    match: 1,
  });
  t.equal(answered?.responseTime, 1_800_000_000.1235);
  t.end();
});

t.test('messages are header and question, as far as the log knows them', (t) => {
  const [asked, answered] = tapsOf(BLOCKED);
  const question = [{ name: 'www.bad.example', type: 'AAAA', class: 'IN' }];
  t.match(decode(asked!.query!), { type: 'query', flag_rd: true, questions: question });
  t.match(decode(answered!.response!), {
    type: 'response',
    rcode: 'NXDOMAIN',
    flag_ra: true,
    questions: question,
    answers: [],
  });
  t.end();
});

t.test('what was forwarded has the server between, with the time that it took', (t) => {
  const server = {
    address: Buffer.from('20010db8000000000000000000000053', 'hex'),
    port: 853,
    protocol: 'tls',
  };
  const taps = tapsOf({
    ...BLOCKED,
    isBlocked: false,
    reason: undefined,
    rcode: 0,
    waitedUs: 1_876_500,
    protocol: 'tcp',
    server: { ...server, protocol: 'tls' },
  });
  t.strictSame(
    taps.map(({ type, protocol, family }) => [type, protocol, family]),
    [
      [5, 2, 1],
      [7, 3, 2],
      [8, 3, 2],
      [6, 2, 1],
    ],
  );
  t.match(taps[2], {
    responseAddress: '20010db8000000000000000000000053',
    responsePort: 853,
    queryTime: 1_800_000_000.1235,
    responseTime: 1_800_000_002,
  });
  t.equal(taps[2]?.queryAddress, undefined);
  t.equal(taps[3]?.policy, undefined);
  t.end();
});

t.test('an anonymous query tells neither address nor port', (t) => {
  for (const tap of tapsOf({ ...BLOCKED, client: undefined }))
    t.strictSame([tap.family, tap.queryAddress, tap.queryPort], [undefined, undefined, undefined]);
  t.end();
});

t.test('an RCODE above 15 stands in OPT', (t) => {
  const [, answered] = tapsOf({ ...BLOCKED, rcode: 23 });
  t.match(decode(answered!.response!), {
    rcode: 'YXRRSET',
    additionals: [{ type: 'OPT', extendedRcode: 1 }],
  });
  t.end();
});

for (const [what, change, policy] of [
  [
    'one that the house answers itself has no action of dnstap',
    { rcode: 0 },
    { action: undefined, match: 1 },
  ],
  ['one that is allowed passes', { rcode: 0, isBlocked: false }, { action: 3, match: 1 }],
  [
    'an address in the answer is what matched',
    { isInspected: true, rcode: 0 },
    { rule: undefined, match: 3, type: 'list ads' },
  ],
  [
    'another name in the answer is none of the kinds of dnstap',
    { isInspected: true, reason: { kind: 'list', source: 'ads', text: 'list ads', target: 'x.example' } },
    { rule: undefined, match: undefined },
  ],
  [
    'a rule that is known is told as it is written',
    { reason: { kind: 'rule', source: 'kids', text: 'rule /^ad/', rule: '/^ad/' } },
    { rule: Buffer.from('/^ad/').toString('hex') },
  ],
  ['a rule about the root has no owner', { depth: 0 }, { rule: undefined }],
] as const)
  t.test(`of the policy: ${what}`, (t) => {
    t.match(tapsOf({ ...BLOCKED, ...change })[1]?.policy, policy);
    t.end();
  });
