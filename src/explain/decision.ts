// The decision on a name for a client, told rather than answered: what explain prints and expectations test. The same
// steps in the same order as server/query-path.ts, with the same functions.
import { ClientAddress } from '../addresses/client-address.ts';
import { answerLocal } from '../server/replies/answers.ts';
import { blockingLists, matchedName } from '../server/replies/verdict-error.ts';
import { Observer } from '../server/observer.ts';
import { Reply } from '../server/replies/reply.ts';
import type { Serving } from '../server/serving.ts';
import { nameToText } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import { isBlocked, Judge, VERDICT } from '../policy/judge.ts';
import type { Verdict } from '../policy/judge.ts';
import { effectToText } from '../policy/lists/list-effect.ts';
import type { Policy } from '../policy/policy.ts';
import { SPECIAL, SpecialNames } from '../policy/special-names.ts';
import { exceptionOf, selectPolicy } from '../policy/vlan.ts';
import type { Vlan } from '../policy/vlan.ts';

/** What is said of a name whose other types may be answered. */
const BY_TYPE = '; answered without records, since other types of the name may not be blocked';

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
  /** Lists that are only observed and would block it. */
  readonly observed: readonly string[];
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
    const exception = exceptionOf(vlan, address);
    const name = vlan.clientNames[exception];
    const because =
      exception < 0
        ? `${asker.client} is in the subnets of VLAN ${vlan.name}, which has policy ${policy.name}`
        : name === undefined
          ? `${asker.client} is one of the clients of VLAN ${vlan.name} that have policy ${policy.name}`
          : `${asker.client} is client ${name} of VLAN ${vlan.name}, which has policy ${policy.name}`;
    return { vlan, policy, because };
  }
  return `${asker.client} is in the subnets of no VLAN${asker.vlan === undefined ? '' : ` ${asker.vlan}`}: it is answered REFUSED`;
}

/** A decision by verdict. What is for people is found out when it is asked for: a million names take 1 s less. */
class Judged implements Decision {
  readonly step = 'verdict';
  readonly blocked: boolean;
  readonly verdict: Verdict;
  readonly subject: NameView;
  readonly #tell: () => string;
  readonly #observe: () => readonly string[];

  constructor(
    decided: Pick<Decision, 'blocked' | 'verdict' | 'subject'>,
    tell: () => string,
    observe: () => readonly string[],
  ) {
    this.blocked = decided.blocked;
    this.verdict = decided.verdict;
    this.subject = decided.subject;
    this.#tell = tell;
    this.#observe = observe;
  }

  get because(): string {
    return this.#tell();
  }

  get observed(): readonly string[] {
    return this.#observe();
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

  /** What a policy makes of a query for a name. */
  decide(policy: Policy, name: NameView, qtype: number = TYPE.A): Decision {
    const told = { subject: name, observed: [] };
    if (policy.blocksBypass && this.#special.isCanary(name))
      return {
        ...told,
        step: 'canary',
        blocked: true,
        verdict: VERDICT.BLOCKED_BY_RULE,
        because: 'a canary: bypass: block answers it with NXDOMAIN',
      };
    const { local } = this.#serving;
    const node = local.find(name);
    if (node === undefined) return this.#decideName(policy, name, qtype);
    const target = this.#target;
    // Into a reply that nobody gets: where a chain of aliases ends is for one function to say.
    if (!answerLocal(new Reply(), { qtype, node, data: local, target })) {
      const { step, blocked, verdict, because, observed } = this.#decideName(policy, target, qtype);
      const led = `it leads to ${nameToText(target.wire)}: ${because}`;
      return { step, blocked, verdict, because: led, subject: target, observed };
    }
    return {
      ...told,
      step: 'local data',
      blocked: false,
      verdict: VERDICT.ALLOWED,
      because: 'it is in records or hosts',
    };
  }

  /** What comes after local data: special names never leave, not even as what an alias leads to. */
  #decideName(policy: Policy, name: NameView, qtype: number): Decision {
    const { forward } = this.#serving;
    const special = this.#special.find(name);
    const forwarded = forward.findClosest(name) >= 0 && forward.label <= this.#special.label;
    if (special === SPECIAL.NONE || forwarded) return this.#judgeName(policy, name, qtype);
    return {
      step: 'special name',
      blocked: false,
      verdict: VERDICT.PASS,
      because: 'a special name, answered here',
      subject: name,
      observed: [],
    };
  }

  #judgeName(policy: Policy, name: NameView, qtype: number): Decision {
    const verdict = this.#judge.judge(policy, name, qtype);
    // What is answered over TCP is not blocked.
    const overTcp = this.#serving.book.effects[this.#judge.source]?.answer === 'tcp';
    const blocked = isBlocked(verdict) && !overTcp;
    return new Judged(
      { blocked, verdict, subject: name },
      () => this.#because(policy, verdict, name) + (this.#judge.byType ? BY_TYPE : ''),
      () => (blocked ? [] : this.#observed(policy, name, qtype)),
    );
  }

  #observed(policy: Policy, name: NameView, qtype: number): readonly string[] {
    const observer = new Observer();
    observer.name(this.#serving, policy, name, qtype);
    return [...observer.counts.keys()];
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
        return this.#listText(policy, name);
      case VERDICT.BLOCKED_BY_RULE:
      case VERDICT.ALLOWED: {
        if (judge.pattern !== undefined) return `rule ${judge.pattern.text}`;
        if (judge.expression >= 0 || judge.isRoot) return this.#listText(policy, name);
        return `${verdict === VERDICT.ALLOWED ? 'allowed' : 'blocked'} by name: ${matchedName(name, judge.depth)}`;
      }
    }
  }

  /** Which list decided by what, and what it answers. */
  #listText(policy: Policy, name: NameView): string {
    const { source, expression, setId, depth, isRoot } = this.#judge;
    const { book, listSources } = this.#serving;
    if (source < 0) {
      const lists = blockingLists(policy, this.#serving, setId, depth === name.labelCount);
      return `list ${lists.join(', ')} has ${matchedName(name, depth)}`;
    }
    const entry = isRoot
      ? '.'
      : expression < 0
        ? matchedName(name, depth)
        : (book.expressions?.index.texts[expression] ?? '');
    const effect = book.effects[source]?.effect;
    return `list ${listSources[source] ?? ''} has ${entry}${effect === undefined ? '' : `, ${effectToText(effect)}`}`;
  }
}
