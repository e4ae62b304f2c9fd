/** Reads payloads of dnstap by its schema (dnstap.proto), every field that vlandns writes. */
import { PbfReader } from 'pbf';

/** A payload. */
export interface ReadTap {
  identity: string;
  version: string;
  type: number;
  family?: number;
  protocol?: number;
  queryAddress?: string;
  responseAddress?: string;
  queryPort?: number;
  responsePort?: number;
  queryTime?: number;
  responseTime?: number;
  query?: Buffer;
  response?: Buffer;
  policy?: { type?: string; rule?: string; action?: number; match?: number };
}

export function readTap(octets: Uint8Array): ReadTap {
  const tap: ReadTap = { identity: '', version: '', type: 0 };
  return new PbfReader(octets).readFields((tag, into, pbf) => {
    if (tag === 1) into.identity = pbf.readString();
    else if (tag === 2) into.version = pbf.readString();
    else if (tag === 14) pbf.readMessage(readMessage, into);
  }, tap);
}

const hex = (pbf: PbfReader): string => Buffer.from(pbf.readBytes()).toString('hex');

function readMessage(tag: number, into: ReadTap, pbf: PbfReader): void {
  if (tag === 1) into.type = pbf.readVarint();
  else if (tag === 2) into.family = pbf.readVarint();
  else if (tag === 3) into.protocol = pbf.readVarint();
  else if (tag === 4) into.queryAddress = hex(pbf);
  else if (tag === 5) into.responseAddress = hex(pbf);
  else if (tag === 6) into.queryPort = pbf.readVarint();
  else if (tag === 7) into.responsePort = pbf.readVarint();
  else if (tag === 8) into.queryTime = pbf.readVarint();
  else if (tag === 9) into.queryTime = (into.queryTime ?? 0) + pbf.readFixed32() / 1e9;
  else if (tag === 10) into.query = Buffer.from(pbf.readBytes());
  else if (tag === 12) into.responseTime = pbf.readVarint();
  else if (tag === 13) into.responseTime = (into.responseTime ?? 0) + pbf.readFixed32() / 1e9;
  else if (tag === 14) into.response = Buffer.from(pbf.readBytes());
  else if (tag === 15) into.policy = pbf.readMessage(readPolicy, {});
}

function readPolicy(tag: number, into: NonNullable<ReadTap['policy']>, pbf: PbfReader): void {
  if (tag === 1) into.type = pbf.readString();
  else if (tag === 2) into.rule = hex(pbf);
  else if (tag === 3) into.action = pbf.readVarint();
  else if (tag === 4) into.match = pbf.readVarint();
}
