// What lists have in common, from the compiled lists of a state folder: by list, or by source of one list.
import { sourceBehind } from '../../blocklists/compile-report.ts';
import type { ImageMeta } from '../../blocklists/compile-report.ts';
import { countOverlap } from './list-overlap.ts';
import type { Overlap } from './list-overlap.ts';
import { readCompiled } from './list-table.ts';

/** What is compared, and how much of it is the same. */
export interface ListStats extends Overlap {
  /** The list whose sources are compared; undefined where lists are. */
  readonly list: string | undefined;
  /** The names of the groups: lists, or sources. */
  readonly groups: readonly string[];
}

/** Reads the statistics of all lists, or of the sources of one; a sentence says why there are none. */
export async function readListStats(folder: string, list: string | undefined): Promise<ListStats | string> {
  const { lists, fault } = await readCompiled(folder);
  if (fault !== undefined) return `${fault}; they are written by: vlandns serve`;
  const { meta, trie } = lists;
  const groups = list === undefined ? listsOf(meta) : sourcesOf(meta, list);
  const groupOf = (number: number): number | undefined => {
    const report = meta.sources[sourceBehind(meta, number)];
    if (report === undefined || (list !== undefined && report.list !== list)) return undefined;
    return groups.indexOf(list === undefined ? report.list : report.source);
  };
  const overlap = countOverlap(trie, groups.length, groupOf);
  await trie.lines.close();
  if (groups.length === 0)
    return list === undefined ? 'there are no lists' : `list ${list} has not been read yet`;
  return { list, groups, ...overlap };
}

function listsOf({ sources }: ImageMeta): string[] {
  return [...new Set(sources.map(({ list }) => list))];
}

function sourcesOf({ sources }: ImageMeta, list: string): string[] {
  return sources.filter((report) => report.list === list).map(({ source }) => source);
}
