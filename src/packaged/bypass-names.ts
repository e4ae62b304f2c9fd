// The names that `bypass: block` blocks: public encrypted resolvers and relays that lead around the filter. A data file,
// so that anybody can read and mend it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The same two folders up from src/service and from dist/service. */
const FILE = fileURLToPath(new URL('../../config/bypass/names.txt', import.meta.url));

/** The names of the data file, in its order. */
export function bypassNames(): string[] {
  return readFileSync(FILE, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}
