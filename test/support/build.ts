/** Where the built program is, for tests that run it as its users do. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Gives the path of the built entry file, or of the one that `VLANDNS_MAIN` names. Throws where it is missing or older than
 * a source file, since a test of yesterday's program proves nothing; `npm test` builds before it runs.
 */
export function builtMain(): string {
  const named = process.env['VLANDNS_MAIN'];
  return named === undefined ? (found ??= findMain()) : path.resolve(named);
}

/** What was found; a test file does not change the sources. */
let found: string | undefined;

function findMain(): string {
  const main = path.join(ROOT, 'dist/main.js');
  const page = path.join(ROOT, 'dist/page/manifest.json');
  const [ofPage, others] = [path.join(ROOT, 'src/page'), path.join(ROOT, 'src')];
  for (const [made, sources] of [
    [main, filesBelow(others).filter((file) => !file.startsWith(path.join(ofPage, '')))],
    [page, filesBelow(ofPage)],
  ] as const)
    if (!existsSync(made) || statSync(made).mtimeMs < newestMs(sources))
      throw new Error(`${made} is missing or older than the sources: run "npm run build" first`);
  return main;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((file) => path.join(file.parentPath, file.name));
}

function newestMs(files: readonly string[]): number {
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
