// Reasons with names: the same number for the same name, and a bound.
import t from 'tap';
import { NameView } from '../../../src/dns/name-view.ts';
import { parseName } from '../../../src/dns/name-text.ts';
import { ReasonTable } from '../../../src/querylog/reason-table.ts';
import { TargetReasons } from '../../../src/recording/reasons/target-reasons.ts';

function nameOf(text: string): NameView {
  const view = new NameView();
  view.setWire(parseName(text));
  return view;
}

t.test('each name and reason has a number, the same each time', (t) => {
  const table = new ReasonTable();
  const plain = ['ads', 'other'].map((source) => table.add({ kind: 'list', source, text: `list ${source}` }));
  const targets = new TargetReasons(table);
  const numbers = (): number[] =>
    plain.flatMap((reason) =>
      ['a.example', 'b.example'].map((name) => targets.numberOf(reason, nameOf(name))),
    );
  const first = numbers();
  t.equal(new Set([...first, ...plain]).size, 6);
  t.strictSame(numbers(), first);
  t.strictSame(table.get(first[3]!), {
    kind: 'list',
    source: 'other',
    text: 'list other',
    target: 'b.example',
  });
  t.end();
});

t.test('what finds no room is told without the name', (t) => {
  const table = new ReasonTable();
  const plain = table.add({ kind: 'list', source: 'ads', text: 'list ads' });
  const targets = new TargetReasons(table);
  const given = Array.from({ length: 6000 }, (_, i) => targets.numberOf(plain, nameOf(`n${i}.example`)));
  t.ok(given.includes(plain));
  t.ok(table.count < 5000);
  t.equal(targets.numberOf(plain, nameOf('n0.example')), given[0]);
  t.end();
});
