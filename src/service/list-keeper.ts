// The lists on disk and in memory: the last good text of every source, and the image compiled from them. A change is
// staged first and takes effect only when it is committed, so that whoever asked for it can still say no.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compileAside } from '../blocklists/compile-aside.ts';
import type { CompileSource, SourceReport } from '../blocklists/compile-report.ts';
import { readImage } from '../blocklists/trie/image-reader.ts';
import type { List } from '../config/config.ts';
import { NO_LISTS } from './assemble.ts';
import type { CompiledLists } from './assemble.ts';

/** Where the text of a URL source lies: what the keeper needs of the store of fetched sources. */
export interface SourceFiles {
  fileOf(url: string): string;
}

/** Lists that are ready but not in effect yet. */
export interface StagedLists {
  readonly lists: CompiledLists;
  /** Whether they differ from what is in effect. */
  readonly changed: boolean;
  /** Puts them into effect: the next start will load them. */
  commit(): Promise<void>;
  /** Forgets them. */
  discard(): Promise<void>;
}

/** Keeps the compiled lists of one service. */
export class ListKeeper {
  /** The lists in effect. */
  current: CompiledLists = NO_LISTS;
  readonly #image: string;
  readonly #files: SourceFiles;
  readonly #stop = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  /** The image lies in `folder`. */
  constructor(folder: string, files: SourceFiles) {
    this.#image = join(folder, 'lists.trie');
    this.#files = files;
  }

  /** Loads the image of the last run; gives what is wrong with it, or undefined where it is in effect or absent. */
  async load(): Promise<string | undefined> {
    if (!existsSync(this.#image)) return undefined;
    const image = await readImage(this.#image);
    if ('fault' in image) return image.fault;
    this.current = image;
    return undefined;
  }

  /**
   * Compiles lists in a child process, unless nothing has changed since the current ones. `candidates` are files to
   * read in place of the last good text of a URL. Calls take turns. Gives a sentence where it cannot be done.
   */
  stage(
    lists: readonly List[],
    candidates: ReadonlyMap<string, string> = new Map(),
  ): Promise<StagedLists | string> {
    const staged = this.#turn.then(() => this.#stage(lists, candidates));
    this.#turn = staged.catch(() => undefined);
    return staged;
  }

  /** Ends a compilation that is under way, and lets none begin. */
  close(): void {
    this.#stop.abort();
  }

  async #stage(
    lists: readonly List[],
    candidates: ReadonlyMap<string, string>,
  ): Promise<StagedLists | string> {
    const sources = toCompileSources(lists, (url) => candidates.get(url) ?? this.#files.fileOf(url));
    const key = await readKey(sources);
    const nothing = (): Promise<void> => Promise.resolve();
    const hasNone = sources.length + this.current.meta.sources.length === 0;
    if (hasNone || key === this.current.meta.key)
      return { lists: this.current, changed: false, commit: nothing, discard: nothing };
    const output = `${this.#image}.next`;
    const result = await compileAside({ output, key, sources }, this.#stop.signal);
    if ('fault' in result) return result.fault;
    const image = await readImage(output);
    if ('fault' in image) return image.fault;
    return {
      lists: image,
      changed: true,
      commit: async () => {
        await rename(output, this.#image);
        const { lines } = this.current.trie;
        this.current = image;
        // The file it keeps open for line numbers is no longer asked; an explanation under way may fail, a query cannot.
        void lines.close();
      },
      discard: async () => {
        await rm(output, { force: true });
        await image.trie.lines.close();
      },
    };
  }
}

/** What is known of a source in these lists, or undefined where they do not have it. */
export function reportOf(lists: CompiledLists, list: string, source: string): SourceReport | undefined {
  return lists.meta.sources.find((report) => report.list === list && report.source === source);
}

function toCompileSources(lists: readonly List[], fileOf: (url: string) => string): CompileSource[] {
  return lists.flatMap(({ name, sources }) =>
    sources.map(({ kind, location, format }) => ({
      list: name,
      source: location,
      file: kind === 'file' ? location : fileOf(location),
      format,
    })),
  );
}

/** Changes when a list, a source or the text of one changes. */
async function readKey(sources: readonly CompileSource[]): Promise<string> {
  const hash = createHash('sha256');
  for (const { list, source, format, file } of sources) {
    // Absent, or in a folder that we may not look into: the compiler says why it cannot be read.
    const found = await stat(file).catch(() => undefined);
    hash.update(JSON.stringify([list, source, format, found?.size ?? null, found?.mtimeMs ?? null]));
  }
  return hash.digest('hex');
}
