// What people were told is held back, so that they let through no more than that: an update that came, or was judged
// otherwise, since they looked is told first.
import { readStamp } from './fetch/file-source.ts';
import type { HeldCopy } from './store/held-copies.ts';
import type { SourceStatus } from './source-book.ts';

/** Gives what is held back of a source. */
type HeldOf = (source: string) => HeldCopy | undefined;

/** What is held back, as it was when it was last told. */
export class ToldHolds {
  readonly #heldOf: HeldOf;
  /** By source; undefined where nothing was held. */
  readonly #told = new Map<string, string | undefined>();

  constructor(heldOf: HeldOf) {
    this.#heldOf = heldOf;
  }

  /** Notes that these sources are being told of, as they are now. */
  async tell(sources: Iterable<string>): Promise<void> {
    for (const source of sources) this.#told.set(source, await this.#markOf(source));
  }

  /** Whether what is held back of a source is what was told of it last; also where it was never told of. */
  async isAsTold(source: string): Promise<boolean> {
    return !this.#told.has(source) || this.#told.get(source) === (await this.#markOf(source));
  }

  /** Changes with what is held back, and with the reason. */
  async #markOf(source: string): Promise<string | undefined> {
    const held = this.#heldOf(source);
    return held === undefined ? undefined : `${(await readStamp(held.copy.file)) ?? ''} ${held.reason}`;
  }
}

/** The command that lets an update through that is held back. */
export function acceptanceOf(list: string): string {
  return `to use it all the same: vlandns lists accept ${list}`;
}

/** What is held back, a line each, with what lets it through. */
export function heldLines(sources: readonly SourceStatus[]): string[] {
  return sources
    .filter(({ isHeld }) => isHeld)
    .map(({ list, source, state }) => `list ${list}: ${source}: ${state}; ${acceptanceOf(list)}`);
}
