// One call of the API, read and judged, and what it is answered with.
import type { WebUser } from '../../access/web-settings.ts';
import type { HistoryFilter } from '../../querylog/history.ts';
import type { Known } from '../people/who.ts';

/** A call. */
export interface ApiCall {
  readonly known: Known;
  /** The client's address. */
  readonly from: string;
  readonly headers: Headers;
  /** What is asked, by the keys of the route's request. */
  readonly asked: Readonly<Record<string, unknown>>;
  /** Of routes that have one: which queries are meant, and which whoever asks may know of. */
  readonly filter: HistoryFilter;
  /** Has a line logged about it. */
  readonly tell: {
    change(user: Pick<WebUser, 'name' | 'role' | 'vlans'>, what: string): void;
    loginRefused(user: string, why: string): void;
  };
}

/** What a call is answered with: JSON, as a value or as text; a text of another type; a stream; or nothing (204). */
export interface ApiReply {
  readonly json?: unknown;
  readonly text?: string | undefined;
  readonly stream?: ReadableStream<Uint8Array> | undefined;
  /** Fields of the header; the type is JSON unless one says otherwise. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}
