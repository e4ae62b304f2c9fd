import t from 'tap';
import { NameView } from '../../../src/dns/name-view.ts';
import { parseName } from '../../../src/dns/name-text.ts';
import { SuffixFilter } from '../../../src/policy/rules/suffix-filter.ts';
import { seededRandom } from '../../support/mutate.ts';

const view = (name: string): NameView => {
  const made = new NameView();
  made.setWire(parseName(name));
  return made;
};

const filterOf = (...names: string[]): SuffixFilter => new SuffixFilter(names.map((name) => parseName(name)));

t.test('a name of the set, and one below, may always be there', (t) => {
  const next = seededRandom(7);
  const label = (): string => `l${next(50)}`;
  const names = Array.from({ length: 3000 }, () => Array.from({ length: 1 + next(4) }, label).join('.'));
  const filter = filterOf(...names);
  for (const name of names) {
    if (!filter.mayHold(view(name))) t.fail(name);
    if (!filter.mayHold(view(`x.${name}`))) t.fail(`x.${name}`);
  }
  t.end();
});

t.test('most others are not', (t) => {
  const filter = filterOf(...Array.from({ length: 1000 }, (_, i) => `www.name${i}.example`));
  const others = Array.from({ length: 10_000 }, (_, i) => view(`other${i}.test`));
  const held = others.filter((name) => filter.mayHold(name)).length;
  t.ok(held < 1000, `${held} of 10,000 are taken for one`);
  t.notOk(filterOf('a.example').mayHold(view('.')), 'nor is the root');
  t.notOk(filterOf('a.example').mayHold(view('example')), 'nor what is above a name');
  t.notOk(new SuffixFilter([]).mayHold(view('a.example')), 'where there is none, nothing is');
  t.end();
});

t.test('a name of one label holds all below it', (t) => {
  const filter = filterOf('zip', 'a.example');
  t.ok(filter.mayHold(view('zip')));
  t.ok(filter.mayHold(view('x.y.zip')));
  t.end();
});

t.test('a name two labels below a top level that has many does not hold the others there', (t) => {
  const filter = filterOf(...Array.from({ length: 20 }, (_, i) => `name${i}.co.example`), 'own.example');
  t.ok(filter.mayHold(view('www.name7.co.example')), 'what is below a name is held');
  t.ok(filter.mayHold(view('x.y.own.example')), 'and so it is where the name has fewer labels');
  t.notOk(filter.mayHold(view('co.example')), 'what is above is not');
  const others = Array.from({ length: 1000 }, (_, i) => view(`www.other${i}.co.example`));
  const held = others.filter((name) => filter.mayHold(name)).length;
  t.ok(held < 200, `${held} of 1,000 are taken for one`);
  t.end();
});
