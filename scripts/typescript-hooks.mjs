// What scripts/typescript.mjs hooks into Node: a `.ts` file is loaded as the JavaScript that TypeScript makes of it. That is
// kept below node_modules, one file a source, and made anew when the source's text is another: loading TypeScript and
// passing all of src through it costs several seconds, in each of more than a hundred test files.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KEPT = join(ROOT, 'node_modules/.cache/vlandns');
const require = createRequire(import.meta.url);

/** Changes with whatever else decides what is made of a source. */
const MAKER = ['package-lock.json', 'scripts/typescript-hooks.mjs']
  .map((file) => readFileSync(join(ROOT, file)))
  .reduce((hash, octets) => hash.update(octets), createHash('sha256'))
  .digest('hex');

/** The hook, where Node runs it in a thread of its own. */
export async function load(url, context, next) {
  return isOurs(url) ? loaded(url) : next(url, context);
}

/** The hook, where Node runs it in the thread that imports. */
export function loadSync(url, context, next) {
  return isOurs(url) ? loaded(url) : next(url, context);
}

function isOurs(url) {
  return url.startsWith('file:') && /\.ts(\?|$)/.test(url) && !url.includes('/node_modules/');
}

function loaded(url) {
  return { format: 'module', source: toJavaScript(fileURLToPath(url)), shortCircuit: true };
}

function toJavaScript(file) {
  const text = readFileSync(file, 'utf8');
  const last = `\n// ${createHash('sha256').update(MAKER).update(file).update(text).digest('hex')}\n`;
  const kept = join(KEPT, `${relative(ROOT, file).replaceAll('/', '+')}.mjs`);
  const before = textOf(kept);
  if (before?.endsWith(last)) return before;
  const made = transpile(file, text) + last;
  keep(kept, made);
  return made;
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function transpile(file, text) {
  const { transpileModule } = require('typescript');
  const compilerOptions = {
    target: 'es2023',
    module: 'esnext',
    verbatimModuleSyntax: true,
    inlineSourceMap: true,
  };
  return transpileModule(text, { fileName: file, compilerOptions }).outputText;
}

/** By a name of its own first, so that no other process reads half of it. Where it cannot be kept it is made each time. */
function keep(file, text) {
  try {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A tree that only root may write.
  }
}
