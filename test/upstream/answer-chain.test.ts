import { decode, encode } from 'dns-packet';
import type { Answer } from 'dns-packet';
import t from 'tap';
import { withoutStrays } from '../../src/upstream/answer-chain.ts';

const a = (name: string): Answer => ({ type: 'A', name, ttl: 60, data: '192.0.2.1' });
const cname = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 60, data });
const dname = (name: string, data: string): Answer => ({ type: 'DNAME', name, ttl: 60, data });

const toMessage = (answers: Answer[]): Uint8Array =>
  encode({
    type: 'response',
    id: 7,
    questions: [{ type: 'A', name: 'www.example.com' }],
    answers,
    authorities: [{ type: 'NS', name: 'example.com', ttl: 60, data: 'ns.example.com' }],
    additionals: [
      a('ns.example.com'),
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });

t.test('a response that answers nothing but its question stays as it is', async (t) => {
  const rows: [when: string, answers: Answer[]][] = [
    ['nothing is answered', []],
    ['the name itself is answered', [a('www.example.com')]],
    ['the case differs', [a('WWW.example.COM')]],
    ['a chain leads to the address', [cname('www.example.com', 'a.example.net'), a('a.example.net')]],
    [
      'the chain stands in the wrong order',
      [a('b.example'), cname('a.example.net', 'b.example'), cname('www.example.com', 'a.example.net')],
    ],
    [
      'a DNAME stands above the name',
      [
        dname('example.com', 'example.net'),
        cname('www.example.com', 'www.example.net'),
        a('www.example.net'),
      ],
    ],
  ];
  for (const [when, answers] of rows) {
    const message = toMessage(answers);
    t.equal(withoutStrays(message), message, when);
  }
});

t.test('what was not asked for is left out, and nothing else', async (t) => {
  const rows: [when: string, answers: Answer[], left: string[]][] = [
    ['only another name is answered', [a('other.example')], []],
    ['another name stands first', [a('other.example'), a('www.example.com')], ['www.example.com']],
    ['another name stands last', [a('www.example.com'), a('other.example')], ['www.example.com']],
    ['a CNAME of another name leads nowhere', [cname('other.example', 'x.example'), a('x.example')], []],
    [
      'a DNAME is of another tree',
      [dname('example.org', 'example.net'), a('www.example.com')],
      ['www.example.com'],
    ],
    ['a name below the question is no part of it', [a('below.www.example.com')], []],
  ];
  for (const [when, answers, left] of rows) {
    const {
      id,
      answers: kept = [],
      authorities = [],
      additionals = [],
      questions = [],
    } = decode(Buffer.from(withoutStrays(toMessage(answers))));
    t.same(
      kept.map(({ name }) => name),
      left,
      when,
    );
    t.same(
      [id, questions.length, authorities.length, additionals.length],
      [7, 1, 1, 2],
      'the other sections are whole',
    );
  }
});
