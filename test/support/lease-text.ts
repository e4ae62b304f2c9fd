// Files of leases from their text, without a file; and such files cut short at every octet.
import type { LeaseFormat } from '../../src/clients/leases/format-names.ts';
import type { Lease, LeaseEnd } from '../../src/clients/leases/lease.ts';
import { LeaseTable } from '../../src/clients/leases/lease-table.ts';
import type { Skipped } from '../../src/clients/leases/lease-table.ts';
import { LeaseLines } from '../../src/clients/leases/read-leases.ts';

/** When the texts were written: 2026-12-01 00:00 UTC. */
const WRITTEN_MS = Date.UTC(2026, 11, 1);

/** What a text says, in lines `ADDRESS MAC NAME SINCE UNTIL`; a MAC that is only said has a `?`, times are seconds from WRITTEN_MS. */
export interface ReadText {
  readonly lines: readonly string[];
  readonly end: LeaseEnd;
  readonly faults: Skipped | undefined;
}

/** Reads a text of leases, in chunks of so many characters. */
export function readLeaseText(text: string, format: LeaseFormat | 'auto' = 'auto', chunk = 1000): ReadText {
  const table = new LeaseTable();
  const lines = new LeaseLines(format, table, WRITTEN_MS);
  for (let at = 0; at < text.length; at += chunk) lines.add(text.slice(at, at + chunk));
  const end = lines.end();
  return { lines: table.leases.map(toLine), end, faults: table.faults };
}

function toLine({ address, mac, isMacSaid, name, sinceMs, untilMs }: Lease): string {
  const times = [sinceMs, untilMs].map((ms) => (ms === 0 ? '-' : ms === Infinity ? 'never' : seconds(ms)));
  return [address, mac === undefined ? '-' : `${mac}${isMacSaid ? '?' : ''}`, name ?? '-', ...times].join(
    ' ',
  );
}

function seconds(ms: number): string {
  return String((ms - WRITTEN_MS) / 1000);
}

/** Texts that stop at every octet before the end, and what was read of each that the whole text, or a part of it, does not say. */
export function wrongWhenCut(text: string, format: LeaseFormat): string[] {
  const known = new Set(readLeaseText(text, format).lines);
  // What holds at the end of any whole line: a later one may replace it.
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
    for (const line of readLeaseText(text.slice(0, at + 1), format).lines) known.add(line);
  const wrong: string[] = [];
  for (let length = 0; length < text.length; length++)
    for (const line of readLeaseText(text.slice(0, length), format).lines)
      if (!known.has(line)) wrong.push(`${length} octets: ${line}`);
  return wrong;
}
