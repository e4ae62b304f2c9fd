// What of a response is about its question, and in which order it goes on: AnswerChain, as AnswerWriter writes it.
import { decode, encode } from 'dns-packet';
import type { Answer } from 'dns-packet';
import t from 'tap';
import { parseName } from '../../src/dns/name-text.ts';
import { toType } from '../../src/dns/numbers.ts';
import { AnswerWriter } from '../../src/answers/answer-writer.ts';

const a = (name: string, data = '192.0.2.1'): Answer => ({ type: 'A', name, ttl: 60, data });
const cname = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 60, data });
const dname = (name: string, data: string): Answer => ({ type: 'DNAME', name, ttl: 60, data });

const ASKED = 'www.example.com';
const writer = new AnswerWriter();

/** Gives a response with these answers as it is written anew: `owner data` for each record, or the fault. */
function written(answers: Answer[], type: 'A' | 'CNAME' = 'A'): string[] | string {
  const response = encode({
    type: 'response',
    id: 7,
    questions: [{ type, name: 'wWw.example.com' }],
    answers,
    authorities: [{ type: 'NS', name: 'example.com', ttl: 60, data: 'ns.example.com' }],
    additionals: [a('ns.example.com')],
  });
  const question = {
    name: parseName(ASKED),
    qtype: toType(type) ?? 0,
    dnssecOk: false,
    checkingDisabled: false,
  };
  const message = writer.write(response, question);
  if (typeof message === 'string') return message;
  const read = decode(Buffer.from(message));
  t.match(read, { id: 7, questions: [{ name: ASKED }], authorities: [{}], additionals: [] });
  return (read.answers ?? []).map(
    (record) => `${record.name} ${'data' in record && typeof record.data === 'string' ? record.data : ''}`,
  );
}

t.test('records stand in the order of the chain, each once, and nothing else', (t) => {
  const table: [what: string, answers: Answer[], wanted: string[]][] = [
    ['nothing is answered', [], []],
    ['the name itself', [a(ASKED)], [`${ASKED} 192.0.2.1`]],
    ['in another case', [a('WWW.example.COM')], [`${ASKED} 192.0.2.1`]],
    [
      'an address before its alias',
      [a('b.example'), cname('a.example', 'b.example'), cname(ASKED, 'a.example')],
      [`${ASKED} a.example`, 'a.example b.example', 'b.example 192.0.2.1'],
    ],
    [
      'everything twice, in two cases',
      [a('B.example'), cname(ASKED, 'b.example'), a('b.example'), cname('WWW.example.com', 'B.EXAMPLE')],
      [`${ASKED} b.example`, 'B.example 192.0.2.1'],
    ],
    [
      'addresses of one name stay as they came',
      [a(ASKED, '192.0.2.9'), a(ASKED, '192.0.2.1'), a(ASKED, '192.0.2.9'), a(ASKED, '192.0.2.5')],
      ['192.0.2.9', '192.0.2.1', '192.0.2.5'].map((data) => `${ASKED} ${data}`),
    ],
    [
      'a DNAME stands before the alias that is made from it',
      [a('www.example.net'), cname(ASKED, 'www.example.net'), dname('example.com', 'example.net')],
      ['example.com example.net', `${ASKED} www.example.net`, 'www.example.net 192.0.2.1'],
    ],
    ['another name only', [a('other.example')], []],
    ['another name first', [a('other.example'), a(ASKED)], [`${ASKED} 192.0.2.1`]],
    ['an alias of another name', [cname('other.example', 'x.example'), a('x.example')], []],
    ['a DNAME of another tree', [dname('example.org', 'example.net'), a(ASKED)], [`${ASKED} 192.0.2.1`]],
    ['a name below the question', [a('below.www.example.com')], []],
    [
      'two aliases of one name: the first',
      [cname(ASKED, 'a.example'), cname(ASKED, 'b.example'), a('a.example'), a('b.example')],
      [`${ASKED} a.example`, 'a.example 192.0.2.1'],
    ],
  ];
  for (const [what, answers, wanted] of table)
    t.strictSame(
      [written(answers)].flat().map((line) => line.toLowerCase()),
      wanted.map((line) => line.toLowerCase()),
      what,
    );
  t.strictSame(
    written([cname(ASKED, ASKED), a('x.example')], 'CNAME'),
    [`${ASKED} ${ASKED}`],
    'an alias that is asked for is not followed',
  );
  t.end();
});

t.test('sixteen aliases are followed, in whatever order they come, and more or a circle are not', (t) => {
  const chain = (length: number): Answer[] =>
    Array.from({ length }, (_, i) => cname(i === 0 ? ASKED : `n${i}.example`, `n${i + 1}.example`));
  const sixteen = [...chain(16), a('n16.example')];
  for (const answers of [sixteen, sixteen.toReversed()]) t.equal(written(answers).length, 17);
  t.equal(written([...chain(17), a('n17.example')]), 'it has more than 16 aliases');
  t.equal(written(chain(1500).toReversed()), 'it has more than 16 aliases');
  t.equal(written([...chain(3), cname('n3.example', 'n1.example')]), 'its aliases lead in a circle');
  t.equal(written([cname(ASKED, ASKED)]), 'its aliases lead in a circle');
  const strays = chain(1500).slice(1);
  t.strictSame(written([...strays, a(ASKED)]), [`${ASKED} 192.0.2.1`], 'those of other names are none');
  t.end();
});
