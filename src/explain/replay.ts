// What was asked, put to two configurations: which names each would decide otherwise, for whom, and how often they were asked for. Clients
// are judged by their policies in each configuration, and names at the moment at which they were asked for last, since schedules may have
// held then.
import { ClientAddress } from '../addresses/client-address.ts';
import { parseName } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import { toType } from '../dns/numbers.ts';
import type { Policy } from '../policy/policy.ts';
import { selectPolicy } from '../policy/vlan.ts';
import type { Serving } from '../server/serving.ts';
import { Decider } from './decision.ts';
import type { Decision } from './decision.ts';

/** A name as a client asked for it; times in milliseconds since 1970. */
export interface ReplayedName {
  readonly vlan: string;
  /** Its address; undefined where it is anonymous: then the VLAN's own policy is taken. */
  readonly client?: string | undefined;
  readonly name: string;
  /** A mnemonic. */
  readonly type: string;
  readonly queries: number;
  readonly lastMs: number;
}

/** A name that is decided otherwise. */
export interface ReplayedChange {
  readonly name: string;
  readonly queries: number;
  /** `VLAN ADDRESS`, or the VLAN where the client is not told. */
  readonly clients: readonly string[];
  readonly before: string;
  readonly after: string;
}

/** What a replay came to; changes by how many queries they are about. */
export interface Replay {
  readonly queries: number;
  readonly names: number;
  /** Queries of VLANs or clients that only one configuration has. */
  readonly skipped: number;
  readonly newlyBlocked: readonly ReplayedChange[];
  readonly newlyAllowed: readonly ReplayedChange[];
}

/** Puts names to two states of the service. */
export async function replay(
  before: Serving,
  after: Serving,
  asked: AsyncIterable<ReplayedName>,
): Promise<Replay> {
  const sides = { before: new TimedDecider(before), after: new TimedDecider(after) };
  const changes = { blocked: new Changes(), allowed: new Changes() };
  const names = new Set<string>();
  let queries = 0;
  let skipped = 0;
  for await (const one of asked) {
    queries += one.queries;
    names.add(one.name);
    const [was, is] = [sides.before.decide(one), sides.after.decide(one)];
    if (was === undefined || is === undefined) skipped += one.queries;
    else if (was.is !== is.is) (is.is === 'blocked' ? changes.blocked : changes.allowed).add(one, was, is);
  }
  const { blocked, allowed } = changes;
  return { queries, names: names.size, skipped, newlyBlocked: blocked.told, newlyAllowed: allowed.told };
}

/** Names that changed in one way. */
class Changes {
  readonly #byName = new Map<
    string,
    { name: string; queries: number; readonly clients: Set<string>; before: string; after: string }
  >();

  add({ name, queries, vlan, client }: ReplayedName, was: Decision, is: Decision): void {
    const change = this.#byName.get(name) ?? {
      name,
      queries: 0,
      clients: new Set(),
      before: was.because,
      after: is.because,
    };
    this.#byName.set(name, change);
    change.queries += queries;
    change.clients.add(client === undefined ? vlan : `${vlan} ${client}`);
  }

  get told(): ReplayedChange[] {
    return [...this.#byName.values()]
      .map((change) => ({ ...change, clients: [...change.clients] }))
      .toSorted((a, b) => b.queries - a.queries || (a.name < b.name ? -1 : 1));
  }
}

const HOUR_MS = 3_600_000;

/** Decides by the state of the moment at which something was asked for. */
class TimedDecider {
  readonly #serving: Serving;
  /** By the hour: the states in it, each good from the end of the one before. */
  readonly #states = new Map<number, State[]>();
  readonly #address = new ClientAddress();
  readonly #view = new NameView();

  constructor(serving: Serving) {
    this.#serving = serving;
  }

  /** The decision; undefined where there is no such VLAN, or the client is in none of its subnets. */
  decide({ vlan, client, name, type, lastMs }: ReplayedName): Decision | undefined {
    const { serving, decider } = this.#stateAt(lastMs);
    const policy = this.#policyOf(serving, vlan, client);
    const qtype = toType(type);
    if (policy === undefined || qtype === undefined) return undefined;
    decider.local = serving.vlans.get(vlan)?.local ?? serving.local;
    this.#view.setWire(parseName(name));
    return decider.decide(decided(policy), this.#view, qtype);
  }

  #policyOf(serving: Serving, vlan: string, client: string | undefined): Policy | undefined {
    const known = serving.vlans.get(vlan);
    if (known === undefined || client === undefined) return known?.policy;
    return this.#address.set(client) ? selectPolicy(known, this.#address) : undefined;
  }

  #stateAt(unixMs: number): State {
    const hour = Math.floor(unixMs / HOUR_MS);
    const states = this.#states.get(hour) ?? [toState(this.#serving.at(hour * HOUR_MS))];
    this.#states.set(hour, states);
    for (let place = 0; ; place++) {
      const state = states[place]!;
      if (unixMs < state.serving.validUntilMs) return state;
      if (place === states.length - 1) states.push(toState(this.#serving.at(state.serving.validUntilMs)));
    }
  }
}

interface State {
  readonly serving: Serving;
  readonly decider: Decider;
}

function toState(serving: Serving): State {
  return { serving, decider: new Decider(serving) };
}

/** The policy as it decides once its lists have been read. */
function decided(policy: Policy): Policy {
  return { ...policy, refuseWhenMissing: false };
}
