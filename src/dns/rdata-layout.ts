// Where names stand in the rdata of the types that have any (RFC 1035 section 3.3, RFC 3597 section 4 and the types' own
// RFCs): they are checked when a response arrives, and written out when a record is copied.
import { TYPE } from './numbers.ts';

/**
 * How rdata of a type is built: octets before its names, how many names, and what stands behind them: so many octets,
 * anything, or key-length-value parameters (RFC 9460 section 2.2).
 */
export interface RdataLayout {
  readonly before: number;
  readonly names: number;
  readonly after: number | 'any' | 'parameters';
}

const layouts = new Map<number, RdataLayout>([
  [TYPE.NS, { before: 0, names: 1, after: 0 }],
  [TYPE.CNAME, { before: 0, names: 1, after: 0 }],
  [TYPE.DNAME, { before: 0, names: 1, after: 0 }],
  [TYPE.MB, { before: 0, names: 1, after: 0 }],
  [TYPE.MG, { before: 0, names: 1, after: 0 }],
  [TYPE.MR, { before: 0, names: 1, after: 0 }],
  [TYPE.PTR, { before: 0, names: 1, after: 0 }],
  [TYPE.MINFO, { before: 0, names: 2, after: 0 }],
  [TYPE.RP, { before: 0, names: 2, after: 0 }],
  [TYPE.SOA, { before: 0, names: 2, after: 20 }],
  [TYPE.MX, { before: 2, names: 1, after: 0 }],
  [TYPE.AFSDB, { before: 2, names: 1, after: 0 }],
  [TYPE.RT, { before: 2, names: 1, after: 0 }],
  [TYPE.KX, { before: 2, names: 1, after: 0 }],
  [TYPE.PX, { before: 2, names: 2, after: 0 }],
  [TYPE.SRV, { before: 6, names: 1, after: 0 }],
  [TYPE.RRSIG, { before: 18, names: 1, after: 'any' }],
  [TYPE.NSEC, { before: 0, names: 1, after: 'any' }],
  [TYPE.SVCB, { before: 2, names: 1, after: 'parameters' }],
  [TYPE.HTTPS, { before: 2, names: 1, after: 'parameters' }],
  [TYPE.A, { before: 4, names: 0, after: 0 }],
  [TYPE.AAAA, { before: 16, names: 0, after: 0 }],
]);

/** The layout of a type's rdata; undefined where it holds no names and has no fixed size. */
export function rdataLayout(type: number): RdataLayout | undefined {
  return layouts.get(type);
}
