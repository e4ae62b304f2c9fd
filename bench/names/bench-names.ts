// The million names that every server blocks: from real lists, filled up with made-up ones, or all made up. vlandns reads
// the lists as they are; the same names are written out for the other servers.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseList } from '../../src/blocklists/formats/list-parser.ts';
import { isAllow } from '../../src/blocklists/rule.ts';
import type { WireName } from '../../src/blocklists/trie/wire-name.ts';
import { makeUpNames } from './made-up-names.ts';

/** The names of a run. */
export interface BenchNames {
  /** The files that vlandns reads. */
  readonly sources: readonly string[];
  /** The one of them that the bench wrote, and may touch. */
  readonly ownSource: string;
  /** All names blocked, each once. */
  readonly blocked: readonly string[];
  /** Names by their popularity, the most asked first; some are blocked. */
  readonly popular: readonly string[];
  /** Where they come from, for the results. */
  readonly told: string;
}

/** How many names are blocked. */
const NAMES = 1_000_000;

const POPULAR = 10_000;
const POPULAR_FILE = 'pop-opendns-top-10k.txt';

/** Where real lists are looked for unless a folder is given, from the project's folder. */
const USUAL_FOLDER = '../shared/data/lists';

/** Reads the lists of `folder`, or of the usual one where it is there, and writes what is missing into `scratch`. */
export function openBenchNames(folder: string | undefined, scratch: string): BenchNames {
  const from = folder ?? (existsSync(USUAL_FOLDER) ? USUAL_FOLDER : undefined);
  const lists = from === undefined ? [] : listFiles(from);
  const known = new Set(lists.flatMap((file) => [...namesOf(file)]));
  const madeUp = makeUpNames(Math.max(NAMES - known.size, 1000), 1, known);
  const ownSource = join(scratch, 'made-up.txt');
  writeFileSync(ownSource, toLines(madeUp));
  const blocked = [...known, ...madeUp];
  const count = (value: number): string => value.toLocaleString('en');
  return {
    sources: [...lists, ownSource],
    ownSource,
    blocked,
    popular: readPopular(from) ?? makeUpPopular(blocked),
    told:
      from === undefined
        ? `${count(blocked.length)} names, all made up (seeded): no lists were found`
        : `${count(blocked.length)} names: ${count(known.size)} of ${lists.length} real lists, ${count(madeUp.length)} made up (seeded)`,
  };
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(txt|conf|list)$/.test(entry.name))
    .filter(({ name }) => !name.startsWith('pop-'))
    .map(({ name }) => resolve(folder, name))
    .toSorted();
}

/** The names that a list blocks, as vlandns reads them. */
export function namesOf(file: string): Set<string> {
  const names = new Set<string>();
  parseList(file, 'auto', (name, kind) => {
    if (!isAllow(kind)) names.add(toText(name));
  });
  return names;
}

/** Lists' names have no octet that would have to be escaped. */
function toText({ wire, labelStart, labelCount }: WireName): string {
  const text = Buffer.from(wire.subarray(0, labelStart[labelCount]));
  for (let label = 1; label < labelCount; label++) text[labelStart[label] ?? 0] = 0x2e;
  return text.toString('latin1', 1);
}

function readPopular(folder: string | undefined): string[] | undefined {
  const file = join(folder ?? '', POPULAR_FILE);
  if (folder === undefined || !existsSync(file)) return undefined;
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** Every tenth name is blocked, as about every tenth query of a household is. */
function makeUpPopular(blocked: readonly string[]): string[] {
  const step = Math.floor(blocked.length / POPULAR);
  const free = makeUpNames(POPULAR, 2, new Set(blocked));
  return free.map((name, at) => (at % 10 === 9 ? (blocked[at * step] ?? name) : name));
}

/** Lines of a text file. */
export function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
