// The formats of lease files: a row each, and how one is recognised where the configuration does not say.
import { DhcpdLeases } from './dhcpd.ts';
import { DnsmasqLeases } from './dnsmasq.ts';
import type { LeaseFormat } from './format-names.ts';
import { KeaLeases } from './kea.ts';
import type { LeaseFile, LeaseReader, LeaseTaker } from './lease.ts';
import { RouterOsLeases } from './routeros.ts';

/** One format. */
interface FormatRow {
  readonly open: (taker: LeaseTaker, file: LeaseFile) => LeaseReader;
  /** Whether its server writes the whole file anew: where such a file ends early, leases are missing. */
  readonly isRewritten: boolean;
  /** Whether a line is one that only this format has. */
  readonly isOwn: RegExp;
}

const blocks = (taker: LeaseTaker): LeaseReader => new DhcpdLeases(taker);

/** The formats. */
export const LEASE_FORMAT_TABLE: Readonly<Record<LeaseFormat, FormatRow>> = {
  isc: {
    open: blocks,
    isRewritten: false,
    isOwn: /^(?:authoring-byte-order |server-duid "|ia-(?:na|ta|pd) "|# .*isc-dhcp)/,
  },
  dhcpd: { open: blocks, isRewritten: false, isOwn: /^lease \S+ \{/ },
  dnsmasq: {
    open: (taker, file) => new DnsmasqLeases(taker, file),
    isRewritten: true,
    isOwn:
      /^(?:duid [0-9a-f:]+$|\d+ [0-9a-f:-]{11,} [0-9a-f.:]+ \S+ \S+$|\d+ T?\d+ [0-9a-f:]+ \S+ [0-9a-f:]+$)/i,
  },
  kea: { open: (taker) => new KeaLeases(taker), isRewritten: false, isOwn: /^address,(?:hwaddr|duid),/ },
  routeros: {
    open: (taker, file) => new RouterOsLeases(taker, file),
    isRewritten: true,
    isOwn: /^(?:# .* RouterOS |\/ip dhcp-server lease|Flags: .*disabled|\s*\d+ .*\bmac-address=)/,
  },
};

/** The format that a line is of; undefined where it could be of any or none. */
export function formatOfLine(line: string): LeaseFormat | undefined {
  for (const [name, { isOwn }] of Object.entries(LEASE_FORMAT_TABLE))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
    if (isOwn.test(line)) return name as LeaseFormat;
  return undefined;
}
