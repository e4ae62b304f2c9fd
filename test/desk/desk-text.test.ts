// The text of desk.yaml: a line that is not understood costs itself alone, and there is a bound to all.
import t from 'tap';
import { parse } from 'yaml';
import { inFileOrder, MAX_RULES, readDeskText, toDeskText } from '../../src/desk/desk-text.ts';
import { entryToLine } from '../../src/desk/desk-line.ts';
import { entry } from '../support/desk.ts';

const rule = (id: string, name = `${id}.example`) =>
  entry({ id, kind: 'block', untilMs: Infinity, subject: { kind: 'name', name } });

t.test('what is written is read again, each entry with its line, rules first', (t) => {
  const entries = inFileOrder([entry({ id: 'timed' }), rule('one'), rule('two')]);
  const spent = [{ vlan: 'kids', what: 'youtube', day: 20_788, ms: 60_000 }];
  const text = toDeskText({ entries, spent });
  t.strictSame(readDeskText(text), { state: { entries, spent }, faults: [] });
  const lines = text.split('\n');
  for (const { id, line } of entries) t.match(lines[line - 1], new RegExp(`id: ${id},`));
  t.strictSame(
    entries.map(({ id }) => id),
    ['one', 'two', 'timed'],
  );
  t.equal(parse(text).length, 4, 'YAML reads four entries from it');
  t.end();
});

t.test('nothing changed is a file without entries', (t) => {
  t.strictSame(readDeskText(toDeskText({ entries: [], spent: [] })), {
    state: { entries: [], spent: [] },
    faults: [],
  });
  t.end();
});

t.test('bad lines are told with their place, and the rest holds', (t) => {
  const text = [
    '# a remark',
    '',
    entryToLine(rule('one')),
    '- { id: two, do',
    entryToLine(rule('one')),
    '  ',
    entryToLine(rule('three')),
  ].join('\r\n');
  const { state, faults } = readDeskText(text);
  t.strictSame(
    state.entries.map(({ id, line }) => [id, line]),
    [
      ['one', 3],
      ['three', 7],
    ],
  );
  t.match(faults, [
    { line: 4, fault: /is no entry/ },
    { line: 5, fault: /has the id of line 3, one/ },
  ]);
  t.end();
});

t.test('what is one too many is not used', (t) => {
  const rules = Array.from({ length: MAX_RULES + 2 }, (_, n) => entryToLine(rule(`r${n}`)));
  const { state, faults } = readDeskText([...rules, entryToLine(entry())].join('\n'));
  t.equal(state.entries.length, MAX_RULES + 1, 'the grant among them');
  t.match(faults, [
    { line: MAX_RULES + 1, fault: /is one too many: there may be 1000/ },
    { line: MAX_RULES + 2 },
  ]);
  t.end();
});

t.test('a text cut anywhere gives the entries of its whole lines', (t) => {
  const entries = inFileOrder([rule('one'), rule('two'), entry({ reason: 'homework' })]);
  const text = toDeskText({ entries, spent: [] });
  for (let length = 0; length <= text.length; length++) {
    const cut = text.slice(0, length);
    const whole = cut.split('\n').filter((line) => line.endsWith(' }')).length;
    t.equal(readDeskText(cut).state.entries.length, whole, `${length} characters`);
  }
  t.end();
});
