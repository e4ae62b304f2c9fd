// The ways around a filter that `bypass: block` closes, by which attempts are counted.

/** By which way a client has tried to get around; numbers, so that the hot path can tell them. */
export const BYPASS = {
  NONE: 0,
  /** Firefox asks whether it may resolve by itself. */
  CANARY: 1,
  /** A device of Apple asks whether it may use Private Relay. */
  RELAY: 2,
  /** The name of a public encrypted resolver or of a relay. */
  RESOLVER: 3,
  /** A client looks for an encrypted resolver on this network (RFC 9462): many do so by themselves. */
  DISCOVERY: 4,
  /** A key to hide names from what stands between (ECH) was taken out of an answer. */
  ECH: 5,
} as const;

/** What the ways are called, by number; the first stands for none. */
export const BYPASS_WAYS = ['none', 'canary', 'relay', 'resolver', 'discovery', 'ech'] as const;

/** A way, as it is called. */
export type BypassWay = Exclude<(typeof BYPASS_WAYS)[number], 'none'>;
