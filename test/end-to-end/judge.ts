/** Judges one reply: what holds for every reply to a query, and what the case wants of this one. */
import type { Ask, Want } from './case.ts';
import { absoluteName, nameToWire, parseRecord, u16 } from '../support/message-writer.ts';
import { type ReadMessage, type ReadRecord, readMessage } from '../support/message-reader.ts';
import { classNumber, typeName, typeNumber } from '../support/dns-numbers.ts';

/** EDNS option that carries an Extended DNS Error (RFC 8914). */
const OPTION_EDE = 15;

/** What a reply has to fit: the query's own fields. */
export interface Expected {
  readonly id: number;
  readonly ask: Ask;
  readonly origin: string;
  /** Holds the server to the design as well: RA, EDNS size 1232, flags. */
  readonly strict: boolean;
  /** Whole seconds that a busy machine let pass beyond what the case waits for: TTLs may be so much lower. Default 0. */
  readonly lateSeconds?: number;
}

/** The faults of a reply, empty when it is as it should be. */
export function judgeReply(bytes: Uint8Array, expected: Expected, want: Want): string[] {
  let reply: ReadMessage;
  try {
    reply = readMessage(bytes);
  } catch (error) {
    return [`not well-formed: ${error instanceof Error ? error.message : String(error)}`];
  }
  return [
    ...judgeAlways(reply, expected),
    ...(expected.strict ? judgeByDesign(reply, expected) : []),
    ...judgeWant(reply, expected, want),
  ].filter((fault) => fault !== undefined);
}

function differs<T extends string | number | boolean | undefined>(
  what: string,
  got: T,
  wanted: T | undefined,
): string | undefined {
  return wanted === undefined || got === wanted ? undefined : `${what} is ${got}, not ${wanted}`;
}

/** RFC 1035 section 4.1, RFC 6891 sections 6.1.1 and 7. */
function judgeAlways(reply: ReadMessage, { id, ask, origin }: Expected): (string | undefined)[] {
  const opcode = ask.opcode ?? 0;
  const opt = reply.opts[0];
  const room = ask.edns === undefined || ask.edns === true ? 512 : Math.max(512, ask.edns.size ?? 1232);
  return [
    differs('id', reply.id, id),
    differs('QR', reply.qr, true),
    differs('opcode', reply.opcode, opcode),
    differs('Z', reply.z, false),
    opcode === 0 ? differs('RD', reply.rd, ask.rd ?? true) : undefined,
    opcode === 0 ? differs('question', reply.questions[0]?.octets, questionHex(ask, origin)) : undefined,
    reply.opts.length > 1 ? 'two OPT records' : undefined,
    ask.edns === undefined ? differs('OPT records', reply.opts.length, 0) : undefined,
    ask.edns !== undefined && opcode === 0 ? differs('OPT records', reply.opts.length, 1) : undefined,
    differs('OPT version', opt?.version ?? 0, 0),
    opt !== undefined && opt.size < 512 ? `OPT size is ${opt.size}` : undefined,
    opt !== undefined && (opt.flags & 0x7fff) !== 0 ? `OPT flags are ${opt.flags.toString(16)}` : undefined,
    ask.tcp !== true && reply.octets > (ask.edns === true ? 1232 : room)
      ? `${reply.octets} octets do not fit the client's ${room}`
      : undefined,
  ];
}

/** DESIGN section 3.11 and RFC 6891: what this server always says of itself. */
function judgeByDesign(reply: ReadMessage, { ask }: Expected): (string | undefined)[] {
  const opt = reply.opts[0];
  const dnssecOk = ask.edns !== undefined && ask.edns !== true && ask.edns.dnssecOk === true;
  return [
    differs('OPT size', opt?.size ?? 1232, 1232),
    opt === undefined ? undefined : differs('DO', (opt.flags & 0x8000) !== 0, dnssecOk),
    (ask.opcode ?? 0) === 0 ? differs('RA', reply.ra, true) : undefined,
    (ask.opcode ?? 0) === 0 ? differs('CD', reply.cd, ask.cd ?? false) : undefined,
    reply.ad && ask.ad !== true && !dnssecOk ? 'AD is set though nobody asked for it' : undefined,
    ask.tcp !== true && reply.octets > 1232 ? `${reply.octets} octets over UDP` : undefined,
  ];
}

function judgeWant(
  reply: ReadMessage,
  { origin, lateSeconds = 0 }: Expected,
  want: Want,
): (string | undefined)[] {
  const rcodes = [want.rcode ?? 'NOERROR'].flat();
  const soa = reply.authority.find((record) => record.type === 'SOA');
  return [
    rcodes.includes(reply.rcode) || rcodes.includes('any')
      ? undefined
      : `rcode is ${reply.rcode}, not ${rcodes.join(' or ')}`,
    want.answer === undefined ? undefined : judgeRecords(reply.answer, want.answer, origin),
    ...(want.answer === undefined && want.ttl === undefined
      ? []
      : judgeTtls(reply.answer, want, { origin, lateSeconds })),
    differs('TC', reply.tc, want.tc ?? false),
    differs('AA', reply.aa, want.aa),
    differs('AD', reply.ad, want.ad),
    differs('RA', reply.ra, want.ra),
    want.soa === undefined ? undefined : differs('SOA in authority', soa !== undefined, want.soa),
    want.soaTtl === undefined
      ? undefined
      : judgeBounds('TTL of SOA', soa?.ttl, whenLate(want.soaTtl, lateSeconds)),
    want.octets === undefined ? undefined : judgeBounds('octets', reply.octets, want.octets),
    want.ede === undefined ? undefined : judgeEde(reply, want.ede),
    want.check?.(reply),
  ];
}

function judgeBounds(what: string, got: number | undefined, [least, most]: readonly [number, number]) {
  if (got === undefined) return `${what}: there is none`;
  return got >= least && got <= most ? undefined : `${what} is ${got}, not ${least} to ${most}`;
}

/** A record as one comparable line: owner in lower case, type, class, rdata; no TTL. */
function recordKey(record: ReadRecord): string {
  return `${record.owner.toLowerCase()} ${record.class} ${record.type} ${record.rdata}`;
}

/** The same line for a record as a case writes it. */
function writtenKey(line: string, origin: string): { key: string; ttl: number } {
  const { owner, type, class: inClass, ttl, rdata } = parseRecord(line, origin);
  const whole = Buffer.concat([
    u16(0, 0x8000, 0, 1, 0, 0),
    owner,
    u16(type, inClass, 0, 0, rdata.length),
    rdata,
  ]);
  const read = readMessage(Uint8Array.from(whole)).answer[0];
  return { key: read === undefined ? `unreadable ${typeName(type)}` : recordKey(read), ttl };
}

function judgeRecords(got: readonly ReadRecord[], lines: readonly string[], origin: string) {
  const gotKeys = got.map(recordKey).toSorted();
  const wanted = lines.map((line) => writtenKey(line, origin).key).toSorted();
  if (gotKeys.length === wanted.length && gotKeys.every((key, index) => key === wanted[index]))
    return undefined;
  return `answer is [${gotKeys.slice(0, 6).join(', ')}], not [${wanted.slice(0, 6).join(', ')}]`;
}

/** Bounds for a TTL that has had more time to run down; one that may not be 0 still may not. */
function whenLate([least, most]: readonly [number, number], lateSeconds: number): readonly [number, number] {
  return [Math.max(Math.min(least, 1), least - lateSeconds), most];
}

function judgeTtls(
  got: readonly ReadRecord[],
  want: Want,
  { origin, lateSeconds }: { readonly origin: string; readonly lateSeconds: number },
): (string | undefined)[] {
  const written = new Map(
    (want.answer ?? []).map((line) => {
      const { key, ttl } = writtenKey(line, origin);
      return [key, ttl] as const;
    }),
  );
  return got.map((record) => {
    const ttl = written.get(recordKey(record)) ?? 0;
    const bounds = want.ttl ?? [Math.max(0, ttl - 4), ttl];
    return judgeBounds(`TTL of ${record.type}`, record.ttl, whenLate(bounds, lateSeconds));
  });
}

/** The EDE codes of a reply. */
export function edeCodes(reply: ReadMessage): number[] {
  const options = reply.opts.flatMap((opt) => opt.options);
  return options
    .filter(({ code, value }) => code === OPTION_EDE && value.length >= 2)
    .map(({ value }) => ((value[0] ?? 0) << 8) | (value[1] ?? 0));
}

function judgeEde(reply: ReadMessage, wanted: number | 'none' | readonly number[]): string | undefined {
  const codes = edeCodes(reply);
  if (wanted === 'none')
    return codes.length === 0 ? undefined : `EDE ${codes.join(' ')} where none should be`;
  if (codes.some((code) => [wanted].flat().includes(code))) return undefined;
  return `EDE is [${codes.join(' ')}], not ${[wanted].flat().join(' or ')}`;
}

/** Hex of the question that an ask sends, case kept. */
function questionHex(ask: Ask, origin: string): string {
  const name = nameToWire(absoluteName(ask.name ?? '@', origin));
  const tail = u16(typeNumber(ask.type ?? 'A'), classNumber(ask.class ?? 'IN'));
  return Buffer.concat([name, tail]).toString('hex');
}
