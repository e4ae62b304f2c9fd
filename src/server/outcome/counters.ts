// What is counted for each VLAN, as plain numbers: status and metrics read them.

/** One VLAN's counters since start. */
export interface VlanCounters {
  queries: number;
  /** Messages that got no reply: too short, or responses themselves. */
  dropped: number;
  /** Messages that are no question that we answer (FORMERR, NOTIMP, BADVERS, REFUSED for their form). */
  malformed: number;
  /** Queries from outside the VLAN's subnets. */
  sourceMismatch: number;
  rateLimited: number;
  /** Answered from special names and local data. */
  local: number;
  blocked: number;
  /** Led to the strict results of a search engine. */
  safeSearch: number;
  /** Blocked because of what the answer led to. */
  blockedByInspection: number;
  /** Not answered because a list has never been read. */
  notReady: number;
  cacheHits: number;
  staleAnswers: number;
  /** Asked at an upstream; counted when it is asked, whatever comes of it. */
  forwarded: number;
  /** SERVFAIL since no upstream answered, or too much was in flight. */
  failed: number;
}

/** Makes counters, all 0. */
export function newCounters(): VlanCounters {
  return {
    queries: 0,
    dropped: 0,
    malformed: 0,
    sourceMismatch: 0,
    rateLimited: 0,
    local: 0,
    blocked: 0,
    safeSearch: 0,
    blockedByInspection: 0,
    notReady: 0,
    cacheHits: 0,
    staleAnswers: 0,
    forwarded: 0,
    failed: 0,
  };
}
