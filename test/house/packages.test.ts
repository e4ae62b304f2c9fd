// Each outside package is imported by the one file that ARCHITECTURE.md names for it, which holds its traps.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { ROOT, sourcesBelow } from '../support/source-tree.ts';

const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');

/** Package to file, from the sentence of ARCHITECTURE.md: "koffi `src/…`, dns-packet `src/…`". */
const [, sentence = ''] =
  /Each outside\s+package is imported by one file:([^]*?)\.\n\n/.exec(read('ARCHITECTURE.md')) ?? [];
const owners = new Map(
  [...sentence.matchAll(/([@a-z0-9/-]+)\s+`(src\/[^`]+)`/g)].map(([, name = '', file = '']) => [name, file]),
);

/** What is built into the page: nobody needs it to run the program. */
const isOfPage = (file: string): boolean => file.startsWith('src/page/');

t.test('the packages of ARCHITECTURE.md are those of package.json', (t) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string> | undefined>;
  const packages = Object.keys({ ...manifest['dependencies'], ...manifest['optionalDependencies'] });
  const bundled = [...owners].flatMap(([name, file]) => (isOfPage(file) ? [name] : []));
  for (const name of bundled)
    t.ok(
      manifest['devDependencies']?.[name],
      `${name} is built into the page: it is a package of development`,
    );
  t.strictSame(
    [...owners.keys()].filter((name) => !bundled.includes(name)).toSorted(),
    packages.toSorted(),
    'write each package with its file behind "Each outside package is imported by one file"',
  );
  t.end();
});

t.test('a package is imported by its file, and by no other', (t) => {
  const used = new Set<string>();
  for (const { name, imports } of sourcesBelow('src')) {
    for (const { written, file, at } of imports) {
      if (file !== undefined || written.startsWith('node:')) continue;
      const [scope = '', rest = ''] = written.split('/');
      const known = scope.startsWith('@') ? `${scope}/${rest}` : scope;
      const owner = owners.get(known);
      used.add(known);
      if (owner !== name)
        t.fail(
          owner === undefined
            ? `${at}\n  ${written} is not a package of ARCHITECTURE.md; Node's own modules are written node:…`
            : `${at}\n  only ${owner} imports ${scope}; export from there what is needed here`,
        );
    }
  }
  t.strictSame([...used].toSorted(), [...owners.keys()].toSorted(), 'and each is used');
  t.end();
});
