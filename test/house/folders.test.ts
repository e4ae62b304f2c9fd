// Rooms and their doors: which folder imports which, that nothing goes in circles, and how large files and folders may be.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { circlesIn, ROOT, sourcesBelow } from '../support/source-tree.ts';

const MOST_FILES = 15;
const MOST_LINES = 400;

/** Files that have to stay well below the ceiling. */
const CEILINGS: Readonly<Record<string, number>> = { 'src/server/query-path.ts': 300 };

const sources = sourcesBelow('src');

/** `cli` of src/cli/commands/x.ts, `main` of src/main.ts. */
const folderOf = (name: string): string => name.split('/')[1]?.replace(/\.ts$/, '') ?? '';

/** The table of ARCHITECTURE.md: folder to those that it imports. */
const table = new Map(
  [
    ...readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8').matchAll(
      /^\| `([a-z]+)` +\|[^|]*\|([^|]*)\|$/gm,
    ),
  ].map(([, folder = '', cell = '']) => [
    folder,
    [...cell.matchAll(/`([a-z]+)`/g)].map(([, name = '']) => name),
  ]),
);

/** Folder to those that it imports, each with a place where it does. */
const imported = new Map(sources.map(({ name }) => [folderOf(name), new Map<string, string>()]));
for (const { name, imports } of sources) {
  for (const { file, at } of imports)
    if (file !== undefined && folderOf(file) !== folderOf(name))
      imported.get(folderOf(name))?.set(folderOf(file), at);
}

t.test('the table of ARCHITECTURE.md is how the folders import', (t) => {
  const folders = [...imported.keys()].toSorted();
  t.strictSame([...table.keys()].toSorted(), folders, 'the table has a row for each folder of src');
  for (const [folder, targets] of imported) {
    const written = table.get(folder) ?? [];
    for (const [target, at] of targets)
      if (!written.includes(target))
        t.fail(
          `${at}\n  ${folder} imports ${target}, which its row of ARCHITECTURE.md does not say: take the import out, or write it there`,
        );
    for (const target of written)
      if (!targets.has(target))
        t.fail(`ARCHITECTURE.md: ${folder} no longer imports ${target}; take it out of the row`);
  }
  t.end();
});

t.test('a folder imports from those above it in the table only', (t) => {
  const order = [...table.keys()];
  for (const [folder, targets] of imported)
    for (const [target, at] of targets)
      if (order.indexOf(target) >= order.indexOf(folder))
        t.fail(
          `${at}\n  ${target} stands below ${folder} in the table of ARCHITECTURE.md; move what is needed up, or the row`,
        );
  t.end();
});

t.test('nothing goes in circles, type imports counted', (t) => {
  t.strictSame(
    circlesIn(new Map([...imported].map(([folder, targets]) => [folder, new Set(targets.keys())]))).map(
      (circle) => circle.toSorted(),
    ),
    [],
    'no folders do; move what both need into a folder below them',
  );
  for (const root of ['src', 'bench', 'test']) {
    const files = sourcesBelow(root);
    const edges = files.map(
      ({ name, imports }) => [name, new Set(imports.flatMap(({ file }) => file ?? []))] as const,
    );
    t.strictSame(
      circlesIn(new Map(edges)),
      [],
      `no files of ${root} do; move the type that both need into a file of its own`,
    );
  }
  t.end();
});

t.test('files and folders stay small enough to be read', (t) => {
  const counts = new Map<string, number>();
  for (const { name, text } of sources) {
    const folder = path.posix.dirname(name);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
    const lines = text.split('\n').length - 1;
    const most = CEILINGS[name] ?? MOST_LINES;
    if (lines > most)
      t.fail(
        `${name} has ${lines} lines, and may have ${most}: take a part out that can be said in a sentence`,
      );
  }
  for (const [folder, count] of counts)
    if (count > MOST_FILES)
      t.fail(`${folder} has ${count} files of its own, and may have ${MOST_FILES}: split it by direction`);
  for (const name of Object.keys(CEILINGS))
    t.ok(
      sources.some((file) => file.name === name),
      `${name} is there`,
    );
  t.end();
});
