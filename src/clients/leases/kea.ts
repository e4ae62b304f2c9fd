// Leases of Kea's memfile backend: CSV with a heading, a row for each change of a lease. Commas inside of fields are written `&#x2c`.
// The rule: columns go by their names, and a row with another number of fields than the heading is none.
import { toMac } from '../../addresses/mac.ts';
import { toLeaseAddress } from './fields.ts';
import type { LeaseEnd, LeaseReader, LeaseTaker } from './lease.ts';

/** States of a lease that has a client: as given out, and registered by a client that has chosen its address (RFC 9686). */
const IN_USE: ReadonlySet<string> = new Set(['', '0', '4']);
/** A prefix that was given to a router (RFC 8415 section 6.3). */
const DELEGATED_PREFIX = '2';
/** Where Kea has a hardware address of DHCPv6 from: the client's DUID. */
const FROM_DUID = '2';
const INFINITE_SECONDS = 4_294_967_295;

/** Reads one of the files of Kea. */
export class KeaLeases implements LeaseReader {
  readonly #taker: LeaseTaker;
  #columns: readonly string[] | undefined;

  constructor(taker: LeaseTaker) {
    this.#taker = taker;
  }

  line(text: string, number: number): void {
    const line = text.replace(/\r$/, '');
    if (line === '') return;
    const fields = line.split(',');
    if (fields[0] === 'address') {
      this.#columns = fields;
      return;
    }
    const columns = this.#columns;
    if (columns === undefined || fields.length !== columns.length) {
      this.#taker.skipped(
        number,
        columns === undefined ? 'there is no heading above it' : 'it has not as many fields as the heading',
      );
      return;
    }
    const row = new Map(columns.map((column, index) => [column, unescape(fields[index] ?? '')] as const));
    if (!this.#row(row)) this.#taker.skipped(number, 'it has no address, lifetime or time of expiry');
  }

  end(rest: string): LeaseEnd {
    return rest === '' ? 'whole' : 'cut';
  }

  #row(row: ReadonlyMap<string, string>): boolean {
    const of = (column: string): string => row.get(column) ?? '';
    const address = toLeaseAddress(of('address'));
    const [lifetime, expires] = [of('valid_lifetime'), of('expire')].map(toSeconds);
    if (address === undefined || lifetime === undefined || expires === undefined) return false;
    if (of('lease_type') === DELEGATED_PREFIX) return true;
    if (!IN_USE.has(of('state')) || lifetime === 0) {
      this.#taker.gone(address);
      return true;
    }
    const name = of('hostname').replace(/\.$/, '');
    this.#taker.lease({
      address,
      mac: toMac(of('hwaddr')),
      isMacSaid: of('hwaddr_source') === FROM_DUID,
      name: name === '' ? undefined : name,
      // An endless lease is written with its end 136 years from now.
      sinceMs: Math.max(0, (expires - lifetime) * 1000),
      untilMs: lifetime === INFINITE_SECONDS ? Infinity : expires * 1000,
    });
    return true;
  }
}

function toSeconds(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

function unescape(field: string): string {
  return field.includes('&#x')
    ? field.replaceAll(/&#x([0-9a-f]{2})/gi, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : field;
}
