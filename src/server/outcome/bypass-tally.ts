// Who has tried to get around the filter of a VLAN, how often and by which way. The rule: bounded, whoever asks; the client that
// tried longest ago makes room.
import { BYPASS_WAYS } from '../../policy/bypass.ts';
import type { BypassWay } from '../../policy/bypass.ts';

/** The most clients of a VLAN that are remembered. */
const MAX_CLIENTS = 256;

/** How often, by way; ways that were not tried are left out. */
export type BypassCounts = Readonly<Partial<Record<BypassWay, number>>>;

/** A client that has tried. */
export interface BypassClient {
  readonly address: string;
  /** Its name, where the configuration gives it one, and the policy that it had the last time. */
  readonly name: string | undefined;
  readonly policy: string | undefined;
  readonly tries: number;
  readonly ways: BypassCounts;
}

interface Row {
  name: string | undefined;
  policy: string | undefined;
  readonly counts: Uint32Array;
}

/** The attempts in one VLAN since start. */
export class BypassTally {
  readonly #total = new Uint32Array(BYPASS_WAYS.length);
  /** By address; the order is that of the last attempt. */
  readonly #clients = new Map<string, Row>();

  /** Counts a query that has tried by this way, a value of BYPASS; and what its client is called and which policy it has. */
  note(way: number, { address, name, policy }: Pick<BypassClient, 'address' | 'name' | 'policy'>): void {
    this.#total[way]!++;
    const known = this.#clients.get(address);
    const row = known ?? { name: undefined, policy: undefined, counts: new Uint32Array(BYPASS_WAYS.length) };
    row.counts[way]!++;
    row.policy = policy;
    row.name = name;
    if (known !== undefined) this.#clients.delete(address);
    else if (this.#clients.size >= MAX_CLIENTS)
      this.#clients.delete(this.#clients.keys().next().value ?? address);
    this.#clients.set(address, row);
  }

  /** By way, in all. */
  get ways(): BypassCounts {
    return toCounts(this.#total);
  }

  /** The clients that have tried most often, at most so many. */
  clients(most: number): BypassClient[] {
    return [...this.#clients]
      .map(([address, { name, policy, counts }]) => ({
        address,
        name,
        policy,
        tries: counts.reduce((sum, count) => sum + count, 0),
        ways: toCounts(counts),
      }))
      .toSorted((a, b) => b.tries - a.tries)
      .slice(0, most);
  }
}

function toCounts(counts: Uint32Array): BypassCounts {
  const named = BYPASS_WAYS.map((way, number) => [way, counts[number] ?? 0] as const);
  return Object.fromEntries(named.filter(([way, count]) => way !== 'none' && count > 0));
}
