/**
 * Numbers of types, rcodes, opcodes and classes by name, for the tests that look at the wire.
 * Kept apart from src/dns on purpose: a wrong number there must not be agreed with here.
 */

const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  NULL: 10,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  CERT: 37,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  TLSA: 52,
  SMIMEA: 53,
  CDS: 59,
  OPENPGPKEY: 61,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  EUI48: 108,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
};

const TYPE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(TYPES).map(([name, number]) => [number, name]),
);

const RCODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
  'DSOTYPENI',
  'RCODE12',
  'RCODE13',
  'RCODE14',
  'RCODE15',
  'BADVERS',
] as const;

const CLASSES: Readonly<Record<string, number>> = { IN: 1, CS: 2, CH: 3, HS: 4, NONE: 254, ANY: 255 };

/** The number of a type, given its name or `TYPE123` (RFC 3597). Throws on a name it does not know. */
export function typeNumber(text: string): number {
  const known = TYPES[text] ?? (/^TYPE\d+$/.test(text) ? Number(text.slice(4)) : undefined);
  if (known === undefined) throw new Error(`no type is called ${text}`);
  return known;
}

/** The name of a type, `TYPE123` where it has none here. */
export function typeName(type: number): string {
  return TYPE_NAMES.get(type) ?? `TYPE${type}`;
}

/** The number of an rcode, extended ones included. Throws on a name it does not know. */
export function rcodeNumber(text: string): number {
  if (text === 'BADCOOKIE') return 23;
  const index = RCODES.findIndex((name) => name === text);
  if (index < 0) throw new Error(`no rcode is called ${text}`);
  return index;
}

/** The name of an rcode, extended ones included. */
export function rcodeName(rcode: number): string {
  return rcode === 23 ? 'BADCOOKIE' : (RCODES[rcode] ?? `RCODE${rcode}`);
}

/** The number of a class, given its name. Throws on a name it does not know. */
export function classNumber(text: string): number {
  const known = CLASSES[text];
  if (known === undefined) throw new Error(`no class is called ${text}`);
  return known;
}
