// Reasons by number: each once, and no more than there is room for.
import t from 'tap';
import { NO_REASON, ReasonTable } from '../../src/querylog/reason-table.ts';

const LIST = { kind: 'list', source: 'ads', text: 'list ads' } as const;

t.test('a reason has one number, and each part of it makes another one of it', (t) => {
  const table = new ReasonTable();
  const reasons = [
    LIST,
    { ...LIST, source: 'other' },
    { ...LIST, kind: 'rule' as const },
    { ...LIST, text: 'other' },
    { ...LIST, rule: 'ads.example' },
    { ...LIST, target: 'ads.example' },
  ];
  t.strictSame(
    reasons.map((reason) => table.add(reason)),
    [1, 2, 3, 4, 5, 6],
  );
  t.strictSame(
    reasons.map((reason) => table.add({ ...reason })),
    [1, 2, 3, 4, 5, 6],
  );
  t.strictSame(
    reasons.map((_, i) => table.get(i + 1)),
    reasons,
  );
  t.equal(table.get(NO_REASON), undefined);
  t.equal(table.get(7), undefined);
  t.end();
});

t.test('what finds no room has no number, and what is there keeps its own', (t) => {
  const table = new ReasonTable(1);
  t.equal(table.add(LIST), 1);
  t.equal(table.add({ ...LIST, source: 'other' }), NO_REASON);
  t.equal(table.add(LIST), 1);
  t.end();
});
