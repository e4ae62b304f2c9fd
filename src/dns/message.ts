// The fixed parts of a DNS message (RFC 1035 section 4.1.1): where header fields lie and how 16 and 32 bit
// numbers are read and written. Nothing here checks bounds; the callers have.

/** Octets of the header. */
export const HEADER_OCTETS = 12;

/** Largest message over UDP that is sent or asked for (RFC 9715, DNS flag day 2020). */
export const UDP_PAYLOAD_OCTETS = 1232;

/** Largest message over UDP without EDNS (RFC 1035 section 4.2.1). */
export const CLASSIC_UDP_OCTETS = 512;

/** Longest query over UDP that is read: no client sends a longer one. */
export const MAX_UDP_QUERY_OCTETS = 4096;

/** Largest DNS message: what a 16-bit length before it on TCP can say. */
export const MAX_MESSAGE_OCTETS = 65_535;

/** Offsets of the header's fields. */
export const HEADER = { ID: 0, FLAGS: 2, QDCOUNT: 4, ANCOUNT: 6, NSCOUNT: 8, ARCOUNT: 10 } as const;

/** Bits of the header's flags word. */
export const FLAG = {
  QR: 0x8000,
  OPCODE: 0x7800,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
  RA: 0x0080,
  Z: 0x0040,
  AD: 0x0020,
  CD: 0x0010,
  RCODE: 0x000f,
} as const;

/** The DO bit in the flags half of an OPT record's TTL (RFC 3225). */
export const EDNS_DO = 0x8000;

/** Reads an unsigned 16-bit number, most significant octet first. */
export function readU16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

/** Reads an unsigned 32-bit number, most significant octet first. */
export function readU32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>>
    0
  );
}

/** Writes the low 16 bits of value, most significant octet first. */
export function writeU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

/** Writes the low 32 bits of value, most significant octet first. */
export function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}
