// Upstream sets and their numbers. Answers are cached under a set's number, so a number stands for one configuration of
// servers: a changed set is a new set with a new number, and no number is used again while the process lives.
import { isDeepStrictEqual } from 'node:util';
import type { UpstreamServer, UpstreamSet as SetConfig } from '../../config/config.ts';
import { UpstreamSet } from '../../upstream/upstream-set.ts';
import type { UpstreamSetOptions } from '../../upstream/upstream-set.ts';

/** What all sets have in common. */
export type SetDefaults = Omit<UpstreamSetOptions, 'name' | 'servers' | 'strategy'>;

/** How long a set that is no longer configured may finish its questions, in milliseconds. */
const FAREWELL_MS = 10_000;

/** The sets of the running configuration. */
export class UpstreamRegistry {
  readonly #defaults: SetDefaults;
  readonly #identities: object[] = [];
  readonly #open = new Map<number, UpstreamSet>();
  /** Sets that are no longer configured and may finish their questions. */
  readonly #leaving = new Set<UpstreamSet>();

  constructor(defaults: SetDefaults) {
    this.#defaults = defaults;
  }

  /** The number of a set as configured; opens it where it is new. */
  open(config: SetConfig): number {
    const identity = toOptions(config);
    let number = this.#identities.findIndex((known) => isDeepStrictEqual(known, identity));
    if (number < 0) number = this.#identities.push(identity) - 1;
    if (!this.#open.has(number)) this.#open.set(number, new UpstreamSet({ ...this.#defaults, ...identity }));
    return number;
  }

  /** The open sets by number, as they are now. */
  snapshot(numbers: Iterable<number>): Map<number, UpstreamSet> {
    const sets = new Map<number, UpstreamSet>();
    for (const number of numbers) {
      const set = this.#open.get(number);
      if (set !== undefined) sets.set(number, set);
    }
    return sets;
  }

  /** Closes all sets except these, after time for the answers to questions under way. */
  retain(numbers: ReadonlySet<number>): void {
    for (const [number, set] of this.#open) {
      if (numbers.has(number)) continue;
      this.#open.delete(number);
      this.#leaving.add(set);
      setTimeout(() => {
        this.#leaving.delete(set);
        set.close();
      }, FAREWELL_MS).unref();
    }
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
