// Copies records of one message to the end of another, with their names written out: for a reply that differs from
// the upstream's message (an alias of ours before it, a parameter taken out of it).
import { readU16, writeU16, writeU32 } from './message.ts';
import { NameView } from './name-view.ts';
import { TYPE } from './numbers.ts';
import { namesStart, rdataLayout } from './rdata-layout.ts';
import { RecordWalk } from './record-walk.ts';

/** SvcParamKeys of Encrypted Client Hello and of the list of keys that a client must know (RFC 9460 section 14.3.2). */
const ECH_KEY = 5;
const MANDATORY_KEY = 0;

/** The most a record can grow by when its names are written out: an owner and two names in the rdata. */
const MAX_GROWTH_OCTETS = 3 * 255 + 10;

/** Copies records from `message` to the end of `target`; its scratch is reused. */
export class RecordCopier {
  target: Uint8Array = new Uint8Array(0);
  /** Where the next record is written. */
  end = 0;
  /** Whether a record was left out, since the wanted octets were full. */
  isFull = false;
  #wanted = 0;
  #message: Uint8Array = this.target;
  #from = 0;
  readonly #walk = new RecordWalk();
  readonly #name = new NameView();

  /** Starts to write at `end` of target, until `wanted` octets are passed: later records would be cut off anyway. */
  begin(target: Uint8Array, end: number, wanted: number): void {
    this.target = target;
    this.end = end;
    this.isFull = false;
    this.#wanted = wanted;
  }

  /**
   * Copies the records of one section (1 answer, 2 authority) of a well-formed message, on request without the `ech` of
   * SVCB and HTTPS records. Gives how many there was room for.
   */
  copySection(message: Uint8Array, section: number, withoutEch: boolean): number {
    this.#message = message;
    const walk = this.#walk;
    let copied = 0;
    if (!walk.start(message, message.length)) return 0;
    while (walk.next()) {
      if (walk.section !== section) continue;
      this.isFull ||=
        this.end > this.#wanted || this.end + walk.rdataLength + MAX_GROWTH_OCTETS > this.target.length;
      if (this.isFull) return copied;
      this.#copyRecord(withoutEch && (walk.type === TYPE.SVCB || walk.type === TYPE.HTTPS));
      copied++;
    }
    return copied;
  }

  #copyRecord(withoutEch: boolean): void {
    const walk = this.#walk;
    this.#from = walk.ownerOffset;
    this.#copyName();
    writeU16(this.target, this.end, walk.type);
    writeU16(this.target, this.end + 2, walk.class);
    writeU32(this.target, this.end + 4, walk.ttl);
    const rdata = this.end + 10;
    this.end = rdata;
    this.#from = walk.rdataOffset;
    const layout = rdataLayout(walk.type);
    if (layout !== undefined && layout.names > 0) {
      this.#copyTo(namesStart(layout, this.#message, this.#from, walk.end));
      for (let i = 0; i < layout.names; i++) this.#copyName();
    }
    if (withoutEch) this.#copyParameters(walk.end);
    else this.#copyTo(walk.end);
    writeU16(this.target, rdata - 2, this.end - rdata);
  }

  #copyName(): void {
    this.#from = this.#name.read(this.#message, this.#from, this.#message.length);
    this.target.set(this.#name.wire.subarray(0, this.#name.length), this.end);
    this.end += this.#name.length;
  }

  #copyTo(stop: number): void {
    this.target.set(this.#message.subarray(this.#from, stop), this.end);
    this.end += stop - this.#from;
    this.#from = stop;
  }

  #copyParameters(stop: number): void {
    while (this.#from + 4 <= stop) {
      const key = readU16(this.#message, this.#from);
      const next = this.#from + 4 + readU16(this.#message, this.#from + 2);
      if (key === ECH_KEY) this.#from = next;
      else if (key === MANDATORY_KEY) this.#copyMandatory(next);
      else this.#copyTo(next);
    }
  }

  /** A record that calls a key mandatory and lacks it is malformed, and so is an empty list (RFC 9460 section 8). */
  #copyMandatory(stop: number): void {
    const start = this.end;
    this.#copyTo(this.#from + 4);
    while (this.#from + 2 <= stop) {
      if (readU16(this.#message, this.#from) === ECH_KEY) this.#from += 2;
      else this.#copyTo(this.#from + 2);
    }
    this.#from = stop;
    const octets = this.end - start - 4;
    if (octets === 0) this.end = start;
    else writeU16(this.target, start + 2, octets);
  }
}
