// The lists on disk and in memory: the last good text of every source, and the image compiled from them. A change is
// staged first, and whoever asked for it can still say no.
import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileAside } from '../blocklists/compile-aside.ts';
import type { CompileSource } from '../blocklists/compile-report.ts';
import { readStamp } from './fetch/file-source.ts';
import { reasonOf } from '../system/system-error.ts';
import { readImage } from '../blocklists/trie/image/image-reader.ts';
import type { List } from '../config/config.ts';
import type { CompiledLists } from './compiled-lists.ts';
import { Turns } from '../system/turns.ts';
import { ownVersion } from '../packaged/own-version.ts';

/** Where the good text of a source lies: what the keeper needs of the store of copies. */
export interface SourceFiles {
  /** Gives the path for a URL, or for the path of a file on this host. */
  fileOf(source: string): string;
}

/** The name of the image; images that are not in effect yet have this name, a dot and more. */
export const IMAGE = 'lists.trie';

/** Lists that are ready, and that whoever asked for them puts into effect or discards. */
export interface StagedLists {
  readonly lists: CompiledLists;
  /** Whether they differ from what is in effect. */
  readonly changed: boolean;
  /** Has the next start load them; gives why it will not, where the disk refuses. They can be put into effect all the same. */
  keep(): Promise<string | undefined>;
  /** Forgets them; for those that are not put into effect. */
  discard(): Promise<void>;
}

/** Compiles the lists of one service and keeps them on disk; which are in effect, it is told. */
export class ListKeeper {
  readonly #folder: string;
  readonly #image: string;
  readonly #files: SourceFiles;
  readonly #stop = new AbortController();
  readonly #turns = new Turns();
  /** Makes the names of images differ: several may be staged, and a compiler that outlived its daemon be writing its own. */
  #staged = 0;

  readonly #inEffect: () => CompiledLists;

  /** The image lies in `folder`; `inEffect` gives the lists that are in effect at the moment. */
  constructor(folder: string, files: SourceFiles, inEffect: () => CompiledLists) {
    this.#folder = folder;
    this.#image = join(folder, IMAGE);
    this.#files = files;
    this.#inEffect = inEffect;
  }

  /** Loads the image of the last run, or gives what is wrong with it; undefined where there is none. */
  async load(): Promise<{ readonly lists: CompiledLists } | { readonly fault: string } | undefined> {
    if (!existsSync(this.#image)) return undefined;
    const image = await readImage(this.#image);
    return 'fault' in image ? image : { lists: image };
  }

  /**
   * Compiles lists in a child process, unless nothing has changed since the current ones. `candidates` are files to
   * read in place of the last good text of a source. Calls run one after another. Gives a sentence where it cannot be done.
   */
  stage(
    lists: readonly List[],
    candidates: ReadonlyMap<string, string> = new Map(),
  ): Promise<StagedLists | string> {
    return this.#turns.run(() => this.#stage(lists, candidates));
  }

  /** Removes what an earlier process compiled and did not put into effect. */
  async sweep(): Promise<void> {
    // A missing or read-only folder is reported elsewhere; what is left in it does no harm.
    for (const name of await readdir(this.#folder).catch(() => []))
      if (name.startsWith(`${IMAGE}.`))
        await rm(join(this.#folder, name), { force: true, recursive: true }).catch(() => undefined);
  }

  /** Ends a compilation that is under way, and lets none begin. */
  close(): void {
    this.#stop.abort();
  }

  /** Where an image is made: in our folder, or where that is read-only in a temporary one, so that it can be used at least. */
  async #placeForOutput(): Promise<{ folder: string; forget: () => Promise<void> }> {
    if (await isWritable(this.#folder)) return { folder: this.#folder, forget: () => Promise.resolve() };
    try {
      const folder = await mkdtemp(join(tmpdir(), 'vlandns-'));
      return { folder, forget: () => rm(folder, { recursive: true, force: true }) };
    } catch {
      // Nothing can be written anywhere: the compiler reports that, with the name of our own folder.
      return { folder: this.#folder, forget: () => Promise.resolve() };
    }
  }

  async #stage(
    lists: readonly List[],
    candidates: ReadonlyMap<string, string>,
  ): Promise<StagedLists | string> {
    const sources = toCompileSources(lists, (source) => candidates.get(source) ?? this.#files.fileOf(source));
    const key = await readKey(sources);
    const nothing = (): Promise<undefined> => Promise.resolve(undefined);
    const inEffect = this.#inEffect();
    const hasNone = sources.length + inEffect.meta.sources.length === 0;
    if (hasNone || key === inEffect.meta.key)
      return { lists: inEffect, changed: false, keep: nothing, discard: nothing };
    const { folder, forget } = await this.#placeForOutput();
    const output = join(folder, `${IMAGE}.next-${process.pid}-${++this.#staged}`);
    const result = await compileAside({ output, key, sources }, this.#stop.signal);
    const image = 'fault' in result ? result : await readImage(output);
    if ('fault' in image) {
      if (!('fault' in result)) await rm(output, { force: true });
      await forget();
      return image.fault;
    }
    return {
      lists: image,
      changed: true,
      keep: async () => {
        const fault = await putInPlace(output, this.#image);
        await forget();
        return fault;
      },
      discard: async () => {
        await rm(output, { force: true });
        await forget();
        await image.trie.lines.close();
      },
    };
  }
}

/** Whether something can be written into a folder. */
async function isWritable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    // Writing there reports the reason.
    return false;
  }
}

/** Renames an image, or removes it where that fails, and gives the reason. A process that has it open can still read it. */
async function putInPlace(output: string, image: string): Promise<string | undefined> {
  try {
    await rename(output, image);
    return undefined;
  } catch (error) {
    await rm(output, { force: true });
    return reasonOf(error);
  }
}

function toCompileSources(lists: readonly List[], fileOf: (source: string) => string): CompileSource[] {
  return lists.flatMap(({ name, sources }) =>
    sources.map(({ location, format, zone }) => ({
      list: name,
      source: location,
      file: fileOf(location),
      format,
      zone,
    })),
  );
}

/** A key that changes with the lists, their sources and texts, and the program's version, which may read lines otherwise. */
export async function readKey(sources: readonly CompileSource[], version = ownVersion()): Promise<string> {
  const hash = createHash('sha256').update(`${version}\n`);
  for (const { list, source, format, zone, file } of sources)
    hash.update(JSON.stringify([list, source, format, zone ?? null, (await readStamp(file)) ?? null]));
  return hash.digest('hex');
}
