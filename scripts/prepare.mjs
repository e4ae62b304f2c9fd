// Makes `npm start` and `npm test` work on a fresh clone: installs the locked packages when they are
// missing or older than the lock file, and compiles when a source is newer than what was compiled.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How often it is told that a command still runs, in milliseconds. */
const TELL_MS = 15_000;

const say = (text) => process.stderr.write(`${text}\n`);
const modifiedMs = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

try {
  refuseOldNode();
  await installPackages();
  await compile();
  await buildPage();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}

/** Older ones fail much later, and say nothing that leads here. */
function refuseOldNode() {
  const { node } = JSON.parse(readFileSync('package.json', 'utf8')).engines;
  const [major, minor] = node.replace(/^\D*/, '').split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor < major || (ownMajor === major && ownMinor < minor))
    throw new Error(
      `vlandns needs Node ${major}.${minor} or later, and this is ${process.version} (${process.execPath})`,
    );
}

async function installPackages() {
  if (modifiedMs('node_modules/.package-lock.json') >= modifiedMs('package-lock.json')) return;
  say('installing packages (npm ci): this first time it needs the network, and may take some minutes');
  const command = ['npm', 'ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];
  await run(
    command,
    'the packages are not installed: npm has to reach its registry; run this again when it can',
  );
}

async function compile() {
  const sources = readdirSync('src', { recursive: true }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith(join('page', '')),
  );
  const newestMs = Math.max(
    ...sources.map((file) => modifiedMs(join('src', file))),
    modifiedMs('tsconfig.build.json'),
    modifiedMs('package-lock.json'),
  );
  const compiled = (file) => join('dist', file.replace(/\.ts$/, '.js'));
  const isFresh =
    sources.every((file) => modifiedMs(compiled(file)) >= modifiedMs(join('src', file))) &&
    modifiedMs('dist/main.js') >= newestMs;
  if (isFresh) return;
  say('compiling (tsc)');
  // All but the page, which has its own time.
  for (const made of existsSync('dist') ? readdirSync('dist') : [])
    if (made !== 'page') rmSync(join('dist', made), { recursive: true, force: true });
  await run(
    [process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
    'vlandns could not be compiled, for the reasons above',
  );
}

/** Builds the page where one of its sources is newer than what was built. */
async function buildPage() {
  const sources = readdirSync('src/page', { recursive: true }).map((file) => join('src/page', file));
  const newestMs = Math.max(...[...sources, 'scripts/build-page.mjs', 'package-lock.json'].map(modifiedMs));
  if (modifiedMs('dist/page/manifest.json') >= newestMs) return;
  say('building the page (esbuild)');
  await run(
    [process.execPath, 'scripts/build-page.mjs'],
    'the page could not be built, for the reasons above',
  );
}

/** Runs a command, and says now and then that it still does; throws `failure` where it fails. */
function run([command, ...args], failure) {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const timer = setInterval(() => {
      say(
        `still waiting for ${command} ${args[0]} (${Math.round((performance.now() - startedMs) / 1000)} s)`,
      );
    }, TELL_MS);
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    const end = (reason) => {
      clearInterval(timer);
      if (reason === undefined) resolve();
      else reject(new Error(`${failure} (${reason})`));
    };
    child.once('error', ({ code, message }) =>
      end(code === 'ENOENT' ? `there is no ${command} here: install it with Node` : message),
    );
    child.once('exit', (code, signal) =>
      end(code === 0 ? undefined : `${command} ended with ${code ?? signal}`),
    );
  });
}
