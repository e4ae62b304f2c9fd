// Where two configurations decide differently on the same names, policy by policy, by the very route that queries
// take. A list that was never read counts as empty here, and is told.
import type { Config, Device } from '../config/config.ts';
import { nameToText } from '../dns/name-text.ts';
import type { NameView } from '../dns/name-view.ts';
import type { Policy } from '../policy/policy.ts';
import type { Serving } from '../server/serving.ts';
import { Decider } from './decision.ts';
import type { Decision } from './decision.ts';

/** A configuration and the state that decides with it. */
export interface Side {
  readonly config: Config;
  readonly serving: Serving;
}

/** A name on which the verdicts differ, and why each side decides so. */
interface ChangedName {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** The names that changed in one way: how many, and the first of them. */
interface Change {
  readonly count: number;
  readonly first: readonly ChangedName[];
}

/** The differences between two policies. */
export interface PolicyDiff {
  /** The policy's name on either side; the names differ where a VLAN or client was given another policy. */
  readonly before: string;
  readonly after: string;
  /** The VLANs and clients that change from the first policy to the second; none where the names are equal. */
  readonly who: readonly string[];
  readonly newlyBlocked: Change;
  readonly newlyAllowed: Change;
}

/** What differs. */
export interface VerdictDiff {
  /** How many names were tried. */
  readonly tried: number;
  readonly policies: readonly PolicyDiff[];
}

/** Two policies that are compared. */
interface PolicyPair {
  readonly before: Policy;
  readonly after: Policy;
  readonly who: string[];
}

/** Compares two configurations on the names that `eachName` gives, one at a time; lists at most `limit` of each kind. */
export function compareVerdicts(
  before: Side,
  after: Side,
  eachName: (take: (name: NameView) => void) => void,
  limit: number,
): VerdictDiff {
  const deciders = { before: new Decider(before.serving), after: new Decider(after.serving) };
  const comparisons = pairPolicies(before, after).map((pair) => new Comparison(pair, deciders, limit));
  let tried = 0;
  eachName((name) => {
    tried++;
    for (const comparison of comparisons) comparison.try(name);
  });
  return { tried, policies: comparisons.map((comparison) => comparison.result()) };
}

class Comparison {
  readonly #pair: PolicyPair;
  readonly #deciders: { readonly before: Decider; readonly after: Decider };
  readonly #limit: number;
  /** Names that were counted: a name may come more than once. */
  readonly #seen = new Set<string>();
  readonly #blocked = { count: 0, first: [] as ChangedName[] };
  readonly #allowed = { count: 0, first: [] as ChangedName[] };

  constructor(pair: PolicyPair, deciders: { before: Decider; after: Decider }, limit: number) {
    const { before, after, who } = pair;
    this.#pair = { before: decided(before), after: decided(after), who };
    this.#deciders = deciders;
    this.#limit = limit;
  }

  try(name: NameView): void {
    const before = this.#deciders.before.decide(this.#pair.before, name);
    const after = this.#deciders.after.decide(this.#pair.after, name);
    if (before.is !== after.is) this.#note(nameToText(name.wire), before, after);
  }

  result(): PolicyDiff {
    const { before, after, who } = this.#pair;
    return {
      before: before.name,
      after: after.name,
      who,
      newlyBlocked: this.#blocked,
      newlyAllowed: this.#allowed,
    };
  }

  #note(name: string, before: Decision, after: Decision): void {
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const change = after.is === 'blocked' ? this.#blocked : this.#allowed;
    change.count++;
    if (change.first.length < this.#limit)
      change.first.push({ name, before: before.because, after: after.because });
  }
}

/** The policy as it decides once its lists have been read. */
function decided(policy: Policy): Policy {
  return { ...policy, refuseWhenMissing: false };
}

/** The policies of the same name, and pairs of policies that a VLAN or a client changes between. */
function pairPolicies(before: Side, after: Side): PolicyPair[] {
  const pairs = new Map<string, PolicyPair>();
  const enter = (from: string, to: string, who: readonly string[]): void => {
    const one = before.serving.configured.find(({ name }) => name === from);
    const other = after.serving.configured.find(({ name }) => name === to);
    if (one === undefined || other === undefined) return;
    const key = JSON.stringify([from, to]);
    const pair = pairs.get(key) ?? { before: one, after: other, who: [] };
    pair.who.push(...who);
    pairs.set(key, pair);
  };
  for (const { name } of after.config.policies) enter(name, name, []);
  for (const vlan of after.config.vlans) {
    const old = before.config.vlans.find(({ name }) => name === vlan.name);
    if (old === undefined) continue;
    if (old.policy !== vlan.policy) enter(old.policy, vlan.policy, [`VLAN ${vlan.name}`]);
    for (const prefix of new Set([...old.clients, ...vlan.clients].map((client) => client.prefix.text))) {
      const [from, to] = [policyOf(old, prefix), policyOf(vlan, prefix)];
      if (from !== to) enter(from, to, [`${nameOf(vlan, old, prefix)} in VLAN ${vlan.name}`]);
    }
    for (const { from, to, who } of deviceChanges(old, vlan)) enter(from, to, [who]);
  }
  return [...pairs.values()];
}

/** Devices whose policy differs between two states of a VLAN. */
function deviceChanges(
  old: Config['vlans'][number],
  vlan: Config['vlans'][number],
): { readonly from: string; readonly to: string; readonly who: string }[] {
  return [...new Set([...old.devices, ...vlan.devices].map(({ mac }) => mac))].flatMap((mac) => {
    const [before, after] = [deviceOf(old, mac), deviceOf(vlan, mac)];
    const [from, to] = [before?.policy ?? old.policy, after?.policy ?? vlan.policy];
    const name = after?.name ?? before?.name;
    const who = name === undefined ? mac : `client ${name} (${mac})`;
    return from === to ? [] : [{ from, to, who: `${who} in VLAN ${vlan.name}` }];
  });
}

function deviceOf({ devices }: Config['vlans'][number], mac: string): Device | undefined {
  return devices.find((device) => device.mac === mac);
}

function policyOf({ clients, policy }: Config['vlans'][number], prefix: string): string {
  return clients.find((client) => client.prefix.text === prefix)?.policy ?? policy;
}

/** The name of the client at a prefix, from either side, with the prefix. */
function nameOf(vlan: Config['vlans'][number], old: Config['vlans'][number], prefix: string): string {
  const name = [...vlan.clients, ...old.clients].find(
    (client) => client.prefix.text === prefix && client.name !== undefined,
  )?.name;
  return name === undefined ? prefix : `client ${name} (${prefix})`;
}
