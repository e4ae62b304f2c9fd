// What is known of every source of every list, as one table: what the daemon tells where it runs, and what lies in its
// folder. The rule: it only looks; nothing is fetched, compiled or written.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageMeta, SourceReport } from '../blocklists/compile-report.ts';
import { SourceStore } from '../blocklists/fetch/source-store.ts';
import { readImage } from '../blocklists/trie/image-reader.ts';
import type { Config, List, ListSource } from '../config/config.ts';
import { NO_LISTS } from './assemble.ts';
import type { CompiledLists } from './assemble.ts';
import { countOverlap } from './list-overlap.ts';
import type { SourceStatus } from './source-book.ts';

/** How a source is: up to date, older than it should be, not updated and why, or never read. */
type SourceState = 'fresh' | 'due' | 'held' | 'failed' | 'missing';

/** A source that another one has names in common with. */
interface SharedMost {
  readonly list: string;
  readonly source: string;
  readonly names: number;
}

/** A source of a list. */
export interface SourceRow extends Pick<
  SourceReport,
  'list' | 'source' | 'entries' | 'skipped' | 'skippedFor' | 'errors' | 'examples'
> {
  /** The format given, or the one found; `auto` where it has not been read. */
  readonly format: string;
  /** Different names that it has entries for. */
  readonly names: number;
  /** How many of them no other source has. */
  readonly onlyHere: number;
  /** The source that has most of its names, too. */
  readonly sharedMost: SharedMost | undefined;
  /** When its copy was last known to be the newest; for a file, when it changed. */
  readonly fetchedAt: string | undefined;
  /** When it is fetched next; undefined for a file, and while no daemon runs. */
  readonly dueAt: string | undefined;
  readonly state: SourceState;
  /** Why it is not fresh. */
  readonly reason: string | undefined;
}

/** All sources. */
export interface ListTable {
  /** Whether a daemon told how the sources are. */
  readonly running: boolean;
  /** The folder that the rest was read from. */
  readonly folder: string;
  /** What is wrong with the compiled lists there, where something is. */
  readonly fault: string | undefined;
  /** Different names that any of them has entries for. */
  readonly names: number;
  readonly sources: readonly SourceRow[];
}

/** What a daemon tells of its lists. */
export interface ToldLists {
  readonly lists: readonly SourceStatus[];
}

/** Reads the table; `told` is what a running daemon says, `nowMs` milliseconds since 1970. */
export async function readListTable(
  config: Config,
  told: ToldLists | undefined,
  nowMs: number,
): Promise<ListTable> {
  const folder = config.server.state;
  const { lists, fault } = await readCompiled(folder);
  const { meta } = lists;
  const known = told?.lists ?? (await statusesOnDisk(config.lists, meta, { folder, nowMs }));
  const overlap = countOverlap(lists.trie, meta.sources.length, (number) => toSourceIndex(meta, number));
  const sources = known.map((status) => {
    const at = meta.sources.findIndex(({ list, source }) => list === status.list && source === status.source);
    const { skippedFor = {}, examples = [], missing } = meta.sources[at] ?? {};
    const shared = overlap.shared[at] ?? [];
    const most = shared.indexOf(Math.max(...shared));
    const other = meta.sources[most];
    const { list, source, format, entries, skipped, errors, dueAt } = status;
    return {
      list,
      source,
      format,
      entries,
      skipped,
      skippedFor,
      errors,
      examples,
      names: overlap.names[at] ?? 0,
      onlyHere: overlap.only[at] ?? 0,
      sharedMost:
        other === undefined || (shared[most] ?? 0) === 0
          ? undefined
          : { list: other.list, source: other.source, names: shared[most] ?? 0 },
      fetchedAt: status.fetchedAt ?? fileTime(source),
      dueAt: told === undefined ? undefined : dueAt,
      ...stateOf(status, missing !== undefined || at < 0),
    };
  });
  await lists.trie.lines.close();
  return {
    running: told !== undefined,
    folder,
    fault,
    names: overlap.total,
    sources,
  };
}

/** The compiled lists of a state folder, none where there are none or they cannot be used, and then why. */
export async function readCompiled(folder: string): Promise<{ lists: CompiledLists; fault?: string }> {
  const file = join(folder, 'lists.trie');
  if (!existsSync(file)) return { lists: NO_LISTS, fault: `there are no compiled lists in ${folder}` };
  const image = await readImage(file);
  return 'fault' in image ? { lists: NO_LISTS, fault: image.fault } : { lists: image };
}

/** The place in `meta.sources` of the source that a trie calls by this number; undefined where it has none. */
export function toSourceIndex(meta: ImageMeta, number: number): number | undefined {
  return number < meta.sources.length ? number : undefined;
}

function stateOf(
  { state, isHeld }: SourceStatus,
  isMissing: boolean,
): { readonly state: SourceState; readonly reason: string | undefined } {
  if (isHeld) return { state: 'held', reason: state };
  if (isMissing) return { state: 'missing', reason: state === 'ok' ? 'not compiled yet' : state };
  if (state === 'ok') return { state: 'fresh', reason: undefined };
  return { state: state === DUE ? 'due' : 'failed', reason: state };
}

const DUE = 'its copy is older than its refresh interval';

/** How the sources are as far as their folder tells: what the last daemon held back or failed to fetch is forgotten. */
async function statusesOnDisk(
  lists: readonly List[],
  meta: ImageMeta,
  { folder, nowMs }: { readonly folder: string; readonly nowMs: number },
): Promise<SourceStatus[]> {
  const store = new SourceStore({ folder: join(folder, 'sources') });
  const statusOf = async (list: List, { kind, location }: ListSource): Promise<SourceStatus> => {
    const report = meta.sources.find(({ list: name, source }) => name === list.name && source === location);
    const record = kind === 'url' ? await store.recordOf(location) : undefined;
    const isDue = record !== undefined && record.fetchedAtMs + list.refreshMs < nowMs;
    const { format = 'auto', entries = 0, skipped = 0, errors = 0, missing } = report ?? {};
    return {
      list: list.name,
      source: location,
      format,
      entries,
      skipped,
      errors,
      isHeld: false,
      state: missing ?? (isDue ? DUE : 'ok'),
      fetchedAt: record === undefined ? undefined : new Date(record.fetchedAtMs).toISOString(),
      dueAt: undefined,
    };
  };
  return Promise.all(lists.flatMap((list) => list.sources.map((source) => statusOf(list, source))));
}

/** When a file changed; undefined for a URL and where there is no such file. */
function fileTime(source: string): string | undefined {
  if (source.includes('://')) return undefined;
  return statSync(source, { throwIfNoEntry: false })?.mtime.toISOString();
}
