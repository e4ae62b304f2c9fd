/**
 * The vocabulary of scripts: right answers from zone-file lines, and ways to spoil, delay, repeat and choose them.
 * A script gets the origin of its case, so that tables can write `@` for it.
 */
import { rcodeNumber } from './dns-numbers.ts';
import { concat, type Edns, optToWire, parseRecord, recordToWire, u16 } from './message-writer.ts';
import type { Act, Asked, Script } from './scripted-upstream.ts';

/** A script that still lacks the origin its records are relative to. */
export type Behaviour = (origin: string) => Script;

/** What a scripted answer says beside the records of its answer section. */
export interface AnswerFields {
  readonly rcode?: string;
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
  readonly aa?: boolean;
  /** Default true. */
  readonly ra?: boolean;
  readonly ad?: boolean;
  readonly tc?: boolean;
  /** Default: an OPT of size 1232 when the query has one; `none` leaves it out. */
  readonly edns?: Edns | 'none';
  /** Where OPT stands in the additional section; default last. */
  readonly optFirst?: boolean;
}

/** Offset just behind the question section of a message with one question. */
export function questionEnd(bytes: Uint8Array): number {
  let at = 12;
  while ((bytes[at] ?? 0) !== 0) at += 1 + (bytes[at] ?? 0);
  return at + 5;
}

/** Writes the answer to a query: id, question, RD and CD are the query's own. */
function writeAnswer(asked: Asked, origin: string, fields: AnswerFields): Uint8Array {
  const question = asked.bytes.subarray(12, questionEnd(asked.bytes));
  const qname = question.subarray(0, -4);
  const opt = optFor(asked, fields);
  const write = (lines: readonly string[] = []): Uint8Array[] =>
    lines.map((line) => recordToWire(parseRecord(line, origin), qname));
  const sections = [write(fields.answer), write(fields.authority), write(fields.additional)] as const;
  sections[2].splice(fields.optFirst === true ? 0 : sections[2].length, 0, ...opt);
  const flags =
    0x8000 |
    (u16FromQuery(asked, 2) & 0x0110) |
    (fields.aa === true ? 0x0400 : 0) |
    (fields.tc === true ? 0x0200 : 0) |
    (fields.ra === false ? 0 : 0x0080) |
    (fields.ad === true ? 0x0020 : 0) |
    (rcodeNumber(fields.rcode ?? 'NOERROR') & 15);
  return concat(
    asked.bytes.subarray(0, 2),
    u16(flags, 1, ...sections.map((section) => section.length)),
    question,
    ...sections.flat(),
  );
}

function optFor(asked: Asked, fields: AnswerFields): Uint8Array[] {
  const queried = asked.message?.opts[0];
  if (fields.edns === 'none' || (queried === undefined && fields.edns === undefined)) return [];
  const extendedRcode = rcodeNumber(fields.rcode ?? 'NOERROR') >> 4;
  const dnssecOk = ((queried?.flags ?? 0) & 0x8000) !== 0;
  return [optToWire({ extendedRcode, dnssecOk, ...fields.edns })];
}

function u16FromQuery(asked: Asked, offset: number): number {
  return ((asked.bytes[offset] ?? 0) << 8) | (asked.bytes[offset + 1] ?? 0);
}

/** Answers; over UDP what does not fit the query's EDNS size goes out empty with TC. */
export function answer(fields: AnswerFields): Behaviour {
  return (origin) => (asked) => {
    const bytes = writeAnswer(asked, origin, fields);
    const room = Math.max(512, asked.message?.opts[0]?.size ?? 512);
    if (asked.transport === 'tcp' || bytes.length <= room || fields.tc === true) return [{ bytes }];
    const { edns, rcode } = fields;
    const short = { tc: true, ...(edns && { edns }), ...(rcode !== undefined && { rcode }) };
    return [{ bytes: writeAnswer(asked, origin, short) }];
  };
}

/** NOERROR with these records. */
export function records(...lines: readonly string[]): Behaviour {
  return answer({ answer: lines });
}

/** The SOA line that negative answers carry; TTL and MINIMUM in seconds. */
export function soa(ttl: number, minimum = ttl): string {
  return `@ ${ttl} SOA ns host 1 7200 3600 1209600 ${minimum}`;
}

/** NXDOMAIN or NODATA (`NOERROR`) with an SOA record of these seconds. */
export function negative(rcode: 'NXDOMAIN' | 'NOERROR', ttl = 300, minimum = ttl): Behaviour {
  return answer({ rcode, authority: [soa(ttl, minimum)] });
}

/** Never answers. */
export const silence: Behaviour = () => () => [];

/** Changes the bytes of what another script sends. */
export function spoil(
  behaviour: Behaviour,
  change: (bytes: Uint8Array, asked: Asked) => Uint8Array,
): Behaviour {
  return edit(behaviour, (act, asked) =>
    act.bytes === undefined ? act : { ...act, bytes: change(Uint8Array.from(act.bytes), asked) },
  );
}

/** Changes the acts of another script. */
export function edit(behaviour: Behaviour, change: (act: Act, asked: Asked) => Act): Behaviour {
  return (origin) => {
    const script = behaviour(origin);
    return (asked) => script(asked).map((act) => change(act, asked));
  };
}

/** The same, some milliseconds later. */
export function later(afterMs: number, behaviour: Behaviour): Behaviour {
  return edit(behaviour, (act) => ({ ...act, afterMs }));
}

/** The nth query gets the nth behaviour; the last one stays. */
export function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  return (origin) => {
    const scripts = behaviours.map((behaviour) => behaviour(origin));
    return (asked) => (scripts[Math.min(asked.before, scripts.length - 1)] ?? (() => []))(asked);
  };
}

/** One behaviour for this many milliseconds from the first query on, then another. */
export function during(milliseconds: number, first: Behaviour, then: Behaviour): Behaviour {
  return (origin) => {
    const [early, late] = [first(origin), then(origin)];
    let start: number | undefined;
    return (asked) => {
      start ??= asked.atMs;
      return asked.atMs - start < milliseconds ? early(asked) : late(asked);
    };
  };
}

/** All of them for each query, in order, 20 ms apart. */
export function together(...behaviours: readonly Behaviour[]): Behaviour {
  return (origin) => {
    const scripts = behaviours.map((behaviour) => behaviour(origin));
    return (asked) =>
      scripts.flatMap((script, index) =>
        script(asked).map((act) =>
          index === 0 ? act : { ...act, afterMs: (act.afterMs ?? 0) + 20 * index },
        ),
      );
  };
}

/** All of them for each query, in order, without a pause. */
export function atOnce(...behaviours: readonly Behaviour[]): Behaviour {
  return (origin) => {
    const scripts = behaviours.map((behaviour) => behaviour(origin));
    return (asked) => scripts.flatMap((script) => script(asked));
  };
}

/** One behaviour over UDP, another over TCP. */
export function byTransport(udp: Behaviour, tcp: Behaviour): Behaviour {
  return choose((asked) => (asked.transport === 'udp' ? udp : tcp));
}

/** Chooses by what is asked. */
export function choose(pick: (asked: Asked, origin: string) => Behaviour): Behaviour {
  return (origin) => (asked) => pick(asked, origin)(origin)(asked);
}

/** One behaviour per qtype; NODATA for the others. */
export function byType(table: Readonly<Record<string, Behaviour>>): Behaviour {
  return choose((asked) => table[asked.message?.questions[0]?.type ?? ''] ?? negative('NOERROR'));
}

/** One behaviour per first label of the name; NXDOMAIN for the others. The origin itself is `@`. */
export function byLabel(table: Readonly<Record<string, Behaviour>>): Behaviour {
  return choose((asked, origin) => table[labelOf(asked, origin)] ?? negative('NXDOMAIN'));
}

function labelOf(asked: Asked, origin: string): string {
  const name = (asked.message?.questions[0]?.name ?? '').toLowerCase();
  return name === origin.toLowerCase() ? '@' : (name.split('.')[0] ?? '');
}

/** The same, but who asks for `label` is answered only when somebody asks for `key`. */
export function held(label: string, key: string, table: Readonly<Record<string, Behaviour>>): Behaviour {
  return (origin) => {
    const script = byLabel(table)(origin);
    let open = (): void => {};
    const when = new Promise<void>((resolve) => {
      open = resolve;
    });
    return (asked) => {
      const asks = labelOf(asked, origin);
      if (asks === key) open();
      return asks === label ? script(asked).map((act) => ({ ...act, when })) : script(asked);
    };
  };
}

/** Every name has the address 192.0.2.1. */
export const eachItsAddress: Behaviour = choose((asked) =>
  records(`${asked.message?.questions[0]?.name ?? '@'} 300 A 192.0.2.1`),
);
