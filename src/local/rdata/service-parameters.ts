// The parameters of SVCB and HTTPS records (RFC 9460 section 2.1 and appendix A, RFC 9461 for dohpath): KEY=VALUE to octets, in the
// order of their numbers, as they have to be sent.
import { base64, ipv4, ipv6, octets, u16 } from './fields.ts';

interface Parameter {
  readonly key: number;
  readonly value: Uint8Array;
}

/** Names by number (RFC 9460 section 14.3.2, RFC 9461 section 9, RFC 9540 section 7). */
const KEYS = [
  'mandatory',
  'alpn',
  'no-default-alpn',
  'port',
  'ipv4hint',
  'ech',
  'ipv6hint',
  'dohpath',
  'ohttp',
];

const MANDATORY = 0;
const ALPN = 1;
const NO_DEFAULT_ALPN = 2;

/** The number that is kept free as a key. */
const INVALID_KEY = 65_535;

const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** The octets of all parameters. */
export function serviceParameters(fields: readonly string[]): Uint8Array {
  const parameters = fields.map(toParameter).toSorted((a, b) => a.key - b.key);
  const keys = new Set<number>();
  for (const { key } of parameters) {
    if (keys.has(key)) throw new Error(`the parameter ${nameOf(key)} stands there twice; write it once`);
    keys.add(key);
  }
  if (keys.has(NO_DEFAULT_ALPN) && !keys.has(ALPN))
    throw new Error('no-default-alpn needs alpn beside it, such as alpn=h2');
  const mandatory = parameters.find(({ key }) => key === MANDATORY)?.value ?? new Uint8Array();
  for (let at = 0; at < mandatory.length; at += 2) {
    const key = mandatory[at]! * 256 + mandatory[at + 1]!;
    if (!keys.has(key)) throw new Error(`mandatory names ${nameOf(key)}, which is not there; write it too`);
  }
  return Uint8Array.from(
    parameters.flatMap(({ key, value }) => [...u16(String(key)), ...u16(String(value.length)), ...value]),
  );
}

function nameOf(key: number): string {
  return KEYS[key] ?? `key${key}`;
}

function toParameter(field: string): Parameter {
  const equals = field.indexOf('=');
  const written = equals < 0 ? field : field.slice(0, equals);
  const key = toKey(written);
  return { key, value: toValue(key, equals < 0 ? undefined : field.slice(equals + 1)) };
}

function toKey(written: string): number {
  const name = written.toLowerCase();
  const known = KEYS.indexOf(name);
  if (known >= 0) return known;
  const number = /^key(0|[1-9]\d{0,4})$/.exec(name)?.[1];
  if (number === undefined || Number(number) >= INVALID_KEY)
    throw new Error(`"${written}" is not a parameter; write one of ${KEYS.join(', ')}, or key0 to key65534`);
  return Number(number);
}

function toValue(key: number, written: string | undefined): Uint8Array {
  const name = KEYS[key];
  if (name === 'no-default-alpn' || name === 'ohttp') {
    if (written !== undefined && written !== '' && written !== '""')
      throw new Error(`${name} has no value; write it alone`);
    return new Uint8Array();
  }
  if (name === undefined) return octets(written ?? '');
  if (written === undefined || written === '' || written === '""')
    throw new Error(`${name} has no value; write ${name}=VALUE`);
  return toKnownValue(name, octets(written));
}

function toKnownValue(name: string, value: Uint8Array): Uint8Array {
  const items = splitList(value);
  const texts = items.map((item) => Buffer.from(item).toString('utf8'));
  switch (name) {
    case 'mandatory':
      return joined(toMandatory(texts).map((key) => u16(String(key))));
    case 'alpn':
      if (items.some((item) => item.length === 0 || item.length > 255))
        throw new Error(
          'a protocol of alpn is empty or has more than 255 octets; write some such as alpn=h2,h3',
        );
      return joined(items.map((item) => Uint8Array.of(item.length, ...item)));
    case 'port':
      return u16(Buffer.from(value).toString('utf8'));
    case 'ipv4hint':
      return joined(texts.map(ipv4));
    case 'ipv6hint':
      return joined(texts.map(ipv6));
    case 'ech':
      return base64(Buffer.from(value).toString('utf8'));
    default:
      if (!Buffer.from(value).includes('{?dns}'))
        throw new Error('dohpath lacks the variable dns; write it such as dohpath=/dns-query{?dns}');
      return value;
  }
}

function toMandatory(names: readonly string[]): number[] {
  const keys = names.map(toKey);
  if (keys.includes(MANDATORY)) throw new Error('mandatory cannot name itself; take it out');
  if (new Set(keys).size < keys.length) throw new Error('mandatory names a parameter twice; write it once');
  return keys.toSorted((a, b) => a - b);
}

/** The items between commas; a backslash takes the next octet as it is (RFC 9460 appendix A.1). */
function splitList(value: Uint8Array): number[][] {
  const items: number[][] = [[]];
  for (let at = 0; at < value.length; at++) {
    const octet = value[at]!;
    if (octet === COMMA) items.push([]);
    else items.at(-1)?.push(octet === BACKSLASH && at + 1 < value.length ? value[++at]! : octet);
  }
  return items;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
