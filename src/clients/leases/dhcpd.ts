// Leases of OpenBSD's dhcpd and of ISC's, dhcpd.leases(5): a block for each change of a lease, the last one of an address holds. The
// rule: a block counts when it is closed; a quoted name ends at the last `";` of its line, since both servers write quotes bare.
import { toMac } from '../../addresses/mac.ts';
import { macOfDuid, toLeaseAddress } from './fields.ts';
import type { Lease, LeaseEnd, LeaseReader, LeaseTaker } from './lease.ts';

const LEASE = /^lease (\S+) \{\s*$/;
const IDENTITY_ASSOCIATION = /^ia-(na|ta|pd) "(.*)" \{\s*$/;
const ADDRESS_OF_IA = /^\s+iaaddr (\S+) \{\s*$/;
const TIME =
  /^\s*(starts|cltt|ends) (?:\d (\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)(?: UTC)?|(epoch) (\d{1,12})|(never));/;
const STATE = /^\s*binding state (\w+);/;
const HARDWARE = /^\s*hardware ethernet ([0-9a-f:]+);/i;
/** `hostname` is what OpenBSD's dhcpd gave it; both are what the client said. */
const NAME = /^\s*client-hostname "(.*)";\s*$/;

/** What is known so far of the lease in an open block. */
interface Draft {
  readonly address: string | undefined;
  /** The line that it began at. */
  readonly line: number;
  mac: string | undefined;
  name: string | undefined;
  sinceMs: number;
  untilMs: number | undefined;
  isInUse: boolean;
}

/** Reads either server's file, of DHCPv4 or DHCPv6. */
export class DhcpdLeases implements LeaseReader {
  readonly #taker: LeaseTaker;
  #draft: Draft | undefined;
  /** Inside of a block of DHCPv6: the MAC that its client says, and the time of its last message. */
  #association: { readonly mac: string | undefined; readonly line: number; sinceMs: number } | undefined;

  constructor(taker: LeaseTaker) {
    this.#taker = taker;
  }

  line(text: string, number: number): void {
    const begun = LEASE.exec(text) ?? IDENTITY_ASSOCIATION.exec(text);
    if (begun !== null) this.#begin(begun, number);
    else if (this.#association !== undefined) this.#inAssociation(text, number);
    else if (this.#draft !== undefined) this.#inLease(text, this.#draft);
  }

  end(rest: string): LeaseEnd {
    const isOpen = this.#draft !== undefined || this.#association !== undefined;
    return isOpen || rest.trim() !== '' ? 'cut' : 'whole';
  }

  #begin(begun: RegExpExecArray, number: number): void {
    const open = this.#association ?? this.#draft;
    // The server died while it wrote.
    if (open !== undefined) this.#taker.skipped(open.line, 'the block that begins here is not closed');
    this.#draft = this.#association = undefined;
    const [text, first = '', duid = ''] = begun;
    if (text.startsWith('lease')) {
      this.#draft = toDraft(first, number);
      if (this.#draft.address === undefined) this.#taker.skipped(number, 'it names no address');
    } else this.#association = { mac: macOfIaString(duid), line: number, sinceMs: 0 };
  }

  #inLease(text: string, draft: Draft): void {
    if (text.trimEnd() !== '}') {
      readField(text, draft);
      return;
    }
    this.#draft = undefined;
    this.#settle(draft, false);
  }

  #inAssociation(text: string, number: number): void {
    const association = this.#association!;
    const draft = this.#draft;
    if (text.trimEnd() === '}') {
      this.#association = this.#draft = undefined;
      return;
    }
    if (draft === undefined) {
      const [, address] = ADDRESS_OF_IA.exec(text) ?? [];
      const time = TIME.exec(text);
      if (time?.[1] === 'cltt') association.sinceMs = toMs(time);
      if (address === undefined) return;
      this.#draft = { ...toDraft(address, number), mac: association.mac, sinceMs: association.sinceMs };
      return;
    }
    if (text.trim() === '}') {
      this.#draft = undefined;
      this.#settle(draft, true);
    } else readField(text, draft);
  }

  #settle({ address, mac, name, sinceMs, untilMs, isInUse }: Draft, isMacSaid: boolean): void {
    if (address === undefined) return;
    // A block without its end is none that a server has written.
    if (!isInUse || untilMs === undefined) {
      this.#taker.gone(address);
      return;
    }
    const lease: Lease = { address, mac, isMacSaid, name, sinceMs, untilMs };
    this.#taker.lease(lease);
  }
}

function toDraft(address: string, line: number): Draft {
  return {
    address: toLeaseAddress(address),
    line,
    mac: undefined,
    name: undefined,
    sinceMs: 0,
    untilMs: undefined,
    isInUse: true,
  };
}

/** Takes what one line of a block says; what is not known there is left alone, since servers and releases add lines. */
function readField(text: string, draft: Draft): void {
  const time = TIME.exec(text);
  if (time !== null) {
    if (time[1] === 'ends') draft.untilMs = time[10] === undefined ? toMs(time) : Infinity;
    else if (time[10] === undefined) draft.sinceMs = Math.max(draft.sinceMs, toMs(time));
    return;
  }
  const [, state] = STATE.exec(text) ?? [];
  if (state !== undefined) draft.isInUse = state === 'active';
  else if (text.trim() === 'abandoned;') draft.isInUse = false;
  draft.mac = toMac(HARDWARE.exec(text)?.[1] ?? '') ?? draft.mac;
  const name = NAME.exec(text)?.[1];
  if (name !== undefined && name !== '') draft.name = name;
}

/** Both servers write in UTC, or seconds since 1970. */
function toMs([, , year, month, day, hour, minute, second, , epoch]: RegExpExecArray): number {
  if (epoch !== undefined) return Number(epoch) * 1000;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** The MAC inside of four octets of IAID and a DUID, written with `\ooo` for octets that cannot be printed. */
function macOfIaString(text: string): string | undefined {
  const octets = Array.from(text.matchAll(/\\([0-3][0-7]{2})|\\?(.)/gs), ([, octal, plain = '']) =>
    octal === undefined ? plain.charCodeAt(0) : Number.parseInt(octal, 8),
  );
  return macOfDuid(
    octets
      .slice(4)
      .map((octet) => octet.toString(16).padStart(2, '0'))
      .join(':'),
  );
}
