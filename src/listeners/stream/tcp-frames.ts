// Cuts a TCP stream into DNS messages (RFC 1035 section 4.2.2: two octets of length before each), however the
// stream was split. It holds at most one message in part and what has not been asked for yet.

const NOTHING = new Uint8Array(0);

/** One connection's input; `feed` gives it octets, `next` takes messages out. */
export class FrameReader {
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** The first length octet when a chunk ended behind it, else -1. */
  #lengthHigh = -1;
  /** A message that came in part: room for all of it, and how much of it is there. */
  #body: Uint8Array | undefined;
  #have = 0;

  /** Whether a message has begun that is not complete, as far as `next` has come. */
  isMidMessage(): boolean {
    return this.#body !== undefined || this.#lengthHigh >= 0;
  }

  /** Octets that have been fed and that next() has not reached. */
  get unread(): number {
    return this.#chunk.length - this.#at;
  }

  /** Adds octets; they are kept, not copied, until `next` has gone through them. */
  feed(chunk: Uint8Array): void {
    this.#chunk =
      this.#at === this.#chunk.length ? chunk : Buffer.concat([this.#chunk.subarray(this.#at), chunk]);
    this.#at = 0;
  }

  /** The next complete message, which may be empty; undefined when more octets are needed. */
  next(): Uint8Array | undefined {
    if (this.#body === undefined) {
      const length = this.#readLength();
      if (length < 0) return undefined;
      const end = this.#at + length;
      if (end <= this.#chunk.length) {
        const message = this.#chunk.subarray(this.#at, end);
        this.#at = end;
        return message;
      }
      this.#body = new Uint8Array(length);
      this.#have = 0;
    }
    return this.#fillBody(this.#body);
  }

  #readLength(): number {
    const chunk = this.#chunk;
    if (this.#lengthHigh < 0) {
      if (this.#at === chunk.length) return -1;
      this.#lengthHigh = chunk[this.#at++]!;
    }
    if (this.#at === chunk.length) return -1;
    const length = (this.#lengthHigh << 8) | chunk[this.#at++]!;
    this.#lengthHigh = -1;
    return length;
  }

  #fillBody(body: Uint8Array): Uint8Array | undefined {
    const part = this.#chunk.subarray(this.#at, this.#at + body.length - this.#have);
    body.set(part, this.#have);
    this.#have += part.length;
    this.#at += part.length;
    if (this.#have < body.length) return undefined;
    this.#body = undefined;
    return body;
  }
}
