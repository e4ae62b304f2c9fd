// Whether text that is packed by zstd has its end (RFC 8878 section 3.1). Node's decoder does not tell: 22.23 gives what it has,
// and a list that was cut would pass for a short one.

const FRAME_MAGIC = 0xfd2f_b528;
/** The magic numbers of skippable frames differ in their lowest four bits. */
const SKIPPABLE_MAGIC = 0x184d_2a50;

/** What block types take: raw and compressed blocks their size, those of one repeated octet that octet. */
const REPEATED = 1;

/** What the walk asks for next: octets to look at, or to pass over. */
type Wanted = { readonly look: number } | { readonly pass: number };

/** Follows packed text as it comes. */
export class ZstdEnd {
  readonly #walk = walkFrames();
  #wanted: Wanted;
  #seen: number[] = [];
  #passed = 0;
  #isBetween = true;

  constructor() {
    this.#wanted = this.#next([]);
  }

  /** Whether what has come so far ends where a frame does. */
  get isWhole(): boolean {
    return this.#isBetween && this.#seen.length === 0;
  }

  take(octets: Uint8Array): void {
    let at = 0;
    while (at < octets.length) {
      if ('look' in this.#wanted) {
        this.#seen.push(octets[at++]!);
        if (this.#seen.length === this.#wanted.look) this.#wanted = this.#next(this.#seen);
      } else {
        const some = Math.min(this.#wanted.pass - this.#passed, octets.length - at);
        at += some;
        this.#passed += some;
        if (this.#passed === this.#wanted.pass) this.#wanted = this.#next([]);
      }
    }
  }

  /** What comes after what was asked for; nothing at all is passed over at once. */
  #next(seen: readonly number[]): Wanted {
    this.#seen = [];
    this.#passed = 0;
    let { value } = this.#walk.next(seen);
    while ('pass' in value && value.pass === 0) ({ value } = this.#walk.next([]));
    this.#isBetween = 'isStart' in value;
    return value;
  }
}

/** Asks for one part of the frames after the other; what is no zstd is left to the decoder, which says so. */
function* walkFrames(): Generator<Wanted | { look: 4; isStart: true }, never, readonly number[]> {
  for (;;) {
    const magic = toNumber(yield { look: 4, isStart: true });
    if ((magic & ~0xf) >>> 0 === SKIPPABLE_MAGIC) {
      yield { pass: toNumber(yield { look: 4 }) };
      continue;
    }
    if (magic !== FRAME_MAGIC) yield { pass: Number.MAX_SAFE_INTEGER };
    const [descriptor = 0] = yield { look: 1 };
    yield { pass: headerOctets(descriptor) };
    for (let isLast = false; !isLast;) {
      const header = toNumber(yield { look: 3 });
      isLast = (header & 1) === 1;
      yield { pass: ((header >>> 1) & 3) === REPEATED ? 1 : header >>> 3 };
    }
    yield { pass: (descriptor & 0x04) === 0 ? 0 : 4 };
  }
}

/** What a frame's header has behind its descriptor: window, dictionary, size of the content (section 3.1.1.1). */
function headerOctets(descriptor: number): number {
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  return (isSingle ? 0 : 1) + dictionary + size;
}

function toNumber(octets: readonly number[]): number {
  return octets.reduceRight((sum, octet) => sum * 256 + octet, 0);
}
