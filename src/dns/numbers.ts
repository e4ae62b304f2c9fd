// DNS parameters by name (IANA "Domain Name System (DNS) Parameters"). Everywhere else types, classes and
// rcodes are plain numbers; only text for people goes through the functions below.

/** Record and question types that this program treats by name. */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  RT: 21,
  SIG: 24,
  KEY: 25,
  PX: 26,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  DNAME: 39,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  EUI48: 108,
  EUI64: 109,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
} as const;

export const CLASS = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const;

export const OPCODE = { QUERY: 0, STATUS: 2, NOTIFY: 4, UPDATE: 5 } as const;

export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;

/** Extended DNS Error codes, RFC 8914 section 4. */
export const EDE = {
  OTHER: 0,
  STALE_ANSWER: 3,
  CACHED_ERROR: 13,
  NOT_READY: 14,
  BLOCKED: 15,
  CENSORED: 16,
  FILTERED: 17,
  PROHIBITED: 18,
  NO_REACHABLE_AUTHORITY: 22,
  NETWORK_ERROR: 23,
} as const;

/** EDNS option codes, RFC 6891 registry. */
export const OPTION = { COOKIE: 10, TCP_KEEPALIVE: 11, PADDING: 12, EDE: 15 } as const;

const typeNames = new Map<number, string>(Object.entries(TYPE).map(([name, number]) => [number, name]));
const typeNumbers = new Map<string, number>(Object.entries(TYPE));

const rcodeNames = [
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
];

/** The mnemonic of a type, or TYPE123 where there is none (RFC 3597 section 5). */
export function typeToText(type: number): string {
  return typeNames.get(type) ?? `TYPE${type}`;
}

/** The number of a type given as a mnemonic in any case or as TYPE123 (0..65535), else undefined. */
export function toType(text: string): number | undefined {
  const upper = text.toUpperCase();
  const known = typeNumbers.get(upper);
  if (known !== undefined) return known;
  const digits = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  if (digits === undefined) return undefined;
  const type = Number(digits);
  return type <= 0xffff ? type : undefined;
}

/** The mnemonic of a class, or CLASS123 where there is none (RFC 3597 section 5). */
export function classToText(qclass: number): string {
  return Object.entries(CLASS).find(([, number]) => number === qclass)?.[0] ?? `CLASS${qclass}`;
}

/** The number of a class given as a mnemonic in any case or as CLASS123 (0..65535), else undefined. */
export function toClass(text: string): number | undefined {
  const upper = text.toUpperCase();
  const known = Object.entries(CLASS).find(([name]) => name === upper)?.[1];
  const digits = /^CLASS(\d{1,5})$/.exec(upper)?.[1];
  const number = known ?? Number(digits);
  return number <= 0xffff ? number : undefined;
}

/** Whether a type is only asked for or only stands in messages (RFC 6895 section 3.1), so that no record has it. */
export function isQuestionType(type: number): boolean {
  return type === 0 || type === TYPE.OPT || (type >= 128 && type <= 255);
}

/** The mnemonic of a response code, or RCODE123. */
export function rcodeToText(rcode: number): string {
  if (rcode === RCODE.BADVERS) return 'BADVERS';
  return rcodeNames[rcode] ?? `RCODE${rcode}`;
}
