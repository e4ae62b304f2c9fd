// The reference reader of what a worker tells the recorder: frames into states, reasons, clients and records with names in
// place of numbers. Written from src/querylog alone; what makes no sense throws.
import { nameToText } from '../../src/dns/name-text.ts';
import { ipv4ToText, ipv6ToText } from '../../src/addresses/address-text.ts';
import { FrameReader } from '../../src/querylog/frames.ts';
import { BATCH_HEAD_OCTETS, FRAME } from '../../src/querylog/messages.ts';
import type {
  ClientName,
  ClientsNotice,
  Hello,
  Reason,
  ReasonsNotice,
  RecorderSettings,
  StateNotice,
} from '../../src/querylog/messages.ts';
import { FLAG, HEAD_OCTETS, WORD } from '../../src/querylog/record-layout.ts';
import { STEP } from '../../src/server/step.ts';
import { VERDICT } from '../../src/policy/judge.ts';

const NO_NUMBER = 0xffff;

/** A record as it was read. */
export interface ReadRecord {
  readonly unixMs: number;
  readonly waitedUs: number;
  /** '' where it is not told. */
  readonly client: string;
  readonly port: number;
  readonly name: string;
  readonly qtype: number;
  readonly rcode: number;
  readonly vlan: string | undefined;
  readonly policy: string | undefined;
  /** The name of the client in the configuration. */
  readonly entry: string | undefined;
  readonly set: string | undefined;
  readonly server: string | undefined;
  readonly step: string;
  readonly verdict: string;
  readonly depth: number;
  /** INFO-CODE of the Extended DNS Error. */
  readonly error: number | undefined;
  readonly reason: Reason | undefined;
  /** Names of FLAG. */
  readonly flags: readonly string[];
}

/** A batch as it was read. */
export interface ReadBatch {
  readonly sequence: number;
  readonly epoch: number;
  readonly lost: number;
  readonly records: readonly ReadRecord[];
}

/** Reads what comes over one connection. */
export class RecordReader {
  hello: Hello | undefined;
  readonly settings: RecorderSettings[] = [];
  readonly states: StateNotice[] = [];
  readonly batches: ReadBatch[] = [];
  readonly clients: ClientName[] = [];
  readonly #frames = new FrameReader();
  readonly #states = new Map<number, StateNotice>();
  readonly #reasons = new Map<string, Reason>();

  /** Takes octets; gives the batches that are whole with them. */
  take(octets: Buffer): ReadBatch[] {
    const before = this.batches.length;
    for (const { kind, body } of this.#frames.take(octets)) this.#read(kind, body);
    return this.batches.slice(before);
  }

  get records(): ReadRecord[] {
    return this.batches.flatMap(({ records }) => records);
  }

  #read(kind: number, body: Buffer): void {
    if ((this.hello === undefined) !== (kind === FRAME.HELLO))
      throw new Error('HELLO is the first frame, once');
    if (kind === FRAME.BATCH) {
      this.batches.push(this.#readBatch(body));
      return;
    }
    const message: unknown = JSON.parse(body.toString());
    // oxlint-disable typescript/no-unsafe-type-assertion -- what comes is what the types say, or a test fails
    if (kind === FRAME.HELLO) this.hello = message as Hello;
    else if (kind === FRAME.SETTINGS) this.settings.push(message as RecorderSettings);
    else if (kind === FRAME.STATE) this.#readState(message as StateNotice);
    else if (kind === FRAME.REASONS) this.#readReasons(message as ReasonsNotice);
    else if (kind === FRAME.CLIENTS) this.clients.push(...(message as ClientsNotice).clients);
    else throw new Error(`a frame of kind ${kind}`);
    // oxlint-enable typescript/no-unsafe-type-assertion
  }

  #readState(state: StateNotice): void {
    this.states.push(state);
    this.#states.set(state.epoch, state);
  }

  #readReasons({ epoch, reasons }: ReasonsNotice): void {
    for (const { number, ...reason } of reasons) this.#reasons.set(`${epoch} ${number}`, reason);
  }

  #readBatch(body: Buffer): ReadBatch {
    const epoch = body.readUInt32LE(8);
    const count = body.readUInt32LE(12);
    const state = this.#states.get(epoch);
    if (state === undefined) throw new Error(`a batch of epoch ${epoch}, of which nothing was told`);
    const records: ReadRecord[] = [];
    let at = BATCH_HEAD_OCTETS;
    for (; at < body.length; at += body.readUInt16LE(at)) records.push(this.#readRecord(body, at, state));
    if (records.length !== count || at !== body.length)
      throw new Error(`${records.length} records, not ${count}`);
    return { sequence: body.readDoubleLE(0), epoch, lost: body.readUInt32LE(24), records };
  }

  #readRecord(body: Buffer, at: number, state: StateNotice): ReadRecord {
    const word = (number: number): number => body.readUInt32LE(at + number * 4);
    const low = (number: number): number => word(number) & 0xffff;
    const high = (number: number): number => word(number) >>> 16;
    const octet = (number: number, place: number): number => (word(number) >>> (place * 8)) & 0xff;
    const size = low(WORD.SIZE);
    const nameOctets = octet(WORD.SIZE, 2);
    if (size % 4 !== 0 || size < HEAD_OCTETS + nameOctets || size > HEAD_OCTETS + nameOctets + 3)
      throw new Error(`a record of ${size} octets with a name of ${nameOctets}`);
    const name = body.subarray(at + HEAD_OCTETS, at + HEAD_OCTETS + nameOctets);
    if (body.subarray(at + HEAD_OCTETS + nameOctets, at + size).some((rest) => rest !== 0))
      throw new Error('there is something behind the name');
    const flags = octet(WORD.SIZE, 3);
    const words = Uint32Array.from({ length: 4 }, (_, i) => word(WORD.CLIENT + i));
    const client = (flags & FLAG.IPV6) !== 0 ? ipv6ToText(words) : ipv4ToText(words[0] ?? 0);
    const vlan = state.vlans[low(WORD.VLAN_POLICY)];
    const reason = word(WORD.REASON);
    const told = this.#reasons.get(`${state.epoch} ${reason}`);
    if (reason !== 0 && told === undefined) throw new Error(`reason ${reason} was not told`);
    const error = octet(WORD.STEP_VERDICT_DEPTH_ERROR, 3);
    return {
      unixMs: body.readDoubleLE(16) + word(WORD.TIME),
      waitedUs: word(WORD.WAITED),
      client: words.some((part) => part !== 0) ? client : '',
      port: low(WORD.PORT_SERVER),
      name: nameOctets === 0 ? '' : nameToText(name),
      qtype: low(WORD.QTYPE_RCODE),
      rcode: high(WORD.QTYPE_RCODE),
      vlan: vlan?.name,
      policy: known(state.policies, high(WORD.VLAN_POLICY))?.name,
      entry: vlan && known(vlan.clients, low(WORD.ENTRY_SET)),
      set: known(state.sets, high(WORD.ENTRY_SET)),
      server: known(state.servers, high(WORD.PORT_SERVER)),
      step: keyOf(STEP, octet(WORD.STEP_VERDICT_DEPTH_ERROR, 0)),
      verdict: keyOf(VERDICT, octet(WORD.STEP_VERDICT_DEPTH_ERROR, 1)),
      depth: octet(WORD.STEP_VERDICT_DEPTH_ERROR, 2),
      error: error === 0 ? undefined : error - 1,
      reason: told,
      flags: Object.entries(FLAG).flatMap(([flag, bit]) => ((flags & bit) !== 0 ? [flag] : [])),
    };
  }
}

/** What a number stands for; throws where it stands for nothing and is not the one for that. */
function known<T>(things: readonly T[], number: number): T | undefined {
  if (number === NO_NUMBER) return undefined;
  if (number >= things.length) throw new Error(`number ${number} of ${things.length}`);
  return things[number];
}

function keyOf(values: Readonly<Record<string, number>>, wanted: number): string {
  const found = Object.entries(values).find(([, value]) => value === wanted);
  if (found === undefined) throw new Error(`nothing has number ${wanted}`);
  return found[0];
}
