// A query as dnstap has it (dnstap.proto of dnstap.info): one or two payloads for what went between client and us, and two more where
// a server was asked. Messages are made anew from what the query log knows: header and question; the records of the answer and the
// message's ID are not in it.
import { PbfWriter } from 'pbf';
import type { TappedQuery, TappedServer } from './tapped-query.ts';

/** Who tells. */
export interface Teller {
  readonly identity: string;
  readonly version: string;
}

/** Message.Type. */
const TYPE = { CLIENT_QUERY: 5, CLIENT_RESPONSE: 6, FORWARDER_QUERY: 7, FORWARDER_RESPONSE: 8 } as const;

/** SocketProtocol. */
const PROTOCOL = { udp: 1, tcp: 2, tls: 3, https: 4 } as const;

/** Policy.Action. */
const ACTION = { NXDOMAIN: 1, PASS: 3 } as const;

/** Policy.Match. */
const MATCH = { QNAME: 1, RESPONSE_IP: 3 } as const;

const RCODE_NXDOMAIN = 3;
const CLASS_IN = 1;
const HEADER_OCTETS = 12;

/** What one payload is about. */
interface Part {
  readonly teller: Teller;
  readonly query: TappedQuery;
  readonly type: number;
  readonly isResponse: boolean;
  readonly server: TappedServer | undefined;
}

/** The payloads of one query, in the order of what happened. */
export function toPayloads(query: TappedQuery, teller: Teller): Uint8Array[] {
  const { server } = query;
  const of = (type: number, isResponse: boolean, asked?: TappedServer): Uint8Array =>
    toPayload({ teller, query, type, isResponse, server: asked });
  const forwarded =
    server === undefined
      ? []
      : [of(TYPE.FORWARDER_QUERY, false, server), of(TYPE.FORWARDER_RESPONSE, true, server)];
  return [of(TYPE.CLIENT_QUERY, false), ...forwarded, of(TYPE.CLIENT_RESPONSE, true)];
}

function toPayload(part: Part): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeStringField(1, part.teller.identity);
  pbf.writeStringField(2, part.teller.version);
  pbf.writeMessage(14, writeMessage, part);
  pbf.writeVarintField(15, 1);
  return pbf.finish();
}

function writeMessage(part: Part, pbf: PbfWriter): void {
  const { query, type, isResponse, server } = part;
  pbf.writeVarintField(1, type);
  const address = server === undefined ? query.client?.address : server.address;
  if (address !== undefined) pbf.writeVarintField(2, address.length === 4 ? 1 : 2);
  pbf.writeVarintField(3, PROTOCOL[server === undefined ? query.protocol : server.protocol]);
  if (server !== undefined) {
    pbf.writeBytesField(5, server.address);
    pbf.writeVarintField(7, server.port);
  } else if (query.client !== undefined) {
    pbf.writeBytesField(4, query.client.address);
    if (query.client.port !== 0) pbf.writeVarintField(6, query.client.port);
  }
  writeTime(pbf, 8, query.unixMs, 0);
  if (!isResponse) {
    pbf.writeBytesField(10, toMessage(query, false));
    return;
  }
  writeTime(pbf, 12, query.unixMs, query.waitedUs);
  pbf.writeBytesField(14, toMessage(query, true));
  if (server === undefined && (query.isBlocked || query.reason !== undefined))
    pbf.writeMessage(15, writePolicy, query);
}

/** Seconds in one field, and nanoseconds in the next. */
function writeTime(pbf: PbfWriter, field: number, unixMs: number, afterUs: number): void {
  const us = Math.round(unixMs * 1000) + afterUs;
  pbf.writeVarintField(field, Math.floor(us / 1e6));
  pbf.writeFixed32Field(field + 1, (us % 1e6) * 1000);
}

/** Actions that dnstap has no word for, such as REFUSED or an address of the house, are left out. */
function writePolicy(
  { reason, name, depth, rcode, isBlocked, isInspected }: TappedQuery,
  pbf: PbfWriter,
): void {
  if (reason !== undefined) pbf.writeStringField(1, reason.text);
  const rule = reason?.rule === undefined ? ownerOf(name, depth) : Buffer.from(reason.rule);
  if (rule !== undefined && !isInspected) pbf.writeBytesField(2, rule);
  if (!isBlocked) pbf.writeVarintField(3, ACTION.PASS);
  else if (rcode === RCODE_NXDOMAIN) pbf.writeVarintField(3, ACTION.NXDOMAIN);
  if (!isInspected) pbf.writeVarintField(4, MATCH.QNAME);
  else if (reason?.target === undefined) pbf.writeVarintField(4, MATCH.RESPONSE_IP);
}

/** The last labels of a name, as the owner of a rule stands in its zone; undefined where there are none. */
function ownerOf(name: Uint8Array, depth: number): Uint8Array | undefined {
  if (depth === 0) return undefined;
  const starts: number[] = [];
  for (let at = 0; name[at] !== 0 && at < name.length; at += name[at]! + 1) starts.push(at);
  const start = starts[starts.length - depth];
  return start === undefined ? undefined : name.subarray(start);
}

/** Header and question (RFC 1035 section 4.1), and OPT where the RCODE needs its upper bits. */
function toMessage({ name, qtype, rcode }: TappedQuery, isResponse: boolean): Uint8Array {
  const upper = isResponse ? rcode >> 4 : 0;
  const message = Buffer.alloc(HEADER_OCTETS + name.length + 4 + (upper === 0 ? 0 : 11));
  message[2] = isResponse ? 0x81 : 0x01;
  message[3] = isResponse ? 0x80 | (rcode & 15) : 0;
  message[5] = 1;
  message.set(name, HEADER_OCTETS);
  const behind = HEADER_OCTETS + name.length;
  message.writeUInt16BE(qtype, behind);
  message.writeUInt16BE(CLASS_IN, behind + 2);
  if (upper === 0) return message;
  message[11] = 1;
  message[behind + 6] = 41;
  message.writeUInt16BE(1232, behind + 7);
  message[behind + 9] = upper;
  return message;
}
