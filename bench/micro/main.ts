// npm run bench:micro [-- --lists DIR] [--only TEXT] [--queries N] [--beside TREE] [--no-services]: nanoseconds and octets of
// heap of the parts of an answer that is given at once, without sockets, over a million names. With TREE, a checkout of another
// version with its packages, each operation is done by both in turns, and the ratio is that of rounds next to each other. A version
// that knows no services has a house of one rule: --no-services gives this one the same.
import { parseArgs } from 'node:util';
import { countGc } from './gc-count.ts';
import { compare, measure } from './measure.ts';
import type { Run } from './measure.ts';
import { openOperations } from './open-operations.ts';
import { withoutLog } from './logged.ts';

const { values } = parseArgs({
  options: {
    lists: { type: 'string' },
    only: { type: 'string', default: '' },
    queries: { type: 'string' },
    beside: { type: 'string' },
    'no-services': { type: 'boolean', default: false },
  },
});
const household = { listsFolder: values.lists, services: values['no-services'] ? [] : undefined };
const own = await openOperations('.', household);
const other = values.beside === undefined ? undefined : await openOperations(values.beside, household);
const operations = Object.entries(own.operations).filter(([name]) => name.includes(values.only));

print(`node ${process.version}; ${own.from}\n`);
if (other === undefined) {
  measureAll();
  compareLogged();
} else compareAll(other.operations);
if (values.queries !== undefined) {
  const { collections, pauseMs, octets } = await countGc(
    operations.filter(([name]) => name.startsWith('answer')),
    Number(values.queries),
  );
  print(
    `\n${values.queries} queries of each kind: ${collections} collections, ${pauseMs.toFixed(1)} ms; heap ${octets} octets\n`,
  );
}

function measureAll(): void {
  print(row('operation', 'median ns', 'min to max', 'octets'));
  const costs = measure(operations.map(([, run]) => run));
  for (const [at, { nanoseconds, lowest, highest, octets }] of costs.entries()) {
    const range = `${lowest.toFixed(0)} to ${highest.toFixed(0)}`;
    print(row(operations[at]?.[0] ?? '', nanoseconds.toFixed(0), range, octets.toFixed(1)));
  }
}

/** What the full log costs: each operation with it, and without it beside it. */
function compareLogged(): void {
  const pairs = operations.flatMap(([name, run]) => {
    const beside = own.operations[withoutLog(name) ?? ''];
    return beside === undefined ? [] : [{ name, runs: [run, beside] as const }];
  });
  if (pairs.length === 0) return;
  print(`\n${row('operation', 'median ns', 'without it', 'ratio', 'quartiles')}`);
  tellPairs(pairs);
}

function compareAll(others: typeof own.operations): void {
  print(row('operation', 'median ns', 'beside it', 'ratio', 'quartiles'));
  const pairs = operations.flatMap(([name, run]) => {
    const beside = others[name];
    return beside === undefined ? [] : [{ name, runs: [run, beside] as const }];
  });
  tellPairs(pairs);
}

function tellPairs(pairs: readonly { readonly name: string; readonly runs: readonly [Run, Run] }[]): void {
  const compared = compare(pairs.map(({ runs }) => runs));
  for (const [at, { nanoseconds, otherNanoseconds, ratio, quartiles }] of compared.entries()) {
    const spread = quartiles.map((figure) => figure.toFixed(2)).join(' to ');
    const name = pairs[at]?.name ?? '';
    print(row(name, nanoseconds.toFixed(0), otherNanoseconds.toFixed(0), ratio.toFixed(2), spread));
  }
}

function row(...cells: readonly string[]): string {
  const [name = '', ...figures] = cells;
  return `${name.padEnd(40)}${figures.map((figure) => figure.padStart(16)).join('')}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}
