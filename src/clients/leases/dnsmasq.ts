// Leases of dnsmasq, `EXPIRES MAC ADDRESS NAME CLIENT-ID`, and for DHCPv6 behind a line `duid ...`: `EXPIRES IAID ADDRESS NAME
// DUID`. The file is written anew at each change, from its beginning; `*` stands for what is not known.
import { toMac } from '../../addresses/mac.ts';
import { macOfDuid, toLeaseAddress } from './fields.ts';
import type { LeaseEnd, LeaseFile, LeaseReader, LeaseTaker } from './lease.ts';

/** Smaller numbers are no time of day but a length, as dnsmasq writes it where a machine has no clock (HAVE_BROKEN_RTC). */
const LEAST_TIME_SECONDS = 1_000_000_000;

/** Reads a file of dnsmasq. */
export class DnsmasqLeases implements LeaseReader {
  readonly #taker: LeaseTaker;
  readonly #file: LeaseFile;
  /** Whether the lines are those of DHCPv6. */
  #isSix = false;

  constructor(taker: LeaseTaker, file: LeaseFile) {
    this.#taker = taker;
    this.#file = file;
  }

  line(text: string, number: number): void {
    const fields = text.trim().split(/\s+/);
    if (fields[0] === '') return;
    if (fields[0] === 'duid') {
      this.#isSix = true;
      return;
    }
    const [expires = '', who = '', where = '', name = '', id = ''] = fields;
    const address = toLeaseAddress(where);
    if (fields.length !== 5 || !/^\d{1,15}$/.test(expires) || address === undefined) {
      this.#taker.skipped(number, 'it is not EXPIRES MAC ADDRESS NAME CLIENT-ID');
      return;
    }
    // `06-...` begins the address of another kind of network.
    const mac = this.#isSix ? macOfDuid(id) : toMac(who.replace(/^01-/, ''));
    this.#taker.lease({
      address,
      mac,
      isMacSaid: this.#isSix,
      name: name === '*' ? undefined : name,
      sinceMs: 0,
      untilMs: this.#untilMs(Number(expires)),
    });
  }

  end(rest: string, number: number): LeaseEnd {
    if (rest.trim() === '') return 'whole';
    // In a line with all its fields, at most the end of an identifier is missing, which matters for DHCPv6 only.
    if (this.#isSix || rest.trim().split(/\s+/).length < 5) return 'cut';
    this.line(rest, number);
    return 'whole';
  }

  #untilMs(seconds: number): number {
    if (seconds === 0) return Infinity;
    return seconds < LEAST_TIME_SECONDS ? this.#file.writtenMs + seconds * 1000 : seconds * 1000;
  }
}
