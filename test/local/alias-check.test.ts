// Aliases that no answer could be made of are told with the lines of both.
import t from 'tap';
import { aliasFaults } from '../../src/local/alias-check.ts';
import type { PlacedRecord } from '../../src/local/alias-check.ts';
import { LocalData } from '../../src/local/local-data.ts';
import { LocalLayers } from '../../src/local/local-layers.ts';
import { parseZoneLine } from '../../src/local/zone-line.ts';

function told(...lines: readonly string[]): string[] {
  const records = lines.map((line, index) => ({ ...parseZoneLine(line), line: index + 1 }));
  return aliasFaults(records, new LocalData(records)).map(
    ({ record, message }) => `${record.line}: ${message}`,
  );
}

/** So many aliases, one leading to the next, and an address at the end. */
function chain(aliases: number): string[] {
  const links = Array.from({ length: aliases }, (_, at) => `c${at}.lan. CNAME c${at + 1}.lan.`);
  return [...links, `c${aliases}.lan. A 192.0.2.1`];
}

t.test('aliases that cannot be are told with the lines of both', (t) => {
  const table: [what: string, lines: string[], faults: RegExp[]][] = [
    ['an alias to an address', ['a.lan CNAME b.lan', 'b.lan A 192.0.2.1'], []],
    ['the same alias twice', ['a.lan CNAME b.lan', 'A.lan 60 CNAME B.lan'], []],
    ['an alias that leads out', ['a.lan CNAME www.example', '*.b.lan CNAME a.lan'], []],
    [
      'two aliases at a name',
      ['a.lan CNAME b.lan', 'a.lan CNAME c.lan'],
      [/^2: a\.lan is an alias in line 1 already/],
    ],
    [
      'an address behind an alias',
      ['a.lan CNAME b.lan', 'a.lan A 192.0.2.1'],
      [/^2: a\.lan has a CNAME record in line 1/],
    ],
    [
      'an alias behind a text',
      ['a.lan TXT x', 'a.lan CNAME b.lan'],
      [/^2: a\.lan has another record in line 1/],
    ],
    ['an alias beside its signature', ['a.lan CNAME b.lan', 'a.lan TYPE47 \\# 5 0162000000'], []],
    [
      'an alias to itself',
      ['a.lan CNAME a.lan'],
      [/^1: aliases lead in a circle: a\.lan \(line 1\) → a\.lan \(line 1\);/],
    ],
    [
      'a circle of two, and what leads into it',
      ['x.lan CNAME a.lan', 'a.lan CNAME b.lan', 'b.lan CNAME a.lan'],
      [/^2: .*a\.lan \(line 2\) → b\.lan \(line 3\) → a\.lan \(line 2\)/],
    ],
    [
      'a wildcard that leads below itself',
      ['*.w.lan CNAME x.w.lan'],
      [/^1: aliases lead in a circle: \*\.w\.lan \(line 1\)/],
    ],
    ['a wildcard beside what it leads to', ['*.w.lan CNAME x.w.lan', 'x.w.lan A 192.0.2.1'], []],
    ['eight aliases', chain(8), []],
    [
      'nine aliases',
      chain(9),
      [
        /^1: leads through 9 aliases \(lines 1, 2, 3, 4, 5, 6, 7, 8, 9\), and 8 are followed; let it lead to c9\.lan$/,
      ],
    ],
    ['eleven aliases', chain(11), [/^1: leads through 11 aliases/]],
  ];
  for (const [what, lines, faults] of table) {
    const found = told(...lines);
    t.equal(found.length, faults.length, `${what}: ${found.join(' / ')}`);
    for (const [index, fault] of faults.entries()) t.match(found[index] ?? '', fault, what);
  }
  t.end();
});

t.test('what a VLAN has of its own is looked at together with what all VLANs have', (t) => {
  const place = (lines: readonly string[], first: number): PlacedRecord[] =>
    lines.map((line, index) => ({ ...parseZoneLine(line), line: first + index }));
  const table: [what: string, own: string[], general: string[], faults: RegExp[]][] = [
    [
      'a circle through both',
      ['b.lan CNAME a.lan'],
      ['a.lan CNAME b.lan'],
      [/^1: .*b\.lan \(line 1\) → a\.lan \(line 11\) → b\.lan \(line 1\)/],
    ],
    ['a circle among the others', ['x.lan CNAME a.lan'], ['a.lan CNAME b.lan', 'b.lan CNAME a.lan'], []],
    ['a chain that ends in both', ['b.lan A 192.0.2.1'], ['a.lan CNAME b.lan'], []],
    [
      'a chain that gets too long by what is its own',
      chain(9).slice(4),
      chain(9).slice(0, 4),
      [/^1: leads through 9 aliases/],
    ],
    ['the same name in both', ['a.lan CNAME c.lan'], ['a.lan A 192.0.2.1'], []],
  ];
  for (const [what, own, general, faults] of table) {
    const [mine, others] = [place(own, 1), place(general, 11)];
    const seen = new LocalLayers([
      { data: new LocalData(mine), from: 'own' },
      { data: new LocalData(others), from: 'for all' },
    ]);
    const found = aliasFaults(mine, seen, others).map(({ record, message }) => `${record.line}: ${message}`);
    t.match(found, faults, what);
    t.equal(found.length, faults.length, what);
  }
  t.end();
});
