/** Batches of records as a worker writes them. */
import { parseName } from '../../src/dns/name-text.ts';
import { BATCH_HEAD_OCTETS } from '../../src/querylog/messages.ts';
import type { StateNotice } from '../../src/querylog/messages.ts';
import { HEAD_OCTETS, WORD } from '../../src/querylog/record-layout.ts';
import { Batch } from '../../src/recorder/batch.ts';
import { KnownClients, Meaning } from '../../src/recorder/meaning.ts';

export const STATE: StateNotice = {
  epoch: 1,
  vlans: [
    { name: 'kids', clients: ['laptop'] },
    { name: 'servers', clients: [] },
  ],
  policies: [
    { name: 'strict', mode: 'full' },
    { name: 'open', mode: 'full' },
  ],
  sets: ['default'],
  servers: ['192.0.2.53'],
};

/** What each state of a test means: two reasons. */
export function makeMeaning(): Meaning {
  const meaning = new Meaning(STATE, new KnownClients());
  meaning.learn({
    epoch: 1,
    reasons: [
      { number: 1, kind: 'list', source: 'ads', text: 'list ads' },
      { number: 2, kind: 'rule', source: 'strict', rule: '/^ad/', text: 'rule /^ad/' },
    ],
  });
  return meaning;
}

/** One record; what is left out is a query of 192.0.2.1 in the first VLAN, answered from the cache. */
export interface MadeRecord {
  readonly name?: string;
  readonly atMs?: number;
  readonly waitedUs?: number;
  /** Words of the address; an empty one: none is told. */
  readonly client?: readonly number[];
  readonly flags?: number;
  readonly qtype?: number;
  readonly rcode?: number;
  readonly vlan?: number;
  readonly policy?: number;
  readonly entry?: number;
  readonly set?: number;
  readonly server?: number;
  readonly step?: number;
  readonly depth?: number;
  readonly error?: number;
  readonly reason?: number;
}

export interface BatchParts {
  readonly sequence?: number;
  readonly baseMs?: number;
  readonly session?: string;
  readonly meaning?: Meaning;
}

export function makeBatch(records: readonly MadeRecord[], parts: BatchParts = {}): Batch {
  const { sequence = 1, baseMs = 1_800_000_000_000, session = 'session', meaning = makeMeaning() } = parts;
  const head = new DataView(new ArrayBuffer(BATCH_HEAD_OCTETS));
  head.setFloat64(0, sequence, true);
  head.setUint32(8, 1, true);
  head.setUint32(12, records.length, true);
  head.setFloat64(16, baseMs, true);
  const body = Buffer.concat([new Uint8Array(head.buffer), ...records.map(toOctets)]);
  return Batch.read(session, meaning, Uint8Array.from(body));
}

function toOctets(record: MadeRecord): Uint8Array {
  const { name = 'www.example', client = [0xc0000201], flags = 4, qtype = 1, rcode = 0 } = record;
  const wire = parseName(name);
  const octets = new Uint8Array((HEAD_OCTETS + wire.length + 3) & ~3);
  const words = new Uint32Array(octets.buffer);
  words[WORD.SIZE] = octets.length | (wire.length << 16) | (flags << 24);
  words[WORD.TIME] = record.atMs ?? 0;
  words[WORD.WAITED] = record.waitedUs ?? 0;
  words.set(client, WORD.CLIENT);
  words[WORD.QTYPE_RCODE] = qtype | (rcode << 16);
  words[WORD.VLAN_POLICY] = (record.vlan ?? 0) | ((record.policy ?? 0) << 16);
  words[WORD.ENTRY_SET] = (record.entry ?? 0xffff) | ((record.set ?? 0xffff) << 16);
  const kinds = (record.step ?? 10) | ((record.depth ?? 0) << 16);
  words[WORD.STEP_VERDICT_DEPTH_ERROR] = kinds | ((record.error === undefined ? 0 : record.error + 1) << 24);
  words[WORD.REASON] = record.reason ?? 0;
  words[WORD.PORT_SERVER] = 5353 | ((record.server ?? 0xffff) << 16);
  octets.set(wire, HEAD_OCTETS);
  return octets;
}
