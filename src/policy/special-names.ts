// Names that are never sent to an upstream, whatever the policy (RFC 6303, 6761, 6762, 7686, 7793, 8375, 9462), and the
// canaries by which clients ask whether they may bypass this server.
import { BYPASS } from './bypass.ts';
import { parseName } from '../dns/name-text.ts';
import { NameTable } from '../dns/name-table.ts';
import type { NameView } from '../dns/name-view.ts';

/** What is special about a name. */
export const SPECIAL = {
  NONE: -1,
  /** localhost and below: loopback addresses (RFC 6761 section 6.3). */
  LOOPBACK: 0,
  /** A zone that holds nothing: NODATA at its apex, NXDOMAIN below. */
  EMPTY_ZONE: 1,
  /** Neither the name nor anything below it exists. */
  ABSENT: 2,
  /** Exists, but has no records of any type (RFC 9462 section 4: resolvers that offer no DDR). */
  NODATA: 3,
  /** `why.NAME.vlandns.home.arpa`: its TXT record tells the client that asks why NAME is answered as it is. */
  WHY: 4,
  /** Any other name at or below the zone of such questions: it exists, and has no records. */
  OWN: 5,
} as const;

/** A value of SPECIAL. */
export type Special = number;

/** Reverse zones of private and special addresses: RFC 6303 section 4, RFC 7793 for 100.64.0.0/10. */
const EMPTY_ZONES = [
  'home.arpa',
  '0.in-addr.arpa',
  '10.in-addr.arpa',
  '127.in-addr.arpa',
  '254.169.in-addr.arpa',
  '168.192.in-addr.arpa',
  '2.0.192.in-addr.arpa',
  '100.51.198.in-addr.arpa',
  '113.0.203.in-addr.arpa',
  '255.255.255.255.in-addr.arpa',
  ...range(16, 31).map((octet) => `${octet}.172.in-addr.arpa`),
  ...range(64, 127).map((octet) => `${octet}.100.in-addr.arpa`),
  `${'0.'.repeat(32)}ip6.arpa`,
  `1.${'0.'.repeat(31)}ip6.arpa`,
  'd.f.ip6.arpa',
  '8.e.f.ip6.arpa',
  '9.e.f.ip6.arpa',
  'a.e.f.ip6.arpa',
  'b.e.f.ip6.arpa',
  '8.b.d.0.1.0.0.2.ip6.arpa',
];

/** The canaries of Firefox and of iCloud Private Relay, which NXDOMAIN refuses. */
const CANARIES = [
  ['use-application-dns.net', BYPASS.CANARY],
  ['mask.icloud.com', BYPASS.RELAY],
  ['mask-h2.icloud.com', BYPASS.RELAY],
] as const;

/** Below it clients ask about this server itself. The name exists, so that no wildcard of local data covers what is below. */
export const OWN_ZONE = parseName('vlandns.home.arpa');

/** The first label of such a question, in wire form. */
const WHY_LABEL = [3, ...Buffer.from('why')];

/** The labels of OWN_ZONE. */
const OWN_LABELS = 3;

/** The name in a question `why.NAME.vlandns.home.arpa`, in wire form. */
export function nameAskedWhy(question: NameView): Uint8Array {
  const start = question.labelStart[1]!;
  return Uint8Array.of(
    ...question.wire.subarray(start, question.labelStart[question.labelCount - OWN_LABELS]),
    0,
  );
}

/** All special zones by name, and the canaries; read from text once, for all tables. */
const SPECIAL_ZONES: readonly (readonly [name: Uint8Array, special: Special])[] = [
  [parseName('localhost'), SPECIAL.LOOPBACK],
  ...['invalid', 'test', 'onion', 'local'].map((name) => [parseName(name), SPECIAL.ABSENT] as const),
  ...EMPTY_ZONES.map((zone) => [parseName(zone), SPECIAL.EMPTY_ZONE] as const),
  [parseName('resolver.arpa'), SPECIAL.NODATA],
  // Below it everything exists, since a question stands before the name that it is about.
  [OWN_ZONE, SPECIAL.OWN],
];
const CANARY_NAMES = CANARIES.map(([name, way]) => [parseName(name), way] as const);

/** The fixed tables, made once at start. */
export class SpecialNames {
  readonly #zones = new NameTable(SPECIAL_ZONES);
  readonly #canaries = new NameTable(CANARY_NAMES);
  /** After find(): the label of the name at which the special zone starts. */
  label = 0;

  /** What is special about the name, or SPECIAL.NONE. */
  find(name: NameView): Special {
    const special = this.#zones.findClosest(name);
    this.label = this.#zones.label;
    return special === SPECIAL.OWN && isWhy(name) ? SPECIAL.WHY : special;
  }

  /**
   * By which way a client wants to go that asks for this canary, a value of BYPASS: NXDOMAIN keeps it with this server, an address
   * would let it go. BYPASS.NONE: it is no canary.
   */
  canary(name: NameView): number {
    return Math.max(this.#canaries.find(name), BYPASS.NONE);
  }
}

function isWhy({ wire, labelCount }: NameView): boolean {
  return labelCount > OWN_LABELS + 1 && WHY_LABEL.every((octet, at) => wire[at] === octet);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
