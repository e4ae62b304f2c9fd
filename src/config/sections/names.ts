// The names that the file defines, and references to them. An unknown name is reported with the nearest and all known ones.

import type { Position } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { Draft, Section } from '../definition.ts';
import { nearest } from '../values/nearest.ts';

/** The names of one section, and which of them something refers to. */
class NameTable {
  readonly #what: string;
  readonly #section: string;
  readonly #known: ReadonlySet<string>;
  readonly #faults: FaultLog;
  readonly #used = new Set<string>();

  constructor(what: string, section: string, known: readonly string[], faults: FaultLog) {
    this.#what = what;
    this.#section = section;
    this.#known = new Set(known);
    this.#faults = faults;
  }

  /** Notes a reference to the name, and says whether the name is defined; if not, that is reported. */
  refer(name: string, at: Position, setting: string): boolean {
    if (this.#known.has(name)) {
      this.#used.add(name);
      return true;
    }
    this.#faults.error(at, setting, `there is no ${this.#what} "${name}"; ${this.#advise(name)}`);
    return false;
  }

  #advise(name: string): string {
    if (this.#known.size === 0) return `write it under "${this.#section}", where there are none yet`;
    const near = nearest(name, [...this.#known]);
    const known = [...this.#known].join(', ');
    return near === undefined
      ? `write one of those that are there: ${known}`
      : `write "${near}" (there are: ${known})`;
  }

  /** Says whether something refers to the name. */
  isUsed(name: string): boolean {
    return this.#used.has(name);
  }
}

/** The names of all sections that something may refer to. */
export interface Names {
  readonly vlans: NameTable;
  readonly policies: NameTable;
  readonly lists: NameTable;
  readonly upstreams: NameTable;
}

/** The upstream set that exists even where it is not written. */
export const DEFAULT_UPSTREAM = 'default';

/** Collects the names of a draft. */
export function collectNames(draft: Draft, faults: FaultLog): Names {
  return {
    vlans: new NameTable('VLAN', 'vlans', namesOf(draft.vlans), faults),
    policies: new NameTable('policy', 'policies', namesOf(draft.policies), faults),
    lists: new NameTable('list', 'lists', namesOf(draft.lists), faults),
    upstreams: new NameTable(
      'upstream set',
      'upstreams',
      [DEFAULT_UPSTREAM, ...namesOf(draft.upstreams)],
      faults,
    ),
  };
}

function namesOf(section: Section<unknown> | undefined): string[] {
  return (section ?? []).map(({ name }) => name);
}
