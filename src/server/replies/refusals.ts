// The reply to a client for a blocked name, and the Extended DNS Error that says why (RFC 8914), naming the list or rule. Made
// once for each rule that blocks something, then given again without allocating.
import type { NameView } from '../../dns/name-view.ts';
import { EDE } from '../../dns/numbers.ts';
import type { Reason } from '../../querylog/messages.ts';
import { ReasonTable } from '../../querylog/reason-table.ts';
import { VERDICT } from '../../policy/judge.ts';
import type { Judge, Verdict } from '../../policy/judge.ts';
import { answerOfLists, prefixOfLists } from '../../policy/lists/list-answer.ts';
import type { BlockedAnswer } from '../../policy/policy-settings.ts';
import type { Pattern } from '../../policy/rules/pattern.ts';
import type { Policy } from '../../policy/policy.ts';
import { aliasReply, toAliasOf, toBlockedReply, toRuleReply } from './answers.ts';
import type { BlockedReply } from './answers.ts';
import {
  addedListsText,
  addedRuleText,
  blockingLists,
  decidingServices,
  matchedName,
} from './verdict-error.ts';
import { OF_CANARIES, ofPattern, ofPolicy, ofRebinding, ofRule } from './reasons.ts';
import type { Why } from './reasons.ts';
import type { NamedRules } from './verdict-error.ts';
import { toExtendedError } from './reply.ts';
import type { ExtendedError } from './reply.ts';

/** The reply, and the reason. */
export interface Refusal {
  readonly reply: BlockedReply;
  readonly error: ExtendedError;
  /** The reason's number among those of the refusals' state. */
  readonly reason: number;
  /** The refusal where the reply's alias cannot be followed: as if the rule had no answer of its own. */
  readonly withoutAlias: Refusal | undefined;
  /** The refusal where only the qtype is blocked and other types of the name may exist; undefined: the same. */
  readonly ofType: Refusal | undefined;
}

/** RFC 8914 section 4.5: Forged Answer. */
const FORGED_ANSWER = 4;

/** Refusals of one policy. The keys are numbers of what blocked: records, sets, prefixes, expressions. */
interface OwnRefusals {
  readonly reply: BlockedReply;
  /** NODATA: denies the type asked for, and not the name (RFC 2308 section 2, RFC 8020). */
  readonly nodata: BlockedReply;
  readonly byRule: Map<number, Refusal>;
  readonly bySet: Map<number, Refusal>;
  readonly bySource: Map<number, Refusal>;
  readonly byAddress: Map<number, Refusal>;
  readonly byExpression: Map<number, Refusal>;
  /** The refusals of rules about every name. */
  readonly byRoot: Map<number, Refusal>;
  readonly byPattern: Map<Pattern, Refusal>;
  /** Of verdicts that nothing but the policy decides; PASS stands for rebinding protection. */
  readonly byVerdict: Map<Verdict, Refusal>;
  readonly reasons: ReasonTable;
}

/** The number of the reason for names that are never answered where `bypass: block` holds: the first in each state. */
export const CANARY_REASON = 1;

/** More than there are numbers of sources. */
const SOURCES = 2 ** 17;

/**
 * The refusals of one state of the service. A name that is blocked whole is answered as the policy says; where it depends on
 * the type, or on what an answer held, with NODATA, since the name still exists.
 */
export class Refusals {
  /** Why: of all refusals that were made, and of whatever else is to be told with them. */
  readonly reasons = new ReasonTable();
  readonly #rules: NamedRules;
  /** By policy number. */
  readonly #ofNames: readonly OwnRefusals[];
  readonly #ofTypes: readonly OwnRefusals[];
  readonly #ofSafeSearch: (readonly Refusal[] | undefined)[];

  constructor(rules: NamedRules, policies: readonly Policy[]) {
    this.#rules = rules;
    this.reasons.add(OF_CANARIES);
    const replies = new BlockedReplies();
    this.#ofNames = policies.map(({ answer }) => newRefusals(replies, answer, this.reasons));
    this.#ofTypes = policies.map(() => newRefusals(replies, 'nodata', this.reasons));
    this.#ofSafeSearch = policies.map(() => undefined);
  }

  /** The refusal for the judge's last verdict, which was on `name` under `policy`. */
  of(policy: Policy, verdict: Verdict, judge: Judge, name: NameView): Refusal {
    const own = this.#ownOf(policy, judge.byType || judge.isAddress);
    switch (verdict) {
      case VERDICT.BLOCKED_BY_LIST:
        return this.#byList(policy, own, judge, name);
      case VERDICT.BLOCKED_BY_RULE: {
        const { pattern } = judge;
        if (pattern !== undefined)
          return (
            own.byPattern.get(pattern) ??
            keep(own.byPattern, pattern, refuse(own, ofPattern(policy, pattern)))
          );
        // A set may decide by one rule at its own name, and by another below it.
        const key = judge.record * 2 + (judge.isAtName ? 1 : 0);
        const known = own.byRule.get(key);
        if (known !== undefined) return known;
        return keep(own.byRule, key, refuse(own, this.#byRule(policy, judge, name)));
      }
      case VERDICT.BLOCKED_BY_ONLY:
      case VERDICT.BLOCKED_BY_CLOSING:
      case VERDICT.NOT_READY:
        return (
          own.byVerdict.get(verdict) ?? keep(own.byVerdict, verdict, refuse(own, ofPolicy(policy, verdict)))
        );
      case VERDICT.PASS:
      case VERDICT.ALLOWED:
        throw new Error('a name that is not blocked has no refusal');
    }
  }

  /** What a name is answered with that safe search leads on, by the target's number: an alias, and why. */
  ofSafeSearch({ safeSearch, number }: Policy, target: number): Refusal {
    const made = (this.#ofSafeSearch[number] ??= (safeSearch?.targets ?? []).map(({ engine, alias }) => {
      const text = `safe search: ${engine}`;
      return {
        reply: aliasReply(alias),
        error: toExtendedError(FORGED_ANSWER, text),
        reason: this.reasons.add({ kind: 'safe_search', source: engine, text }),
        withoutAlias: undefined,
        ofType: undefined,
      };
    }));
    return made[target]!;
  }

  /** The refusal of an answer with private addresses. */
  ofRebinding(policy: Policy): Refusal {
    const own = this.#ownOf(policy, true);
    // What is passed is refused for nothing else.
    return (
      own.byVerdict.get(VERDICT.PASS) ?? keep(own.byVerdict, VERDICT.PASS, refuse(own, ofRebinding(policy)))
    );
  }

  #byRule(policy: Policy, judge: Judge, name: NameView): Why {
    const services = decidingServices(policy, this.#rules, judge.setId, judge.isAtName).join(', ');
    const rule = matchedName(name, judge.depth);
    const added = addedRuleText(policy, this.#rules, judge.setId);
    const reason: Reason =
      services === ''
        ? {
            ...ofRule(policy, this.#rules, judge.setId),
            rule,
            text: `rule ${rule}${added}`,
          }
        : { kind: 'service', source: services, rule, text: `service ${services}${added}` };
    return { code: EDE.CENSORED, reason };
  }

  #ownOf(policy: Policy, isOfType: boolean): OwnRefusals {
    const own = (isOfType ? this.#ofTypes : this.#ofNames)[policy.number];
    if (own === undefined) throw new Error(`policy ${policy.name} has no refusals`);
    return own;
  }

  #byList(policy: Policy, own: OwnRefusals, judge: Judge, name: NameView): Refusal {
    const { setId, source, expression, record } = judge;
    // Nearly all blocked names end here, so it comes first.
    if (source < 0) {
      const itself = judge.isAtName;
      const key = setId * 2 + (itself ? 1 : 0);
      const known = own.bySet.get(key);
      if (known !== undefined) return known;
      const lists = blockingLists(policy, this.#rules, setId, itself);
      const from = lists.join(', ');
      const text = `list ${from}${addedListsText(policy, lists)}`;
      const reason = { kind: 'list', source: from, text } as const;
      return keep(own.bySet, key, refuse(own, { code: EDE.BLOCKED, reason }));
    }
    if (judge.isAddress) {
      const known = own.byAddress.get(record);
      if (known !== undefined) return known;
      const rule = prefixOfLists(this.#rules.book, judge);
      const text = `${this.#listOf(source)} has ${rule}`;
      return keep(own.byAddress, record, this.#ofRule(own, judge, { text, rule }));
    }
    // Answers that add up depend on the whole path of the name.
    if (judge.addsUp) return this.#ofRule(own, judge, { text: this.#listOf(source) });
    const refusals = expression >= 0 ? own.byExpression : judge.isRoot ? own.byRoot : own.bySource;
    const key =
      expression >= 0
        ? expression
        : judge.isRoot
          ? source
          : (setId * 2 + (judge.isAtName ? 1 : 0)) * SOURCES + source;
    const known = refusals.get(key);
    const refusal = known ?? keep(refusals, key, this.#ofRule(own, judge, { text: this.#listOf(source) }));
    return refusal.reply.wildAlias === undefined ? refusal : forName(refusal, name);
  }

  #listOf(source: number): string {
    return `list ${this.#rules.listSources[source] ?? ''}`;
  }

  /** The refusal of a rule that was told apart from those beside it. */
  #ofRule(own: OwnRefusals, judge: Judge, said: Pick<Reason, 'text' | 'rule'>): Refusal {
    const { text } = said;
    const source = this.#rules.listSources[judge.source] ?? '';
    const plain = refuse(own, { code: EDE.BLOCKED, reason: { kind: 'list', source, ...said } });
    const answer = answerOfLists(this.#rules.book, judge);
    if (answer === undefined) return plain;
    const reply = toRuleReply(answer);
    const isForged = typeof answer === 'object' && answer.length > 0;
    const error = isForged ? toExtendedError(FORGED_ANSWER, text) : plain.error;
    const isAlias = reply.alias !== undefined || reply.wildAlias !== undefined;
    const withoutAlias = isAlias ? plain : undefined;
    return {
      ...plain,
      reply,
      error,
      withoutAlias,
      ofType: reply.manner === 'reply' ? plain.ofType : undefined,
    };
  }
}

/** One reply for each answer there is, whichever policies give it and for how long. */
class BlockedReplies {
  readonly #made = new Map<string, BlockedReply>();

  of(answer: BlockedAnswer): BlockedReply {
    const key = JSON.stringify(answer);
    const known = this.#made.get(key) ?? toBlockedReply(answer);
    this.#made.set(key, known);
    return known;
  }
}

function newRefusals(replies: BlockedReplies, answer: BlockedAnswer, reasons: ReasonTable): OwnRefusals {
  return {
    reasons,
    reply: replies.of(answer),
    nodata: replies.of('nodata'),
    byRule: new Map(),
    bySet: new Map(),
    bySource: new Map(),
    byAddress: new Map(),
    byExpression: new Map(),
    byRoot: new Map(),
    byPattern: new Map(),
    byVerdict: new Map(),
  };
}

/** The refusal whose alias is made from the qname; there are too many qnames to keep these. */
function forName(refusal: Refusal, name: NameView): Refusal {
  const { reply, withoutAlias = refusal } = refusal;
  const made = toAliasOf(reply, name);
  return made === undefined ? withoutAlias : { ...refusal, reply: made };
}

function refuse({ reply, nodata, reasons }: OwnRefusals, why: Why): Refusal {
  const error = toExtendedError(why.code, why.reason.text);
  const reason = reasons.add(why.reason);
  const ofType = { reply: nodata, error, reason, withoutAlias: undefined, ofType: undefined };
  return { reply, error, reason, withoutAlias: undefined, ofType };
}

function keep<Key>(refusals: Map<Key, Refusal>, key: Key, refusal: Refusal): Refusal {
  refusals.set(key, refusal);
  return refusal;
}
