// Whether text packed by zstd is complete (RFC 8878 section 3.1). Node's decoder does not say: 22.23 gives what it has, and a
// truncated list would pass for a short one.

const FRAME_MAGIC = 0xfd2f_b528;
/** The magic numbers of skippable frames differ in their lowest four bits. */
const SKIPPABLE_MAGIC = 0x184d_2a50;

/** The block type of one repeated octet, which takes that octet only; raw and compressed blocks take their size. */
const REPEATED = 1;

/** What the walk wants next: octets to look at, or to pass over. */
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

  /** Whether the text so far ends at the end of a frame. */
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

  /** What the walk wants next; requests to pass over 0 octets are met at once. */
  #next(seen: readonly number[]): Wanted {
    this.#seen = [];
    this.#passed = 0;
    let { value } = this.#walk.next(seen);
    while ('pass' in value && value.pass === 0) ({ value } = this.#walk.next([]));
    this.#isBetween = 'isStart' in value;
    return value;
  }
}

/** Asks for the parts of the frames in turn; the decoder reports what is no zstd. */
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

/** The size of a frame's header after its descriptor: window, dictionary, size of the content (section 3.1.1.1). */
function headerOctets(descriptor: number): number {
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  return (isSingle ? 0 : 1) + dictionary + size;
}

function toNumber(octets: readonly number[]): number {
  return octets.reduceRight((sum, octet) => sum * 256 + octet, 0);
}
