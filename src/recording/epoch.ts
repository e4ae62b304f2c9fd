// What numbers in records mean while one state of the service is in effect. The rule: it holds nothing of the state that is large, since
// it lives until the last of its batches is kept by the recorder.
import type { QueryLogMode, Reason, StateNotice } from '../querylog/messages.ts';
import { AllowedReasons } from './reasons/allowed-reasons.ts';
import { NobodysReasons } from './reasons/nobodys-reasons.ts';
import { TargetReasons } from './reasons/target-reasons.ts';
import type { ReasonTable } from '../querylog/reason-table.ts';
import type { Serving } from '../server/serving.ts';
import type { Vlan } from '../policy/vlan.ts';

/** Modes as numbers, the stricter the higher. */
export const MODE = { full: 0, blocked: 1, anonymous: 2, off: 3 } as const satisfies Record<
  QueryLogMode,
  number
>;

/** What stands in a record where there is no number. */
export const NO_NUMBER = 0xffff;

/** The meaning of numbers in one state. */
export class Epoch {
  /** 1 for the first state, then rising. */
  readonly number: number;
  /** By number of the policy: a value of MODE. */
  readonly modes: Uint8Array;
  /** The strictest of all. */
  readonly strictest: number;
  /** By number of the upstream set in the service. */
  readonly #sets: Uint16Array;
  /** Whether every query is told in full. */
  readonly isAllFull: boolean;
  /** Whether there are clients that have a name and no policy of their own. */
  readonly hasPlainClients: boolean;
  /** Whether a record of a query that did not wait needs nothing else looked at. */
  readonly isPlain: boolean;
  /** Reasons beside those of refusals. */
  readonly targets: TargetReasons;
  readonly allowances: AllowedReasons;
  readonly forNobody: NobodysReasons;
  /** By number of the policy: the first of the same name. */
  readonly #plain: Uint16Array;
  readonly #vlans: ReadonlyMap<string, number>;
  readonly #notice: Omit<StateNotice, 'servers'>;
  readonly #servers = new Map<string, number>();
  readonly #reasons: ReasonTable;
  /** [number of a reason] is 1 where a record names it: what no record names is not told. */
  #isNamed = new Uint8Array(256);
  readonly #named: number[] = [];

  constructor(number: number, serving: Serving) {
    const { policies, vlans, upstreams, refusals } = serving;
    this.number = number;
    this.modes = Uint8Array.from(policies, ({ queryLog }) => MODE[queryLog]);
    this.strictest = Math.max(0, ...this.modes);
    this.#sets = new Uint16Array(Math.max(-1, ...upstreams.keys()) + 1).fill(NO_NUMBER);
    for (const [index, set] of [...upstreams.keys()].entries()) this.#sets[set] = index;
    this.isAllFull = this.strictest === MODE.full;
    this.hasPlainClients = [...vlans.values()].some(hasPlainClients);
    this.isPlain = this.isAllFull && !this.hasPlainClients;
    this.#vlans = new Map([...vlans.keys()].map((name, index) => [name, index]));
    this.#reasons = refusals.reasons;
    this.targets = new TargetReasons(this.#reasons);
    this.allowances = new AllowedReasons(this.#reasons);
    this.forNobody = new NobodysReasons(this.#reasons);
    const names = policies.map(({ name }) => name);
    this.#plain = Uint16Array.from(names, (name) => names.indexOf(name));
    this.#notice = {
      epoch: number,
      vlans: [...vlans.values()].map((vlan) => ({ name: vlan.name, clients: toldClients(vlan) })),
      policies: policies.map(({ name, queryLog: mode }) => ({ name, mode })),
      sets: [...upstreams.values()].map(({ name }) => name),
    };
  }

  /** The number of a VLAN. */
  vlanOf(name: string): number {
    return this.#vlans.get(name) ?? NO_NUMBER;
  }

  /** The number of an upstream set, by its number in the service, or -1. */
  numberOfSet(set: number): number {
    return set < 0 ? NO_NUMBER : this.#sets[set]!;
  }

  /** The number that a policy has for everybody, where it was changed for a while for some clients. */
  plainPolicy(policy: number): number {
    return this.#plain[policy] ?? NO_NUMBER;
  }

  /** The number of a server of an upstream set, from its first answer on. */
  serverOf(name: string): number {
    let number = this.#servers.get(name);
    if (number === undefined) {
      if (this.#servers.size >= NO_NUMBER) return NO_NUMBER;
      this.#servers.set(name, (number = this.#servers.size));
    }
    return number;
  }

  /** How many servers have a number. */
  get servers(): number {
    return this.#servers.size;
  }

  /** Notes that a record names a reason. */
  name(reason: number): void {
    if (this.#isNamed[reason] === 1) return;
    if (reason >= this.#isNamed.length) {
      const larger = new Uint8Array(reason * 2);
      larger.set(this.#isNamed);
      this.#isNamed = larger;
    }
    this.#isNamed[reason] = 1;
    this.#named.push(reason);
  }

  /** How many reasons records have named. */
  get named(): number {
    return this.#named.length;
  }

  /** The reasons that records have named, from the so many-th on. */
  reasonsFrom(first: number): (Reason & { readonly number: number })[] {
    return this.#named.slice(first).flatMap((number) => {
      const reason = this.#reasons.get(number);
      return reason === undefined ? [] : [{ ...reason, number }];
    });
  }

  /** What the recorder is told. */
  get notice(): StateNotice {
    return { ...this.#notice, servers: [...this.#servers.keys()] };
  }
}

function hasPlainClients({ clientNames, clientPolicies, policy }: Vlan): boolean {
  return clientNames.some((name, place) => name !== undefined && clientPolicies[place] === policy);
}

/** The names of a VLAN's clients that records may name, by place; those that they may not are nameless. */
function toldClients({ clientNames, clientPolicies }: Vlan): string[] {
  return clientNames.map((name, place) => {
    const mode = MODE[clientPolicies[place]?.queryLog ?? 'off'];
    return mode >= MODE.anonymous ? '' : (name ?? '');
  });
}
