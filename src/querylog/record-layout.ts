// How one query stands in a batch: 13 words of 32 bits in this machine's order of octets, then its name. Written by the worker
// without allocating, read by the recorder; both run on the same machine from the same release. Those that do not tell who asked
// (anonymous, nameless) stand behind the others of their batch, in an order by chance.

/** The words, by place. Two numbers in one word: the first in the low 16 bits. */
export const WORD = {
  /** Octets of the whole record, a multiple of 4 (low 16 bits); octets of the name (8 bits); FLAG (8 bits). */
  SIZE: 0,
  /** When the query came, in milliseconds after the batch's time. Where the client is not told it is cut to the minute. */
  TIME: 1,
  /** How long it waited for its answer, in microseconds; 0 for one that was answered at once. */
  WAITED: 2,
  /** The client's address, most significant word first: IPv4 in the first with the rest 0. All 0 where it is not told. */
  CLIENT: 3,
  /** QTYPE, and all 12 bits of the RCODE. */
  QTYPE_RCODE: 7,
  /** Numbers of the VLAN and of the policy among those of the batch's state; 0xffff where there is none. */
  VLAN_POLICY: 8,
  /** The client's place among the VLAN's `clients`, and the number of the upstream set in the state; 0xffff where there is none. */
  ENTRY_SET: 9,
  /** STEP, VERDICT, labels of the rule that decided (8 bits each), and the INFO-CODE of the EDE + 1, 0 for none, 255 for one above 253. */
  STEP_VERDICT_DEPTH_ERROR: 10,
  /** Number of the reason in the batch's state; 0 where there is none. */
  REASON: 11,
  /** The client's port, 0 where it is not known or not told, and the number of the server that answered in the state; 0xffff where none was asked. */
  PORT_SERVER: 12,
} as const;

/** Octets of a record before its name. */
export const HEAD_OCTETS = 52;

/** What a query was, in the top 8 bits of WORD.SIZE. */
export const FLAG = {
  /** The client's address is IPv6. */
  IPV6: 1,
  /** It was answered by a verdict that keeps the name from being answered, whatever the answer is. */
  BLOCKED: 2,
  /** The answer was in the cache. */
  HIT: 4,
  /** It was past its TTL. */
  STALE: 8,
  /** It came over a stream: TCP. */
  STREAM: 16,
  /** Only that it was is told: neither name nor client, nor a reason. */
  NAMELESS: 32,
  /** Safe search led it on. */
  SAFE_SEARCH: 64,
} as const;
