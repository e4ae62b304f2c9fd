import { encode } from 'dns-packet';
import type { Answer } from 'dns-packet';
import t from 'tap';
import { isUsableResponse } from '../../src/upstream/answer-chain.ts';

const a = (name: string): Answer => ({ type: 'A', name, ttl: 60, data: '192.0.2.1' });
const cname = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 60, data });

const rows: [when: string, answers: Answer[], usable: boolean][] = [
  ['nothing is answered', [], true],
  ['the name itself is answered', [a('www.example.com')], true],
  ['the case differs', [a('WWW.example.COM')], true],
  ['a chain leads to the address', [cname('www.example.com', 'a.example.net'), a('a.example.net')], true],
  [
    'the chain stands behind its end',
    [a('b.example'), cname('a.example.net', 'b.example'), cname('www.example.com', 'a.example.net')],
    true,
  ],
  [
    'a DNAME stands above the name',
    [
      { type: 'DNAME', name: 'example.com', ttl: 60, data: 'example.net' },
      cname('www.example.com', 'www.example.net'),
      a('www.example.net'),
    ],
    true,
  ],
  ['only another name is answered', [a('other.example')], false],
  ['another name is answered as well', [a('www.example.com'), a('other.example')], false],
  ['a CNAME of another name leads nowhere', [cname('other.example', 'x.example'), a('x.example')], false],
  [
    'a DNAME is of another tree',
    [{ type: 'DNAME', name: 'example.org', ttl: 60, data: 'example.net' }],
    false,
  ],
];

t.test('a response is used only when all it answers is its question', async (t) => {
  for (const [when, answers, usable] of rows) {
    const message = encode({
      type: 'response',
      questions: [{ type: 'A', name: 'www.example.com' }],
      answers,
    });
    t.equal(isUsableResponse(message), usable, when);
  }
});

t.test('what is not well formed is not used', async (t) => {
  const message = encode({
    type: 'response',
    questions: [{ type: 'A', name: 'www.example.com' }],
    answers: [a('www.example.com')],
  });
  t.equal(isUsableResponse(message.subarray(0, -1)), false);
});
