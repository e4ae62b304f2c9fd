// The address of the client, as numbers, in a record that is refilled for every query.
// The rule: no regular expression, no split, no allocation; an IPv4-mapped IPv6 address is an IPv4 address.

const DOT = 0x2e;
const ZERO = 0x30;

/** Gives the name of an interface by the number that a link-local address has as its scope. */
export type ZoneName = (scope: number) => string;

/** One client's address; the set methods refill it, `copy` keeps it. */
export class ClientAddress {
  /** 4, also for IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2), or 6. */
  family: 4 | 6 = 4;
  /** Most significant first: IPv4 in `words[0]` with the rest 0, IPv6 in all four. */
  readonly words = new Uint32Array(4);
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
      this.#text = this.#isMapped() ? undefined : text;
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

  #isMapped(): boolean {
    const words = this.words;
    return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  }

  /** Turns the IPv6 address in `words` into the IPv4 address that it maps, if it maps one, and sets family and scope. */
  #settle(scope: number): void {
    if (this.#isMapped()) {
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

// Four decimal octets without leading zeros in text[from, end); -1 when they are not there. 15 ns (Node 20).
function readIpv4(text: string, from: number, end: number): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (octet < 0 || ++dots > 3) return -1;
      value = value * 256 + octet;
      octet = -1;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || octet === 0) return -1;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return -1;
  }
  return octet < 0 || dots !== 3 ? -1 : value * 256 + octet;
}

// The eight groups of an IPv6 address (RFC 4291 section 2.2): those before `::`, then those after it.
const groups = new Uint16Array(8);

function readIpv6(text: string, words: Uint32Array): boolean {
  const zone = text.indexOf('%');
  if (zone === text.length - 1) return false;
  const end = zone < 0 ? text.length : zone;
  const gap = text.indexOf('::');
  if (gap < 0) {
    if (readGroups(text, 0, end, 0) !== 8) return false;
    packGroups(words, 8, 8);
    return true;
  }
  const before = gap === 0 ? 0 : readGroups(text, 0, gap, 0);
  if (before < 0 || gap + 2 > end) return false;
  const count = gap + 2 === end ? before : readGroups(text, gap + 2, end, before);
  if (count < 0 || count > 7) return false;
  packGroups(words, count, before);
  return true;
}

// Reads text[from, end), groups parted by single colons, into groups[count...]; the new count, or -1 for a fault.
function readGroups(text: string, from: number, end: number, count: number): number {
  for (let i = from; i <= end;) {
    const colon = text.indexOf(':', i);
    const groupEnd = colon < 0 || colon > end ? end : colon;
    const value = readHex(text, i, groupEnd);
    if (value >= 0) {
      if (count > 7) return -1;
      groups[count++] = value;
    } else {
      const ipv4 = groupEnd === end ? readIpv4(text, i, end) : -1;
      if (ipv4 < 0 || count > 6) return -1;
      groups[count++] = ipv4 >>> 16;
      groups[count++] = ipv4 & 0xffff;
    }
    i = groupEnd + 1;
  }
  return count;
}

function readHex(text: string, from: number, end: number): number {
  if (end === from || end - from > 4) return -1;
  let value = 0;
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i);
    const letter = (code | 0x20) - 0x61;
    if (code >= ZERO && code <= 0x39) value = value * 16 + code - ZERO;
    else if (letter >= 0 && letter < 6) value = value * 16 + letter + 10;
    else return -1;
  }
  return value;
}

// Groups before the gap stand at the front, those after it at the back, zeros between.
function packGroups(words: Uint32Array, count: number, gap: number): void {
  words.fill(0);
  for (let i = 0; i < count; i++) {
    const place = i < gap ? i : 8 - count + i;
    words[place >> 1]! |= (groups[i]! << ((place & 1) === 0 ? 16 : 0)) >>> 0;
  }
}

function ipv4ToText(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

// RFC 5952 section 4: lower case, no leading zeros, `::` for the first of the longest runs of two or more zero groups.
function ipv6ToText(words: Uint32Array): string {
  const parts = Array.from({ length: 8 }, (_, i) => ((words[i >> 1]! << ((i & 1) << 4)) >>> 16).toString(16));
  let gap = -1;
  let longest = 1;
  for (let from = 0; from < 8; from++) {
    let end = from;
    while (parts[end] === '0') end++;
    if (end - from > longest) {
      gap = from;
      longest = end - from;
    }
  }
  if (gap < 0) return parts.join(':');
  return `${parts.slice(0, gap).join(':')}::${parts.slice(gap + longest).join(':')}`;
}

function readWord(octets: Uint8Array, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
}
