// Room for a batch of datagrams and for the replies to them. One for all sockets of the process: a batch is read,
// answered and sent before anything else runs. The rule: nothing is allocated for a datagram or a reply.

import type { Slots } from './header-table.ts';
import { HeaderTable } from './header-table.ts';
import type { SystemCalls } from './system-calls.ts';

/** Datagrams taken in by one call. */
export const BATCH_DATAGRAMS = 64;

/** Room for one datagram: more than UDP carries, so that none is cut. Only pages that were written to take memory. */
const DATAGRAM_OCTETS = 65_535;

/** Octets from one slot to the next. No multiple of 4096, or all first lines would share one set of the processor's cache. */
const QUERY_STRIDE = 65_600;

/** The longest reply, in octets, behind which the batch may hold another one; over UDP, replies have 1232 at most. */
const REPLY_STRIDE = 1344;

/** Octets from one sender's address to the next: struct sockaddr_in6 has 28. */
const NAME_STRIDE = 32;

/** A batch of datagrams, numbered from 0, and the replies to some of them in the order in which they were made. */
export class DatagramBatch {
  /** [i] the slot of datagram i: the datagram is its first octets(i) octets. */
  readonly queries: readonly Uint8Array[];
  /** Senders' addresses: struct sockaddr_in or sockaddr_in6, that of datagram i at i * 32. */
  readonly senders: Uint8Array;
  readonly #calls: SystemCalls;
  readonly #incoming: HeaderTable;
  readonly #outgoing: HeaderTable;
  /** [k] the slot of reply k. It reaches into later ones, which are not written yet. */
  readonly #replies: readonly Uint8Array[];
  /** [k] the datagram that reply k answers. */
  readonly #askedBy = new Uint8Array(BATCH_DATAGRAMS);
  /** One reply on its own. */
  readonly #single: HeaderTable;
  readonly #singleName: Uint8Array;
  readonly #singleReply: Uint8Array;
  /** Headers whose address length the system has changed. */
  #changed = 0;
  /** Replies made, and how many of them are sent or given up. */
  #made = 0;
  #sent = 0;

  constructor(calls: SystemCalls) {
    this.#calls = calls;
    const names = slots(BATCH_DATAGRAMS, NAME_STRIDE, calls.layout.ipv6.octets);
    const queries = slots(BATCH_DATAGRAMS, QUERY_STRIDE, DATAGRAM_OCTETS);
    const replies = slots(BATCH_DATAGRAMS, REPLY_STRIDE, DATAGRAM_OCTETS);
    this.#incoming = new HeaderTable(calls, BATCH_DATAGRAMS, names, queries);
    this.#outgoing = new HeaderTable(calls, BATCH_DATAGRAMS, names, replies);
    this.queries = viewsOf(queries);
    this.#replies = viewsOf(replies);
    this.senders = new Uint8Array(names.buffer);
    const name = slots(1, NAME_STRIDE, calls.layout.ipv6.octets);
    const reply = slots(1, DATAGRAM_OCTETS, DATAGRAM_OCTETS);
    this.#single = new HeaderTable(calls, 1, name, reply);
    this.#singleName = new Uint8Array(name.buffer);
    this.#singleReply = new Uint8Array(reply.buffer);
  }

  /** Reads what has arrived, at most `most` datagrams (BATCH_DATAGRAMS or fewer); gives how many, or -1 and errno. */
  receive(descriptor: number, most = BATCH_DATAGRAMS): number {
    // The system overwrites the room for each address with the length of the address.
    for (let i = 0; i < this.#changed; i++) this.#incoming.setNameOctets(i, this.#calls.layout.ipv6.octets);
    const count = this.#calls.receive(descriptor, this.#incoming.from[0]!, most);
    this.#changed = Math.max(count, 0);
    this.#made = this.#sent = 0;
    return count;
  }

  /** Octets of datagram i. */
  octets(i: number): number {
    return this.#incoming.received(i);
  }

  /** Whether datagram i was longer than its slot, and the rest of it is lost. */
  isCut(i: number): boolean {
    return (this.#incoming.flags(i) & this.#calls.truncated) !== 0;
  }

  /** The port that datagram i came from; IPv4 and IPv6 have it at the same place. */
  senderPort(i: number): number {
    const at = i * NAME_STRIDE + this.#calls.layout.ipv4.port;
    return this.senders[at]! * 256 + this.senders[at + 1]!;
  }

  /** Where in `senders` the IPv4 address of datagram i begins: 4 octets. */
  ipv4At(i: number): number {
    return i * NAME_STRIDE + this.#calls.layout.ipv4.address;
  }

  /** Where in `senders` the IPv6 address of datagram i begins: 16 octets. */
  ipv6At(i: number): number {
    return i * NAME_STRIDE + this.#calls.layout.ipv6.address;
  }

  /** The scope of datagram i's IPv6 address: the number of an interface, or 0. */
  scopeOf(i: number): number {
    const at = i * NAME_STRIDE + this.#calls.layout.ipv6.scope;
    const { senders } = this;
    return (
      (senders[at]! | (senders[at + 1]! << 8) | (senders[at + 2]! << 16) | (senders[at + 3]! << 24)) >>> 0
    );
  }

  /** A copy of the address of datagram i's sender, for a later reply. */
  copySender(i: number): Uint8Array {
    return this.senders.slice(i * NAME_STRIDE, i * NAME_STRIDE + this.#incoming.nameOctets(i));
  }

  /** Where the next reply is to be written: DATAGRAM_OCTETS of room. */
  get replyRoom(): Uint8Array {
    return this.#replies[this.#made]!;
  }

  /** Takes what was written to `replyRoom` as the reply to datagram i; false where it must be sent before the next. */
  addReply(i: number, octets: number): boolean {
    const reply = this.#made++;
    this.#askedBy[reply] = i;
    this.#outgoing.useName(reply, i);
    this.#outgoing.setNameOctets(reply, this.#incoming.nameOctets(i));
    this.#outgoing.setLength(reply, octets);
    return octets <= REPLY_STRIDE;
  }

  /** Replies made and not sent yet. */
  get unsent(): number {
    return this.#made - this.#sent;
  }

  /** Sends the unsent replies; gives how many were sent, or -1 and errno where not even the first could be. */
  send(descriptor: number): number {
    const count = this.#calls.send(descriptor, this.#outgoing.from[this.#sent]!, this.unsent);
    this.skip(Math.max(count, 0));
    return count;
  }

  /** Drops the first unsent replies without sending them. */
  skip(count: number): void {
    this.#sent += count;
    if (this.#sent >= this.#made) this.#made = this.#sent = 0;
  }

  /** Takes the first unsent reply out; gives a copy of it. */
  takeUnsent(): HeldReply {
    const reply = this.#sent;
    const held = {
      to: this.copySender(this.#askedBy[reply]!),
      reply: this.#replies[reply]!.slice(0, this.#outgoing.length(reply)),
    };
    this.skip(1);
    return held;
  }

  /** Sends one reply to an address that copySender gave; 1, or -1 and errno. */
  sendSingle(descriptor: number, to: Uint8Array, reply: Uint8Array): number {
    const single = this.#single;
    this.#singleName.set(to);
    this.#singleReply.set(reply);
    single.setNameOctets(0, to.length);
    single.setLength(0, reply.length);
    return this.#calls.send(descriptor, single.from[0]!, 1);
  }
}

/** A reply that could not be sent yet. */
export interface HeldReply {
  /** struct sockaddr_in or sockaddr_in6. */
  readonly to: Uint8Array;
  readonly reply: Uint8Array;
}

function slots(count: number, stride: number, octets: number): Slots {
  return { buffer: new ArrayBuffer((count - 1) * stride + Math.max(stride, octets)), stride, octets };
}

function viewsOf({ buffer, stride, octets }: Slots): Uint8Array[] {
  return Array.from({ length: BATCH_DATAGRAMS }, (_, i) => new Uint8Array(buffer, i * stride, octets));
}
