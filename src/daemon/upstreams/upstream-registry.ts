// Upstream sets and their numbers. Answers are cached under a set's number, so a number stands for one configuration of
// servers: a changed set is a new set with a new number, and no number is used again while the process lives.
import { isDeepStrictEqual } from 'node:util';
import type { UpstreamServer, UpstreamSet as SetConfig } from '../../config/config.ts';
import { UpstreamSet } from '../../upstream/upstream-set.ts';
import type { UpstreamSetOptions } from '../../upstream/upstream-set.ts';

/** What all sets have in common. */
export type SetDefaults = Omit<UpstreamSetOptions, 'name' | 'servers' | 'strategy'>;

/** Makes a set. */
export type MakeSet = (options: UpstreamSetOptions) => UpstreamSet;

/** How long a set that is no longer configured may finish its questions, in milliseconds. */
const FAREWELL_MS = 10_000;

/** The sets of a configuration that may come into effect: new ones are made, and have opened nothing. */
export interface SetDraft {
  /** The number of each set by its name. */
  readonly numbers: ReadonlyMap<string, number>;
  /** The sets by number. */
  readonly sets: ReadonlyMap<number, UpstreamSet>;
  /** What each number stands for. */
  readonly identities: ReadonlyMap<number, object>;
}

/** The sets of the running configuration. */
export class UpstreamRegistry {
  readonly #defaults: SetDefaults;
  readonly #make: MakeSet;
  /** What each number stands for that was ever in effect. */
  readonly #identities = new Map<number, object>();
  /** Rises with every number that is given, also to a set that then never comes into effect. */
  #nextNumber = 0;
  readonly #open = new Map<number, UpstreamSet>();
  /** Sets that are no longer configured and may finish their questions. */
  readonly #leaving = new Set<UpstreamSet>();

  /** `make` makes a set, by default as it is; one that is made has opened nothing. */
  constructor(defaults: SetDefaults, make: MakeSet = (options) => new UpstreamSet(options)) {
    this.#defaults = defaults;
    this.#make = make;
  }

  /** Numbers these sets: as ever where one was in effect before, otherwise with a number that no set ever had. Nothing is opened. */
  draft(configs: readonly SetConfig[]): SetDraft {
    const numbers = new Map<string, number>();
    const sets = new Map<number, UpstreamSet>();
    const identities = new Map<number, object>();
    for (const config of configs) {
      const identity = toOptions(config);
      const number = this.#numberOf(identity) ?? this.#nextNumber++;
      numbers.set(config.name, number);
      identities.set(number, identity);
      sets.set(number, this.#open.get(number) ?? this.#make({ ...this.#defaults, ...identity }));
    }
    return { numbers, sets, identities };
  }

  /** Has these sets in effect; closes all others, after what they were asked has had time to be answered. */
  adopt({ sets, identities }: SetDraft): void {
    for (const [number, identity] of identities) this.#identities.set(number, identity);
    for (const [number, set] of this.#open) if (sets.get(number) !== set) this.#bidFarewell(number, set);
    for (const [number, set] of sets) this.#open.set(number, set);
  }

  #numberOf(identity: object): number | undefined {
    for (const [number, known] of this.#identities) if (isDeepStrictEqual(known, identity)) return number;
    return undefined;
  }

  #bidFarewell(number: number, set: UpstreamSet): void {
    this.#open.delete(number);
    this.#leaving.add(set);
    setTimeout(() => {
      this.#leaving.delete(set);
      set.close();
    }, FAREWELL_MS).unref();
  }

  /** Closes all sets at once. */
  close(): void {
    for (const set of [...this.#open.values(), ...this.#leaving]) set.close();
    this.#open.clear();
    this.#leaving.clear();
  }
}

function toOptions({
  name,
  servers,
  strategy,
}: SetConfig): Pick<UpstreamSetOptions, 'name' | 'servers' | 'strategy'> {
  return { name, strategy, servers: servers.map(toServer) };
}

function toServer(server: UpstreamServer): UpstreamSetOptions['servers'][number] {
  switch (server.kind) {
    case 'system':
      return { transport: 'system' };
    case 'tls':
      return { transport: 'tls', address: server.address, port: server.port, serverName: server.tlsName };
    case 'udp':
    case 'tcp':
      return { transport: server.kind, address: server.address, port: server.port };
  }
}
