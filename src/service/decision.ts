// The decision on a name for a client, told rather than answered: what explain prints and expectations test. The same
// steps in the same order as server/query-path.ts, with the same functions.
import { ClientAddress } from '../listeners/client-address.ts';
import { blockingLists, matchedName } from '../server/verdict-error.ts';
import type { Serving } from '../server/serving.ts';
import { nameToText } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import type { LocalNode } from '../local/local-data.ts';
import { isBlocked, Judge, VERDICT } from '../policy/judge.ts';
import type { Verdict } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import { SPECIAL, SpecialNames } from '../policy/special-names.ts';
import { selectPolicy } from '../policy/vlan.ts';
import type { Vlan } from '../policy/vlan.ts';

/** Whom a decision is for: a VLAN, a client's address, or an address on a VLAN's listener. */
export interface Asker {
  readonly vlan?: string | undefined;
  readonly client?: string | undefined;
}

/** Which policy holds for an asker, and why. */
export interface PolicyChoice {
  readonly vlan: Vlan;
  readonly policy: Policy;
  readonly because: string;
}

/** What is decided on a name. */
export interface Decision {
  /** The step of the query path that decides. */
  readonly step: 'canary' | 'special name' | 'local data' | 'verdict';
  readonly blocked: boolean;
  readonly verdict: Verdict;
  /** One line for people: what won and why. Good until the next decision. */
  readonly because: string;
  /** The name that was judged: the one asked for, or what a local alias leads to. Good until the next decision. */
  readonly subject: NameView;
}

/** The policy of an asker, or a sentence that says why there is none. */
export function choosePolicy(serving: Serving, asker: Asker): PolicyChoice | string {
  const address = new ClientAddress();
  if (asker.client !== undefined && !address.set(asker.client)) return `"${asker.client}" is not an address`;
  if (asker.client === undefined) {
    const vlan = serving.vlans.get(asker.vlan ?? '');
    if (vlan === undefined)
      return `there is no VLAN "${asker.vlan}"; there are ${[...serving.vlans.keys()].join(', ')}`;
    return { vlan, policy: vlan.policy, because: `VLAN ${vlan.name} has policy ${vlan.policy.name}` };
  }
  for (const vlan of serving.vlans.values()) {
    if (asker.vlan !== undefined && vlan.name !== asker.vlan) continue;
    const policy = selectPolicy(vlan, address);
    if (policy === undefined) continue;
    const because =
      policy === vlan.policy
        ? `${asker.client} is in the subnets of VLAN ${vlan.name}, which has policy ${policy.name}`
        : `${asker.client} is one of the clients of VLAN ${vlan.name} that have policy ${policy.name}`;
    return { vlan, policy, because };
  }
  return `${asker.client} is in the subnets of no VLAN${asker.vlan === undefined ? '' : ` ${asker.vlan}`}: it is answered REFUSED`;
}

/** A chain of local aliases longer than this is given up, as in server/answers.ts. */
const MAX_LOCAL_CHAIN = 8;

/** A decision by verdict. Why is put into words when it is asked for: a million names take 1 s less. */
class Judged implements Decision {
  readonly step = 'verdict';
  readonly blocked: boolean;
  readonly verdict: Verdict;
  readonly subject: NameView;
  readonly #tell: () => string;

  constructor(verdict: Verdict, subject: NameView, tell: () => string) {
    this.blocked = isBlocked(verdict);
    this.verdict = verdict;
    this.subject = subject;
    this.#tell = tell;
  }

  get because(): string {
    return this.#tell();
  }
}

/** Decides on names under one state of the service. */
export class Decider {
  readonly #serving: Serving;
  readonly #judge: Judge;
  readonly #special = new SpecialNames();
  readonly #target = new NameView();

  constructor(serving: Serving) {
    this.#serving = serving;
    this.#judge = new Judge(serving.book);
  }

  /** What a policy makes of a name. */
  decide(policy: Policy, name: NameView): Decision {
    const serving = this.#serving;
    if (policy.blocksBypass && this.#special.isCanary(name))
      return {
        step: 'canary',
        blocked: true,
        verdict: VERDICT.BLOCKED_BY_RULE,
        because: 'a canary: bypass: block answers it with NXDOMAIN',
        subject: name,
      };
    const local = serving.local.find(name);
    if (local !== undefined) return this.#decideLocal(policy, name, local);
    const special = this.#special.find(name);
    const forwarded = serving.forward.findClosest(name) >= 0 && serving.forward.label <= this.#special.label;
    if (special !== SPECIAL.NONE && !forwarded)
      return {
        step: 'special name',
        blocked: false,
        verdict: VERDICT.PASS,
        because: 'a special name, answered here',
        subject: name,
      };
    return this.#judgeName(policy, name);
  }

  /** Local data is meant as it is written; where an alias leads out of it, the policy speaks about the target. */
  #decideLocal(policy: Policy, name: NameView, node: LocalNode): Decision {
    const target = this.#target;
    let alias = node.get(TYPE.CNAME)?.[0]?.rdata;
    for (let chained = 1; alias !== undefined && chained < MAX_LOCAL_CHAIN; chained++) {
      target.setWire(alias);
      const next = this.#serving.local.find(target);
      if (next === undefined) {
        const decision = this.#judgeName(policy, target);
        return { ...decision, because: `it leads to ${nameToText(target.wire)}: ${decision.because}` };
      }
      alias = next.get(TYPE.CNAME)?.[0]?.rdata;
    }
    return {
      step: 'local data',
      blocked: false,
      verdict: VERDICT.ALLOWED,
      because: 'it is in records or hosts',
      subject: name,
    };
  }

  #judgeName(policy: Policy, name: NameView): Decision {
    const verdict = this.#judge.judge(policy, name);
    return new Judged(verdict, name, () => this.#because(policy, verdict, name));
  }

  #because(policy: Policy, verdict: Verdict, name: NameView): string {
    const judge = this.#judge;
    switch (verdict) {
      case VERDICT.PASS:
        return 'no rule and no list speaks about it';
      case VERDICT.NOT_READY:
        return `not decided: list ${policy.missingLists.join(', ')} has never been read (when_lists_missing: refuse)`;
      case VERDICT.BLOCKED_BY_ONLY:
        return 'nothing allows it, and the policy has only: true';
      case VERDICT.BLOCKED_BY_LIST:
        return `list ${blockingLists(policy, this.#serving, judge.setId, judge.depth === name.labelCount).join(', ')} has ${matchedName(name, judge.depth)}`;
      case VERDICT.BLOCKED_BY_RULE:
      case VERDICT.ALLOWED: {
        if (judge.pattern !== undefined) return `rule ${judge.pattern.text}`;
        return `${verdict === VERDICT.ALLOWED ? 'allowed' : 'blocked'} by name: ${matchedName(name, judge.depth)}`;
      }
    }
  }
}
