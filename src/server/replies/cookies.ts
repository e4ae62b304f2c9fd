// Server cookies (RFC 7873, RFC 9018 section 4): stateless, so nothing is remembered of a client.
import { randomFillSync } from 'node:crypto';
import { writeU32 } from '../../dns/message.ts';
import { SipHash } from '../../dns/siphash.ts';
import type { ClientAddress } from '../../addresses/client-address.ts';

const CLIENT_COOKIE_OCTETS = 8;
/** Client cookie, version, reserved, timestamp, hash. */
const COOKIE_OCTETS = 24;
const VERSION = 1;

/** Makes the COOKIE option's value for replies; the secret is new at each start. */
export class Cookies {
  /** Client cookie (8), version and reserved (4), time (4), then the client's address (4 or 16). */
  readonly #input = new Uint8Array(CLIENT_COOKIE_OCTETS + 8 + 16);
  readonly #value = new Uint8Array(COOKIE_OCTETS);
  readonly #hash: SipHash;

  constructor(secret: Uint32Array = randomFillSync(new Uint32Array(4))) {
    this.#hash = new SipHash(secret);
  }

  /** The value for the client cookie at `offset` of its query; overwritten by the next call. Time in Unix seconds. */
  make(query: Uint8Array, offset: number, client: ClientAddress, nowSeconds: number): Uint8Array {
    const input = this.#input;
    for (let i = 0; i < CLIENT_COOKIE_OCTETS; i++) input[i] = query[offset + i]!;
    writeU32(input, 8, VERSION << 24);
    writeU32(input, 12, nowSeconds);
    const words = client.family === 4 ? 1 : 4;
    for (let i = 0; i < words; i++) writeU32(input, 16 + i * 4, client.words[i]!);
    const value = this.#value;
    for (let i = 0; i < 16; i++) value[i] = input[i]!;
    this.#hash.hash(input, 16 + words * 4, value, 16);
    return value;
  }
}
