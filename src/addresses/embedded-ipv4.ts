// The IPv4 addresses that an IPv6 address stands for: packets to it end there, by a translator, a tunnel or the host itself.

/** The most IPv4 addresses inside one IPv6 address. */
export const MAX_EMBEDDED = 3;

/** Writes the IPv4 addresses inside an IPv6 one (four words, most significant first) into `found`, and gives how many. */
export function embeddedIPv4(words: Uint32Array, found: Uint32Array): number {
  const first = words[0]!;
  const second = words[1]!;
  const third = words[2]!;
  const last = words[3]!;
  if (first === 0 && second === 0) {
    // ::a.b.c.d, ::ffff:a.b.c.d (RFC 4291 section 2.5.5) and ::ffff:0:a.b.c.d (RFC 2765 section 2.1).
    if (third === 0 || third === 0xffff || third === 0xffff_0000) return take(found, last);
  } else if (first === 0x0064_ff9b) {
    // 64:ff9b::/96 (RFC 6052 section 2.1) and 64:ff9b:1::/48 (RFC 8215).
    if (second === 0 && third === 0) return take(found, last);
    if (second >>> 16 === 1) return embeddedByTranslator(words, found);
  } else if (first >>> 16 === 0x2002) {
    // 6to4 (RFC 3056 section 2).
    return take(found, (first << 16) | (second >>> 16));
  } else if (first === 0x2001_0000) {
    // Teredo: the server, and the client with all bits inverted (RFC 4380 section 4).
    found[1] = ~last;
    return take(found, second) + 1;
  }
  // ISATAP, below any prefix (RFC 5214 section 6.1).
  return (third & 0xfdff_ffff) === 0x0000_5efe ? take(found, last) : 0;
}

function take(found: Uint32Array, address: number): number {
  found[0] = address;
  return 1;
}

/**
 * Below 64:ff9b:1::/48 networks choose their own prefix of 48, 56, 64 or 96 bits (RFC 6052 section 2.2): any of these may be
 * meant for which the address has zeros where the form requires them.
 */
function embeddedByTranslator(words: Uint32Array, found: Uint32Array): number {
  const second = words[1]!;
  const third = words[2]!;
  const last = words[3]!;
  const isLong = third >>> 24 !== 0 || (last & 0x00ff_ffff) !== 0;
  if (isLong || (third === 0 && last === 0)) return take(found, last);
  let count = take(found, (third << 8) | (last >>> 24));
  if (last === 0) found[count++] = (second << 24) | third;
  if (last === 0 && (third & 0xff) === 0) found[count++] = (second << 16) | (third >>> 8);
  return count;
}
