// Pages of queries, the newest first: blocks are read from the latest on until no other one can have a newer record.
import type { LogPage, LoggedQuery } from '../../../querylog/history.ts';
import { toLoggedQuery } from './to-logged-query.ts';
import type { Block } from '../packed/block.ts';
import { KIND, lowestId, recordId } from '../packed/block.ts';
import { ANONYMOUS_MS } from '../sqlite/open-log.ts';
import type { OpenLog } from '../sqlite/open-log.ts';
import type { Selection } from './selection.ts';
import { eachMatch } from './selection.ts';

/** Which page. */
export interface Paging {
  /** Ids below; undefined: from the newest on. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A record that may be on the page. */
interface Found {
  readonly id: number;
  readonly block: Block;
  readonly at: number;
}

/** Reads a page. It has more than `limit` queries only where the last ones have one id, since the next page begins below it. */
export function readPage(log: OpenLog, selection: Selection, { before = Infinity, limit }: Paging): LogPage {
  let found: readonly Found[] = [];
  for (const { toMs, read } of latestFirst(log, selection)) {
    const last = found[limit - 1];
    if (last !== undefined && last.id >= lowestId(toMs + 1)) break;
    const block = read();
    if (lowestId(block.fromMs) >= before) continue;
    const more: Found[] = [];
    const leastId = last?.id ?? 0;
    eachMatch(block, selection, log.manners, (at) => {
      const id = recordId(block, at);
      if (id < before && id >= leastId) more.push({ id, block, at });
    });
    if (more.length > 0) found = cut([...found, ...more.toSorted((a, b) => b.id - a.id)], limit);
  }
  const last = found[limit - 1];
  return {
    queries: found.map((record) => tell(log, record)),
    // Where it is full there may be more; an empty page says that there is not.
    before: last?.id,
  };
}

/** The newest records, up to the limit and those that have the same id as the last. */
function cut(found: readonly Found[], limit: number): readonly Found[] {
  const sorted = found.toSorted((a, b) => b.id - a.id);
  let end = Math.min(limit, sorted.length);
  while (end < sorted.length && sorted[end]!.id === sorted[end - 1]?.id) end++;
  return sorted.slice(0, end);
}

/** Blocks with records of the times that are meant, by their latest record, not yet read. */
function latestFirst(
  { blocks, segments }: OpenLog,
  { sinceMs, untilMs }: Selection,
): readonly { readonly toMs: number; readonly read: () => Block }[] {
  const open = segments.filter(({ block }) => block.count > 0).map(({ block }) => block);
  return [
    ...blocks.places.map((place) => ({ ...place, read: () => blocks.read(place) })),
    ...open.map((block) => ({ toMs: block.toMs, fromMs: block.fromMs, read: () => block })),
  ]
    .filter(({ fromMs, toMs }) => toMs >= sinceMs && fromMs < untilMs)
    .toSorted((a, b) => b.toMs - a.toMs);
}

function tell(log: OpenLog, { id, block, at }: Found): LoggedQuery {
  const unixMs = block.times[at]!;
  return toLoggedQuery(log.manners.manner(block.mannerTerms[block.manners[at]!]!), {
    id,
    unixMs: block.kind === KIND.FULL ? unixMs : unixMs - (unixMs % ANONYMOUS_MS),
    client: log.clients.client(block.clientTerms[block.clients[at]!]!),
    name: log.names.text(block.nameTerms[block.names[at]!]!),
    waitedUs: block.waits[at]!,
  });
}
