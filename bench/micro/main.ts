// npm run bench:micro [-- --lists DIR] [--only TEXT] [--queries N]: nanoseconds and octets of heap of the parts of an answer that
// is given at once, without sockets, over a million names.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { countGc } from './gc-count.ts';
import { cacheAnswer, openHouse } from './house.ts';
import { makeNames, openBenchLists } from './lists.ts';
import { measure } from './measure.ts';
import { operationsOn } from './operations.ts';

const DEFAULT_LISTS = '../shared/data/lists';
const CACHED = 20_000;

const { values } = parseArgs({
  options: { lists: { type: 'string' }, only: { type: 'string', default: '' }, queries: { type: 'string' } },
});
const folder = values.lists ?? (existsSync(DEFAULT_LISTS) ? DEFAULT_LISTS : undefined);
const lists = await openBenchLists(folder);
const house = await openHouse(lists.trie, lists.sources);
const cached = makeNames(CACHED, 2).map((name) => `www.${name}.example`);
for (const name of cached) cacheAnswer(house, name);

print(`node ${process.version}; ${lists.from}\n`);
print(row('operation', 'median ns', 'min to max', 'octets'));
const operations = Object.entries(operationsOn(house, { blocked: lists.blocked, cached }));
for (const [name, run] of operations) {
  if (!name.includes(values.only)) continue;
  const { nanoseconds, lowest, highest, octets } = measure(run);
  print(
    row(name, nanoseconds.toFixed(0), `${lowest.toFixed(0)} to ${highest.toFixed(0)}`, octets.toFixed(1)),
  );
}
if (values.queries !== undefined) {
  const { collections, pauseMs, octets } = await countGc(
    operations.filter(([name]) => name.startsWith('answer')),
    Number(values.queries),
  );
  print(
    `\n${values.queries} queries of each kind: ${collections} collections, ${pauseMs.toFixed(1)} ms; heap ${octets} octets\n`,
  );
}

function row(...cells: readonly string[]): string {
  const [name = '', ...figures] = cells;
  return `${name.padEnd(40)}${figures.map((figure) => figure.padStart(16)).join('')}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}
