// The names that `bypass: block` blocks: public encrypted resolvers and relays that lead around the filter. A data file,
// so that anybody can read and correct it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Two folders up, from src/packaged as from dist/packaged. */
const FILE = fileURLToPath(new URL('../../config/bypass/names.txt', import.meta.url));

/** The names of the data file, in its order. */
export function bypassNames(): string[] {
  return readFileSync(FILE, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}
