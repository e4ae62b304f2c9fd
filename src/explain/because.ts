// Why a question is answered as it is, in one line for people: the steps of question-route.ts in words.
import { nameToText } from '../dns/name-text.ts';
import type { NameView } from '../dns/name-view.ts';
import { CLASS, classToText, rcodeToText, typeToText } from '../dns/numbers.ts';
import type { QueryView } from '../dns/query-view.ts';
import { VERDICT } from '../policy/judge.ts';
import type { Judge, Verdict } from '../policy/judge.ts';
import { effectToText } from '../policy/lists/list-effect.ts';
import type { Policy } from '../policy/policy.ts';
import type { QuestionRoute } from '../server/question-route.ts';
import {
  addedListsText,
  addedPatternText,
  addedRuleText,
  blockingLists,
  decidingServices,
  matchedName,
} from '../server/replies/verdict-error.ts';
import type { Serving } from '../server/serving.ts';
import { STEP } from '../server/step.ts';

/** What is said of a name whose other types may be answered. */
const BY_TYPE = '; answered without records, since other types of the name may not be blocked';

/** What a line is made of. */
interface Told {
  readonly serving: Serving;
  readonly policy: Policy;
  /** The route, at its end for the question. */
  readonly route: QuestionRoute;
  readonly question: QueryView;
  /** Judges again what the route has judged first, where it has gone on to another name. */
  readonly judge: Judge;
}

/** The line. */
export function becauseOf(told: Told): string {
  const { route, question } = told;
  const about = route.leadsOn === undefined ? route.subject : route.judged;
  const led = about === question.name ? '' : `it leads to ${nameToText(about.wire)}: `;
  if (route.isSafeSearch) return led + safeSearchText(told);
  return led + (route.leadsOn === undefined ? stepText(told) : aliasText(told));
}

function stepText(told: Told): string {
  const { route, question } = told;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the steps that are not told by the verdict
  switch (route.step) {
    case STEP.FORM: {
      const { qclass, qtype } = question;
      const what = qclass === CLASS.IN ? `type ${typeToText(qtype)}` : `class ${classToText(qclass)}`;
      return `a query of ${what} is answered ${rcodeToText(route.rcode)}, whatever the name`;
    }
    case STEP.ANY:
      return 'ANY is answered with one HINFO record (RFC 8482), whatever the name has';
    case STEP.CANARY:
      return 'a canary: bypass: block answers it with NXDOMAIN';
    case STEP.LOCAL:
      return localText(told, question.name);
    case STEP.SPECIAL:
      return 'a special name, answered here';
    default:
      return verdictText(told, { verdict: route.verdict, judge: route.judge, name: route.subject });
  }
}

/** Local data, and the aliases in it that lead to the answer. */
function localText({ route, question }: Told, name: NameView): string {
  const { owners, length, endsEmpty } = route.chain;
  const names = owners.slice(1, endsEmpty ? length + 1 : length).map((owner) => nameToText(owner!));
  const through = names.length === 0 ? '' : `, and leads to ${names.join(', ')}`;
  return `it is in ${route.local.fromOf(name) ?? 'local data'}${through}${endsEmpty ? `, without a record of type ${typeToText(question.qtype)}` : ''}`;
}

/** The rule of a list that answers with an alias, and what comes of the name that this leads to. */
function aliasText(told: Told): string {
  const { policy, route, question, judge } = told;
  const verdict = judge.judge(policy, route.judged, question.qtype);
  const rule = verdictText(told, { verdict, judge, name: route.judged });
  const end =
    route.step === STEP.RESOLVE
      ? 'it is asked for upstream'
      : route.step === STEP.LOCAL && route.local.find(route.subject) !== undefined
        ? localText(told, route.subject)
        : stepText(told);
  return `${rule}; ${nameToText(route.subject.wire)}: ${end}`;
}

/** What safe search leads to, and what comes of that. */
function safeSearchText(told: Told): string {
  const { policy, route } = told;
  const target = policy.safeSearch?.targets[policy.safeSearch.find(route.judged)];
  if (target === undefined) throw new Error('safe search leads nowhere');
  const rule = `safe search (${target.engine}: ${target.level}) answers it with ${nameToText(target.alias)}`;
  return route.step === STEP.RESOLVE || route.leadsOn === undefined ? rule : `${rule}: ${stepText(told)}`;
}

interface GivenVerdict {
  readonly verdict: Verdict;
  readonly judge: Judge;
  readonly name: NameView;
}

/** What won, where a policy has judged. */
function verdictText({ serving, policy }: Told, given: GivenVerdict): string {
  const { judge } = given;
  return ruleText(serving, policy, given) + (judge.byType ? BY_TYPE : '');
}

function ruleText(serving: Serving, policy: Policy, { verdict, judge, name }: GivenVerdict): string {
  switch (verdict) {
    case VERDICT.PASS:
      return 'no rule and no list speaks about it';
    case VERDICT.NOT_READY:
      return `not decided: list ${policy.missingLists.join(', ')} has never been read (when_lists_missing: refuse)`;
    case VERDICT.BLOCKED_BY_CLOSING:
      return `${policy.closedBy} blocks ${policy.deniesAll ? 'what is not granted' : 'what no rule of the house allows'}`;
    case VERDICT.BLOCKED_BY_ONLY:
      return 'nothing allows it, and the policy has only: true';
    case VERDICT.BLOCKED_BY_LIST:
      return listText(serving, policy, judge, name);
    case VERDICT.BLOCKED_BY_RULE:
    case VERDICT.ALLOWED: {
      if (judge.pattern !== undefined)
        return `rule ${judge.pattern.text}${addedPatternText(policy, judge.pattern.text)}`;
      if (judge.expression >= 0 || judge.isRoot) return listText(serving, policy, judge, name);
      const services = judge.byRule ? decidingServices(policy, serving, judge.setId, judge.isAtName) : [];
      const by = services.length > 0 ? `service ${services.join(', ')}` : 'name';
      const told = `by ${by}: ${matchedName(name, judge.depth)}`;
      if (verdict === VERDICT.ALLOWED) return `allowed ${told}`;
      return `blocked ${told}${addedRuleText(policy, serving, judge.setId)}`;
    }
  }
}

/** Which list decided by what, and what it answers. */
function listText(serving: Serving, policy: Policy, judge: Judge, name: NameView): string {
  const { source, expression, setId, depth, isRoot } = judge;
  const { book, listSources } = serving;
  if (source < 0) {
    const lists = blockingLists(policy, serving, setId, depth === name.labelCount);
    return `list ${lists.join(', ')} has ${matchedName(name, depth)}${addedListsText(policy, lists)}`;
  }
  const entry = isRoot
    ? '.'
    : expression < 0
      ? matchedName(name, depth)
      : (book.expressions?.index.texts[expression] ?? '');
  const effect = book.effects[source]?.effect;
  return `list ${listSources[source] ?? ''} has ${entry}${effect === undefined ? '' : `, ${effectToText(effect)}`}`;
}
