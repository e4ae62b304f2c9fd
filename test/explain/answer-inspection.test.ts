// What explain says of the answer of an upstream: which name or address in it is blocked, and by what.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { TYPE } from '../../src/dns/numbers.ts';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { explainDecision } from '../../src/explain/explanation.ts';
import { buildOffline } from '../../src/explain/offline.ts';
import type { AnswerQuestion, ToldAnswer } from '../../src/explain/upstream-answer.ts';
import { parseName } from '../../src/dns/name-text.ts';
import { toStoredAnswer } from '../../src/answers/stored-answer.ts';
import { concat, parseRecord, recordToWire, u16 } from '../support/message-writer.ts';

const CONFIG = `vlans:
  kids:
    id: 40
    listen: ["127.0.40.1:5340"]
    subnets: [192.0.2.0/24]
    policy: kids
    clients: [{ name: laptop, address: 192.0.2.23, policy: open }]
policies:
  open: {}
  kids:
    block: { lists: [ads, places], rules: [casino.example, '/^bet[0-9]/'] }
    allow: { rules: [meant.example] }
    rebind_protection: true
lists:
  ads: ads.txt
  places: { sources: [{ file: places.txt, format: ip }] }
upstreams: { default: [192.0.2.53], router: [192.0.2.54] }
forward: [{ zones: [corp.example], upstream: router }]
server: { state: state }
`;

const LIMITS = { minSeconds: 0, maxSeconds: 86_400, negativeSeconds: 900 };

/** An answer with these records, as the daemon tells it. */
function told({ name, qtype }: AnswerQuestion, lines: readonly string[]): ToldAnswer {
  const wire = parseName(name);
  const message = concat(
    u16(1, 0x8180, 1, lines.length, 0, 0),
    wire,
    u16(qtype, 1),
    ...lines.map((line) => recordToWire(parseRecord(line, '.'), wire)),
  );
  const question = { name: wire, qtype, dnssecOk: false, checkingDisabled: false };
  const { octets, messageLength, rcode, facts } = toStoredAnswer(message, question, LIMITS);
  return {
    from: 'cache',
    rcode,
    facts,
    message: Buffer.from(octets.subarray(0, messageLength)).toString('base64'),
  };
}

t.test('a name that is blocked through what it leads to is not told to be allowed', async (t) => {
  const folder = t.testdir({ 'vlandns.yaml': CONFIG });
  writeFileSync(join(folder, 'ads.txt'), 'tracker.example\n');
  writeFileSync(join(folder, 'places.txt'), '198.51.100.0/24\n');
  const prepared = await parsePrepared(join(folder, 'vlandns.yaml'), () => {});
  const offline = await buildOffline(prepared);
  t.teardown(() => offline.close());
  for (const [what, who, name, lines, wanted] of [
    [
      'an alias that leads to a name on a list',
      '40',
      'www.shop.example',
      ['www.shop.example. 60 CNAME x.tracker.example.', 'x.tracker.example. 60 A 192.0.2.1'],
      {
        verdict: 'blocked',
        step: 'inspection',
        why: 'its answer leads to x.tracker.example: list ads has tracker.example',
        answer: {
          leadsTo: ['CNAME x.tracker.example', 'A 192.0.2.1'],
          blocked: { target: 'x.tracker.example', by: 'list ads has tracker.example' },
        },
        matches: [{ from: 'ads', name: 'tracker.example', line: 1 }],
      },
    ],
    [
      'one that leads to a name of a rule',
      'kids',
      'www.shop.example',
      ['www.shop.example. 60 CNAME www.casino.example.'],
      { verdict: 'blocked', why: /leads to www\.casino\.example: rule casino\.example$/ },
    ],
    [
      'one that leads to what a regular expression of the house matches',
      'kids',
      'www.shop.example',
      ['www.shop.example. 60 CNAME bet7.example.'],
      { verdict: 'blocked', why: /leads to bet7\.example: rule \/\^bet\[0-9\]\/$/ },
    ],
    [
      'an address on a list',
      'kids',
      'www.shop.example',
      ['www.shop.example. 60 A 198.51.100.7'],
      {
        verdict: 'blocked',
        why: 'its answer leads to 198.51.100.7: list places has 198.51.100.0/24',
        matches: [],
      },
    ],
    [
      'a private address',
      'kids',
      'www.shop.example',
      ['www.shop.example. 60 A 192.168.1.1'],
      { verdict: 'blocked', why: /leads to 192\.168\.1\.1: rebind_protection/ },
    ],
    [
      'a private address in a zone of our own',
      'kids',
      'www.corp.example',
      ['www.corp.example. 60 A 192.168.1.1'],
      { verdict: 'allowed', upstream: 'router', answer: { blocked: undefined } },
    ],
    [
      'a rule of the house allows the name, with all it leads to',
      'kids',
      'meant.example',
      ['meant.example. 60 CNAME x.tracker.example.'],
      { verdict: 'allowed', answer: { blocked: undefined, leadsTo: ['CNAME x.tracker.example'] } },
    ],
    [
      'a client whose policy blocks nothing',
      'laptop',
      'www.shop.example',
      ['www.shop.example. 60 CNAME x.tracker.example.'],
      { verdict: 'allowed', policy: 'open', answer: { blocked: undefined } },
    ],
    [
      'an address of a network of our own, which no public name has',
      'kids',
      'www.shop.example',
      ['www.shop.example. 60 A 192.0.2.1'],
      { verdict: 'blocked', why: /leads to 192\.0\.2\.1: rebind_protection/ },
    ],
    [
      'an answer that leads nowhere bad',
      'kids',
      'www.shop.example',
      ['www.shop.example. 60 A 203.0.113.1'],
      { verdict: 'allowed', answer: { from: 'cache', rcode: 'NOERROR', leadsTo: ['A 203.0.113.1'] } },
    ],
  ] as const) {
    const said = await explainDecision(prepared.config, offline, { who, name, qtype: TYPE.A }, (asked) =>
      Promise.resolve(told(asked, lines)),
    );
    t.match(said, wanted, what);
  }
});

t.test(
  'what is blocked by its name is not asked for, and where nobody can be asked that is told',
  async (t) => {
    const folder = t.testdir({
      'vlandns.yaml': CONFIG,
      'ads.txt': 'tracker.example\n',
      'places.txt': '198.51.100.7\n',
    });
    const prepared = await parsePrepared(join(folder, 'vlandns.yaml'), () => {});
    const offline = await buildOffline(prepared);
    t.teardown(() => offline.close());
    const asked: string[] = [];
    const explain = (name: string) =>
      explainDecision(prepared.config, offline, { who: 'kids', name, qtype: TYPE.A }, (question) => {
        asked.push(`${question.set} ${question.name} ${question.qtype}`);
        return Promise.resolve('vlandns is not running');
      });
    t.match(await explain('tracker.example'), { verdict: 'blocked', answer: undefined });
    t.strictSame(asked, []);
    t.match(await explain('www.shop.example'), {
      verdict: 'allowed',
      inspected: true,
      answer: 'vlandns is not running',
    });
    t.strictSame(asked, ['default www.shop.example 1']);
  },
);
