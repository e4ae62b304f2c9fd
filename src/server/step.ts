// How a query ends. The first ten are what question-route.ts can decide, in the order of its steps; the others are known when
// cache and upstream have been asked.

/** What answered, or why nothing did. */
export const STEP = {
  /** It is no query: too short, or itself a response. */
  DROPPED: 0,
  /** Its source is not of the VLAN. */
  WRONG_SOURCE: 1,
  /** Its form: no question that can be answered, or one that nobody is answered (a zone transfer, a class but IN). */
  FORM: 2,
  /** Type ANY. */
  ANY: 3,
  CANARY: 4,
  LOCAL: 5,
  SPECIAL: 6,
  /** A list has never been read. */
  NOT_READY: 7,
  BLOCKED: 8,
  /** The name is to be resolved: not an end yet. */
  RESOLVE: 9,
  /** An answer of the cache or of an upstream was passed on. */
  PASSED: 10,
  /** What the answer led to was blocked. */
  INSPECTED: 11,
  /** Nobody answered, or too much was in flight. */
  FAILED: 12,
  /** Too many aliases led on. */
  TOO_LONG: 13,
  /** Its VLAN was taken out of the configuration. */
  GONE: 14,
  /** The client has asked too much: refused, or held back to be asked again. */
  RATE_LIMITED: 15,
  HELD_BACK: 16,
} as const;
