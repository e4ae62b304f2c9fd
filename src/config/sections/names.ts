// The names that the file defines, and references to them. An unknown name is reported with the nearest and all known ones.

import type { Position } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { Draft, Section } from '../definition.ts';
import { packagedServiceNames } from '../../packaged/services.ts';
import { nearest } from '../values/nearest.ts';

/** A section whose entries have names. */
interface NamedSection {
  /** What an entry is, such as `policy`. */
  readonly what: string;
  readonly section: string;
  readonly known: readonly string[];
  /** The command that prints the names, where there are too many for a message. */
  readonly command?: string;
}

/** The names of one section, and which of them something refers to. */
class NameTable {
  readonly #about: NamedSection;
  readonly #known: ReadonlySet<string>;
  readonly #faults: FaultLog;
  readonly #used = new Set<string>();

  constructor(about: NamedSection, faults: FaultLog) {
    this.#about = about;
    this.#known = new Set(about.known);
    this.#faults = faults;
  }

  /** Notes a reference to the name, and says whether the name is defined; if not, that is reported. */
  refer(name: string, at: Position, setting: string): boolean {
    if (this.#known.has(name)) {
      this.#used.add(name);
      return true;
    }
    this.#faults.error(at, setting, `there is no ${this.#about.what} "${name}"; ${this.#advise(name)}`);
    return false;
  }

  #advise(name: string): string {
    const { section, command } = this.#about;
    if (this.#known.size === 0) return `write it under "${section}", where there are none yet`;
    const near = nearest(name, [...this.#known]);
    if (command !== undefined) {
      const others = `"${command}" prints all; your own stand under "${section}"`;
      return near === undefined ? others : `write "${near}" (${others})`;
    }
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
  /** Those that come with the program among them. */
  readonly services: NameTable;
  readonly upstreams: NameTable;
}

/** The upstream set that exists even where it is not written. */
export const DEFAULT_UPSTREAM = 'default';

/** Collects the names of a draft. */
export function collectNames(draft: Draft, faults: FaultLog): Names {
  const tableOf = (what: string, section: string, known: readonly string[]): NameTable =>
    new NameTable({ what, section, known }, faults);
  const services = [...new Set([...namesOf(draft.services), ...packagedServiceNames()])];
  return {
    vlans: tableOf('VLAN', 'vlans', namesOf(draft.vlans)),
    policies: tableOf('policy', 'policies', namesOf(draft.policies)),
    lists: tableOf('list', 'lists', namesOf(draft.lists)),
    services: new NameTable(
      { what: 'service', section: 'services', known: services, command: 'vlandns services' },
      faults,
    ),
    upstreams: tableOf('upstream set', 'upstreams', [DEFAULT_UPSTREAM, ...namesOf(draft.upstreams)]),
  };
}

function namesOf(section: Section<unknown> | undefined): string[] {
  return (section ?? []).map(({ name }) => name);
}
