// What of a client's queries is counted, over UDP and TCP, by address and by IPv6 prefix.
import t from 'tap';
import { LATER, NO_QUERY, NO_REPLY } from '../../../src/listeners/query-handler.ts';
import { ADMIT, RateLimit } from '../../../src/server/limits/rate-limit.ts';
import { InProcess, ScriptedSet, toAddress } from '../../support/in-process.ts';
import type { AskFields } from '../../support/in-process.ts';
import type { ServingLines } from '../../support/serving.ts';

/** The limits that hold unless others are written. */
const USUAL = { rate: 100, burst: 300, prefix: { bits: 64, rate: 800, burst: 2400 } };

function open(lines: Partial<ServingLines> = {}): InProcess {
  const set = new ScriptedSet('default', {
    'www.example A': { answer: ['www.example. 300 A 192.0.2.1'] },
    'shop.example A': {
      answer: ['shop.example. 300 CNAME tracker.example.', 'tracker.example. 300 A 192.0.2.2'],
    },
  });
  const service = new InProcess({
    policies: { lan: { block: ['bad.example', 'tracker.example'], bypass: 'block' } },
    upstreams: new Map([[0, set]]),
    records: ['nas.example. A 192.0.2.9'],
    ...lines,
  });
  service.limits = { ...service.limits, rate: new RateLimit(USUAL), tcpRate: new RateLimit(USUAL) };
  return service;
}

/** How many of so many queries, sent at one moment, are answered in full. */
async function answered(
  service: InProcess,
  name: string,
  count: number,
  fields: AskFields = {},
): Promise<number> {
  let answers = 0;
  for (let i = 0; i < count; i++) {
    const reply = await service.send({ questions: [{ name, type: 'A' }], ...fields });
    // Bit TC of the header, RFC 1035 section 4.1.1.
    if (reply !== undefined && (reply[2]! & 2) === 0) answers++;
  }
  return answers;
}

t.test(
  'a page with a hundred blocked hosts is answered in full, and what is allowed on it as well',
  async (t) => {
    // Chromium asks 10 times for a blocked host of a page, 20 to 49 times where the answer is REFUSED or SERVFAIL.
    for (const questions of [10, 20, 49]) {
      const service = open();
      await service.tell('www.example');
      for (let host = 0; host < 100; host++)
        t.equal(await answered(service, `h${host}.bad.example`, questions), questions, `host ${host}`);
      t.equal(await answered(service, 'www.example', 30), 30, `${questions} a host: an allowed script`);
      t.equal(service.countersOf('lan').rateLimited, 0);
    }
  },
);

t.test('what a verdict says costs no token, and everything else one', async (t) => {
  const free = ['bad.example', 'use-application-dns.net', 'localhost', 'shop.example'];
  for (const name of free) {
    const service = open();
    // Its answer has to be fetched before it can be inspected.
    await service.ask(name);
    t.equal(await answered(service, name, 1000), 1000, name);
  }
  const missing = open({ policies: { lan: { blockLists: ['ads'] } }, lists: { ads: [] }, missing: ['ads'] });
  t.equal(await answered(missing, 'www.example', 1000), 1000, 'a list that is missing');
  for (const name of ['www.example', 'nas.example']) {
    const service = open();
    await service.ask(name);
    t.equal(await answered(service, name, 1000), 299, name);
  }
  t.equal(await answered(open(), 'www.example', 1000, { questions: [] }), 300, 'FORMERR');
  const others = open({ vlans: { lan: { subnets: ['198.51.100.0/24'], policy: 'lan' } } });
  t.equal(await answered(others, 'bad.example', 1000), 300, 'a stranger');
});

t.test('floods of blocked names are held, and the bound is filled up again', async (t) => {
  const service = open();
  t.equal(await answered(service, 'bad.example', 20_000), 6000);
  service.nowMs += 1000;
  t.equal(await answered(service, 'bad.example', 20_000), 2000);
  t.equal(await answered(service, 'bad.example', 10, { client: '192.0.2.78' }), 10, 'another client');
});

t.test('queries over TCP are counted apart, and wait instead of being lost', async (t) => {
  const service = open();
  await service.tell('www.example');
  t.equal(await answered(service, 'www.example', 400), 299);
  const now = (name: string): number => {
    const fields = { questions: [{ name, type: 'A' }], transport: 'tcp' } as const;
    return service.now(fields);
  };
  let taken = 0;
  while (taken < 1000 && now('www.example') > 0) taken++;
  t.equal(taken, 300, 'TCP has tokens of its own');
  t.equal(now('www.example'), LATER);
  t.ok(now('bad.example') > 0, 'what is blocked is answered all the same');
  t.equal(service.countersOf('lan').rateLimited, 103);
  service.nowMs += 10;
  t.ok(now('www.example') > 0, 'a hundredth of a second is one query more');
  t.equal(now('www.example'), LATER);
});

t.test('what is no query at all ends a TCP connection, and gets nothing over UDP', (t) => {
  const service = open();
  for (const bytes of [new Uint8Array(5), Uint8Array.of(0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0)]) {
    t.equal(service.now({ bytes, transport: 'tcp' }), NO_QUERY);
    t.equal(service.now({ bytes, transport: 'udp' }), NO_REPLY);
  }
  t.end();
});

t.test('of what is over the rate, a client hears TC first, and then for every second query', (t) => {
  const limit = new RateLimit({ rate: 1, burst: 1 });
  const refuse = (client: string): number => {
    limit.admit(toAddress(client), { ms: 1000 });
    return limit.refuse();
  };
  const { TRUNCATE, DROP } = ADMIT;
  t.strictSame(
    Array.from({ length: 5 }, () => refuse('192.0.2.1')),
    [TRUNCATE, DROP, TRUNCATE, DROP, TRUNCATE],
  );
  t.equal(refuse('192.0.2.2'), TRUNCATE, 'each by itself');
  t.end();
});

t.test('clients of one IPv6 prefix have a limit together, others are not concerned', (t) => {
  const admitted = (limit: RateLimit, client: string): boolean =>
    limit.admit(toAddress(client), { ms: 1000 }) === ADMIT.YES && limit.pay();
  const count = (limit: RateLimit, clientOf: (i: number) => string): number =>
    Array.from({ length: 40_000 }, (_, i) => admitted(limit, clientOf(i))).filter(Boolean).length;
  const inPrefix = (i: number): string => `2001:db8:0:1::${(i % 4000).toString(16)}`;
  const limit = new RateLimit(USUAL);
  t.equal(count(limit, inPrefix), 2400, '4,000 addresses of one /64');
  t.ok(admitted(limit, '2001:db8:0:2::1'), 'the next /64');
  t.ok(admitted(limit, '192.0.2.1'), 'IPv4');
  t.equal(count(new RateLimit({ ...USUAL, prefix: { ...USUAL.prefix, bits: 48 } }), inPrefix), 2400);
  t.ok(count(new RateLimit({ rate: 100, burst: 300 }), inPrefix) > 20_000, 'without it they have it each');
  t.equal(count(new RateLimit({ rate: 0, burst: 0, prefix: { bits: 64, rate: 1, burst: 5 } }), inPrefix), 5);
  t.equal(
    count(new RateLimit(USUAL), () => '2001:db8::1'),
    300,
    'and one of them no more than any client',
  );
  t.end();
});
