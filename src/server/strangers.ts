// Notices that somebody asks whose address may be a device's that the configuration knows by its MAC, so that it is looked who that is.
// The rule: an address is noted once, in a table of a fixed size, and nothing is done for the next while, whoever asks.
import type { ClientAddress } from '../addresses/client-address.ts';
import type { Moment } from '../time/clock.ts';

/** Places for noted addresses, a power of two. Two that share one are noted again and again, which costs no more than time allows. */
const PLACES = 4096;
/** How long nothing more is told after one was, in milliseconds. */
const PAUSE_MS = 50;

/** The addresses that were noted. */
export class Strangers {
  /** The mixed address of each place; 0: none. */
  readonly #noted = new Uint32Array(PLACES);
  readonly #clock: Moment;
  /** Told of the address of a client in a VLAN. */
  onNoted: (vlan: string, address: string) => void = () => {};
  #nextMs = -Infinity;

  constructor(clock: Moment) {
    this.#clock = clock;
  }

  /** Notes a client that has no policy of its own. */
  note(vlan: string, client: ClientAddress): void {
    const mixed = mix(client.words);
    const place = mixed & (PLACES - 1);
    if (this.#noted[place] === mixed || this.#clock.ms < this.#nextMs) return;
    this.#noted[place] = mixed;
    this.#nextMs = this.#clock.ms + PAUSE_MS;
    this.onNoted(vlan, client.text);
  }

  /** Notes all of them anew. */
  forget(): void {
    this.#noted.fill(0);
  }
}

/** An address as one number that is not 0. */
function mix(words: Uint32Array): number {
  let mixed = 0x9e3779b9;
  for (let i = 0; i < 4; i++) mixed = Math.imul(mixed ^ words[i]!, 0x85ebca6b) ^ (mixed >>> 13);
  return ((mixed ^ (mixed >>> 16)) | 1) >>> 0;
}
