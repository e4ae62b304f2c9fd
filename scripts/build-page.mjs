// Builds the page of the web server, src/page, into dist/page: scripts and styles with a hash in their names, each also compressed, and
// manifest.json, which says what there is. The rule: it needs no network, and the same sources give the same files.
//
// esbuild as WebAssembly: one package without an install step, which runs wherever Node does, OpenBSD too. (Vite wants a binary for
// the platform, and there is none of its bundler's for OpenBSD.)
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild-wasm';

const SOURCES = 'src/page';
const TARGET = 'dist/page';

/** Browsers of the last years: those that have all that the page uses without a helper. */
const BROWSERS = ['chrome111', 'firefox114', 'safari16.4'];

const TYPES = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

const files = await bundle();
rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
const index = Buffer.from(indexOf(files));
for (const { path, bytes } of files) write(path, bytes);
write('index.html', index);
const manifest = [
  { path: 'index.html', type: 'text/html; charset=utf-8', immutable: false },
  ...files.map(({ path, type }) => ({ path, type, immutable: true })),
];
writeFileSync(join(TARGET, 'manifest.json'), `${JSON.stringify({ files: manifest }, null, 2)}\n`);

async function bundle() {
  const { outputFiles, metafile } = await build({
    entryPoints: [`${SOURCES}/main.tsx`, `${SOURCES}/style/main.css`, `${SOURCES}/icon.svg`],
    loader: { '.svg': 'copy' },
    bundle: true,
    splitting: true,
    format: 'esm',
    target: BROWSERS,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outdir: TARGET,
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  return outputFiles
    .map(({ path, contents }) => {
      const name = relative(TARGET, path);
      const { entryPoint } = metafile.outputs[relative('.', path)] ?? {};
      return { path: name, bytes: Buffer.from(contents), type: TYPES[name.split('.').at(-1)], entryPoint };
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The page with the names that its files have got, each with what it has to be (Subresource Integrity). */
function indexOf(built) {
  let text = readFileSync(`${SOURCES}/index.html`, 'utf8');
  const put = (written, source, isChecked = true) => {
    const file = built.find(({ entryPoint }) => entryPoint === `${SOURCES}/${source}`);
    if (file === undefined || !text.includes(`"${written}"`))
      throw new Error(
        `${SOURCES}/index.html: there is no "${written}" to be replaced by what ${source} gave`,
      );
    const hash = createHash('sha384').update(file.bytes).digest('base64');
    const check = isChecked ? ` integrity="sha384-${hash}"` : '';
    text = text.replace(`"${written}"`, `"/${file.path}"${check}`);
  };
  put('style/main.css', 'style/main.css');
  put('main.js', 'main.tsx');
  put('icon.svg', 'icon.svg', false);
  return text.replaceAll(/\n\s*/g, '\n');
}

/** Writes a file as it is and as browsers like it best. */
function write(path, bytes) {
  const to = join(TARGET, path);
  writeFileSync(to, bytes);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${to}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${to}.gz`, gzipSync(bytes, { level: 9 }));
}
