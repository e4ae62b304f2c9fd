// What every listener counts, as plain numbers that status and metrics read whenever they like.

/** Counters of one listener since it was made; each only grows, except `pending`. */
export interface ListenerCounters {
  /** Messages received, whatever was in them. */
  queries: number;
  /** Replies given to the system. */
  replies: number;
  /** Messages that got no reply: not a query, no source port, or refused by the query path. */
  dropped: number;
  /** Replies the system would not send, or whose connection had gone. */
  sendErrors: number;
  /** Bugs: queries that the query path threw on. They were answered SERVFAIL. */
  faults: number;
  /** Queries now waiting for an upstream. */
  pending: number;
}

/** Makes counters at zero. */
export function newCounters(): ListenerCounters {
  return { queries: 0, replies: 0, dropped: 0, sendErrors: 0, faults: 0, pending: 0 };
}
