// Addresses outside the public Internet: IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190;
// the IPv6 one as of 2024-10-22), blocks that are not "Globally Reachable", with multicast and the old site-local addresses.
import { maskOf } from './prefix.ts';

/** A block: length in bits, whether it is special, and its first words; those left out are 0. */
type Block = readonly [length: number, isSpecial: boolean, ...words: number[]];

/**
 * A block comes after those inside it, so that the first that holds an address decides. The blocks for documentation
 * (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24) are left out: their addresses exist in no network.
 */
const IPV4: readonly Block[] = [
  [8, true, 0x0000_0000], // 0.0.0.0/8, this network, RFC 791
  [8, true, 0x0a00_0000], // 10.0.0.0/8, private, RFC 1918
  [10, true, 0x6440_0000], // 100.64.0.0/10, shared: carriers and overlay networks, RFC 6598
  [8, true, 0x7f00_0000], // 127.0.0.0/8, loopback, RFC 1122
  [16, true, 0xa9fe_0000], // 169.254.0.0/16, link-local, RFC 3927
  [12, true, 0xac10_0000], // 172.16.0.0/12, private, RFC 1918
  [32, false, 0xc000_0009], // 192.0.0.9, PCP anycast, RFC 7723
  [32, false, 0xc000_000a], // 192.0.0.10, TURN anycast, RFC 8155
  [24, true, 0xc000_0000], // 192.0.0.0/24, protocol assignments, RFC 6890
  [16, true, 0xc0a8_0000], // 192.168.0.0/16, private, RFC 1918
  [15, true, 0xc612_0000], // 198.18.0.0/15, benchmarking, RFC 2544
  [4, true, 0xe000_0000], // 224.0.0.0/4, multicast, RFC 5771
  [4, true, 0xf000_0000], // 240.0.0.0/4, reserved, and 255.255.255.255, RFC 1112 and RFC 8190
];

/**
 * Addresses with an IPv4 address inside are judged by that (embedded-ipv4.ts), and so not here: ::/96, ::ffff:0:0/96,
 * 64:ff9b:1::/48, 2001::/32, 2002::/16. Left out for documentation: 2001:db8::/32 and 3fff::/20.
 */
const IPV6: readonly Block[] = [
  [128, true, 0, 0, 0, 0], // ::, unspecified, RFC 4291
  [128, true, 0, 0, 0, 1], // ::1, loopback, RFC 4291
  [64, true, 0x0100_0000, 0], // 100::/64, discard only, RFC 6666
  [64, true, 0x0100_0000, 1], // 100:0:0:1::/64, dummy, RFC 9780
  [32, false, 0x2001_0000], // 2001::/32, Teredo, RFC 4380
  [128, false, 0x2001_0001, 0, 0, 1], // 2001:1::1, PCP anycast, RFC 7723
  [128, false, 0x2001_0001, 0, 0, 2], // 2001:1::2, TURN anycast, RFC 8155
  [128, false, 0x2001_0001, 0, 0, 3], // 2001:1::3, DNS-SD anycast, RFC 9665
  [32, false, 0x2001_0003], // 2001:3::/32, AMT, RFC 7450
  [48, false, 0x2001_0004, 0x0112_0000], // 2001:4:112::/48, AS112, RFC 7535
  [28, false, 0x2001_0020], // 2001:20::/28, ORCHIDv2, RFC 7343
  [28, false, 0x2001_0030], // 2001:30::/28, drone remote ID, RFC 9374
  [23, true, 0x2001_0000], // 2001::/23, protocol assignments, RFC 2928
  [16, true, 0x5f00_0000], // 5f00::/16, segment routing, RFC 9602
  [7, true, 0xfc00_0000], // fc00::/7, unique local, RFC 4193
  [10, true, 0xfe80_0000], // fe80::/10, link-local, RFC 4291
  [10, true, 0xfec0_0000], // fec0::/10, site-local, RFC 3879
  [8, true, 0xff00_0000], // ff00::/8, multicast, RFC 4291
];

/** Whether an address is special; IPv4 in words[0], IPv6 in all four, most significant first. */
export function isSpecialAddress(family: 4 | 6, words: Uint32Array): boolean {
  const { first, mask, isSpecial } = family === 4 ? TABLE_4 : TABLE_6;
  const used = family === 4 ? 1 : 4;
  for (let block = 0; block < isSpecial.length; block++) {
    let at = 0;
    while (at < used && ((words[at]! ^ first[block * 4 + at]!) & mask[block * 4 + at]!) === 0) at++;
    if (at === used) return isSpecial[block] === 1;
  }
  return false;
}

/** Blocks as numbers, four words each: an answer of 64 KB has 4,080 addresses, and took 0.3 ms longer with the rows above. */
interface BlockTable {
  readonly first: Int32Array;
  readonly mask: Int32Array;
  readonly isSpecial: Uint8Array;
}

function toTable(blocks: readonly Block[]): BlockTable {
  const words = [0, 1, 2, 3];
  return {
    first: Int32Array.from(blocks.flatMap(([, , ...own]) => words.map((at) => own[at] ?? 0))),
    mask: Int32Array.from(blocks.flatMap(([length]) => words.map((at) => maskOf(length - at * 32)))),
    isSpecial: Uint8Array.from(blocks, ([, isSpecial]) => Number(isSpecial)),
  };
}

const TABLE_4 = toTable(IPV4);
const TABLE_6 = toTable(IPV6);
