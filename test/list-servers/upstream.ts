/** An upstream that has an answer for every name and type, always the same, so that what it said is known again. */
import dgram from 'node:dgram';
import { once } from 'node:events';

import { readMessage } from '../support/message-reader.ts';
import { concat, nameToWire, parseRecord, u16, u32 } from '../support/message-writer.ts';
import { typeNumber } from '../support/dns-numbers.ts';

/** A running upstream, on 127.0.0.1. */
export interface Upstream {
  readonly port: number;
  close(): void;
}

/** Rdata of each type that is asked for; addresses say for themselves whose they are. */
const RDATA: Readonly<Record<string, string>> = {
  A: '198.18.0.1',
  AAAA: '2001:db8:f::1',
  TXT: '"of the upstream"',
  MX: '7 mail.upstream.test.',
  HTTPS: String.raw`\# 3 000100`,
  CAA: String.raw`\# 7 00056973737565`,
};

/**
 * The addresses of a name: `a-192-0-2-1` in its first label stands for 192.0.2.1, several one behind the other; other names
 * have one address.
 */
function addressesOf(name: string): string[] {
  const found = [...name.split('.', 1)[0]!.matchAll(/a-(\d+)-(\d+)-(\d+)-(\d+)/g)];
  return found.length === 0 ? [RDATA['A']!] : found.map((match) => match.slice(1, 5).join('.'));
}

/** What the upstream answers, as `askMany` tells it. */
export function upstreamOutcome(name: string, type: string): string {
  const records = recordsOf(name, type).map(
    ({ rdata }) => `${name.toLowerCase()}. ${type} ${Buffer.from(rdata).toString('hex')}`,
  );
  return records.length === 0 ? 'NODATA' : `NOERROR ${records.toSorted().join(', ')}`;
}

function recordsOf(name: string, type: string) {
  const rdata = type === 'A' ? addressesOf(name) : [RDATA[type]].filter((text) => text !== undefined);
  return rdata.map((text) => ({ rdata: rdataOf(type, text) }));
}

const rdataSeen = new Map<string, Uint8Array>();

/** The same few are answered tens of thousands of times. */
function rdataOf(type: string, text: string): Uint8Array {
  const line = `. 300 ${type} ${text}`;
  const rdata = rdataSeen.get(line) ?? parseRecord(line, '.').rdata;
  rdataSeen.set(line, rdata);
  return rdata;
}

/** Starts an upstream. */
export async function openUpstream(): Promise<Upstream> {
  const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (bytes, from) => {
    const query = Uint8Array.from(bytes);
    const question = readMessage(query).questions[0];
    if (question === undefined) return;
    socket.send(toReply(query, question), from.port, from.address);
  });
  return { port: socket.address().port, close: () => socket.close() };
}

function toReply(query: Uint8Array, question: { name: string; type: string; octets: string }): Uint8Array {
  const name = question.name.replace(/\.$/, '');
  const records = name === '' ? [] : recordsOf(name, question.type);
  const wire = Buffer.from(question.octets, 'hex');
  const answers = records.map(({ rdata }) =>
    concat(u16(0xc00c, typeNumber(question.type), 1), u32(300), u16(rdata.length), rdata),
  );
  const soa = concat(Uint8Array.of(0), u16(6, 1), u32(300), u16(22), nameToWire('.'), nameToWire('.'));
  const authority = records.length === 0 ? [concat(soa, ...Array.from({ length: 5 }, () => u32(300)))] : [];
  return concat(
    query.subarray(0, 2),
    u16(0x8180, 1, answers.length, authority.length, 0),
    wire,
    ...answers,
    ...authority,
  );
}
