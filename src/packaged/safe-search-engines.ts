// The search engines that show strict results under another name: a data file, so that anybody can read and correct it.
import { readFileSync } from 'node:fs';
import type { SafeSearchEngine } from '../policy/safe-search.ts';

/** Two folders up, from src/packaged as from dist/packaged. */
const FILE = new URL('../../config/safe-search/names.txt', import.meta.url);

const WITH_WWW = '[www.]';

/** The engines of the data file, in its order; throws where a line is neither an engine's nor a name of one. */
export function safeSearchEngines(): SafeSearchEngine[] {
  const engines: { name: string; targets: Record<string, string>; names: string[] }[] = [];
  for (const written of readFileSync(FILE, 'utf8').split('\n')) {
    const line = written.replace(/#.*/, '').trim();
    if (line === '') continue;
    const [, name, targets = ''] = /^([a-z]+): (.+)$/.exec(line) ?? [];
    if (name !== undefined) engines.push({ name, targets: toTargets(targets), names: [] });
    else engines.at(-1)?.names.push(...toNames(line));
  }
  return engines;
}

/** One target, or one for each level: `strict a.example, moderate b.example`. */
function toTargets(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(', ').map((part) => {
      const [first = '', second] = part.split(' ');
      return second === undefined ? ['strict', first] : [first, second];
    }),
  );
}

function toNames(line: string): string[] {
  if (!line.startsWith(WITH_WWW)) return [line];
  const name = line.slice(WITH_WWW.length);
  return [name, `www.${name}`];
}
