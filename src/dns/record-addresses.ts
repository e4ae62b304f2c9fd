// The addresses that one record of an answer carries: A, AAAA, and the hints of SVCB and HTTPS (RFC 9460). An IPv6 address that
// stands for IPv4 addresses is followed by those.
import { embeddedIPv4, MAX_EMBEDDED } from '../addresses/embedded-ipv4.ts';
import { readU16, readU32 } from './message.ts';
import { TYPE } from './numbers.ts';
import { skipName } from './record-walk.ts';
import type { RecordWalk } from './record-walk.ts';

/** SvcParamKeys, RFC 9460 section 14.3.2. */
const HINT = { IPV4: 4, IPV6: 6 } as const;

/** One address at a time: after a next() that was true, in `family` and `words`. */
export class RecordAddresses {
  family: 4 | 6 = 4;
  /** IPv4 in words[0], IPv6 in all four. */
  readonly words = new Uint32Array(4);
  #message: Uint8Array = new Uint8Array(0);
  /** The addresses at hand, and how many octets each has. */
  #at = 0;
  #end = 0;
  #size = 4;
  /** SvcParams that are left. */
  #paramAt = 0;
  #paramEnd = 0;
  /** IPv4 addresses inside the address just given, and how many of them are still to come. */
  readonly #embedded = new Uint32Array(MAX_EMBEDDED);
  #embeddedLeft = 0;

  /** Begins the addresses of the record that the walk has reached; the message is well-formed. */
  start(message: Uint8Array, walk: RecordWalk): void {
    this.#message = message;
    this.#at = this.#end = this.#paramAt = this.#paramEnd = 0;
    this.#embeddedLeft = 0;
    if (walk.type === TYPE.A || walk.type === TYPE.AAAA) {
      this.#size = walk.type === TYPE.A ? 4 : 16;
      this.#at = walk.rdataOffset;
      this.#end = walk.end;
    } else if (walk.type === TYPE.SVCB || walk.type === TYPE.HTTPS) {
      this.#paramAt = skipName(message, walk.rdataOffset + 2, walk.end);
      this.#paramEnd = this.#paramAt < 0 ? -1 : walk.end;
    }
  }

  /** Steps to the next address; false where there is none. */
  next(): boolean {
    if (this.#embeddedLeft > 0) {
      this.family = 4;
      this.words[0] = this.#embedded[--this.#embeddedLeft]!;
      return true;
    }
    while (this.#at >= this.#end) if (!this.#nextHint()) return false;
    this.#read();
    return true;
  }

  #read(): void {
    const isIPv4 = this.#size === 4;
    this.family = isIPv4 ? 4 : 6;
    for (let word = 0; word < (isIPv4 ? 1 : 4); word++)
      this.words[word] = readU32(this.#message, this.#at + word * 4);
    this.#at += this.#size;
    this.#embeddedLeft = isIPv4 ? 0 : embeddedIPv4(this.words, this.#embedded);
  }

  /** Goes on to the next parameter; false where there is no other. */
  #nextHint(): boolean {
    if (this.#paramAt + 4 > this.#paramEnd) return false;
    const key = readU16(this.#message, this.#paramAt);
    const length = readU16(this.#message, this.#paramAt + 2);
    const start = this.#paramAt + 4;
    this.#paramAt = start + length;
    if (key === HINT.IPV4 || key === HINT.IPV6) {
      this.#size = key === HINT.IPV4 ? 4 : 16;
      this.#at = start;
      this.#end = Math.min(start + length - (length % this.#size), this.#paramEnd);
    }
    return true;
  }
}
