import t from 'tap';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryFilter, LoggedQuery } from '../../../src/querylog/history.ts';
import type { Followed } from '../../../src/querylog/routes.ts';
import { News, readTopics } from '../../../src/web/live/news.ts';
import type { Watch } from '../../../src/web/live/news.ts';
import { toldQuery } from '../../support/memory-history.ts';

const AT = 1_800_000_000_000;

const query = (name: string, ms: number): LoggedQuery => toldQuery({ name, unixMs: AT + ms });

/** What is kept, and what comes from now on. */
function newsOf(kept: readonly LoggedQuery[], live: readonly Followed[], page: { before?: number } = {}) {
  const filters: HistoryFilter[] = [];
  const ended = { count: 0 };
  const news = new News({
    daemon: { status: () => Promise.resolve('{"vlans":[],"pid":1}') },
    followers: {
      follow: () => ({
        [Symbol.asyncIterator]() {
          const left = [...live];
          return {
            async next() {
              const value = left.shift();
              if (value !== undefined) return { value };
              await new Promise<void>((resolve) => (stop = resolve));
              return { done: true, value: undefined };
            },
            return() {
              ended.count++;
              stop();
              return Promise.resolve({ done: true, value: undefined });
            },
          };
        },
      }),
    },
    history: () => ({
      page(filter) {
        filters.push(filter);
        const { sinceMs = 0 } = filter;
        const queries = kept.filter(({ unixMs }) => unixMs >= sinceMs).toReversed();
        return Promise.resolve({ queries, ...page });
      },
    }),
  });
  let stop: () => void = () => undefined;
  return { news, filters, ended };
}

const WATCH: Watch = {
  asker: { role: 'viewer', vlans: [] },
  who: 'vera',
  topics: readTopics('log'),
  filter: {},
  lastEventId: undefined,
  isStillAllowed: () => true,
};

/** The events that came until nothing more does. */
async function eventsOf(
  stream: ReadableStream<Uint8Array>,
): Promise<{ event: string; id: string; data: unknown }[]> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const got = await Promise.race([reader.read(), sleep(150)]);
    if (got === undefined || got.done) break;
    text += decoder.decode(got.value, { stream: true });
  }
  await reader.cancel();
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const fields = new Map(
        block.split('\n').map((line): [string, string] => {
          const at = line.indexOf(': ');
          return [line.slice(0, at), line.slice(at + 2)];
        }),
      );
      return {
        event: fields.get('event') ?? '',
        id: fields.get('id') ?? '',
        data: JSON.parse(fields.get('data') ?? ''),
      };
    });
}

const names = (events: readonly { event: string; data: unknown }[]): string[] =>
  events.flatMap(({ event, data }) => (event === 'query' ? [nameIn(data)] : []));

const nameIn = (data: unknown): string =>
  typeof data === 'object' && data !== null && 'name' in data ? String(data.name) : '';

t.test(
  'who comes back goes on behind the last query that they had, and none is told twice or lost',
  async (t) => {
    const [a, b, c, d] = [
      query('a.example', 1),
      query('b.example', 1),
      query('c.example', 1),
      query('d.example', 5),
    ];
    const first = newsOf([], [{ query: a }, { query: b }]);
    const had = await eventsOf(first.news.open(WATCH));
    t.strictSame(names(had), ['a.example', 'b.example']);
    t.equal(first.ended.count, 1, 'nobody is followed for a reader that is gone');

    const lastEventId = had.at(-1)?.id;
    // d comes while the store is asked: it is in both.
    const next = newsOf([a, b, c, d], [{ query: d }, { query: d }]);
    const got = await eventsOf(next.news.open({ ...WATCH, lastEventId }));
    t.strictSame(names(got), ['c.example', 'd.example', 'd.example'], 'the second d is another query');
    t.strictSame(next.filters, [{ sinceMs: AT + 1 }]);
  },
);

t.test('who was away too long is told that there was more', async (t) => {
  const { news } = newsOf([query('a.example', 9)], [], { before: 7 });
  const events = await eventsOf(news.open({ ...WATCH, lastEventId: `${AT}-1` }));
  t.strictSame(
    events.map(({ event }) => event),
    ['missed', 'query'],
  );
});

t.test('an id that is none of ours begins anew', async (t) => {
  for (const lastEventId of ['', 'x', '1-', '9'.repeat(20), `${AT}-1\n`]) {
    const { news, filters } = newsOf([query('a.example', 9)], []);
    t.strictSame(await eventsOf(news.open({ ...WATCH, lastEventId })), []);
    t.strictSame(filters, [], JSON.stringify(lastEventId));
  }
});

t.test('one has so many streams and no more', async (t) => {
  const { news } = newsOf([], []);
  const streams = Array.from({ length: 16 }, () => news.open(WATCH));
  t.throws(() => news.open(WATCH), { code: 'too_many' });
  const other = news.open({ ...WATCH, who: 'ben' });
  t.equal(news.size, 17, 'another one has their own');
  await Promise.all([...streams, other].map((stream) => stream.cancel()));
  t.equal(news.size, 0, 'what was closed is free again');
});

t.test('status comes at once', async (t) => {
  const { news } = newsOf([], []);
  const events = await eventsOf(news.open({ ...WATCH, topics: readTopics('status') }));
  t.strictSame(events, [{ event: 'status', id: '', data: { vlans: [], pid: 1 } }]);
});

t.test('topics are known words', (t) => {
  t.strictSame([...readTopics('log,status')], ['log', 'status']);
  for (const text of ['', 'log,', 'Status', 'desk'])
    t.throws(() => readTopics(text), { code: 'bad_request' }, text);
  t.end();
});
