// The records of a batch as dnstap tells them.
import { ClientAddress } from '../../addresses/client-address.ts';
import { FLAG, HEAD_OCTETS, WORD } from '../../querylog/record-layout.ts';
import { STEP } from '../../server/step.ts';
import type { Batch } from '../batch.ts';
import type { TappedQuery, TappedServer } from './tapped-query.ts';

const SERVER =
  /^(?<protocol>udp|tcp|tls|https):\/\/(?:\[(?<six>[^\]%]+)[^\]]*\]|(?<four>[^:]+)):(?<port>\d+)/;

/** The records of a batch but for those of which only that they were is told. */
export function toTapped(batch: Batch): TappedQuery[] {
  const servers = batch.meaning.state.servers.map(toServer);
  const queries: TappedQuery[] = [];
  for (let at = batch.first; at < batch.end; at = batch.next(at)) {
    const flags = batch.words[at + WORD.SIZE]! >>> 24;
    if ((flags & FLAG.NAMELESS) === 0) queries.push(toQuery(batch, at, servers));
  }
  return queries;
}

function toQuery(
  { words, octets, meaning, baseMs }: Batch,
  at: number,
  servers: readonly (TappedServer | undefined)[],
): TappedQuery {
  const word = (which: number): number => words[at + which]!;
  const size = word(WORD.SIZE);
  const flags = size >>> 24;
  const kinds = word(WORD.STEP_VERDICT_DEPTH_ERROR);
  const from = (at << 2) + HEAD_OCTETS;
  const address = addressOf(words.subarray(at + WORD.CLIENT, at + WORD.CLIENT + 4), flags);
  return {
    unixMs: baseMs + word(WORD.TIME),
    waitedUs: word(WORD.WAITED),
    protocol: (flags & FLAG.STREAM) === 0 ? 'udp' : 'tcp',
    client: address && { address, port: word(WORD.PORT_SERVER) & 0xffff },
    name: octets.subarray(from, from + ((size >>> 16) & 0xff)),
    qtype: word(WORD.QTYPE_RCODE) & 0xffff,
    rcode: (word(WORD.QTYPE_RCODE) >>> 16) & 0xfff,
    isBlocked: (flags & FLAG.BLOCKED) !== 0,
    isInspected: (kinds & 0xff) === STEP.INSPECTED,
    reason: meaning.reason(word(WORD.REASON)),
    depth: (kinds >>> 16) & 0xff,
    server: servers[word(WORD.PORT_SERVER) >>> 16],
  };
}

/** An address as octets; undefined where it is not told. */
function addressOf(words: Uint32Array, flags: number): Uint8Array | undefined {
  if (words.every((word) => word === 0)) return undefined;
  const octets = Buffer.alloc((flags & FLAG.IPV6) === 0 ? 4 : 16);
  for (let i = 0; i < octets.length; i += 4) octets.writeUInt32BE(words[i >> 2]!, i);
  return octets;
}

/** A server by its name in the service, such as `tls://[2001:db8::53]:853#dns.example`; undefined where it has no address. */
function toServer(name: string): TappedServer | undefined {
  const { protocol, six, four, port } = SERVER.exec(name)?.groups ?? {};
  const address = new ClientAddress();
  if (!isProtocol(protocol) || !address.set(six ?? four ?? '')) return undefined;
  const octets = addressOf(address.words, address.family === 6 ? FLAG.IPV6 : 0);
  return octets && { address: octets, port: Number(port), protocol };
}

function isProtocol(text: string | undefined): text is TappedServer['protocol'] {
  return text === 'udp' || text === 'tcp' || text === 'tls' || text === 'https';
}
