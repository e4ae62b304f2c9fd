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
  if (!existsSync(main) || statSync(main).mtimeMs < newestMs(path.join(ROOT, 'src'))) {
    throw new Error(`${main} is missing or older than the sources: run "npm run build" first`);
  }
  return main;
}

function newestMs(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Math.max(...files.map((file) => statSync(path.join(file.parentPath, file.name)).mtimeMs));
}
