// Record data in zone-file syntax to octets: one row a type. The rule: a type that is answered and not resolved further can be
// written here; for any other, RFC 3597's generic form can.
import { TYPE, typeToText } from '../../dns/numbers.ts';
import {
  base64,
  hardware,
  hex,
  ipv4,
  ipv6,
  name,
  octets,
  seconds,
  string,
  tag,
  u16,
  u32,
  u8,
} from './fields.ts';
import type { FieldReader } from './fields.ts';
import { location } from './location.ts';
import { serviceParameters } from './service-parameters.ts';

/** How the data of a type is written. */
interface RdataForm {
  /** The fields in words for people. */
  readonly form: string;
  readonly fields: readonly FieldReader[];
  /** Takes all fields that are left, one or more, as one field: white space may stand in it. */
  readonly rest?: FieldReader;
  /** Takes all fields that are left. */
  readonly list?: (fields: readonly string[]) => Uint8Array;
  /** Throws where the fields, each read alone, do not go together. */
  readonly check?: (read: readonly Uint8Array[]) => void;
}

/** Octets of a digest, by the number that stands for it: DS (RFC 4034, 4509, 6605), SSHFP (RFC 4255, 6594), TLSA (RFC 6698). */
const DIGESTS = {
  DS: new Map([
    [1, 20],
    [2, 32],
    [4, 48],
  ]),
  SSHFP: new Map([
    [1, 20],
    [2, 32],
  ]),
  TLSA: new Map([
    [1, 32],
    [2, 64],
  ]),
};

const NAME: RdataForm = { form: 'NAME', fields: [name] };
const NAMED_BY_PREFERENCE: RdataForm = { form: 'PREFERENCE NAME', fields: [u16, name] };
const STRINGS: RdataForm = { form: 'STRING...', fields: [], list: strings };
const ADDRESS_OF: RdataForm = { form: 'PRIORITY TARGET [KEY=VALUE...]', fields: [], list: serviceBinding };
const TLSA: RdataForm = {
  form: 'USAGE SELECTOR MATCHING HEX',
  fields: [u8, u8, u8],
  rest: hex,
  check: digestCheck(DIGESTS.TLSA, 2),
};
const DS: RdataForm = {
  form: 'KEY-TAG ALGORITHM DIGEST-TYPE HEX',
  fields: [u16, u8, u8],
  rest: hex,
  check: digestCheck(DIGESTS.DS, 2),
};
const DNSKEY: RdataForm = { form: 'FLAGS PROTOCOL ALGORITHM BASE64', fields: [u16, u8, u8], rest: base64 };

const FORMS = new Map<number, RdataForm>([
  [TYPE.A, { form: 'ADDRESS', fields: [ipv4] }],
  [TYPE.AAAA, { form: 'ADDRESS', fields: [ipv6] }],
  [TYPE.AFSDB, { form: 'SUBTYPE NAME', fields: [u16, name] }],
  [TYPE.CAA, { form: 'FLAGS TAG VALUE', fields: [u8, tag, octets] }],
  [TYPE.CDNSKEY, DNSKEY],
  [TYPE.CDS, DS],
  [TYPE.CERT, { form: 'TYPE KEY-TAG ALGORITHM BASE64', fields: [u16, u16, u8], rest: base64 }],
  [TYPE.CNAME, NAME],
  [TYPE.DNSKEY, DNSKEY],
  [TYPE.DS, DS],
  [TYPE.EUI48, { form: 'OCTETS', fields: [hardware(6)] }],
  [TYPE.EUI64, { form: 'OCTETS', fields: [hardware(8)] }],
  [TYPE.HINFO, { form: 'CPU OS', fields: [string, string] }],
  [TYPE.HTTPS, ADDRESS_OF],
  [TYPE.KX, NAMED_BY_PREFERENCE],
  [TYPE.LOC, { form: 'LATITUDE LONGITUDE ALTITUDE', fields: [], list: location }],
  [TYPE.MX, NAMED_BY_PREFERENCE],
  [
    TYPE.NAPTR,
    { form: 'ORDER PREFERENCE FLAGS SERVICES REGEXP NAME', fields: [u16, u16, string, string, string, name] },
  ],
  [TYPE.NS, NAME],
  [TYPE.OPENPGPKEY, { form: 'BASE64', fields: [], rest: base64 }],
  [TYPE.PTR, NAME],
  [TYPE.RP, { form: 'MAILBOX NAME', fields: [name, name] }],
  [TYPE.SMIMEA, TLSA],
  [
    TYPE.SOA,
    {
      form: 'PRIMARY MAILBOX SERIAL REFRESH RETRY EXPIRE MINIMUM',
      fields: [name, name, u32, seconds, seconds, seconds, seconds],
    },
  ],
  [TYPE.SPF, STRINGS],
  [TYPE.SRV, { form: 'PRIORITY WEIGHT PORT NAME', fields: [u16, u16, u16, name] }],
  [
    TYPE.SSHFP,
    { form: 'ALGORITHM TYPE HEX', fields: [u8, u8], rest: hex, check: digestCheck(DIGESTS.SSHFP, 1) },
  ],
  [TYPE.SVCB, ADDRESS_OF],
  [TYPE.TLSA, TLSA],
  [TYPE.TXT, STRINGS],
  [TYPE.URI, { form: 'PRIORITY WEIGHT "URI"', fields: [u16, u16, uri] }],
]);

/** The octets of the data of a type; throws an Error that says what is wrong and what to write instead. */
export function parseRdata(type: number, fields: readonly string[]): Uint8Array {
  const row = FORMS.get(type);
  if (row === undefined) throw new Error(withoutForm(type));
  const { form, fields: readers, rest, list, check } = row;
  const isOpen = rest !== undefined || list !== undefined;
  if (isOpen ? fields.length <= readers.length : fields.length !== readers.length)
    throw new Error(`"${fields.join(' ')}" is not the data of ${typeToText(type)}; write ${form}`);
  const read = readers.map((reader, index) => reader(fields[index] ?? ''));
  const left = fields.slice(readers.length);
  if (rest !== undefined) read.push(rest(left.join('')));
  if (list !== undefined) read.push(list(left));
  check?.(read);
  return Uint8Array.from(read.flatMap((part) => [...part]));
}

function withoutForm(type: number): string {
  if (type === TYPE.DNAME)
    return 'no aliases are made from DNAME records here; write a CNAME record, such as "*.old.example. CNAME new.example."';
  return 'the data of this type can only be given as in RFC 3597: \\# LENGTH HEX';
}

function strings(fields: readonly string[]): Uint8Array {
  return Uint8Array.from(fields.flatMap((field) => [...string(field)]));
}

function uri(field: string): Uint8Array {
  const read = octets(field);
  if (read.length === 0) throw new Error('the URI is empty; write one such as "https://nas.home.arpa/"');
  return read;
}

function serviceBinding(fields: readonly string[]): Uint8Array {
  const [priority = '', target, ...parameters] = fields;
  if (target === undefined)
    throw new Error(
      `"${fields.join(' ')}" is not the data of a service; write PRIORITY TARGET [KEY=VALUE...]`,
    );
  const order = u16(priority);
  if (parameters.length > 0 && order.every((octet) => octet === 0))
    throw new Error('priority 0 makes an alias, which has no parameters; write priority 1, or take them out');
  return Uint8Array.of(...order, ...name(target), ...serviceParameters(parameters));
}

/** Checks the length of a digest, which is the last field, against the field that says its kind. */
function digestCheck(
  lengths: ReadonlyMap<number, number>,
  kindAt: number,
): (read: readonly Uint8Array[]) => void {
  return (read) => {
    const kind = read[kindAt]?.[0] ?? 0;
    const wanted = lengths.get(kind);
    const found = read.at(-1)?.length;
    if (wanted !== undefined && found !== wanted)
      throw new Error(
        `a digest of type ${kind} has ${wanted} octets, not ${found}; write ${wanted * 2} hex digits`,
      );
  };
}
