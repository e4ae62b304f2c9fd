// Which held updates people were shown, so that they accept no others: an update that came, or was judged otherwise, since
// they looked is shown first.
import { readStamp } from './fetch/file-source.ts';
import type { HeldCopy } from './store/held-copies.ts';
import type { SourceStatus } from './source-book.ts';

/** Gives what is held back of a source. */
type HeldOf = (source: string) => HeldCopy | undefined;

/** The held updates, as they were last shown. */
export class ToldHolds {
  readonly #heldOf: HeldOf;
  /** By source; undefined where nothing was held. */
  readonly #told = new Map<string, string | undefined>();

  constructor(heldOf: HeldOf) {
    this.#heldOf = heldOf;
  }

  /** Notes that these sources are shown as they are now. */
  async tell(sources: Iterable<string>): Promise<void> {
    for (const source of sources) this.#told.set(source, await this.#markOf(source));
  }

  /** Whether the held update of a source is the one last shown; also true where the source was never shown. */
  async isAsTold(source: string): Promise<boolean> {
    return !this.#told.has(source) || this.#told.get(source) === (await this.#markOf(source));
  }

  /** A mark that changes with the held update and with the reason. */
  async #markOf(source: string): Promise<string | undefined> {
    const held = this.#heldOf(source);
    return held === undefined ? undefined : `${(await readStamp(held.copy.file)) ?? ''} ${held.reason}`;
  }
}

/** The command that accepts a held update. */
export function acceptanceOf(list: string): string {
  return `to use it all the same: vlandns lists accept ${list}`;
}

/** The held updates, a line each, with the command that accepts it. */
export function heldLines(sources: readonly SourceStatus[]): string[] {
  return sources
    .filter(({ isHeld }) => isHeld)
    .map(({ list, source, state }) => `list ${list}: ${source}: ${state}; ${acceptanceOf(list)}`);
}
