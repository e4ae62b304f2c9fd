// What a change is about: services have no dot, domains have one.
import t from 'tap';
import { readSubject } from '../../src/desk/desk-subject.ts';

const SERVICES = { names: ['youtube', 'roblox', 'tiktok'] };

t.test('services, names and everything are found', (t) => {
  for (const [text, kind, wanted] of [
    ['youtube', 'grant', { kind: 'service', name: 'youtube' }],
    ['tiktok', 'block', { kind: 'service', name: 'tiktok' }],
    ['X.Example.', 'allow', { kind: 'name', name: 'x.example' }],
    ['*.x.example', 'deny', { kind: 'name', name: '*.x.example' }],
    ['bücher.example', 'allow', { kind: 'name', name: 'xn--bcher-kva.example' }],
    ['everything', 'grant', { kind: 'everything' }],
    ['everything', 'deny', { kind: 'everything' }],
  ] as const)
    t.strictSame(readSubject(text, kind, SERVICES), { value: wanted }, `${kind} ${text}`);
  t.end();
});

t.test('what there is not is told, with what is near', (t) => {
  for (const [text, kind, fault] of [
    ['youtub', 'grant', /there is no service "youtub"; did you mean "youtube"\?/],
    ['printer', 'grant', /there is no service "printer"; `vlandns services` lists them/],
    ['everything', 'allow', /everything is not allowed for good; write vlandns grant VLAN everything 1h/],
    ['everything', 'block', /everything is not blocked for good; write vlandns deny VLAN everything 1h/],
    ['/x.*/', 'block', /is a regular expression/],
    ['a*b.example', 'block', /may stand only in front/],
    ['||x.example^', 'block', /x\.example/],
  ] as const)
    t.match(readSubject(text, kind, SERVICES), { fault }, `${kind} ${text}`);
  t.end();
});
