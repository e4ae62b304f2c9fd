// The assertions of `expect`: evaluated by check, at reload and at each list refresh, by the very route that
// queries take.
import type { Config, Expectation } from '../config/config.ts';
import { parseName } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import { toType } from '../dns/numbers.ts';
import { instantOf } from '../schedules/moment.ts';
import type { Serving } from '../server/serving.ts';
import { choosePolicy, Decider } from './decision.ts';
import { momentText } from './told/times.ts';

/** An expectation that does not hold, and why. */
export interface BrokenExpectation {
  readonly expectation: Expectation;
  /** Whether it cannot be decided, because a list has never been read or an interface's prefixes are not known. */
  readonly undecided: boolean;
  readonly message: string;
}

/** The expectations that do not hold under a state of the service. */
export function brokenExpectations(serving: Serving, config: Config): BrokenExpectation[] {
  const states = new Map([[serving.times.unixMs, { state: serving, decider: new Decider(serving) }]]);
  const name = new NameView();
  return config.expect.flatMap((expectation) => {
    const atMs = momentOf(expectation, serving);
    const state = states.get(atMs)?.state ?? serving.at(atMs);
    const decider = states.get(atMs)?.decider ?? new Decider(state);
    states.set(atMs, { state, decider });
    const choice = choosePolicy(state, expectation);
    if (typeof choice === 'string')
      return [{ expectation, undecided: mayBeFollowed(config, expectation), message: choice }];
    decider.local = choice.vlan.local;
    name.setWire(parseName(expectation.name));
    const decision = decider.decide(choice.policy, name, toType(expectation.type ?? 'A'));
    const { is } = decision;
    if (is === expectation.is) return [];
    const when = atMs === serving.times.unixMs ? '' : ` at ${momentText(state)}`;
    const message = `${expectation.name} is ${is}${when} under policy ${choice.policy.name}, not ${expectation.is}: ${decision.because}`;
    return [{ expectation, undecided: is === 'not decided', message }];
  });
}

/** The instant that an expectation is about; without schedules every one is as good as now. */
function momentOf({ moment }: Expectation, { times: { zone, unixMs } }: Serving): number {
  return moment === undefined || zone === undefined ? unixMs : instantOf(moment, zone, unixMs);
}

/** Whether a client may be in a VLAN that follows its interface's prefixes, of which there may be none now. */
function mayBeFollowed({ vlans }: Config, { vlan }: Expectation): boolean {
  return vlans.some(({ name, subnets }) => subnets === 'interface' && (vlan ?? name) === name);
}
