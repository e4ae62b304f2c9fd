// What one try of a server comes to: an answer to pass on, one that another server may better, or none.
import { FLAG, HEADER, readU16 } from '../dns/message.ts';
import { RCODE, TYPE } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';
import { toOptRecord } from '../answers/opt-record.ts';
import { failure } from './exchange/exchange.ts';
import type { ExchangeFailure, ExchangeOutcome } from './exchange/exchange.ts';

/** What came of one try. */
export type TryOutcome =
  /** A good answer, to be passed on. */
  | { readonly kind: 'good'; readonly message: Uint8Array }
  /** An answer that another server may better: SERVFAIL, REFUSED ... */
  | { readonly kind: 'poor'; readonly message: Uint8Array; readonly rcode: number }
  | { readonly kind: 'none'; readonly failure: ExchangeFailure };

/** RFC 2136 section 2.2: the server does not hold the zone. */
const NOTAUTH = 9;

const walk = new RecordWalk();

/** Says what an exchange came to. */
export function classify(outcome: ExchangeOutcome): TryOutcome {
  if (!outcome.ok) return { kind: 'none', failure: outcome };
  const { message } = outcome;
  const rcode = rcodeOf(message);
  if (rcode !== RCODE.NOERROR) {
    return isFinal(rcode) ? { kind: 'good', message } : { kind: 'poor', message, rcode };
  }
  return isReferral(message) ? { kind: 'none', failure: failure('lame') } : { kind: 'good', message };
}

function rcodeOf(message: Uint8Array): number {
  const upper = toOptRecord(message)?.upperRcode ?? 0;
  return (upper << 4) | (readU16(message, HEADER.FLAGS) & FLAG.RCODE);
}

/** An rcode that says something of the name (NXDOMAIN, YXDOMAIN ...), which no other server would say otherwise. */
function isFinal(rcode: number): boolean {
  switch (rcode) {
    case RCODE.FORMERR:
    case RCODE.SERVFAIL:
    case RCODE.NOTIMP:
    case RCODE.REFUSED:
    case NOTAUTH:
    case RCODE.BADVERS:
      return false;
    default:
      return true;
  }
}

/** A server that does not resolve for us only says who might know: neither AA nor RA, no answer, NS without SOA. */
function isReferral(message: Uint8Array): boolean {
  if ((readU16(message, HEADER.FLAGS) & (FLAG.AA | FLAG.RA)) !== 0) return false;
  if (readU16(message, HEADER.ANCOUNT) !== 0) return false;
  let hasNs = false;
  walk.start(message, message.length);
  while (walk.next() && walk.section < 3) {
    if (walk.type === TYPE.SOA) return false;
    if (walk.type === TYPE.NS) hasNs = true;
  }
  return hasNs;
}

/** FORMERR or NOTIMP without OPT, or BADVERS: the server may know the question but not EDNS (RFC 6891 section 7). */
export function refusesEdns(outcome: TryOutcome): boolean {
  if (outcome.kind === 'none') return outcome.failure.reason === 'rcode';
  if (outcome.kind === 'good') return false;
  if (outcome.rcode === RCODE.BADVERS) return true;
  const mayMeanEdns = outcome.rcode === RCODE.FORMERR || outcome.rcode === RCODE.NOTIMP;
  return mayMeanEdns && toOptRecord(outcome.message) === undefined;
}
