/** The documents say what is so: manual pages against the configuration's definition, examples against its reader. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { FORMAT_NAMES } from '../../src/blocklists/formats/format-names.ts';
import { formatFault } from '../../src/config/config-error.ts';
import { jsonSchema } from '../../src/config/json-schema.ts';
import { readConfig } from '../../src/config/reader.ts';
import { builtMain } from '../support/build.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const PAGES = ['man/vlandns.8', 'man/vlandns.yaml.5'];
const TEXTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

/** The keys of the configuration by path: `vlans.NAME.id`. */
function keysOf(schema: Schema, at: string, found = new Map<string, Schema>()): Map<string, Schema> {
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    // A source in short stands where the list does; its keys are those of a source.
    const place =
      at === 'lists.NAME' && ['file', 'url', 'format', 'zone'].includes(key) ? `${at}.sources` : at;
    const name = place === '' ? key : `${place}.${key}`;
    found.set(name, value);
    keysOf(value, name, found);
  }
  if (typeof schema.additionalProperties === 'object')
    keysOf(schema.additionalProperties, `${at}.NAME`, found);
  for (const inner of [schema.items, ...(schema.anyOf ?? [])])
    if (inner !== undefined) keysOf(inner, at, found);
  return found;
}

/** The items of the page by the same paths, each with its text as it is written. */
function itemsOf(page: string): Map<string, string> {
  const items = new Map<string, string>();
  for (const section of page.split(/^\.Ss /m).slice(1)) {
    const [title = ''] = section.split('\n');
    const prefix = title === 'The file' ? '' : `${title}.`;
    const [list = ''] = section.split(/^\.El$/m);
    for (const item of list.split(/^\.It Ic /m).slice(1)) {
      const [key = ''] = item.split('\n');
      items.set(prefix + key, item.slice(key.length).replaceAll(/\s+/g, ' '));
    }
  }
  return items;
}

const keys = keysOf(jsonSchema(), '');
t.test('the configuration knows the formats of lists that there are', (t) => {
  // Two lists of them, since config imports nothing of blocklists.
  t.strictSame(keys.get('lists.NAME.sources.format')?.enum, ['auto', ...FORMAT_NAMES]);
  t.end();
});

const items = itemsOf(read('man/vlandns.yaml.5'));

t.test('vlandns.yaml(5) has every key of the configuration, and no other', (t) => {
  t.strictSame([...items.keys()].toSorted(), [...keys.keys()].toSorted());
  t.ok(keys.size > 60);
  t.end();
});

t.test('vlandns.yaml(5) tells the default, the choices and the range of each', (t) => {
  for (const [name, schema] of keys) {
    const text = items.get(name) ?? '';
    const choices = [schema, ...(schema.anyOf ?? [])].flatMap((shape) => shape.enum ?? []);
    const isPlain = ['string', 'number', 'boolean'].includes(typeof schema.default);
    if (isPlain) t.ok(text.includes(`The default is .Cm ${String(schema.default)} `), `default of ${name}`);
    for (const choice of choices)
      t.match(text, new RegExp(`\\.Cm ${String(choice)}\\b`), `${name}: ${String(choice)}`);
    if (schema.minimum !== undefined)
      t.match(text, new RegExp(`\\b${schema.minimum} to ${schema.maximum}\\b`), name);
  }
  t.end();
});

const noMandoc = spawnSync('mandoc', ['-T', 'lint', '/dev/null']).error && 'mandoc is not installed';

t.test('mandoc has nothing to say against the manual pages', { skip: noMandoc ?? false }, (t) => {
  for (const page of PAGES) {
    const { stdout, status } = spawnSync('mandoc', ['-Tlint', '-Wwarning', path.join(ROOT, page)], {
      encoding: 'utf8',
    });
    t.same({ stdout, status }, { stdout: '', status: 0 }, page);
  }
  t.end();
});

const usage = execFileSync(process.execPath, [builtMain(), '--help'], { encoding: 'utf8' });
const commands = [...usage.matchAll(/^ {2}([a-z]+) /gm)].map(([, command]) => command ?? '');

t.test('vlandns(8) and README.md have every command, and no document another', (t) => {
  t.ok(commands.length >= 6);
  const page = read('man/vlandns.8');
  const described = [...page.matchAll(/^\.It Cm ([a-z]+)$/gm)].map(([, command]) => command ?? '');
  t.strictSame(described.toSorted(), commands.toSorted(), 'vlandns(8)');
  const readme = read('README.md');
  for (const command of commands)
    t.match(readme, new RegExp(`^\\| \`${command}\\b`, 'm'), `README.md: ${command}`);
  for (const name of [...PAGES, ...TEXTS]) {
    const used = [...read(name).matchAll(/(?:^|^[#$] |`|&& )vlandns ([a-z]+)/gm)].map(
      ([, command]) => command ?? '',
    );
    t.strictSame(
      used.filter((command) => !commands.includes(command)),
      [],
      name,
    );
  }
  t.end();
});

/** The examples of a document: fenced blocks of YAML, and literal displays that are configurations. */
function examplesOf(name: string): string[] {
  const pattern = name.endsWith('.md')
    ? /^```yaml\n([^]*?)^```$/gm
    : /^\.Bd -literal.*\n(vlans:[^]*?)^\.Ed$/gm;
  return [...read(name).matchAll(pattern)].map(([, text]) => text ?? '');
}

t.test('every example of a configuration is valid, without a warning', (t) => {
  const names = ['README.md', 'man/vlandns.yaml.5'];
  for (const name of names) {
    const examples = examplesOf(name);
    t.ok(examples.length > 0, `${name} has examples`);
    for (const [number, text] of examples.entries()) {
      const folder = t.testdir({ [`${number}`]: {} });
      const file = path.join(folder, `${number}`, 'vlandns.yaml');
      for (const [list] of text.matchAll(/\blists\/[a-z]+\.txt\b/g)) {
        mkdirSync(path.join(path.dirname(file), 'lists'), { recursive: true });
        writeFileSync(path.join(path.dirname(file), list), 'ads.example\n');
      }
      writeFileSync(file, text);
      t.strictSame(readConfig(file).faults.map(formatFault), [], `${name}, example ${number + 1}`);
    }
  }
  t.end();
});

t.test('the files that the documents name are there', (t) => {
  for (const name of TEXTS) {
    const text = read(name).replaceAll(/^```[^]*?^```$/gm, '');
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target ?? '');
    const paths = [...text.matchAll(/`((?:src|test|config|scripts|man|rc\.d)\/[\w./-]*)`/g)].map(
      ([, at]) => at ?? '',
    );
    for (const target of [...links, ...paths])
      t.ok(existsSync(path.join(ROOT, target)), `${name}: ${target}`);
  }
  t.end();
});

t.test('the import table of ARCHITECTURE.md is how the folders import', (t) => {
  const table = new Map(
    [...read('ARCHITECTURE.md').matchAll(/^\| `([a-z]+)` +\|[^|]*\|([^|]*)\|$/gm)].map(
      ([, folder = '', cell = '']) => [
        folder,
        [...cell.matchAll(/`([a-z]+)`/g)].map(([, name]) => name ?? ''),
      ],
    ),
  );
  const imported = new Map<string, Set<string>>();
  for (const file of readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const [folder = ''] = file.replace(/\.ts$/, '').split('/');
    const names = imported.get(folder) ?? new Set();
    imported.set(folder, names);
    for (const [, target = ''] of read(`src/${file}`).matchAll(/ from '(\.[^']*)'/g)) {
      const [name = ''] = path.join(path.dirname(file), target).split('/');
      if (name !== folder) names.add(name);
    }
  }
  t.strictSame([...table.keys()].toSorted(), [...imported.keys()].toSorted(), 'it has every folder of src');
  const order = [...table.keys()];
  for (const [folder, names] of imported) {
    t.strictSame([...names].toSorted(), (table.get(folder) ?? []).toSorted(), folder);
    t.ok(
      [...names].every((name) => order.indexOf(name) < order.indexOf(folder)),
      `${folder} imports from above only`,
    );
  }
  t.end();
});
