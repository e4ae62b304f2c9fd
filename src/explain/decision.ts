// The decision on a question for a client, told rather than answered: what explain prints, expectations test and check compares.
// What answers is found by the very route that queries take.
import { ClientAddress } from '../addresses/client-address.ts';
import type { Device } from '../config/config.ts';
import type { NameView } from '../dns/name-view.ts';
import { CLASS, TYPE } from '../dns/numbers.ts';
import { QueryView } from '../dns/query-view.ts';
import type { LocalLayers } from '../local/local-layers.ts';
import { isBlocked, Judge } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import { exceptionOf, selectPolicy } from '../policy/vlan.ts';
import type { Vlan } from '../policy/vlan.ts';
import { Observer } from '../server/observer.ts';
import { QuestionRoute } from '../server/question-route.ts';
import type { Serving } from '../server/serving.ts';
import { STEP } from '../server/step.ts';
import { becauseOf } from './because.ts';
import { causeOf } from './cause.ts';
import type { Cause } from './cause.ts';

/** Whom a decision is for: a VLAN, a client's address, or an address on a VLAN's listener. */
export interface Asker {
  readonly vlan?: string | undefined;
  readonly client?: string | undefined;
  /** A device of the VLAN that would have a policy of its own, and whose address nobody knows. */
  readonly device?: Pick<Device, 'name' | 'mac' | 'policy'> | undefined;
}

/** Which policy holds for an asker, and why. */
export interface PolicyChoice {
  readonly vlan: Vlan;
  readonly policy: Policy;
  readonly because: string;
  /** What the client is called, or its address; undefined where a VLAN is asked about. */
  readonly client?: string | undefined;
}

/** The step that decides, in words. */
type DecidedBy = 'query form' | 'ANY' | 'canary' | 'special name' | 'local data' | 'verdict' | 'safe search';

/** What is decided on a question. All of it is good until the next decision. */
export interface Decision {
  readonly step: DecidedBy;
  /** `refused`: nobody is answered such a question. `not decided`: a list has never been read. */
  readonly is: 'blocked' | 'allowed' | 'refused' | 'not decided';
  /** One line for people: what won and why. */
  readonly because: string;
  /** The name that it is about: the one asked for, or what a local alias leads to. */
  readonly subject: NameView;
  /** What is asked for at an upstream; undefined where nothing is. */
  readonly asked: AskedFor | undefined;
  /** The name that a list's alias leads to and that a house rule blocks. */
  readonly blockedTarget: NameView | undefined;
  /** Lists that are only observed and would block it. */
  readonly observed: readonly string[];
  /** What decided. */
  readonly cause: Cause;
}

/** What is asked for at an upstream. */
export interface AskedFor {
  /** The name asked for, or what an alias of local data or of a list leads to. */
  readonly name: NameView;
  /** Number of the upstream set. */
  readonly set: number;
  /** As the inspector has them. */
  readonly isMeant: boolean;
  readonly rulesOnly: boolean;
  readonly mayBePrivate: boolean;
}

/** The policy of an asker, or a sentence that says why there is none. */
export function choosePolicy(serving: Serving, asker: Asker): PolicyChoice | string {
  const address = new ClientAddress();
  if (asker.client !== undefined && !address.set(asker.client)) return `"${asker.client}" is not an address`;
  if (asker.client === undefined) {
    const vlan = serving.vlans.get(asker.vlan ?? '');
    if (vlan === undefined)
      return `there is no VLAN "${asker.vlan}"; there are ${[...serving.vlans.keys()].join(', ')}`;
    return { vlan, policy: vlan.policy, because: ofVlan(vlan, asker) };
  }
  for (const vlan of serving.vlans.values()) {
    if (asker.vlan !== undefined && vlan.name !== asker.vlan) continue;
    const policy = selectPolicy(vlan, address);
    if (policy === undefined) continue;
    const exception = exceptionOf(vlan, address);
    const because =
      exception < 0
        ? `${asker.client} is in the subnets of VLAN ${vlan.name}, which has policy ${policy.name}`
        : ofException(vlan, exception, asker.client);
    return { vlan, policy, because, client: vlan.clientNames[exception] ?? asker.client };
  }
  return `${asker.client} is in the subnets of no VLAN${asker.vlan === undefined ? '' : ` ${asker.vlan}`}: it is answered REFUSED`;
}

function ofVlan({ name, policy }: Vlan, { device }: Asker): string {
  if (device === undefined) return `VLAN ${name} has policy ${policy.name}`;
  const who = device.name === undefined ? device.mac : `${device.name} (${device.mac})`;
  return `no lease or neighbour of VLAN ${name} tells which address ${who} has, so that the VLAN's policy ${policy.name} holds for it; once one does, ${device.policy} holds`;
}

function ofException(vlan: Vlan, exception: number, client: string): string {
  const policy = vlan.clientPolicies[exception]?.name;
  const name = vlan.clientNames[exception];
  const mac = vlan.clientMacs[exception];
  if (name === undefined && mac === undefined)
    return `${client} is one of the clients of VLAN ${vlan.name} that have policy ${policy}`;
  const who = name === undefined ? mac : mac === undefined ? `client ${name}` : `client ${name} (${mac})`;
  return `${client} is ${who} of VLAN ${vlan.name}, which has policy ${policy}`;
}

/** Decides on questions under one state of the service, as is served: query-path.ts acts on the same route. */
export class Decider {
  /** The local data of who asks; default: those of VLANs that have none of their own. */
  local: LocalLayers;
  readonly #serving: Serving;
  readonly #route = new QuestionRoute();
  readonly #question = new QueryView();
  /** Who tells a rule once the route has gone on to judge another name. */
  readonly #judge: Judge;

  constructor(serving: Serving) {
    this.local = serving.local;
    this.#serving = serving;
    this.#judge = new Judge(serving.book);
  }

  /** What a policy makes of a query for a name, of a client that is known to be at its address. */
  decide(policy: Policy, name: NameView, qtype: number = TYPE.A, qclass: number = CLASS.IN): Decision {
    const question = this.#question;
    question.name.read(name.wire, 0, name.length);
    question.qtype = qtype;
    question.qclass = qclass;
    this.#route.local = this.local;
    this.#route.find(this.#serving, policy, question, true);
    return new Decided(this.#route, {
      because: () =>
        becauseOf({ serving: this.#serving, policy, route: this.#route, question, judge: this.#judge }),
      observed: () => this.#observed(policy),
      cause: () => causeOf(this.#serving, policy, this.#route),
    });
  }

  #observed(policy: Policy): readonly string[] {
    const { step, verdict, judged } = this.#route;
    if (step !== STEP.RESOLVE || isBlocked(verdict)) return [];
    const observer = new Observer();
    observer.name(this.#serving, policy, judged, this.#question.qtype);
    return [...observer.counts.keys()];
  }
}

/** What is found out for people. */
interface Telling {
  readonly because: () => string;
  readonly observed: () => readonly string[];
  readonly cause: () => Cause;
}

/** A decision as the route has it. What is for people is found out when it is asked for: a million names take 1 s less. */
class Decided implements Decision {
  readonly step: DecidedBy;
  readonly is: Decision['is'];
  readonly #route: QuestionRoute;
  readonly #tell: Telling;

  constructor(route: QuestionRoute, tell: Telling) {
    const step = route.leadsOn === undefined ? STEPS[route.step] : undefined;
    this.step = route.isSafeSearch ? 'safe search' : (step ?? 'verdict');
    this.is = isOf(route);
    this.#route = route;
    this.#tell = tell;
  }

  get because(): string {
    return this.#tell.because();
  }

  get observed(): readonly string[] {
    return this.#tell.observed();
  }

  get cause(): Cause {
    return this.#tell.cause();
  }

  get subject(): NameView {
    const { leadsOn, subject, judged } = this.#route;
    return leadsOn === undefined ? subject : judged;
  }

  get blockedTarget(): NameView | undefined {
    const { leadsOn, step, subject } = this.#route;
    return leadsOn !== undefined && step === STEP.BLOCKED ? subject : undefined;
  }

  get asked(): AskedFor | undefined {
    const { step, subject, set, isMeant, rulesOnly, isForwarded } = this.#route;
    if (step !== STEP.RESOLVE) return undefined;
    return { name: subject, set, isMeant, rulesOnly, mayBePrivate: isForwarded };
  }
}

/** What each step is called; those that are not here are told by the verdict. */
const STEPS: Readonly<Record<number, DecidedBy>> = {
  [STEP.FORM]: 'query form',
  [STEP.ANY]: 'ANY',
  [STEP.CANARY]: 'canary',
  [STEP.LOCAL]: 'local data',
  [STEP.SPECIAL]: 'special name',
};

/** A name that a list's rule answers with an alias is blocked, whatever the alias leads to. */
function isOf({ step, leadsOn, isSafeSearch }: QuestionRoute): Decision['is'] {
  if (isSafeSearch) return step === STEP.BLOCKED && leadsOn !== undefined ? 'blocked' : 'allowed';
  if (step === STEP.FORM) return 'refused';
  if (step === STEP.NOT_READY) return 'not decided';
  return step === STEP.BLOCKED || step === STEP.CANARY || leadsOn !== undefined ? 'blocked' : 'allowed';
}
