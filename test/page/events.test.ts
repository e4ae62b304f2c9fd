import t from 'tap';
import { Live } from '../../src/page/events.ts';
import type { LiveState, NewsSource } from '../../src/page/events.ts';

/** A stream that the test speaks for. */
class Spoken implements NewsSource {
  readonly #listeners = new Map<string, (event: { readonly data?: unknown }) => void>();
  isClosed = false;

  addEventListener(name: string, listener: (event: { readonly data?: unknown }) => void): void {
    this.#listeners.set(name, listener);
  }

  close(): void {
    this.isClosed = true;
  }

  say(name: string, data?: unknown): void {
    this.#listeners.get(name)?.({ data });
  }
}

/** A stream under a clock that the test turns. */
function follow() {
  const sources: Spoken[] = [];
  const states: LiveState[] = [];
  const events: [string, unknown][] = [];
  let nowMs = 0;
  let timer: { readonly atMs: number; readonly run: () => void } | undefined;
  const live = new Live({
    open: () => {
      const source = new Spoken();
      sources.push(source);
      return source;
    },
    onEvent: (name, value) => events.push([name, value]),
    onState: (state) => states.push(state),
    now: () => nowMs,
    after: (ms, then) => {
      const own = { atMs: nowMs + ms, run: then };
      timer = own;
      return () => {
        if (timer === own) timer = undefined;
      };
    },
  });
  const pass = (ms: number) => {
    const endMs = nowMs + ms;
    while (timer !== undefined && timer.atMs <= endMs) {
      const { atMs, run } = timer;
      timer = undefined;
      nowMs = atMs;
      run();
    }
    nowMs = endMs;
  };
  return {
    live,
    sources,
    states,
    events,
    pass,
    newest: () => sources.at(-1),
    hasTimer: () => timer !== undefined,
  };
}

t.test('what is told is passed on, and shows that the stream lives', (t) => {
  const { newest, states, events } = follow();
  newest()?.say('status', '{"vlans":[]}');
  newest()?.say('query', '{"id":1}');
  t.strictSame(events, [
    ['status', { vlans: [] }],
    ['query', { id: 1 }],
  ]);
  t.equal(states.at(-1), 'live');
  t.end();
});

t.test('half of an event is left out', (t) => {
  const { newest, events } = follow();
  newest()?.say('status', '{"vlans":');
  newest()?.say('status');
  t.strictSame(events, []);
  t.end();
});

t.test('a stream that is silent is opened anew', (t) => {
  const { sources, newest, pass } = follow();
  newest()?.say('status', '{}');
  pass(24_000);
  t.equal(sources.length, 1, 'not yet');
  pass(3000);
  t.equal(sources.length, 2);
  t.ok(sources[0]?.isClosed, 'and the silent one is closed');
  t.end();
});

t.test('one loss is no news, a second one is, with longer and longer pauses', (t) => {
  const { sources, newest, states, pass } = follow();
  newest()?.say('status', '{}');
  newest()?.say('error');
  t.equal(states.at(-1), 'live');
  pass(1000);
  t.equal(sources.length, 2);
  newest()?.say('error');
  t.equal(states.at(-1), 'lost');
  pass(1999);
  t.equal(sources.length, 2);
  pass(1);
  t.equal(sources.length, 3);
  for (let tries = 0; tries < 10; tries++) {
    newest()?.say('error');
    pass(30_000);
  }
  t.ok(sources.length >= 13, 'never given up');
  newest()?.say('status', '{}');
  t.equal(states.at(-1), 'live');
  newest()?.say('error');
  pass(1000);
  t.notOk(sources.at(-1)?.isClosed, 'the first pause is short again');
  t.end();
});

t.test('what an old stream says is not heard', (t) => {
  const { sources, newest, events, pass } = follow();
  newest()?.say('error');
  pass(1000);
  sources[0]?.say('status', '{}');
  sources[0]?.say('error');
  t.strictSame(events, []);
  t.notOk(newest()?.isClosed);
  t.end();
});

t.test('a page out of sight closes its stream after a while, and opens it when it is seen', (t) => {
  const { live, sources, newest, pass, hasTimer } = follow();
  newest()?.say('status', '{}');
  live.sleep();
  newest()?.say('status', '{}');
  pass(30_000);
  t.ok(newest()?.isClosed);
  t.notOk(hasTimer(), 'and nothing is tried while nobody looks');
  live.wake();
  t.equal(sources.length, 2);
  t.end();
});

t.test(
  'a phone that slept opens a new stream at once; a page that was hidden for a moment keeps its own',
  (t) => {
    const { live, sources, newest, pass } = follow();
    newest()?.say('status', '{}');
    live.sleep();
    pass(5000);
    live.wake();
    t.equal(sources.length, 1);
    live.sleep();
    pass(20_000);
    live.wake();
    t.equal(sources.length, 2);
    pass(60_000);
    t.ok(sources.length > 2, 'and it is watched again');
    t.end();
  },
);

t.test('a stream that was closed stays closed', (t) => {
  const { live, sources, pass, hasTimer } = follow();
  live.close();
  live.wake();
  live.sleep();
  pass(100_000);
  t.equal(sources.length, 1);
  t.ok(sources[0]?.isClosed);
  t.notOk(hasTimer());
  t.end();
});
