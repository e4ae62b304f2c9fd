import t from 'tap';
import type { ToldService } from '../../../src/explain/told/services.ts';
import { labelOf, toHost, toSubject } from '../../../src/page/model/subject.ts';

const SERVICES: readonly ToldService[] = [
  { name: 'youtube', title: 'YouTube', category: 'video', size: 9, blockedBy: [], allowedBy: [] },
  { name: 'disney-plus', title: 'Disney+', category: 'video', size: 9, blockedBy: [], allowedBy: [] },
];

const CASES = [
  { text: 'youtube', is: { what: 'youtube' } },
  { text: ' YouTube ', is: { what: 'youtube' } },
  { text: 'disney+', is: { what: 'disney-plus' } },
  { text: 'everything', is: { what: 'everything' } },
  { text: 'Alles', is: { what: 'everything' } },
  { text: 'Chess.Example.', is: { what: 'chess.example' } },
  { text: 'https://user@www.example.com:8443/path?q=1', is: { what: 'www.example.com' } },
  { text: '*.game.example', is: { what: '*.game.example' } },
  { text: 'yutube', is: { unknown: 'yutube' } },
  { text: '.', is: { what: '.' } },
  { text: '', is: undefined },
  { text: '   ', is: undefined },
];

t.test('a subject is a service by name or title, a name, or everything', (t) => {
  for (const { text, is } of CASES) t.strictSame(toSubject(text, SERVICES), is, JSON.stringify(text));
  t.end();
});

t.test('a web address that was pasted is its name', (t) => {
  t.equal(toHost(' HTTPS://www.example.com/a '), 'www.example.com');
  t.equal(toHost('www.example.com.'), 'www.example.com');
  t.end();
});

t.test('a service is told by its title, and what is none as it is', (t) => {
  t.equal(labelOf('youtube', SERVICES, 'alles'), 'YouTube');
  t.equal(labelOf('everything', SERVICES, 'alles'), 'alles');
  t.equal(labelOf('x.example', SERVICES, 'alles'), 'x.example');
  t.end();
});
