// Safe search: names of search engines that are answered with the name under which they show strict results. The rule: what is
// blocked stays blocked; what is allowed is led on, whatever type is asked for, so that no HTTPS record leads around it.
import { NameTable } from '../dns/name-table.ts';
import { parseName } from '../dns/name-text.ts';
import type { NameView } from '../dns/name-view.ts';

/** How strict an engine is to be. */
type SafeSearchLevel = 'off' | 'moderate' | 'strict';

/** A search engine with the names that lead to it. */
export interface SafeSearchEngine {
  /** As `safe_search` has it. */
  readonly name: string;
  /** By level the name under which its results are so. */
  readonly targets: Readonly<Record<string, string>>;
  readonly names: readonly string[];
}

/** Of each engine by name how strict it is to be; left out: off. */
export type SafeSearchSettings = Readonly<Record<string, SafeSearchLevel>>;

/** An engine as a policy leads to it. */
export interface SafeSearchTarget {
  readonly engine: string;
  readonly level: SafeSearchLevel;
  /** In wire form. */
  readonly alias: Uint8Array;
}

/** What one policy leads on. */
export class SafeSearch {
  readonly targets: readonly SafeSearchTarget[];
  readonly #names: NameTable;

  /** An engine that has no name for a level is led to that of the strict one. */
  constructor(engines: readonly SafeSearchEngine[], settings: SafeSearchSettings) {
    const used = engines.flatMap((engine) => {
      const level = settings[engine.name] ?? 'off';
      const target = engine.targets[level] ?? engine.targets['strict'];
      return level === 'off' || target === undefined ? [] : [{ engine, level, target }];
    });
    this.targets = used.map(({ engine, level, target }) => ({
      engine: engine.name,
      level,
      alias: parseName(target),
    }));
    this.#names = new NameTable(
      used.flatMap(({ engine }, number) => engine.names.map((name) => [parseName(name), number] as const)),
    );
  }

  /** The number of the target that a name is led to, in `targets`; -1 where it is none of an engine's names. */
  find(name: NameView): number {
    return this.#names.find(name);
  }
}
