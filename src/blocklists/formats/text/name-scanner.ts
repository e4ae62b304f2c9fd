// A name as lists write it, into wire form: lower case, IDN as A-labels, one trailing dot left off.
import { domainToASCII } from 'node:url';
import { NameRoom } from '../../trie/wire-name.ts';
import { DOT } from './octets.ts';

/** `[octet]` is the octet in lower case, or 0 for one that no name of a list has. */
const FOLDED = new Uint8Array(256);
for (const character of 'abcdefghijklmnopqrstuvwxyz0123456789-_') {
  FOLDED[character.charCodeAt(0)] = character.charCodeAt(0);
  FOLDED[character.toUpperCase().charCodeAt(0)] = character.charCodeAt(0);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads names one after another into the same buffers. */
export class NameScanner {
  /** The name read last; not to be used after a fault. */
  readonly name = new NameRoom();

  /** Reads [start, end) as a name; gives what is wrong with it, or undefined. */
  scan(octets: Uint8Array, start: number, end: number): string | undefined {
    const { wire, labelStart } = this.name;
    const stop = octets[end - 1] === DOT ? end - 1 : end;
    if (stop <= start) return 'no name';
    let label = 0;
    let labelAt = 0;
    // Where the next octet goes. Writes behind the arrays' ends are lost, and the name is refused below.
    let to = 1;
    for (let at = start; at < stop; at++) {
      const octet = octets[at]!;
      const folded = FOLDED[octet]!;
      if (folded !== 0) {
        wire[to++] = folded;
        continue;
      }
      if (octet >= 0x80) return this.#scanInternational(octets, start, end);
      if (octet !== DOT) return 'a character that no name has';
      const fault = lengthFault(to - labelAt - 1);
      if (fault !== undefined) return fault;
      labelStart[label++] = labelAt;
      wire[labelAt] = to - labelAt - 1;
      labelAt = to++;
    }
    const fault = lengthFault(to - labelAt - 1);
    if (fault !== undefined) return fault;
    // RFC 1035 section 2.3.4: 255 octets with the root's.
    if (to > 254) return 'a name of more than 255 octets';
    labelStart[label++] = labelAt;
    wire[labelAt] = to - labelAt - 1;
    labelStart[label] = to;
    wire[to] = 0;
    this.name.labelCount = label;
    return undefined;
  }

  #scanInternational(octets: Uint8Array, start: number, end: number): string | undefined {
    let text: string;
    try {
      text = utf8.decode(octets.subarray(start, end));
    } catch {
      return 'not UTF-8';
    }
    // domainToASCII reads its argument as the host of a URL, and would end at, drop or decode one of these.
    if (/[\s\\/?#%@:]/.test(text)) return 'a character that no name has';
    const ascii = domainToASCII(text);
    if (ascii === '') return 'not a name that IDNA knows';
    return this.scan(Buffer.from(ascii, 'latin1'), 0, ascii.length);
  }
}

function lengthFault(length: number): string | undefined {
  if (length === 0) return 'an empty label';
  return length > 63 ? 'a label of more than 63 octets' : undefined;
}
