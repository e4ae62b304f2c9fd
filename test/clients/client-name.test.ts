// Names that clients give themselves: hostile ones are shown harmless, and given to nobody.
import t from 'tap';
import { toHostLabel, toLabel } from '../../src/clients/client-name.ts';

t.test('a name is the name of a host, or none', (t) => {
  for (const [name, host] of [
    ['kids-ipad', 'kids-ipad'],
    ['Kids-iPad', 'kids-ipad'],
    ['tv.livingroom.lan', 'tv'],
    ['laptop.home.arpa.', 'laptop'],
    ['x'.repeat(63), 'x'.repeat(63)],
    ['7zip', '7zip'],
    ['x'.repeat(64), undefined],
    ['x'.repeat(300), undefined],
    [`${'a.'.repeat(150)}b`, undefined],
    ['Kids iPad', undefined],
    ["o'brien", undefined],
    ['zoé', undefined],
    ['under_score', undefined],
    ['-dash', undefined],
    ['dash-', undefined],
    ['a..b', undefined],
    ['..', undefined],
    ['.', undefined],
    ['', undefined],
    ['*', undefined],
    ['*.home.arpa', undefined],
    ['192.0.2.9', undefined],
    ['1234', undefined],
    ['a\u0000b', undefined],
    ['a\nb', undefined],
    ['\u202eevil', undefined],
    ['../../etc', undefined],
    ['localhost', undefined],
    ['LOCALHOST.localdomain', undefined],
    ['wpad', undefined],
    ['WPAD.home.arpa', undefined],
    ['isatap', undefined],
    ['autodiscover', undefined],
  ] as const)
    t.equal(toHostLabel(name), host, JSON.stringify(name.slice(0, 70)));
  t.end();
});

t.test('what is shown steers no terminal, and is short', (t) => {
  for (const [name, label] of [
    [undefined, undefined],
    ['  ', undefined],
    ['Kids iPad', 'Kids iPad'],
    ['\u001b[31mred\r', '\\u001b[31mred'],
    ['a\nb\tc', 'a b c'],
    ['\u202eevil', '\\u202eevil'],
    ['x'.repeat(300), `${'x'.repeat(63)}…`],
  ] as const)
    t.equal(toLabel(name), label, JSON.stringify(name?.slice(0, 70)));
  t.end();
});
