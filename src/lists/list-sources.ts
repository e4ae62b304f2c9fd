// Where the texts of lists are read from, and where commands that only look find them.
import { isAbsolute } from 'node:path';
import { isSameState } from './fetch/file-source.ts';
import { HeldCopies } from './store/held-copies.ts';
import { SourceStore } from './store/source-store.ts';
import type { List } from '../config/config.ts';
import type { SourceFiles } from './list-keeper.ts';

/** The paths of the texts of sources, for commands that only look: files as they are now, unless they are held back. */
export function sourceFilesOf(folder: string): SourceFiles {
  const store = new SourceStore({ folder });
  const held = new HeldCopies(folder);
  return {
    fileOf: (source) =>
      isFile(source) && !isSameState(source, held.fileOf(source)) ? source : store.fileOf(source),
  };
}

/** All URLs of lists, and how often each is fetched. */
export function urlsOf(lists: readonly List[]): { url: string; refreshMs: number }[] {
  return lists.flatMap(({ sources, refreshMs }) =>
    sources.filter(({ kind }) => kind === 'url').map(({ location }) => ({ url: location, refreshMs })),
  );
}

/** All URLs and paths of lists. */
export function locationsOf(lists: readonly List[]): string[] {
  return lists.flatMap(({ sources }) => sources.map(({ location }) => location));
}

/** Whether a source is a file and not a URL. */
export function isFile(source: string): boolean {
  return isAbsolute(source);
}
