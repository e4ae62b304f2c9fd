// Leases of MikroTik's RouterOS, as `/ip dhcp-server lease print detail file=...` and `export file=...` write them: `key=value` by
// entry, long ones wrapped. Times are spans from when the file was written; an export has static leases only, which never end.
import { toMac } from '../../addresses/mac.ts';
import { toLeaseAddress } from './fields.ts';
import type { LeaseEnd, LeaseFile, LeaseReader, LeaseTaker } from './lease.ts';

const PAIR = /(?:^|\s)([a-z][a-z0-9-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)/g;
/** `print` numbers its entries and shows flags beside the number; a static lease has none. */
const PRINTED = /^\s*\d+\s+(?:([A-Z ]+?)\s+)?(?:;;;|[a-z-]+=|$)/;
const UNITS: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };
/** An entry has some ten lines of eighty characters. */
const MOST_CHARACTERS = 16_384;

/** Reads either form. */
export class RouterOsLeases implements LeaseReader {
  readonly #taker: LeaseTaker;
  readonly #file: LeaseFile;
  /** Where in an export we are: other sections have entries too. */
  #isElsewhere = false;
  /** The entry so far, its first line, and whether the line that is next belongs to it. */
  #entry = '';
  #at = 0;
  #goesOn = false;

  constructor(taker: LeaseTaker, file: LeaseFile) {
    this.#taker = taker;
    this.#file = file;
  }

  line(text: string, number: number): void {
    const line = text.trimEnd();
    if (this.#goesOn) {
      this.#add(line.trimStart());
      return;
    }
    if (/^\s*[#;]|^Flags: /.test(line)) return;
    const isNew = /^(?:\/|add |set )/.test(line) || PRINTED.test(line);
    if (isNew || line === '') this.#settle();
    if (line === '') return;
    if (line.startsWith('/')) {
      this.#isElsewhere = !line.startsWith('/ip dhcp-server lease');
      if (!line.includes('=')) return;
    }
    if (isNew) this.#at = number;
    else if (this.#entry === '') return;
    this.#add(isNew ? line : ` ${line.trim()}`);
  }

  end(rest: string, number: number): LeaseEnd {
    if (rest.trim() !== '') this.line(rest, number);
    const entry = this.#entry;
    // What is printed of a lease goes over several lines, its status behind its address.
    const isHalf = PRINTED.test(entry) && entry.includes('address=') && !/\sstatus=\S/.test(entry);
    if (this.#goesOn || isHalf || isOpenQuote(entry) || rest.trim() !== '') return 'cut';
    this.#settle();
    return 'whole';
  }

  #add(part: string): void {
    this.#goesOn = part.endsWith('\\');
    const whole = this.#entry + (this.#goesOn ? part.slice(0, -1) : part);
    this.#entry = whole.length > MOST_CHARACTERS ? whole.slice(0, MOST_CHARACTERS) : whole;
  }

  #settle(): void {
    const entry = this.#entry;
    this.#entry = '';
    this.#goesOn = false;
    if (entry === '' || this.#isElsewhere) return;
    const values = new Map(
      Array.from(entry.matchAll(PAIR), ([, key = '', value = '']) => [key, unquoted(value)] as const),
    );
    const flags = PRINTED.exec(entry)?.[1] ?? '';
    const of = (key: string): string => values.get(`active-${key}`) ?? values.get(key) ?? '';
    const address = toLeaseAddress(of('address'));
    if (address === undefined) {
      // A server, a network or a lease that is not given out has no address.
      if (!values.has('mac-address')) return;
      this.#taker.skipped(this.#at, 'it has no address');
      return;
    }
    const isOff = flags.includes('X') || values.get('disabled') === 'yes' || values.get('blocked') === 'yes';
    const status = values.get('status') ?? 'bound';
    if (isOff || status !== 'bound') this.#taker.gone(address);
    else this.#take(address, toMac(of('mac-address')), values);
  }

  #take(address: string, mac: string | undefined, values: ReadonlyMap<string, string>): void {
    const { writtenMs } = this.#file;
    const left = spanSeconds(values.get('expires-after'));
    const seen = spanSeconds(values.get('last-seen'));
    this.#taker.lease({
      address,
      mac,
      isMacSaid: false,
      name: values.get('host-name') === '' ? undefined : values.get('host-name'),
      sinceMs: seen === undefined ? 0 : writtenMs - seen * 1000,
      untilMs: left === undefined ? Infinity : writtenMs + left * 1000,
    });
  }
}

/** `1w2d3h4m5s` in seconds; undefined for what is none, such as `never`. */
function spanSeconds(text = ''): number | undefined {
  if (!/^(?:\d{1,9}[wdhms])+$/.test(text)) return undefined;
  return Array.from(text.matchAll(/(\d+)([wdhms])/g)).reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}

/** Whether a quote is open at the end. */
function isOpenQuote(text: string): boolean {
  return text.replaceAll(/\\./g, '').split('"').length % 2 === 0;
}
