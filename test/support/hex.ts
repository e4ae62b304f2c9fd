/**
 * Reads test/wire/*.hex: one message a client may send, written in hex with comments, and what has to come back.
 *
 *   # why: RFC 1035 section 4.1.1            where the expectation is from
 *   # expect: FORMERR                        what vlandns does, by the design
 *   # allow: silence, NOERROR                what else the standards allow; other servers are judged by both lines
 *   # transport: udp | tcp | both            default both
 *   # framing: raw                           the hex is a whole TCP stream, lengths included
 *   # pieces: 1 5                            TCP: cut the stream into pieces of 1 and 5 octets, then the rest …
 *   # pause: 50                              … with 50 milliseconds between
 *   # then: half-close | reset               TCP: what the client does after the last octet
 *   # reply: no-question | empty | ad | …    further things that hold for the reply (see judgeWire)
 *
 * An expectation is an rcode, `silence`, or `closed`; several messages in one stream have several, `A then B`.
 */
import { readdirSync, readFileSync } from 'node:fs';

import { fromHex } from './message-writer.ts';

/** A message that a client may send, and what has to come back. */
export interface WireFile {
  /** File name without its ending. */
  readonly name: string;
  readonly why: string;
  readonly bytes: Uint8Array;
  /** Expectations, one a reply, in order. */
  readonly expect: readonly string[];
  /** Further expectations that the standards allow, each like `expect`. */
  readonly allow: readonly (readonly string[])[];
  readonly transports: readonly ('udp' | 'tcp')[];
  readonly raw: boolean;
  readonly pieces: readonly number[];
  readonly pauseMs: number;
  /** `half-close`, `reset` or nothing. */
  readonly ending: string;
  readonly reply: readonly string[];
}

const KEYS = new Set(['why', 'expect', 'allow', 'transport', 'framing', 'pieces', 'pause', 'then', 'reply']);

/** Reads one file; throws on a key it does not know, on bad hex and where a line that must be there is not. */
function parseWireFile(name: string, text: string): WireFile {
  const fields = new Map<string, string>();
  let hex = '';
  for (const line of text.split('\n')) {
    const field = /^# (\w+): (.*)$/.exec(line);
    if (field !== null) {
      const [, key = '', value = ''] = field;
      if (!KEYS.has(key)) throw new Error(`${name}: no field is called ${key}`);
      fields.set(key, value.trim());
    } else {
      hex += line.replace(/#.*$/, '').replaceAll(/\s/g, '');
    }
  }
  if (!/^(?:[0-9a-f]{2})*$/i.test(hex)) throw new Error(`${name}: not pairs of hex digits`);
  const field = (key: string, otherwise?: string): string => {
    const value = fields.get(key) ?? otherwise;
    if (value === undefined) throw new Error(`${name}: the line "# ${key}:" is missing`);
    return value;
  };
  const transport = field('transport', 'both');
  const words = (key: string, separator: string): string[] =>
    field(key, '')
      .split(separator)
      .map((word) => word.trim())
      .filter((word) => word !== '');
  return {
    name,
    why: field('why'),
    bytes: fromHex(hex),
    expect: field('expect').split(' then '),
    allow: words('allow', ',').map((one) => one.split(' then ')),
    transports: transport === 'udp' || transport === 'tcp' ? [transport] : ['udp', 'tcp'],
    raw: field('framing', 'message') === 'raw',
    pieces: words('pieces', ' ').map(Number),
    pauseMs: Number(field('pause', '20')),
    ending: field('then', ''),
    reply: words('reply', ','),
  };
}

/** Reads all of a folder's .hex files, in order of their names. */
export function readWireFiles(folder: URL): WireFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.hex'))
    .toSorted()
    .map((file) => parseWireFile(file.slice(0, -4), readFileSync(new URL(file, folder), 'utf8')));
}
