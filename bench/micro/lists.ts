// A trie of about a million names for the micro bench: from the folder of lists that is given, filled up with made-up
// names, so that it is as large as the issue that set the bars says.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../src/blocklists/compile.ts';
import { readImage } from '../../src/blocklists/trie/image/image-reader.ts';
import type { Trie } from '../../src/blocklists/trie/trie.ts';

/** Names that are all blocked by one list, a few of them as text to ask for. */
export interface BenchLists {
  readonly trie: Trie;
  /** Where the names come from. */
  readonly from: string;
  readonly blocked: readonly string[];
  /** How many sources the trie knows. */
  readonly sources: number;
}

const ASKED = 20_000;
const NAMES = 1_000_000;

/** Compiles the lists of a folder (`*.txt`, `*.conf`; not `pop-*`), or made-up names alone, to a million names. */
export async function openBenchLists(folder: string | undefined): Promise<BenchLists> {
  const scratch = mkdtempSync(join(tmpdir(), 'vlandns-micro-'));
  try {
    const made = join(scratch, 'made-up.txt');
    const files = folder === undefined ? [] : listFiles(folder);
    const names = makeNames(NAMES, 1);
    writeFileSync(made, names.slice(0, ASKED).join('\n'));
    const known = runCompiler(scratch, [...files, made]);
    writeFileSync(made, names.slice(0, Math.max(ASKED, NAMES - known + ASKED)).join('\n'));
    const count = runCompiler(scratch, [...files, made]);
    const image = await readImage(join(scratch, 'image'));
    if ('fault' in image) throw new Error(image.fault);
    const from = folder === undefined ? 'made up' : `${files.length} lists of ${folder}, filled up`;
    return {
      trie: image.trie,
      from: `${count} names, ${from}`,
      blocked: names.slice(0, ASKED),
      sources: files.length + 1,
    };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function listFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => /\.(txt|conf)$/.test(file) && !file.startsWith('pop-'))
    .map((file) => join(folder, file));
}

function runCompiler(scratch: string, files: readonly string[]): number {
  const sources = files.map((file) => ({ list: 'ads', source: file, file, format: 'auto' as const }));
  return compile({ output: join(scratch, 'image'), key: 'bench', sources }).names;
}

const TOPS = ['com', 'net', 'org', 'info', 'co.uk', 'de', 'io', 'xyz'];
const WORDS = [
  'ad',
  'track',
  'pixel',
  'cdn',
  'stat',
  'metric',
  'click',
  'banner',
  'shop',
  'news',
  'game',
  'img',
];

/** `count` different names that look like those of lists: two to four labels, 12 to 40 octets; the same for a seed. */
export function makeNames(count: number, seed: number): string[] {
  const random = seededNumbers(seed);
  const pick = (from: readonly string[]): string => from[random() % from.length] ?? '';
  const names = new Set<string>();
  while (names.size < count) {
    const host = random() % 3 === 0 ? `${pick(WORDS)}${random() % 100}.` : '';
    names.add(`${host}${pick(WORDS)}-${(random() % 1_000_000).toString(36)}${pick(WORDS)}.${pick(TOPS)}`);
  }
  return [...names];
}

/** 32-bit numbers (mulberry32). */
function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
