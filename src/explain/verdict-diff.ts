// Where two configurations decide differently on the same names, policy by policy, by the very route that queries take: now, and
// where schedules differ, also at their edges. A list that was never read counts as empty here, and is told.
import type { Config, Device } from '../config/config.ts';
import { nameToText } from '../dns/name-text.ts';
import type { NameView } from '../dns/name-view.ts';
import type { Policy } from '../policy/policy.ts';
import type { Serving } from '../server/serving.ts';
import { Decider } from './decision.ts';
import type { Decision } from './decision.ts';
import { instantsOf } from './compare/schedule-instants.ts';
import type { Instant } from './compare/schedule-instants.ts';

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
  /** When, and which schedules hold then, where it is not now: `Mon 21:00: bedtime`. What differs now already is left out. */
  readonly at?: string;
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
  const moments = new Moments(before.serving, after.serving);
  const { deciders } = moments.now;
  const comparisons = pairPolicies(before, after).flatMap((pair) => {
    const now = new Comparison(pair, { deciders, limit });
    const later = scheduledInstants(pair, before, after).flatMap(({ atMs, text }) => {
      const moment = moments.at(atMs);
      const then = moment.pairOf(pair);
      return then === undefined
        ? []
        : [new Comparison(then, { deciders: moment.deciders, limit, at: text, now })];
    });
    return [now, ...later];
  });
  let tried = 0;
  eachName((name) => {
    tried++;
    for (const comparison of comparisons) comparison.try(name);
  });
  const results = comparisons.map((comparison) => comparison.result());
  return {
    tried,
    policies: results.filter(
      ({ at, newlyBlocked, newlyAllowed }) => at === undefined || newlyBlocked.count + newlyAllowed.count > 0,
    ),
  };
}

/** Who decides on either side. */
interface Deciders {
  readonly before: Decider;
  readonly after: Decider;
}

/** Both sides at one moment. */
class Moment {
  readonly deciders: Deciders;
  readonly #before: Serving;
  readonly #after: Serving;

  constructor(before: Serving, after: Serving) {
    this.deciders = { before: new Decider(before), after: new Decider(after) };
    this.#before = before;
    this.#after = after;
  }

  /** The policies of a pair as they are at this moment. */
  pairOf({ before: { name: from }, after: { name: to }, who }: PolicyPair): PolicyPair | undefined {
    return pairOf(from, to, { before: this.#before, after: this.#after }, who);
  }
}

/** Both sides now, and at the moments that are asked for, each made once. */
class Moments {
  readonly now: Moment;
  readonly #before: Serving;
  readonly #after: Serving;
  readonly #others = new Map<number, Moment>();

  constructor(before: Serving, after: Serving) {
    this.now = new Moment(before, after);
    this.#before = before;
    this.#after = after;
  }

  at(atMs: number): Moment {
    const known = this.#others.get(atMs) ?? new Moment(this.#before.at(atMs), this.#after.at(atMs));
    this.#others.set(atMs, known);
    return known;
  }
}

/** The instants at which the schedules of a pair make another difference than now. */
function scheduledInstants(pair: PolicyPair, before: Side, after: Side): Instant[] {
  const one = before.config.policies.find(({ name }) => name === pair.before.name);
  const other = after.config.policies.find(({ name }) => name === pair.after.name);
  if (one === undefined || other === undefined) return [];
  const { times } = after.serving;
  const zones = { before: before.serving.times.zone, after: times.zone };
  return instantsOf({ before: one, after: other }, zones, times.unixMs);
}

/** How two policies are compared. */
interface ComparisonParts {
  readonly deciders: Deciders;
  /** The most names of each kind that are told. */
  readonly limit: number;
  /** The moment, where it is not now, and then what differs now. */
  readonly at?: string;
  readonly now?: Comparison;
}

class Comparison {
  readonly #pair: PolicyPair;
  readonly #parts: ComparisonParts;
  /** Names that were counted, and whether they are blocked now: a name may come more than once. */
  readonly #seen = new Map<string, boolean>();
  readonly #blocked = { count: 0, first: [] as ChangedName[] };
  readonly #allowed = { count: 0, first: [] as ChangedName[] };

  constructor(pair: PolicyPair, parts: ComparisonParts) {
    const { before, after, who } = pair;
    this.#pair = { before: decided(before), after: decided(after), who };
    this.#parts = parts;
  }

  try(name: NameView): void {
    const { deciders } = this.#parts;
    const before = deciders.before.decide(this.#pair.before, name);
    const after = deciders.after.decide(this.#pair.after, name);
    if (before.is !== after.is) this.#note(nameToText(name.wire), before, after);
  }

  result(): PolicyDiff {
    const { before, after, who } = this.#pair;
    const { at } = this.#parts;
    return {
      before: before.name,
      after: after.name,
      ...(at === undefined ? {} : { at }),
      who,
      newlyBlocked: this.#blocked,
      newlyAllowed: this.#allowed,
    };
  }

  /** Whether it tells already that a name is newly blocked, or newly allowed. */
  tells(name: string, isBlocked: boolean): boolean {
    return this.#seen.get(name) === isBlocked;
  }

  #note(name: string, before: Decision, after: Decision): void {
    const { limit, now } = this.#parts;
    const isBlocked = after.is === 'blocked';
    if (this.#seen.has(name) || now?.tells(name, isBlocked) === true) return;
    this.#seen.set(name, isBlocked);
    const change = isBlocked ? this.#blocked : this.#allowed;
    change.count++;
    if (change.first.length < limit)
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
    const key = JSON.stringify([from, to]);
    const pair = pairs.get(key) ?? pairOf(from, to, { before: before.serving, after: after.serving }, []);
    if (pair === undefined) return;
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

/** Two policies by their names; undefined where a side has none of that name. */
function pairOf(
  from: string,
  to: string,
  sides: { readonly before: Serving; readonly after: Serving },
  who: string[],
): PolicyPair | undefined {
  const before = sides.before.configured.find(({ name }) => name === from);
  const after = sides.after.configured.find(({ name }) => name === to);
  return before === undefined || after === undefined ? undefined : { before, after, who };
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
