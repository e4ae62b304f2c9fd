// The services that come with the program: each file is whole, and together they say who shares a name with whom.
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { readName } from '../../src/config/grammar/name.ts';
import { FaultLog } from '../../src/config/config-error.ts';
import type { ConfigNode } from '../../src/config/yaml/node.ts';
import { readYamlTree } from '../../src/config/yaml/yaml-tree.ts';
import { packagedService, packagedServiceNames } from '../../src/packaged/services.ts';

const services = packagedServiceNames().map(packagedService);
const README = readFileSync('config/services/README.md', 'utf8');

/** The words in the first column of the README's table with this head. */
function tableOf(head: string): string[] {
  const [, rows = ''] = README.split(`| ${head} `);
  const [table = ''] = rows.split('\n\n');
  return [...table.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, word = '']) => word);
}

/** The name and every name above it. */
function path(name: string): string[] {
  const labels = name.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}

t.test('there are more than a hundred, of every kind that people ask for', (t) => {
  t.ok(services.length > 100, String(services.length));
  t.strictSame(
    [...new Set(services.map(({ category }) => category))].toSorted(),
    tableOf('category').toSorted(),
    'the README tells of each category, and each has services',
  );
  t.strictSame(
    readdirSync('config/services').filter((file) => !/^[a-z0-9][a-z0-9-]*\.yaml$|^README\.md$/.test(file)),
    [],
  );
  t.end();
});

t.test('each says what it is, since when, and at least two sources that the README explains', (t) => {
  const sources = tableOf('source');
  const categories = tableOf('category');
  const isSorted = (words: readonly string[]): boolean =>
    [...new Set(words)].toSorted().join() === words.join();
  const faults = services.flatMap(({ name, title, category, date, sources: own, shares, names }) => [
    ...(title.trim() === '' ? [`${name} has no title`] : []),
    ...(categories.includes(category) ? [] : [`${name} is of no category`]),
    ...(categories.includes(name) ? [`${name} is a category`] : []),
    ...(/^20\d\d-\d\d-\d\d$/.test(date) ? [] : [`${name} has no date`]),
    ...(own.length >= 2 ? [] : [`${name} has fewer than two sources`]),
    ...own.filter((key) => !sources.includes(key)).map((key) => `${name} has the source ${key}`),
    ...(isSorted(own) && isSorted(shares) ? [] : [`${name} is not sorted`]),
    ...(names.length > 0 ? [] : [`${name} has no names`]),
  ]);
  t.strictSame(faults, []);
  const used = new Set(services.flatMap((service) => service.sources));
  t.strictSame(
    sources.filter((key) => !used.has(key)),
    [],
    'and each that it explains is one',
  );
  t.end();
});

t.test('names are valid, sorted, none above another, and no public suffix', (t) => {
  for (const { name: service, names } of services) {
    const texts = names.map(({ text }) => text);
    const invalid = texts.filter((text) => {
      const reading = readName(text);
      return 'fault' in reading || reading.value !== text || text.includes('*');
    });
    const suffixes = texts.filter((text) =>
      /^[^.]+$|^(?:com?|net|org|gov|edu|ac|or|ne)\.[a-z]{2}$/.test(text),
    );
    const twice = texts.filter((text) =>
      path(text)
        .slice(1)
        .some((above) => texts.includes(above)),
    );
    t.strictSame(
      { texts, invalid, suffixes, twice },
      { texts: [...new Set(texts)].toSorted(), invalid: [], suffixes: [], twice: [] },
      service,
    );
  }
  t.end();
});

t.test('none blocks a name that devices need', (t) => {
  const needed = readFileSync('config/never-block/names.txt', 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  t.ok(needed.length > 50);
  const holders = new Map(services.flatMap(({ name, names }) => names.map(({ text }) => [text, name])));
  const harm = needed.flatMap((name) =>
    path(name).flatMap((above) => (holders.has(above) ? [`${holders.get(above)} blocks ${name}`] : [])),
  );
  t.strictSame(harm, []);
  t.end();
});

t.test('two that claim a name, or one above it, say so of each other', (t) => {
  const holders = new Map<string, string[]>();
  for (const { name, names } of services)
    for (const { text } of names) holders.set(text, [...(holders.get(text) ?? []), name]);
  const claims = new Map(services.map(({ name }) => [name, new Set<string>()]));
  for (const { name, names } of services)
    for (const other of names.flatMap(({ text }) => path(text).flatMap((above) => holders.get(above) ?? [])))
      if (other !== name) {
        claims.get(name)?.add(other);
        claims.get(other)?.add(name);
      }
  t.strictSame(
    services.map(({ name, shares }) => [name, shares]),
    services.map(({ name }) => [name, [...(claims.get(name) ?? [])].toSorted()]),
  );
  t.ok(
    services.some(({ shares }) => shares.length > 0),
    'and some do',
  );
  t.end();
});

/** What a file says as YAML. */
function asYaml(name: string): unknown {
  const text = readFileSync(`config/services/${name}.yaml`, 'utf8');
  const faults = new FaultLog(name);
  const tree = readYamlTree(text, faults);
  if (tree === undefined || faults.inOrder().length > 0) throw new Error(`${name} is no YAML`);
  return valueOf(tree);
}

function valueOf(node: ConfigNode): unknown {
  if (node.kind === 'map')
    return Object.fromEntries(node.entries.map(({ key, value }) => [key, valueOf(value)]));
  return node.kind === 'list' ? node.items.map(valueOf) : node.source.replaceAll(/^['"]|['"]$/g, '');
}

t.test('read by lines, each file says what it says as YAML', (t) => {
  for (const { name, title, category, date, sources, shares, names } of services) {
    const read = { title, category, date, sources, ...(shares.length > 0 && { shares }) };
    t.strictSame(asYaml(name), { ...read, names: names.map(({ text }) => text) }, name);
  }
  t.end();
});

t.test('each name is told with the line of the file that it stands in', (t) => {
  const { file, names } = packagedService('tiktok');
  t.equal(file, 'config/services/tiktok.yaml');
  const lines = readFileSync(file, 'utf8').split('\n');
  t.strictSame(
    names.map(({ line }) => lines[line - 1]),
    names.map(({ text }) => `  - ${text}`),
  );
  t.end();
});
