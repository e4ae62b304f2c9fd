// What is known of every source of every list, as one table: what a running daemon reports, and what lies in its folder.
// The rule: it only looks; nothing is fetched, compiled or written.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sourceBehind } from '../../blocklists/compile-report.ts';
import type { ImageMeta, SourceReport } from '../../blocklists/compile-report.ts';
import { SourceStore } from '../store/source-store.ts';
import { readImage } from '../../blocklists/trie/image/image-reader.ts';
import type { Config, List, ListSource } from '../../config/config.ts';
import { NO_LISTS } from '../compiled-lists.ts';
import type { CompiledLists } from '../compiled-lists.ts';
import { countOverlap } from './list-overlap.ts';
import type { Overlap } from './list-overlap.ts';
import type { SourceStatus } from '../source-book.ts';

/** The state of a source: up to date, older than it should be, its update held back or failed, or never read. */
type SourceState = 'fresh' | 'due' | 'held' | 'failed' | 'missing';

/** A source that has names in common with another one. */
interface SharedMost {
  readonly list: string;
  readonly source: string;
  readonly names: number;
}

/** A source of a list. */
export interface SourceRow extends Pick<
  SourceReport,
  'list' | 'source' | 'entries' | 'skipped' | 'skippedFor' | 'skippedExamples' | 'errors' | 'examples'
> {
  /** The format given, or the one found; `auto` where it has not been read. */
  readonly format: string;
  /** Different names that it has entries for. */
  readonly names: number;
  /** How many of them no other source has. */
  readonly onlyHere: number;
  /** The other source that has the most of its names. */
  readonly sharedMost: SharedMost | undefined;
  /** When its copy was last known to be the newest; for a file, when it changed. */
  readonly fetchedAt: string | undefined;
  /** When it is fetched next; undefined for a file, and while no daemon runs. */
  readonly dueAt: string | undefined;
  readonly state: SourceState;
  /** Why it is not fresh. */
  readonly reason: string | undefined;
  /** Whether its list is only observed, and how many queries it would have blocked, where a daemon counts them. */
  readonly mode: List['mode'];
  readonly observedQueries: number | undefined;
}

/** All sources. */
export interface ListTable {
  /** Whether a running daemon reported the states of the sources. */
  readonly running: boolean;
  /** The folder that the rest was read from. */
  readonly folder: string;
  /** What is wrong with the compiled lists there, if anything is. */
  readonly fault: string | undefined;
  /** Different names that any of them has entries for. */
  readonly names: number;
  readonly sources: readonly SourceRow[];
}

/** A list that is only observed. */
export interface ObservedList {
  readonly list: string;
  /** Queries that it would have blocked since the daemon's start. */
  readonly queries: number;
}

/** What a daemon reports about its lists. */
export interface ToldLists {
  /** Absent where an older version runs. */
  readonly observed?: readonly ObservedList[];
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
  const overlap = countOverlap(lists.trie, meta.sources.length, (number) => sourceBehind(meta, number));
  const sources = known.map((status) => toRow(status, { config, told, meta, overlap }));
  await lists.trie.lines.close();
  return {
    running: told !== undefined,
    folder,
    fault,
    names: overlap.total,
    sources,
  };
}

/** What a row is made of, apart from its source's status. */
interface RowParts {
  readonly config: Config;
  readonly told: ToldLists | undefined;
  readonly meta: ImageMeta;
  readonly overlap: Overlap;
}

/** What is known of the lines of a source that has not been read. */
const NOT_READ: Pick<SourceReport, 'skippedFor' | 'skippedExamples' | 'examples' | 'missing'> = {
  skippedFor: {},
  examples: [],
};

function toRow(status: SourceStatus, { config, told, meta, overlap }: RowParts): SourceRow {
  const { list, source, format, entries, skipped, errors, dueAt } = status;
  const at = meta.sources.findIndex((report) => list === report.list && source === report.source);
  const { skippedFor, skippedExamples = {}, examples, missing } = meta.sources[at] ?? NOT_READ;
  return {
    list,
    source,
    format,
    entries,
    skipped,
    skippedFor,
    skippedExamples,
    errors,
    examples,
    names: overlap.names[at] ?? 0,
    onlyHere: overlap.only[at] ?? 0,
    sharedMost: sharedMostOf(at, meta, overlap),
    fetchedAt: status.fetchedAt ?? fileTime(source),
    dueAt: told === undefined ? undefined : dueAt,
    mode: config.lists.find(({ name }) => name === list)?.mode ?? 'enforce',
    observedQueries: told?.observed?.find((one) => one.list === list)?.queries,
    ...stateOf(status, missing !== undefined || at < 0),
  };
}

function sharedMostOf(at: number, meta: ImageMeta, overlap: Overlap): SharedMost | undefined {
  const shared = overlap.shared[at] ?? [];
  const names = Math.max(0, ...shared);
  const other = meta.sources[shared.indexOf(names)];
  return other === undefined || names === 0 ? undefined : { list: other.list, source: other.source, names };
}

/** The compiled lists of a state folder; none where they are absent, or cannot be used, with the reason. */
export async function readCompiled(folder: string): Promise<{ lists: CompiledLists; fault?: string }> {
  const file = join(folder, 'lists.trie');
  if (!existsSync(file)) return { lists: NO_LISTS, fault: `there are no compiled lists in ${folder}` };
  const image = await readImage(file);
  return 'fault' in image ? { lists: NO_LISTS, fault: image.fault } : { lists: image };
}

function stateOf(
  { code, state }: SourceStatus,
  isMissing: boolean,
): { readonly state: SourceState; readonly reason: string | undefined } {
  if (code === 'held') return { state: 'held', reason: state };
  if (isMissing) return { state: 'missing', reason: code === 'ok' ? 'not compiled yet' : state };
  if (code === 'ok') return { state: 'fresh', reason: undefined };
  return { state: code === 'due' ? 'due' : 'failed', reason: state };
}

const OK = { code: 'ok', state: 'ok' } as const;
const DUE = { code: 'due', state: 'its copy is older than its refresh interval' } as const;

/** The states of the sources as their folder shows them: what the last daemon held back or failed to fetch is not known. */
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
      isRead: report !== undefined && missing === undefined,
      hasFailed: false,
      ...(missing === undefined ? (isDue ? DUE : OK) : ({ code: 'missing', state: missing } as const)),
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
