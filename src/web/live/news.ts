// Live news as server-sent events (WHATWG HTML, section 9.2): status and queries. The rules: one look at the worker serves all who watch; a
// reader that does not keep up is told how many queries it missed; a stream ends when whoever watches is no longer who they were.
import type { Asker } from '../../access/role.ts';
import type { History, HistoryFilter, LoggedQuery } from '../../querylog/history.ts';
import type { Followers } from '../../recorder/followers.ts';
import { wantedBy } from '../../recorder/wanted.ts';
import { CaughtUp } from './caught-up.ts';
import type { DaemonAsks } from '../daemon-asks.ts';
import { WebError } from '../problem.ts';

/** Streams at once: of all, and of one user or address. */
const MOST_STREAMS = 64;
const MOST_OF_ONE = 16;

/** Looks at status, in milliseconds, and how often it is told although nothing but counters has changed. */
const LOOK_MS = 2000;
const STATUS_MS = 10_000;

/** A comment, so that proxies and phones see that the stream lives. */
const HEARTBEAT_MS = 15_000;

/** How long a browser waits before it comes again, in milliseconds. */
const RETRY_MS = 3000;

/** Queries that are told of the time that a reader was away. */
const MOST_CAUGHT_UP = 500;

/** What news are made of. */
export interface NewsParts {
  readonly daemon: Pick<DaemonAsks, 'status'>;
  readonly followers: Pick<Followers, 'follow'>;
  readonly history: () => Pick<History, 'page'>;
}

/** What one reader watches. */
export interface Watch {
  readonly asker: Asker;
  /** Whom streams are counted for: a user's name, or an address. */
  readonly who: string;
  readonly topics: ReadonlySet<'status' | 'log'>;
  readonly filter: HistoryFilter;
  readonly lastEventId: string | undefined;
  /** Whether the reader is still who it was. */
  readonly isStillAllowed: () => boolean;
}

/** The topics of a text such as `status,log`; throws a WebError. */
export function readTopics(text: string): ReadonlySet<'status' | 'log'> {
  const topics = new Set<'status' | 'log'>();
  for (const word of text.split(',')) {
    if (word !== 'status' && word !== 'log')
      throw new WebError('bad_request', `topics is not status, log, or status,log`);
    topics.add(word);
  }
  return topics;
}

/** All streams. */
export class News {
  readonly #parts: NewsParts;
  readonly #streams = new Set<Stream>();

  constructor(parts: NewsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** A stream of events, until its reader cancels it; throws a WebError where there are too many. */
  open(watch: Watch): ReadableStream<Uint8Array> {
    const ofOne = [...this.#streams].filter(({ who }) => who === watch.who).length;
    if (this.#streams.size >= MOST_STREAMS || ofOne >= MOST_OF_ONE)
      throw new WebError('too_many', 'too many pages follow the news already; close one', {
        'retry-after': '10',
      });
    const stream = new Stream(this.#parts, watch, () => this.#streams.delete(stream));
    this.#streams.add(stream);
    return stream.readable;
  }

  /** Ends them all. */
  close(): void {
    for (const stream of this.#streams) stream.end();
  }
}

const encoder = new TextEncoder();

class Stream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly who: string;
  readonly #parts: NewsParts;
  readonly #watch: Watch;
  readonly #onEnd: () => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #followed: AsyncIterator<unknown> | undefined;
  #wake: (() => void) | undefined;
  #told = '';
  #toldMs = -Infinity;
  /** The last query's time and how many had that very time: its id. */
  #lastMs = 0;
  #atLastMs = 0;
  readonly #caughtUp = new CaughtUp();

  constructor(parts: NewsParts, watch: Watch, onEnd: () => void) {
    this.#parts = parts;
    this.#watch = watch;
    this.#onEnd = onEnd;
    this.who = watch.who;
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
          this.#begin();
        },
        pull: () => this.#wake?.(),
        cancel: () => this.end(),
      },
      { highWaterMark: 64 * 1024, size: (chunk) => chunk.byteLength },
    );
  }

  end(): void {
    if (this.#controller === undefined) return;
    const controller = this.#controller;
    this.#controller = undefined;
    for (const timer of this.#timers) clearInterval(timer);
    void this.#followed?.return?.();
    this.#wake?.();
    this.#onEnd();
    try {
      controller.close();
    } catch {
      // The reader was there first.
    }
  }

  #begin(): void {
    const { topics } = this.#watch;
    this.#write(`retry: ${RETRY_MS}\n\n`);
    this.#every(HEARTBEAT_MS, () => {
      if (!this.#watch.isStillAllowed()) this.end();
      else if (this.#hasRoom) this.#write(': \n\n');
    });
    if (topics.has('status')) {
      this.#every(LOOK_MS, () => void this.#tellStatus());
      void this.#tellStatus();
    }
    if (topics.has('log')) void this.#tellQueries();
  }

  #every(ms: number, work: () => void): void {
    const timer = setInterval(work, ms);
    timer.unref();
    this.#timers.push(timer);
  }

  async #tellStatus(): Promise<void> {
    try {
      const text = (await this.#parts.daemon.status(this.#watch.asker)).trim();
      const shape = withoutNumbers(text);
      const now = performance.now();
      if ((shape === this.#told && now - this.#toldMs < STATUS_MS) || !this.#hasRoom) return;
      this.#told = shape;
      this.#toldMs = now;
      this.#write(`event: status\ndata: ${text}\n\n`);
    } catch {
      // The worker is being restarted, perhaps: the page sees that nothing comes, and the next look is soon.
    }
  }

  async #tellQueries(): Promise<void> {
    try {
      const followed = this.#parts.followers.follow(wantedBy(this.#watch.filter))[Symbol.asyncIterator]();
      this.#followed = followed;
      await this.#catchUp();
      for (;;) {
        const { done, value } = await followed.next();
        if (done === true || this.#controller === undefined) break;
        if (!('query' in value)) this.#write(`event: missed\ndata: ${JSON.stringify(value)}\n\n`);
        else if (!this.#caughtUp.hasTold(value.query)) this.#tellQuery(value.query);
        await this.#room();
      }
    } catch {
      // Too many follow, or nothing is logged: the stream ends, and the reader comes again.
    }
    this.end();
  }

  /** What came while the reader was away, the oldest first. */
  async #catchUp(): Promise<void> {
    const [, sinceMs, had] = /^(\d{1,15})-(\d{1,6})$/.exec(this.#watch.lastEventId ?? '') ?? [];
    if (sinceMs === undefined) return;
    const { filter } = this.#watch;
    const page = await this.#parts
      .history()
      .page({ ...filter, sinceMs: Number(sinceMs) }, { limit: MOST_CAUGHT_UP });
    const news = page.queries.toReversed();
    const old = page.before === undefined ? Number(had) : 0;
    if (page.before !== undefined) this.#write(`event: missed\ndata: {"missed":1}\n\n`);
    for (const [index, query] of news.entries())
      if (index >= old || query.unixMs > Number(sinceMs)) {
        this.#caughtUp.add(query);
        this.#tellQuery(query);
      }
  }

  #tellQuery(query: LoggedQuery): void {
    this.#atLastMs = query.unixMs === this.#lastMs ? this.#atLastMs + 1 : 1;
    this.#lastMs = query.unixMs;
    this.#write(`event: query\nid: ${this.#lastMs}-${this.#atLastMs}\ndata: ${JSON.stringify(query)}\n\n`);
  }

  /** Resolves when the reader has taken what there was, or is gone. */
  async #room(): Promise<void> {
    while (!this.#hasRoom && this.#controller !== undefined)
      await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  get #hasRoom(): boolean {
    return (this.#controller?.desiredSize ?? 0) > 0;
  }

  #write(text: string): void {
    this.#controller?.enqueue(encoder.encode(text));
  }
}

/** A text of JSON without its numbers: two of them differ where something but counters has changed. */
function withoutNumbers(text: string): string {
  return text
    .replaceAll(/(?<=[:[,])-?\d[\d.eE+-]*/g, '0')
    .replaceAll(/"(?:\d{4}-\d\d-\d\dT[\d:.]+Z)"/g, '""');
}
