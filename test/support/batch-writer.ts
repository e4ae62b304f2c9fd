// Writes batches of records as a worker does, without one: the body of a BATCH frame, in one piece of memory.
import { parseName } from '../../src/dns/name-text.ts';
import { BATCH_HEAD_OCTETS } from '../../src/querylog/messages.ts';
import { FLAG, HEAD_OCTETS, WORD } from '../../src/querylog/record-layout.ts';
import { STEP } from '../../src/server/step.ts';
import { toWords } from './address-words.ts';

/** In 16 bits: there is none. */
const NONE = 0xffff;

/** A batch's time is so long before that of its first record: later ones may have come before it. */
const EARLIER_MS = 3_600_000;

/** A record; what is left out is that of a query for A that was answered from the cache. */
export interface WrittenRecord {
  readonly unixMs: number;
  /** As text, or in wire form. */
  readonly name?: string | Uint8Array;
  /** Undefined: it is not told. */
  readonly client?: string | undefined;
  readonly vlan?: number;
  readonly policy?: number;
  readonly qtype?: number;
  readonly rcode?: number;
  readonly step?: number;
  readonly verdict?: number;
  readonly depth?: number;
  /** INFO-CODE. */
  readonly error?: number;
  readonly reason?: number;
  readonly entry?: number;
  readonly set?: number;
  readonly server?: number;
  readonly waitedUs?: number;
  /** FLAG bits, without IPV6. */
  readonly flags?: number;
}

/** Puts records one after the other into one body. */
export class BatchWriter {
  readonly #octets: Uint8Array;
  readonly #words: Uint32Array;
  #at = BATCH_HEAD_OCTETS >> 2;
  count = 0;
  #baseMs = 0;

  constructor(octets = 64 * 1024) {
    this.#octets = new Uint8Array(octets);
    this.#words = new Uint32Array(this.#octets.buffer);
  }

  /** Whether any record finds room. */
  get hasRoom(): boolean {
    return (this.#at << 2) + HEAD_OCTETS + 256 <= this.#octets.length;
  }

  add(record: WrittenRecord): void {
    const { unixMs, name = 'www.example.com', client, flags = FLAG.HIT, waitedUs = 0, reason = 0 } = record;
    if (this.count++ === 0) this.#baseMs = unixMs - EARLIER_MS;
    const wire = typeof name === 'string' ? parseName(name) : name;
    const octets = (HEAD_OCTETS + wire.length + 3) & ~3;
    const words = this.#words.subarray(this.#at, this.#at + (octets >> 2));
    const { family, words: address } = client === undefined ? { family: 4, words: [0] } : knownWords(client);
    const isIpv6 = family === 6 ? FLAG.IPV6 : 0;
    words.fill(0);
    words[WORD.SIZE] = octets | (wire.length << 16) | ((flags | isIpv6) << 24);
    words[WORD.TIME] = unixMs - this.#baseMs;
    words[WORD.WAITED] = waitedUs;
    words.set(address, WORD.CLIENT);
    words[WORD.QTYPE_RCODE] = (record.qtype ?? 1) | ((record.rcode ?? 0) << 16);
    words[WORD.VLAN_POLICY] = (record.vlan ?? 0) | ((record.policy ?? 0) << 16);
    words[WORD.ENTRY_SET] = (record.entry ?? NONE) | ((record.set ?? NONE) << 16);
    words[WORD.STEP_VERDICT_DEPTH_ERROR] = endOf(record);
    words[WORD.REASON] = reason;
    words[WORD.PORT_SERVER] = (record.server ?? NONE) << 16;
    this.#octets.set(wire, (this.#at << 2) + HEAD_OCTETS);
    this.#at += octets >> 2;
  }

  /** The body, as a copy; what is added from now on is of another one. */
  take(sequence: number, epoch = 1, lostBefore = 0): Uint8Array {
    const head = new DataView(this.#octets.buffer);
    head.setFloat64(0, sequence, true);
    head.setUint32(8, epoch, true);
    head.setUint32(12, this.count, true);
    head.setFloat64(16, this.#baseMs, true);
    head.setUint32(24, lostBefore, true);
    const body = this.#octets.slice(0, this.#at << 2);
    this.#at = BATCH_HEAD_OCTETS >> 2;
    this.count = 0;
    return body;
  }
}

function endOf({ step = STEP.PASSED, verdict = 0, depth = 0, error }: WrittenRecord): number {
  return step | (verdict << 8) | (depth << 16) | ((error === undefined ? 0 : error + 1) << 24);
}

const addresses = new Map<string, ReturnType<typeof toWords>>();

function knownWords(address: string): ReturnType<typeof toWords> {
  let words = addresses.get(address);
  if (words === undefined) addresses.set(address, (words = toWords(address)));
  return words;
}
