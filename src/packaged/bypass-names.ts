// The names that `bypass: block` blocks: public encrypted resolvers and relays that lead around the filter. A data file,
// so that anybody can read and correct it.
import { readFileSync } from 'node:fs';

/** Where the data file is below the program's folder. */
const FILE = 'config/bypass/names.txt';

/** The program's folder: two up, from src/packaged as from dist/packaged. */
const PROGRAM = new URL('../../', import.meta.url);

/** The names of the data file, in its order, each with its line. */
export function bypassNames(): { file: string; names: { text: string; line: number }[] } {
  const names = readFileSync(new URL(FILE, PROGRAM), 'utf8')
    .split('\n')
    .map((line, index) => ({ text: line.replace(/#.*/, '').trim(), line: index + 1 }))
    .filter(({ text }) => text !== '');
  return { file: FILE, names };
}
