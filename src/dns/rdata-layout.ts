// Where names stand in the rdata of the types that have any (RFC 1035 section 3.3, RFC 3597 section 4 and the types' own
// RFCs): they are checked when a response arrives, and written out when a record is copied.
import { TYPE } from './numbers.ts';

/**
 * How rdata of a type is built: octets before its names, how many names, and what follows them: a number of octets,
 * anything, or key-length-value parameters (RFC 9460 section 2.2).
 */
export interface RdataLayout {
  /** Whether its names may be compressed when they are sent: only those that RFC 1035 knows (RFC 3597 section 4). */
  readonly compressed: boolean;
  readonly before: number;
  /** Character strings (RFC 1035 section 3.3) between those octets and the names. */
  readonly strings?: number;
  readonly names: number;
  readonly after: number | 'any' | 'parameters';
}

/** Types that nobody publishes any more (RFC 1035 section 3.3.4 and 3.3.5, RFC 2535 section 5.2), but that hold names. */
const MD = 3;
const MF = 4;
const NXT = 30;

const layouts = new Map<number, RdataLayout>([
  [MD, { compressed: true, before: 0, names: 1, after: 0 }],
  [MF, { compressed: true, before: 0, names: 1, after: 0 }],
  [NXT, { compressed: false, before: 0, names: 1, after: 'any' }],
  [TYPE.SIG, { compressed: false, before: 18, names: 1, after: 'any' }],
  [TYPE.NAPTR, { compressed: false, before: 4, strings: 3, names: 1, after: 0 }],
  [TYPE.NS, { compressed: true, before: 0, names: 1, after: 0 }],
  [TYPE.CNAME, { compressed: true, before: 0, names: 1, after: 0 }],
  [TYPE.DNAME, { compressed: false, before: 0, names: 1, after: 0 }],
  [TYPE.MB, { compressed: true, before: 0, names: 1, after: 0 }],
  [TYPE.MG, { compressed: true, before: 0, names: 1, after: 0 }],
  [TYPE.MR, { compressed: true, before: 0, names: 1, after: 0 }],
  [TYPE.PTR, { compressed: true, before: 0, names: 1, after: 0 }],
  [TYPE.MINFO, { compressed: true, before: 0, names: 2, after: 0 }],
  [TYPE.RP, { compressed: false, before: 0, names: 2, after: 0 }],
  [TYPE.SOA, { compressed: true, before: 0, names: 2, after: 20 }],
  [TYPE.MX, { compressed: true, before: 2, names: 1, after: 0 }],
  [TYPE.AFSDB, { compressed: false, before: 2, names: 1, after: 0 }],
  [TYPE.RT, { compressed: false, before: 2, names: 1, after: 0 }],
  [TYPE.KX, { compressed: false, before: 2, names: 1, after: 0 }],
  [TYPE.PX, { compressed: false, before: 2, names: 2, after: 0 }],
  [TYPE.SRV, { compressed: false, before: 6, names: 1, after: 0 }],
  [TYPE.RRSIG, { compressed: false, before: 18, names: 1, after: 'any' }],
  [TYPE.NSEC, { compressed: false, before: 0, names: 1, after: 'any' }],
  [TYPE.SVCB, { compressed: false, before: 2, names: 1, after: 'parameters' }],
  [TYPE.HTTPS, { compressed: false, before: 2, names: 1, after: 'parameters' }],
  [TYPE.A, { compressed: false, before: 4, names: 0, after: 0 }],
  [TYPE.AAAA, { compressed: false, before: 16, names: 0, after: 0 }],
]);

/** The layout of a type's rdata; undefined where it holds no names and has no fixed size. */
export function rdataLayout(type: number): RdataLayout | undefined {
  return layouts.get(type);
}

/** Where the names start in rdata of that layout from `start` to `end`; past `end` where it is too short. */
export function namesStart(layout: RdataLayout, message: Uint8Array, start: number, end: number): number {
  let at = start + layout.before;
  for (let left = layout.strings ?? 0; left > 0; left--) at += at < end ? 1 + message[at]! : 1;
  return at;
}
