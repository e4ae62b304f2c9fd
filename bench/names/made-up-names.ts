// Made-up names, in the shapes of those that are listed and asked for.
import { seededRandom } from './seeded-random.ts';

const WORDS =
  'ad ads track pixel cdn stat metric click banner shop news game img mail play bet cash media data soft host'.split(
    ' ',
  );
/** As often as one sees them. */
const TOPS = 'com com com net org info co.uk de io xyz top ru'.split(' ');

/** `count` different names of two to four labels, none of them in `without`; always the same for a seed. */
export function makeUpNames(count: number, seed: number, without: ReadonlySet<string> = new Set()): string[] {
  const random = seededRandom(seed);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const number = (below: number): string => Math.floor(random() * below).toString(36);
  const names = new Set<string>();
  while (names.size < count) {
    const host = random() < 0.4 ? `${pick(WORDS)}${number(1000)}.` : '';
    const name = `${host}${pick(WORDS)}${pick(WORDS)}-${number(2_000_000)}.${pick(TOPS)}`;
    if (!without.has(name)) names.add(name);
  }
  return [...names];
}
