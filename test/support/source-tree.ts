// The sources as text, and what each imports: for tests of what always holds. Type imports and dynamic ones count.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One import. */
interface Import {
  /** As it is written. */
  readonly written: string;
  /** The file from the root of the tree; undefined for a package or a module of Node. */
  readonly file: string | undefined;
  /** `src/a/b.ts:3: import … from '…'` for messages. */
  readonly at: string;
}

/** One file. */
export interface SourceFile {
  /** From the root of the tree, with slashes. */
  readonly name: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** The TypeScript files below a folder of the tree. */
export function sourcesBelow(folder: string): SourceFile[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => `${folder}/${name.split(path.sep).join('/')}`)
    .toSorted()
    .map(readSource);
}

function readSource(name: string): SourceFile {
  const text = readFileSync(path.join(ROOT, name), 'utf8');
  const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    written: fileName,
    file: fileName.startsWith('.')
      ? path.posix.normalize(path.posix.join(path.posix.dirname(name), fileName))
      : undefined,
    at: placeOf({ name, text }, pos),
  }));
  return { name, text, imports };
}

/** `FILE:LINE: the line`, for messages. */
export function placeOf({ name, text }: Pick<SourceFile, 'name' | 'text'>, offset: number): string {
  const line = text.slice(0, offset).split('\n').length;
  return `${name}:${line}: ${text.split('\n')[line - 1]?.trim() ?? ''}`;
}

/** Ways that lead back to where they begin: each group of names that reach one another. */
export function circlesIn(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const reached = new Map([...edges.keys()].map((name) => [name, reachedFrom(name, edges)]));
  const seen = new Set<string>();
  return [...edges.keys()].flatMap((name) => {
    if (seen.has(name) || reached.get(name)?.has(name) !== true) return [];
    const circle = [...edges.keys()].filter(
      (other) => reached.get(name)?.has(other) === true && reached.get(other)?.has(name) === true,
    );
    for (const one of circle) seen.add(one);
    return [circle];
  });
}

function reachedFrom(name: string, edges: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set<string>();
  const ahead = [...(edges.get(name) ?? [])];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    ahead.push(...(edges.get(next) ?? []));
  }
  return reached;
}
