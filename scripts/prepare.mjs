// Makes `npm start` and `npm test` work on a fresh clone: installs the locked packages when they are
// missing or older than the lock file, and compiles when a source is newer than what was compiled.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const modifiedMs = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);
const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

const installedMs = modifiedMs('node_modules/.package-lock.json');
if (installedMs < modifiedMs('package-lock.json')) {
  process.stderr.write('installing packages (npm ci)\n');
  run('npm', 'ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error');
}

const sources = readdirSync('src', { recursive: true }).filter((file) => file.endsWith('.ts'));
const newestMs = Math.max(
  ...sources.map((file) => modifiedMs(join('src', file))),
  modifiedMs('tsconfig.build.json'),
  modifiedMs('package-lock.json'),
);
const compiled = (file) => join('dist', file.replace(/\.ts$/, '.js'));
if (
  sources.some((file) => modifiedMs(compiled(file)) < modifiedMs(join('src', file))) ||
  modifiedMs('dist/main.js') < newestMs
) {
  process.stderr.write('compiling (tsc)\n');
  rmSync('dist', { recursive: true, force: true });
  run('node', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
}
