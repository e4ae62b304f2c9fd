import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { compileAside } from '../../src/blocklists/compile-aside.ts';
import type { CompileReport, CompileSource } from '../../src/blocklists/compile-report.ts';
import { parseList } from '../../src/blocklists/formats/list-parser.ts';
import { explain } from '../../src/blocklists/trie/explain.ts';
import { readImage } from '../../src/blocklists/trie/image/image-reader.ts';
import { Matches } from '../../src/blocklists/trie/matches.ts';
import type { Trie } from '../../src/blocklists/trie/trie.ts';
import { NameRoom } from '../../src/blocklists/trie/wire-name.ts';
import { nameToText } from '../../src/dns/name-text.ts';
import { makeRandom, RuleModel, toWire } from '../support/rule-model.ts';

const folder = t.testdir();
const out = new Matches();
const room = new NameRoom();

function sourceOf(file: string): CompileSource {
  return { list: basename(file), source: `file ${basename(file)}`, file, format: 'auto' };
}

function write(name: string, lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** Writes made-up lists in three formats, 300,000 names with much in common, and a file of popular names. */
function makeLists(): { files: string[]; popular: string[] } {
  const random = makeRandom(5);
  const label = (): string => random(60_000).toString(36);
  const names = Array.from({ length: 300_000 }, () =>
    [label(), label(), ['com', 'example', 'co.example', 'net'][random(4)]]
      .slice(random(3) === 0 ? 1 : 0)
      .join('.'),
  );
  const files = [
    write(
      'one.txt',
      names.slice(0, 150_000).map((name) => `0.0.0.0 ${name}`),
    ),
    write(
      'two.txt',
      names.slice(100_000, 250_000).map((name) => `||${name}^`),
    ),
    write('three.txt', names.slice(200_000)),
  ];
  return {
    files,
    popular: Array.from({ length: 100_000 }, () => `${label()}.${names[random(names.length)]}`),
  };
}

/** The lists of the folder that `VLANDNS_LISTS` names, if there is one; files called `pop-…` are popular names. */
function findLists(): { files: string[]; popular: string[] } {
  const real = process.env['VLANDNS_LISTS'];
  if (real === undefined) return makeLists();
  const all = readdirSync(real).filter((name) => /\.(txt|conf)$/.test(name));
  const paths = (isPopular: boolean): string[] =>
    all.filter((name) => name.startsWith('pop-') === isPopular).map((name) => join(real, name));
  const popular = paths(true).flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  return {
    files: paths(false),
    popular: popular.filter((name) => /^[a-z0-9._-]+$/.test(name) && !/(^|\.)(\.|$)/.test(name)),
  };
}

/** What the parser finds in the files, by the plain model. */
function modelOf(files: readonly string[]): RuleModel {
  const model = new RuleModel();
  for (const [source, file] of files.entries()) {
    parseList(file, 'auto', (name, kind, line) => {
      model.add(nameToText(name.wire), source, kind, line);
    });
  }
  return model;
}

/** Compares trie and model for every name; the sets' members are put in the model's words once. */
function compare(t: Test, trie: Trie, model: RuleModel, names: Iterable<string>): void {
  const words = Array.from({ length: trie.setCount }, (_, set) =>
    trie
      .membersOf(set)
      .map(({ source, kind }) => `${source}:${kind}`)
      .toSorted(),
  );
  let asked = 0;
  for (const name of names) {
    room.fromWire(toWire(name));
    trie.match(room, out);
    const said: string[] = [];
    for (let at = 0; at < out.count; at++) {
      for (const word of words[out.setIds[at] ?? -1] ?? ['no such set'])
        said.push(`${out.depths[at]} ${word}`);
    }
    const right = model.match(name);
    if (said.join() !== right.join()) {
      t.same(said, right, name);
      return;
    }
    asked++;
  }
  t.ok(asked > 0, `${asked} names agree`);
}

async function compileAll(
  t: Test,
  files: readonly string[],
  output: string,
): Promise<CompileReport | undefined> {
  const result = await compileAside({ output, key: 'k', sources: files.map(sourceOf) });
  if ('report' in result) return result.report;
  t.fail(result.fault);
  return undefined;
}

t.test(
  'a folder of lists compiles in a child process, and the image agrees with the model on all names',
  async (t) => {
    const { files, popular } = findLists();
    const output = join(folder, 'all.image');
    const report = await compileAll(t, files, output);
    const result = await readImage(output);
    if (report === undefined || 'fault' in result) throw new Error('no image');
    const { trie, meta } = result;
    const model = modelOf(files);

    t.equal(report.names, model.rules.size, 'names');
    t.equal(trie.entryCount, report.names);
    t.equal(trie.octets, report.octets);
    t.ok(report.octets / report.names < 13, `${(report.octets / report.names).toFixed(1)} octets a name`);
    t.same(meta.sources, report.sources);
    t.ok(report.peakRssOctets > 0 && report.elapsedMs > 0);

    compare(t, trie, model, model.rules.keys());
    compare(t, trie, model, popular);
    const known = [...model.rules.keys()].filter((name) => name.length < 200);
    const random = makeRandom(9);
    const pick = (): string => known[random(known.length)] ?? '';
    compare(
      t,
      trie,
      model,
      Array.from({ length: 100_000 }, () => {
        const name = pick();
        return `${name.split('.')[0]}.${pick().split('.').slice(1).join('.')}`;
      }).filter((name) => !name.endsWith('.')),
    );

    for (let trial = 0; trial < 300; trial++) {
      const name = pick();
      room.fromWire(toWire(name));
      trie.match(room, out);
      const here = (await explain(trie, out)).filter(({ depth }) => depth === name.split('.').length);
      const said = here.map(({ source, kind, line }) => `${source}:${kind} ${line}`).toSorted();
      const right = [...(model.rules.get(name) ?? [])].map(([key, line]) => `${key} ${line}`).toSorted();
      if (said.join() !== right.join()) t.same(said, right, name);
    }
    await trie.lines.close();
  },
);

t.test('a source that cannot be read is reported, and the others are compiled', async (t) => {
  const file = join(folder, 'small.txt');
  writeFileSync(file, '0.0.0.0 a.example\nnonsense line\n');
  mkdirSync(join(folder, 'sub'));
  const report = await compileAll(
    t,
    [join(folder, 'absent.txt'), join(folder, 'sub'), file],
    join(folder, 'small.image'),
  );
  t.match(report, {
    names: 1,
    rules: 1,
    nodes: 2,
    sets: 1,
    sources: [
      { list: 'absent.txt', source: 'file absent.txt', format: 'auto', entries: 0, missing: /ENOENT/ },
      { list: 'sub', missing: /not a regular file/ },
      {
        list: 'small.txt',
        format: 'hosts',
        lines: 2,
        entries: 1,
        skipped: 0,
        errors: 1,
        examples: [{ line: 2, text: 'nonsense line', reason: 'two words, and the first is not an address' }],
      },
    ],
  });
});

t.test('an image that cannot be written is a fault that names it', async (t) => {
  const result = await compileAside({ output: join(folder, 'absent', 'x.image'), key: '', sources: [] });
  t.match(result, { fault: /absent.x\.image/ });
});

t.test('more sources than the trie can tell apart are a fault', async (t) => {
  const sources = Array.from({ length: 65_536 }, () => sourceOf('x'));
  t.match(await compileAside({ output: join(folder, 'x.image'), key: '', sources }), {
    fault: /65536 sources/,
  });
});

t.test('an abort ends the compilation at once and leaves no half of an image', async (t) => {
  const file = join(folder, 'long.txt');
  writeFileSync(file, Array.from({ length: 400_000 }, (_, number) => `n${number}.example\n`).join(''));
  const output = join(folder, 'long.image');
  const job = { output, key: '', sources: Array.from({ length: 50 }, () => sourceOf(file)) };
  const abort = new AbortController();
  const compiling = compileAside(job, abort.signal);
  setImmediate(() => {
    abort.abort();
  });
  t.same(await compiling, { fault: 'the compilation was stopped' });
  t.same(await compileAside(job, abort.signal), { fault: 'the compilation was stopped' }, 'aborted before');
  t.notOk(existsSync(output));
  t.notOk(existsSync(`${output}.tmp`));
});

t.test('a compilation that takes too long is ended', async (t) => {
  const output = join(folder, 'late.image');
  t.same(await compileAside({ output, key: '', sources: [] }, undefined, 1), {
    fault: 'compiling took longer than 0.001 s',
  });
  t.notOk(existsSync(output));
});
