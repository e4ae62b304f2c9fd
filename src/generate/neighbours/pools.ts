// Addresses to lease, chosen by the size of a subnet alone, without those known to be in use: whoever prints them says that
// they are a proposal.

import type { Prefix } from '../../addresses/prefix.ts';
import { addressToText } from '../../addresses/address-text.ts';

/** A run of addresses, both ends included. */
export interface Pool {
  readonly first: string;
  readonly last: string;
}

/** At most this many IPv4 addresses are proposed: dhcpd(8) keeps each of them in memory. */
const MOST = 1000n;

/** Where an IPv6 pool begins in its subnet: above addresses numbered by hand, below those of SLAAC. */
const FIRST_SIX = 0x1000n;
const LAST_SIX = 0x1fffn;

/**
 * The pools of a subnet: for IPv4 from 100/256 to 199/256 of its addresses, which is .100 to .199 of a /24; for IPv6 from
 * ::1000 to ::1fff. What lies in `taken` is left out. Empty where there is no room.
 */
export function poolsOf(subnet: Prefix, taken: readonly Prefix[]): Pool[] {
  const { family } = subnet;
  const network = toNumber(subnet);
  const size = sizeOf(subnet);
  const from = family === 4 ? (size * 100n) / 256n : FIRST_SIX;
  const to = family === 4 ? (size * 200n) / 256n - 1n : LAST_SIX;
  // Neither the network nor, in IPv4, the broadcast address.
  const first = network + (from < 1n ? 1n : from);
  const highest = network + size - 2n;
  const most = family === 4 ? first + MOST - 1n : highest;
  const last = [network + to, most, highest].reduce((a, b) => (a < b ? a : b));
  let runs = [{ first, last }];
  for (const prefix of taken) {
    if (prefix.family !== family) continue;
    const start = toNumber(prefix);
    const end = start + sizeOf(prefix) - 1n;
    runs = runs.flatMap((run) => [
      { first: run.first, last: run.last < start ? run.last : start - 1n },
      { first: run.first > end ? run.first : end + 1n, last: run.last },
    ]);
    runs = runs.filter((run) => run.first <= run.last);
  }
  return runs
    .filter((run) => run.first <= run.last)
    .map((run) => ({ first: toText(family, run.first), last: toText(family, run.last) }));
}

/** The first address of a subnet after the network's own, which most networks give to their router. */
export function firstHost(subnet: Prefix): string {
  return hostOf(subnet, 1n);
}

/** The address `place` after the network's own. */
export function hostOf(subnet: Prefix, place: bigint): string {
  return toText(subnet.family, toNumber(subnet) + place);
}

/** The mask of an IPv4 prefix with dots. */
export function netmaskOf({ length }: Pick<Prefix, 'length'>): string {
  return toText(4, (0xffff_ffffn << BigInt(32 - length)) & 0xffff_ffffn);
}

function sizeOf({ family, length }: Prefix): bigint {
  return 1n << BigInt((family === 4 ? 32 : 128) - length);
}

function toNumber({ family, words }: Prefix): bigint {
  if (family === 4) return BigInt(words[0]);
  let value = 0n;
  for (const word of words) value = (value << 32n) | BigInt(word);
  return value;
}

function toText(family: 4 | 6, value: bigint): string {
  const word = (shift: bigint): number => Number((value >> shift) & 0xffff_ffffn);
  return addressToText(
    family,
    family === 4 ? [word(0n), 0, 0, 0] : [word(96n), word(64n), word(32n), word(0n)],
  );
}
