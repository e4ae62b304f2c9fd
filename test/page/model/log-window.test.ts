import t from 'tap';
import {
  beginWindow,
  cursorAt,
  isFilling,
  MOST_ROWS,
  PAGE_ROWS,
  rowsOf,
  withLive,
  withPage,
} from '../../../src/page/model/log-window.ts';
import type { LogWindow, Side } from '../../../src/page/model/log-window.ts';
import type { LoggedQuery, LogPage } from '../../../src/querylog/history.ts';

const MANY = 1_000_000;

function queryAt(id: number, name = `h${id}.example`): LoggedQuery {
  const rest = { waitedUs: 0, cached: false, stale: false, transport: 'udp', blocked: false } as const;
  return { id, unixMs: id, vlan: 'kids', name, type: 'A', rcode: 'NOERROR', step: 'local', ...rest };
}

/** A page of a log of queries 1 to `most`, as `GET /log` gives it. */
function pageOf(before: number, most = MANY): LogPage {
  const first = Math.min(before - 1, most);
  const count = Math.min(PAGE_ROWS, first);
  const queries = Array.from({ length: count }, (_, index) => queryAt(first - index));
  const last = first - count + 1;
  return last > 1 ? { queries, before: last } : { queries };
}

function go(held: LogWindow, side: Side, times: number): LogWindow {
  let next = held;
  for (let turn = 0; turn < times; turn++) {
    const cursor = cursorAt(next, side);
    if (cursor === undefined) return next;
    next = withPage(next, side, pageOf(cursor, MANY + 500));
    const ids = rowsOf(next).map(({ query }) => query.id);
    if (ids.length > MOST_ROWS || ids.some((id, index) => index > 0 && id !== Number(ids[index - 1]) - 1))
      throw new Error(`rows are too many or not one after the other: ${ids.length} from ${ids[0]}`);
  }
  return next;
}

t.test('a log of a million queries is read to its end and back with no more rows than may be held', (t) => {
  t.ok(MOST_ROWS <= 500);
  const start = beginWindow(pageOf(Infinity), []);
  const end = go(start, 'older', MANY);
  t.equal(rowsOf(end).at(-1)?.query.id, 1);
  t.equal(cursorAt(end, 'older'), undefined);
  const back = go(end, 'newer', MANY);
  // New queries have come since: the first page is the one that was read all the same.
  t.equal(rowsOf(back)[0]?.query.id, MANY);
  t.equal(back.from, 0);
  t.equal(cursorAt(back, 'newer'), undefined);
  t.end();
});

t.test('a way down, up and down again leaves nothing out', (t) => {
  const held = go(go(go(beginWindow(pageOf(Infinity), []), 'older', 20), 'newer', 9), 'older', 30);
  t.equal(rowsOf(held).at(-1)?.query.id, MANY - PAGE_ROWS * 42 + 1);
  t.end();
});

t.test('live rows stand before the first page, the newest first, with keys of their own', (t) => {
  const held = withLive(beginWindow(pageOf(Infinity, 3), []), [
    queryAt(1, 'a.example'),
    queryAt(2, 'b.example'),
  ]);
  t.strictSame(
    rowsOf(held).map(({ query }) => query.name),
    ['b.example', 'a.example', 'h3.example', 'h2.example', 'h1.example'],
  );
  t.equal(new Set(rowsOf(held).map(({ key }) => key)).size, 5);
  t.end();
});

t.test('live rows that are too many are counted, and none is shown where some are missing behind it', (t) => {
  const came = Array.from({ length: 130 }, (_, index) => queryAt(10 + index));
  const held = withLive(beginWindow(pageOf(Infinity, 3), []), came);
  t.equal(held.live.length, 100);
  t.equal(held.live[0]?.id, 139);
  t.equal(held.unseen, 30);
  t.equal(rowsOf(held).length, 3);
  t.end();
});

t.test('a new beginning keeps live rows that its page does not have yet, and no row twice', (t) => {
  const held = beginWindow(
    pageOf(Infinity, 5),
    [7, 6, 5, 4].map((id) => queryAt(id)),
  );
  t.strictSame(
    rowsOf(held).map(({ query }) => query.id),
    [7, 6, 5, 4, 3, 2, 1],
  );
  t.end();
});

t.test('a live row keeps its key when it is read again of the log, also one of two that are alike', (t) => {
  const [older, ...rest] = [1, 2, 3].map((id) => ({ ...queryAt(id, 'same.example'), unixMs: 7000 }));
  const held = withLive(beginWindow(pageOf(Infinity, 3), []), [older!, ...rest]);
  const logged = [103, 102, 101].map((id) => ({ ...queryAt(id, 'same.example'), unixMs: 7000 }));
  const read = beginWindow({ queries: [...logged, ...pageOf(Infinity, 3).queries] }, held.live);
  const keys = rowsOf(held).map(({ key }) => key);
  t.strictSame(
    rowsOf(read).map(({ key }) => key),
    keys,
  );
  t.equal(new Set(keys).size, 6);
  t.end();
});

t.test('the log is read anew before live rows are lost', (t) => {
  const start = beginWindow(pageOf(Infinity, 3), []);
  const some = Array.from({ length: 51 }, (_, index) => queryAt(10 + index));
  t.notOk(isFilling(start));
  t.notOk(isFilling(withLive(start, some.slice(1))));
  t.ok(isFilling(withLive(start, some)));
  t.equal(withLive(start, some).unseen, 0);
  t.end();
});

t.test('a log that is empty has no rows and no other pages', (t) => {
  const held = beginWindow({ queries: [] }, []);
  t.strictSame(rowsOf(held), []);
  t.equal(cursorAt(held, 'older'), undefined);
  t.equal(cursorAt(held, 'newer'), undefined);
  t.equal(withPage(held, 'older', pageOf(9)), held);
  t.equal(rowsOf(withLive(held, [queryAt(1)])).length, 1);
  t.end();
});
