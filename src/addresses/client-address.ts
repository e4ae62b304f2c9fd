// The address of the client, as numbers, in a record that is refilled for every query.
// The rule: no regular expression, no split, no allocation; an IPv4-mapped IPv6 address is an IPv4 address.

import { readIpv4, readIpv6 } from './address-reader.ts';
import { ipv4ToText, ipv6ToText } from './address-text.ts';
import { isMapped } from './prefix.ts';

/** Gives the name of an interface by the number that a link-local address has as its scope. */
export type ZoneName = (scope: number) => string;

/** One client's address; the set methods refill it, `copy` keeps it. */
export class ClientAddress {
  /** 4, also for IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2), or 6. */
  family: 4 | 6 = 4;
  /** Most significant first: IPv4 in `words[0]` with the rest 0, IPv6 in all four. */
  readonly words = new Uint32Array(4);
  /** Where it asked from at that address; 0 where that is not known. */
  port = 0;
  /** The text that was set last, so that a client's next query costs one comparison. */
  #lastText: string | undefined = '0.0.0.0';
  /** The value of `text`, once it was read or set. */
  #text: string | undefined = '0.0.0.0';
  /** The number of the interface that a link-local address is on, 0 for others. */
  #scope = 0;
  readonly #zoneName: ZoneName;

  constructor(zoneName: ZoneName = String) {
    this.#zoneName = zoneName;
  }

  /** The address as text, with the zone of a link-local address; IPv4-mapped as plain IPv4. */
  get text(): string {
    this.#text ??= this.#toText();
    return this.#text;
  }

  /** Takes an address in text form (as the system gives it, with or without `%zone`); false when it is not one. */
  set(text: string): boolean {
    if (text === this.#lastText) return true;
    const words = this.words;
    const ipv4 = readIpv4(text, 0, text.length);
    if (ipv4 >= 0) {
      this.#setIpv4(ipv4);
      this.#text = text;
    } else if (readIpv6(text, words)) {
      this.#text = isMapped(this.words) ? undefined : text;
      this.#settle(0);
    } else {
      return false;
    }
    this.#lastText = text;
    return true;
  }

  /** Takes the four octets of an IPv4 address at `octets[at]`. */
  setIpv4(octets: Uint8Array, at: number): void {
    this.#setIpv4(readWord(octets, at));
    this.#lastText = this.#text = undefined;
  }

  /** Takes the 16 octets of an IPv6 address at `octets[at]`; `scope` is the interface's number, 0 for none. */
  setIpv6(octets: Uint8Array, at: number, scope: number): void {
    for (let i = 0; i < 4; i++) this.words[i] = readWord(octets, at + i * 4);
    this.#settle(scope);
    this.#lastText = this.#text = undefined;
  }

  /** A copy that outlives the query. */
  copy(): ClientAddress {
    const copy = new ClientAddress(this.#zoneName);
    copy.family = this.family;
    copy.port = this.port;
    copy.words.set(this.words);
    copy.#text = this.#text;
    copy.#lastText = this.#lastText;
    copy.#scope = this.#scope;
    return copy;
  }

  /** A key that all addresses of one IPv6 prefix of that many bits share; undefined for IPv4. */
  prefixKey(bits: number): string | undefined {
    if (this.family === 4) return undefined;
    let key = '';
    for (let i = 0; i * 32 < bits; i++) {
      const unused = Math.max(32 - (bits - i * 32), 0);
      key += `${this.words[i]! >>> unused}:`;
    }
    return key;
  }

  #setIpv4(word: number): void {
    const words = this.words;
    this.family = 4;
    words[0] = word;
    words[1] = words[2] = words[3] = 0;
    this.#scope = 0;
  }

  /** Makes of an IPv6 address in `words` what it stands for. */
  #settle(scope: number): void {
    if (isMapped(this.words)) {
      this.#setIpv4(this.words[3]!);
      return;
    }
    this.family = 6;
    // RFC 4291 section 2.5.6: fe80::/10. Other addresses are the same on every interface.
    this.#scope = this.words[0]! >>> 22 === 0x3fa ? scope : 0;
  }

  #toText(): string {
    if (this.family === 4) return ipv4ToText(this.words[0]!);
    const address = ipv6ToText(this.words);
    return this.#scope === 0 ? address : `${address}%${this.#zoneName(this.#scope)}`;
  }
}

/** Makes a client address from text; undefined when the text is no address. */
export function toClientAddress(text: string): ClientAddress | undefined {
  const client = new ClientAddress();
  return client.set(text) ? client : undefined;
}

function readWord(octets: Uint8Array, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
}
