// The whole decision for a client and a name: which policy and why, every rule and list that matches with its place,
// what won, and which upstream would be asked.
import type { Vlan } from '../policy/vlan.ts';
import { isIP } from 'node:net';
import { toLeaseAddress } from '../clients/leases/fields.ts';
import type { Config } from '../config/config.ts';
import { NameView } from '../dns/name-view.ts';
import { nameToText, parseName } from '../dns/name-text.ts';
import { adviceFor } from './told/advice.ts';
import type { Advised } from './told/advice.ts';
import type { Cause } from './cause.ts';
import { choosePolicy, Decider } from './decision.ts';
import type { Asker, Decision, PolicyChoice } from './decision.ts';
import type { InspectedAnswer } from './answer-inspection.ts';
import { inspectAnswer } from './answer-inspection.ts';
import type { AnswerQuestion, ToldAnswer } from './upstream-answer.ts';
import { toAnswer } from './upstream-answer.ts';
import { matchesOf } from './matching-rules.ts';
import type { ExplainedState, MatchingRule } from './matching-rules.ts';
import { nextChange, toldSchedules } from './told/times.ts';
import type { ToldChange, ToldSchedules } from './told/times.ts';
import { toldClient } from './told/clients.ts';
import type { ToldClient } from './told/clients.ts';
import { findAsker } from './who.ts';

/** The result of explain. */
export interface Explanation {
  readonly name: string;
  readonly vlan: string;
  readonly policy: string;
  readonly because: string;
  /** Who the client is, where leases or neighbours know its address. */
  readonly client: ToldClient | undefined;
  readonly step: string;
  readonly verdict: Decision['is'];
  readonly why: string;
  readonly cause: Cause;
  /** What holds for a while beside what is configured, in words. */
  readonly holdsNow: readonly string[];
  /** The schedules of the policy; undefined where it has none. */
  readonly schedules: ToldSchedules | undefined;
  /** What will be next; undefined where nothing changes by itself. */
  readonly nextChange: ToldChange | undefined;
  /** The commands that would change the outcome, the best one first. */
  readonly advice: readonly string[];
  /** Lists that are only observed and would block it. */
  readonly observed: readonly string[];
  readonly matches: readonly MatchingRule[];
  /** The upstream set that would be asked, if any. */
  readonly upstream: string | undefined;
  /** Whether the names and addresses that the upstream's answer leads to are judged as well. */
  readonly inspected: boolean;
  /** The upstream's answer, where it could be had; else a sentence that says why it was not judged. */
  readonly answer: (InspectedAnswer & Pick<ToldAnswer, 'from'>) | string | undefined;
}

/** Gives the answer of an upstream set, or a sentence that says why it cannot be had. */
export type AskUpstream = (question: AnswerQuestion) => Promise<ToldAnswer | string>;

/** The default: no upstream is asked. */
const NOBODY: AskUpstream = () => Promise.resolve('nobody was asked');

/** Whom and what is explained: a VLAN by name, tag or interface or a client by name or address, or an asker; and a query. */
export type ExplainQuestion = Asked & ({ readonly who: string } | { readonly asker: Asker });

interface Asked {
  readonly name: string;
  readonly qtype: number;
  /** The moment that is asked about, in milliseconds since 1970; default: that of the state. */
  readonly atMs?: number | undefined;
  /** Default: IN. */
  readonly qclass?: number | undefined;
  /** Whether the texts of rules are left out, for which whole files are read. */
  readonly isBrief?: boolean;
}

/**
 * Explains a decision; a sentence says why there is none. What the upstream's answer leads to is judged as well, where
 * `askUpstream` can get it.
 */
export async function explainDecision(
  config: Config,
  offline: ExplainedState,
  question: ExplainQuestion,
  askUpstream: AskUpstream = NOBODY,
): Promise<Explanation | string> {
  const { qtype, atMs } = question;
  const serving = atMs === undefined ? offline.serving : offline.serving.at(atMs);
  const asker = 'asker' in question ? question.asker : findAsker(config, question.who, offline.clients);
  if (typeof asker === 'string') return asker;
  const choice = choosePolicy(serving, asker);
  if (typeof choice === 'string') return choice;
  const view = new NameView();
  view.setWire(parseName(question.name));
  const { policy } = choice;
  const decider = new Decider(serving);
  decider.local = choice.vlan.local;
  const decision = decider.decide(policy, view, qtype, question.qclass);
  const { subject, blockedTarget, asked } = decision;
  const about = {
    config,
    offline: { ...offline, serving },
    policy,
    qtype,
    isBrief: question.isBrief === true,
  };
  const upstream = asked && offline.upstreamNames[asked.set];
  const matches = await matchesOf(about, subject);
  if (blockedTarget !== undefined) matches.push(...(await matchesOf(about, blockedTarget)));
  const advised = advisedOf(choice, decision, view);
  const byName: Explanation = {
    name: advised.name,
    vlan: advised.vlan,
    policy: policy.name,
    because: choice.because,
    client: clientOf({ config, offline }, choice.vlan, asker.client),
    step: decision.step,
    verdict: decision.is,
    why: decision.because,
    cause: advised.cause,
    holdsNow: policy.adjustedBy,
    schedules: toldSchedules(serving, policy.name),
    nextChange: nextChange(serving, choice, { asker, name: view, qtype, qclass: question.qclass }),
    advice: adviceFor({ ...advised, verdict: decision.is }),
    observed: decision.observed,
    matches,
    // What is allowed by name is meant with all that it leads to.
    inspected: asked !== undefined && policy.inspect && !asked.rulesOnly,
    upstream,
    answer: undefined,
  };
  if (asked === undefined || upstream === undefined) return byName;
  const name = nameToText(asked.name.wire);
  const told = await askUpstream({ vlan: advised.vlan, set: upstream, name, qtype });
  if (typeof told === 'string') return { ...byName, answer: told };
  const inspected = inspectAnswer(serving, policy, asked, toAnswer(told));
  const judged = await withAnswer(byName, { ...inspected, from: told.from }, (other) =>
    matchesOf(about, other),
  );
  return { ...judged, advice: adviceFor({ ...advised, verdict: judged.verdict }) };
}

/** What advice follows from, the verdict left out. */
function advisedOf(choice: PolicyChoice, decision: Decision, name: NameView): Omit<Advised, 'verdict'> {
  const { vlan, policy, client } = choice;
  return {
    name: nameToText(name.wire),
    cause: decision.cause,
    vlan: vlan.name,
    policy: policy.name,
    client,
    isException: policy.name !== vlan.policy.name,
    isPaused: policy.isPaused,
    isAllDenied: policy.deniesAll,
    missingLists: policy.missingLists,
  };
}

/** What is known of the address of a client. */
function clientOf(
  { config, offline }: { readonly config: Config; readonly offline: ExplainedState },
  vlan: Vlan,
  address: string | undefined,
): ToldClient | undefined {
  const known = offline.clients.get(vlan.name);
  const own = config.vlans.find(({ name }) => name === vlan.name);
  const client = known?.get(toLeaseAddress((address ?? '').replace(/%.*/, '')) ?? '');
  if (known === undefined || own === undefined || client === undefined) return undefined;
  return toldClient({ config: own, vlan, known, localNames: new Map() }, client);
}

/** Adds the answer to a decision by name; where the answer is blocked, the rules that block it are listed too. */
async function withAnswer(
  byName: Explanation,
  answer: Exclude<Explanation['answer'], string | undefined>,
  matches: (name: NameView) => Promise<MatchingRule[]>,
): Promise<Explanation> {
  const { blocked } = answer;
  if (blocked === undefined) return { ...byName, answer };
  const target = new NameView();
  target.setWire(parseName(blocked.target));
  return {
    ...byName,
    answer,
    step: 'inspection',
    verdict: 'blocked',
    why: `its answer leads to ${blocked.target}: ${blocked.by}`,
    matches: [...byName.matches, ...(isIP(blocked.target) === 0 ? await matches(target) : [])],
  };
}
