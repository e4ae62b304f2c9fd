// The rows of the log that are held: some pages in a row, and live rows before the first. The rules: never more than MOST_ROWS, whatever
// the log has; a page that was dropped comes again with the same rows, since its cursor is kept. Pure.
import type { LoggedQuery, LogPage } from '../../querylog/history.ts';

/** Queries on a page, pages that are held, and live rows that are held: 500 rows in all. */
export const PAGE_ROWS = 80;
const MOST_PAGES = 5;
const MOST_LIVE = 100;
export const MOST_ROWS = PAGE_ROWS * MOST_PAGES + MOST_LIVE;

/** What is held. */
export interface LogWindow {
  /** The cursor of each page that is known, from the newest; the page behind the last one is not known yet. */
  readonly cursors: readonly number[];
  /** Pages that are held, the newest first; the first one is page `from`. */
  readonly pages: readonly LogPage[];
  readonly from: number;
  /** Rows that came since, the newest first. */
  readonly live: readonly LoggedQuery[];
  /** Queries that came since and are not among `live`. */
  readonly unseen: number;
}

/** A row; its key stays the same when a live row is read again as one of the log, whose id is another. */
export interface LogRow {
  readonly key: string;
  readonly query: LoggedQuery;
}

/** The side at which a page is added. */
export type Side = 'older' | 'newer';

/** Begins with the newest page; of the rows that came meanwhile, those are kept that it does not have yet. */
export function beginWindow(page: LogPage, live: readonly LoggedQuery[]): LogWindow {
  const [newest] = page.queries;
  const known = new Set(page.queries.map(markOf));
  const later = live.filter(
    (query) => newest === undefined || (query.unixMs >= newest.unixMs && !known.has(markOf(query))),
  );
  const cursors = newest === undefined ? [] : [newest.id + 1];
  return { cursors, pages: [page], from: 0, live: later.slice(0, MOST_LIVE), unseen: 0 };
}

/** The cursor of the page to be read at a side; undefined where there is none. */
export function cursorAt({ cursors, pages, from }: LogWindow, side: Side): number | undefined {
  return side === 'newer' ? cursors[from - 1] : pages.at(-1)?.before;
}

/** With a page more at a side; what is too many goes at the other. */
export function withPage(before: LogWindow, side: Side, page: LogPage): LogWindow {
  const cursor = cursorAt(before, side);
  if (cursor === undefined) return before;
  if (side === 'newer')
    return { ...before, pages: [page, ...before.pages].slice(0, MOST_PAGES), from: before.from - 1 };
  const all = [...before.pages, page];
  const dropped = Math.max(0, all.length - MOST_PAGES);
  const at = before.from + before.pages.length;
  const cursors = [...before.cursors.slice(0, at), cursor];
  return { ...before, cursors, pages: all.slice(dropped), from: before.from + dropped };
}

/** With rows that came, the newest last; those that are too many are read of the log when they are wanted. */
export function withLive(before: LogWindow, came: readonly LoggedQuery[]): LogWindow {
  const all = [...came.toReversed(), ...before.live];
  const unseen = before.unseen + Math.max(0, all.length - MOST_LIVE);
  return { ...before, live: all.slice(0, MOST_LIVE), unseen };
}

/** The rows as they are drawn; live ones only where nothing is missing between them and the first page. */
export function rowsOf({ pages, from, live, unseen }: LogWindow): LogRow[] {
  const isJoined = from === 0 && unseen === 0;
  const rows: LogRow[] = [];
  const shown = [...(isJoined ? live : []), ...pages.flatMap(({ queries }) => queries)];
  const times = new Map<string, number>();
  // From the oldest on: what comes changes no key of what is there.
  for (let at = shown.length - 1; at >= 0; at--) {
    const query = shown[at];
    if (query === undefined) continue;
    const mark = markOf(query);
    const count = (times.get(mark) ?? 0) + 1;
    times.set(mark, count);
    rows.push({ key: `${mark} ${count}`, query });
  }
  return rows.toReversed();
}

/** Whether the log is to be read anew, before live rows are too many to be joined to its pages. */
export function isFilling({ live, unseen }: LogWindow): boolean {
  return unseen > 0 || live.length > MOST_LIVE / 2;
}

function markOf({ unixMs, client, name, type }: LoggedQuery): string {
  return `${unixMs} ${client?.address ?? ''} ${name} ${type}`;
}
