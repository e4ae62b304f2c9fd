// Policy is pure: nothing that src/policy imports, at any depth, does I/O, reads a clock, draws lots or writes a log.
import t from 'tap';
import { placeOf, sourcesBelow } from '../support/source-tree.ts';
import type { SourceFile } from '../support/source-tree.ts';

/** Imports from outside that are pure, or no more than a seed; each with its reason. */
const PURE: Readonly<Record<string, string>> = {
  "src/dns/name-text.ts: import { domainToASCII } from 'node:url';": 'a function of its argument',
  "src/blocklists/expressions/linear-expression.ts: import { RE2JS, RE2Set } from 're2js';":
    'matches texts, and nothing else',
  "src/blocklists/trie/build/node-placing.ts: import { randomInt } from 'node:crypto';":
    'seeds the places of nodes, so that no list can be made to collide; what is found does not depend on it',
  'src/dns/name-view.ts: const HASH_SEED = crypto.getRandomValues(new Int32Array(1))[0]!;':
    'seeds the hashes of names, likewise',
  'src/blocklists/trie/build/trie-builder.ts: readonly #seed = Math.floor(Math.random() * 2 ** 32) | 0;':
    'seeds a hash table, likewise',
};

/** What reads a clock, draws lots, waits, or reaches the world without an import. */
const IMPURE =
  /\b(?:Date|performance|Temporal|Math\.random|crypto|process|setTimeout|setInterval|setImmediate|queueMicrotask|console|fetch|WebSocket|globalThis|require)\b(?!['"-])/g;

/** How each file is reached from policy, itself included. */
function reachedByPolicy(): Map<SourceFile, readonly string[]> {
  const files = new Map(sourcesBelow('src').map((file) => [file.name, file]));
  const reached = new Map<SourceFile, readonly string[]>();
  const ahead = [...files.values()]
    .filter(({ name }) => name.startsWith('src/policy/'))
    .map((file) => ({ file, way: [file.name] }));
  for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
    const { file, way } = next;
    if (reached.has(file)) continue;
    reached.set(file, way);
    for (const { file: name = '' } of file.imports) {
      const target = files.get(name);
      if (target !== undefined) ahead.push({ file: target, way: [...way, name] });
    }
  }
  return reached;
}

/** The text with comments and strings blanked out, of the same length. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (found) =>
    found.replaceAll(/[^\n]/g, ' '),
  );
}

t.test('nothing that policy reaches touches the world', (t) => {
  const excused = new Set<string>();
  const judge = (at: string, way: readonly string[], what: string): void => {
    const place = at.replace(/:\d+:/, ':');
    if (place in PURE) excused.add(place);
    else
      t.fail(
        `${at}\n  ${what} is not pure, and policy reaches it: ${way.join(' -> ')}\n  pass in what is known, or move it out of what policy imports`,
      );
  };
  const reached = reachedByPolicy();
  for (const [file, way] of reached) {
    for (const { file: own, at, written } of file.imports) if (own === undefined) judge(at, way, written);
    for (const { 0: what, index } of codeOf(file.text).matchAll(IMPURE))
      judge(placeOf(file, index), way, what);
  }
  t.ok(reached.size > 30, `${reached.size} files were looked at`);
  t.strictSame([...excused].toSorted(), Object.keys(PURE).toSorted(), 'what is excused is still there');
  t.end();
});
