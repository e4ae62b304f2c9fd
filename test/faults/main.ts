// npm run faults: plants each fault of table.ts in a copy of the tree, and tells whether the test file named beside it fails.
// The copy passes first, as it is: a test that fails anyway finds nothing. A fault is planted in the compiled program, too, or
// tests that run it would fail because it is older than its sources.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { FAULTS } from './table.ts';
import type { Fault } from './table.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** How many copies are worked in at a time. */
const COPIES = 2;

/** A test that waits for what a fault keeps away has failed, too. */
const LIMIT_MS = 120_000;

const NOT_COPIED = new Set(['node_modules', '.git', '.tap']);

process.exitCode = await main(process.argv[2] ?? '');

/** Tries the faults whose file or test has a text in its name. */
async function main(wanted: string): Promise<number> {
  const chosen = FAULTS.filter(([file, , , test]) => file.includes(wanted) || test.includes(wanted));
  const copies = Array.from({ length: COPIES }, copyTree);
  try {
    const tests = [...new Set(chosen.map(([, , , test]) => test))];
    const sound = await share(copies, tests, passes);
    const told = await share(copies, chosen, async (copy, fault) =>
      sound[tests.indexOf(fault[3])] === true ? tryFault(copy, fault) : 'its test fails without it',
    );
    for (const [at, [file, text, , test]] of chosen.entries())
      print(`${(told[at] ?? '').padEnd(10)} ${file}: ${text} (${test})`);
    const found = told.filter((each) => each === 'found').length;
    print(`${chosen.length} planted, ${found} found`);
    return found === chosen.length ? 0 : 1;
  } finally {
    for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  }
}

/** The tree without its history. What loads TypeScript keeps what it made below node_modules, so each copy has its own. */
function copyTree(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'vlandns-faults-'));
  // Tests with root are skipped where the unprivileged user cannot read the program.
  chmodSync(copy, 0o755);
  for (const name of readdirSync(ROOT))
    if (!NOT_COPIED.has(name))
      cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true, preserveTimestamps: true });
  mkdirSync(path.join(copy, 'node_modules'));
  for (const name of readdirSync(path.join(ROOT, 'node_modules')))
    if (name !== '.cache')
      symlinkSync(path.join(ROOT, 'node_modules', name), path.join(copy, 'node_modules', name));
  return copy;
}

/** Does the work in as many copies as there are; results in the order of the items. */
async function share<Item, Result>(
  copies: readonly string[],
  items: readonly Item[],
  work: (copy: string, item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = [...items.entries()];
  await Promise.all(
    copies.map(async (copy) => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [at, item] = next;
        results[at] = await work(copy, item);
      }
    }),
  );
  return results;
}

async function tryFault(copy: string, [file, text, planted, test]: Fault): Promise<string> {
  const source = path.join(copy, 'src', file);
  const before = readFileSync(source, 'utf8');
  const places = before.split(text).length - 1;
  if (places !== 1) return places === 0 ? 'THE TEXT IS GONE' : `THE TEXT STANDS ${places} TIMES`;
  const compiled = path.join(copy, 'dist', file.replace(/\.ts$/, '.js'));
  const compiledBefore = readFileSync(compiled, 'utf8');
  const faulty = before.replace(text, () => planted);
  const plant = (written: string, output: string): void => {
    writeFileSync(source, written);
    writeFileSync(compiled, output);
    const now = new Date();
    utimesSync(path.join(copy, 'dist/main.js'), now, now);
  };
  plant(faulty, toJavaScript(faulty, file));
  try {
    return (await passes(copy, test)) ? 'NOT FOUND' : 'found';
  } finally {
    plant(before, compiledBefore);
  }
}

/** What the build makes of a source, unless types are wrong, which a fault may make them. */
function toJavaScript(source: string, fileName: string): string {
  const { target, module } = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  const compilerOptions = {
    target,
    module,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  return ts.transpileModule(source, { fileName, compilerOptions }).outputText;
}

async function passes(copy: string, test: string): Promise<boolean> {
  const child = spawn(process.execPath, ['--import=./scripts/typescript.mjs', `test/${test}.test.ts`], {
    cwd: copy,
    stdio: 'ignore',
    env: { ...process.env, TAP: '1' },
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  await once(child, 'exit');
  clearTimeout(limit);
  return child.exitCode === 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
