// The live news of `GET /events`. The rule: a stream that is silent is taken for lost and opened anew: a phone that slept, a proxy that
// dropped it and a server that came back all look alike. What a page that nobody sees would be told waits until somebody does.
import type { WebEventName } from '../web/web-routes.ts';

/** Whether news come: `opening` at first, `lost` once they did not. */
export type LiveState = 'opening' | 'live' | 'lost';

/** What of EventSource is used. */
export interface NewsSource {
  addEventListener(name: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

/** What a stream is made of. */
export interface LiveParts {
  /** Opens the stream. */
  readonly open: () => NewsSource;
  /** What happens, with its JSON. */
  readonly onEvent: (name: WebEventName, value: unknown) => void;
  readonly onState: (state: LiveState) => void;
  readonly now: () => number;
  /** Calls back once after a time; what it returns stops that. */
  readonly after: (ms: number, then: () => void) => () => void;
}

/** `status` comes every 10 s at least. */
const SILENT_MS = 25_000;
/** Pauses before the stream is opened anew: the first, and the most. */
const FIRST_PAUSE_MS = 1000;
const MOST_PAUSE_MS = 30_000;
/** How long a page may be out of sight before its stream is closed: a browser has six connections for all its pages. */
const HIDDEN_MS = 30_000;

const NAMES: readonly WebEventName[] = ['status', 'query', 'missed'];

/** A stream of news that looks after itself until it is closed. */
export class Live {
  readonly #parts: LiveParts;
  #source: NewsSource | undefined;
  #stop: () => void = () => undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #heardMs = 0;
  #isAsleep = false;
  #isClosed = false;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#open('opening');
  }

  /** The page is looked at again, or the network is back. */
  wake(): void {
    if (this.#isClosed) return;
    this.#isAsleep = false;
    const silentMs = this.#parts.now() - this.#heardMs;
    if (this.#source !== undefined && silentMs < SILENT_MS / 2) return this.#watch();
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#open('opening');
  }

  /** The page is out of sight. */
  sleep(): void {
    if (this.#isClosed) return;
    this.#isAsleep = true;
    this.#wait(HIDDEN_MS, () => this.#drop());
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
    this.#drop();
  }

  #open(state: LiveState): void {
    this.#drop();
    if (state === 'opening') this.#parts.onState(state);
    this.#heardMs = this.#parts.now();
    const source = this.#parts.open();
    this.#source = source;
    for (const name of NAMES) source.addEventListener(name, (event) => this.#hear(source, name, event.data));
    source.addEventListener('error', () => {
      // EventSource tries again by itself only where the connection broke, and never where it was refused.
      if (source === this.#source) this.#lose();
    });
    this.#watch();
  }

  #hear(source: NewsSource, name: WebEventName, data: unknown): void {
    if (source !== this.#source) return;
    const value = toValue(data);
    if (value === undefined) return;
    this.#heardMs = this.#parts.now();
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#parts.onState('live');
    this.#watch();
    this.#parts.onEvent(name, value);
  }

  #lose(): void {
    this.#drop();
    const pauseMs = this.#pauseMs;
    // A proxy that ends streams now and then is no news.
    if (pauseMs > FIRST_PAUSE_MS) this.#parts.onState('lost');
    this.#pauseMs = Math.min(MOST_PAUSE_MS, pauseMs * 2);
    this.#wait(pauseMs, () => this.#open('lost'));
  }

  #watch(): void {
    if (!this.#isAsleep) this.#wait(SILENT_MS, () => this.#lose());
  }

  #wait(ms: number, then: () => void): void {
    this.#stop();
    this.#stop = this.#parts.after(ms, then);
  }

  #drop(): void {
    this.#source?.close();
    this.#source = undefined;
  }
}

/** JSON; undefined where it is none. */
function toValue(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    // Half of an event: the next one is whole.
    return undefined;
  }
}
