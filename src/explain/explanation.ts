// The whole decision for a client and a name: which policy and why, every rule and list that matches with its place,
// what won, and which upstream would be asked.
import { isIP } from 'node:net';
import { sourceBehind } from '../blocklists/compile-report.ts';
import { readLineAt } from '../blocklists/formats/text/line-reader.ts';
import { kindOfMember, kindToText, sourceOfMember } from '../blocklists/rule.ts';
import type { RuleKind } from '../blocklists/rule.ts';
import { explain as explainMatches } from '../blocklists/trie/explain.ts';
import { Matches } from '../blocklists/trie/matches.ts';
import type { Trie } from '../blocklists/trie/trie.ts';
import type { Config } from '../config/config.ts';
import { NameView } from '../dns/name-view.ts';
import { nameToText, parseName } from '../dns/name-text.ts';
import { effectToText } from '../policy/lists/list-effect.ts';
import { Pattern } from '../policy/pattern.ts';
import type { Policy } from '../policy/policy.ts';
import { fallenRules } from '../policy/standing-rules.ts';
import type { Fallen } from '../policy/standing-rules.ts';
import { matchedName } from '../server/replies/verdict-error.ts';
import type { Serving } from '../server/serving.ts';
import { choosePolicy, Decider } from './decision.ts';
import type { Decision } from './decision.ts';
import type { Offline } from './offline.ts';
import type { InspectedAnswer } from './answer-inspection.ts';
import { inspectAnswer } from './answer-inspection.ts';
import type { AnswerQuestion, ToldAnswer } from './upstream-answer.ts';
import { toAnswer } from './upstream-answer.ts';
import { findAsker } from './who.ts';

/** A rule or list entry that is about the name. */
interface MatchingRule {
  /** The policy whose house rule it is, or the list. */
  readonly from: string;
  readonly kind: string;
  /** The name or regular expression of the rule. */
  readonly name: string;
  /** Its effect: the queries to which it applies, and the answer. */
  readonly says: string | undefined;
  /** Whether it applies to the query. */
  readonly holds: boolean;
  /** Why it does not: it is about other queries, or a nearer name of its source or an earlier zone of its list decides. */
  readonly fallen: string | undefined;
  /** Where it is written: file or URL, line from 1, and its text where that can be read. */
  readonly source: string;
  readonly line: number;
  readonly text: string | undefined;
  /** Whether the client's policy uses it, or only observes what it would do. */
  readonly used: boolean;
  readonly observed: boolean;
}

/** The result of explain. */
export interface Explanation {
  readonly name: string;
  readonly vlan: string;
  readonly policy: string;
  readonly because: string;
  readonly step: string;
  readonly verdict: Decision['is'];
  readonly why: string;
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

/** What is explained: a VLAN by name, tag or interface or a client by name or address, and a query. */
export interface ExplainQuestion {
  readonly who: string;
  readonly name: string;
  readonly qtype: number;
  /** Default: IN. */
  readonly qclass?: number | undefined;
}

/**
 * Explains a decision; a sentence says why there is none. What the upstream's answer leads to is judged as well, where
 * `askUpstream` can get it.
 */
export async function explainDecision(
  config: Config,
  offline: Offline,
  question: ExplainQuestion,
  askUpstream: AskUpstream = NOBODY,
): Promise<Explanation | string> {
  const { serving } = offline;
  const { who, qtype } = question;
  const asker = findAsker(config, who);
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
  const about = { config, offline, policy, qtype };
  const upstream = asked && offline.upstreamNames[asked.set];
  const matches = await matchesOf(about, subject);
  if (blockedTarget !== undefined) matches.push(...(await matchesOf(about, blockedTarget)));
  const byName = {
    name: nameToText(view.wire),
    vlan: choice.vlan.name,
    policy: policy.name,
    because: choice.because,
    step: decision.step,
    verdict: decision.is,
    why: decision.because,
    observed: decision.observed,
    matches,
    // What is allowed by name is meant with all that it leads to.
    inspected: asked !== undefined && policy.inspect && !asked.rulesOnly,
    upstream,
    answer: undefined,
  } as const;
  if (asked === undefined || upstream === undefined) return byName;
  const told = await askUpstream({
    vlan: choice.vlan.name,
    set: upstream,
    name: nameToText(asked.name.wire),
    qtype,
  });
  if (typeof told === 'string') return { ...byName, answer: told };
  const inspected = inspectAnswer(serving, policy, asked, toAnswer(told));
  return withAnswer(byName, { ...inspected, from: told.from }, (name) => matchesOf(about, name));
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

/** What is needed to list the rules about a name. */
interface MatchParts {
  readonly config: Config;
  readonly offline: Offline;
  readonly policy: Policy;
  readonly qtype: number;
}

/** Every rule and list entry that is about a name. */
async function matchesOf(
  { config, offline, policy, qtype }: MatchParts,
  subject: NameView,
): Promise<MatchingRule[]> {
  const { book } = offline.serving;
  const listed = new ListRules(offline, { policy, subject, qtype });
  return [
    ...(await matchingNames(book.rules, subject)).map((rule) =>
      houseRule(offline.serving, policy, rule),
    ),
    ...matchingPatterns(config, policy, nameToText(subject.wire)),
    ...listed.describeAll([
      ...(await matchingNames(book.lists, subject)),
      ...listed.matchingExpressions(),
      ...listed.rootRules(),
    ]),
  ];
}

/** A rule that is about the name. */
interface FoundRule {
  /** The name or regular expression of the rule. */
  readonly name: string;
  readonly source: number;
  readonly kind: RuleKind;
  readonly line: number;
  /** As PathRule has them. */
  readonly depth: number;
  readonly isWhole: boolean;
}

/** All rules of a trie on the name's path. */
async function matchingNames(trie: Trie, name: NameView): Promise<FoundRule[]> {
  const matches = new Matches();
  trie.match(name, matches);
  const rules = await explainMatches(trie, matches);
  return rules.map((rule) => ({ ...rule, name: matchedName(name, rule.depth), isWhole: false }));
}

/** The rules of lists in words, with their places. */
class ListRules {
  readonly #offline: Offline;
  readonly #asked: AskedOfLists;

  constructor(offline: Offline, asked: AskedOfLists) {
    this.#offline = offline;
    this.#asked = asked;
  }

  matchingExpressions(): FoundRule[] {
    const { subject } = this.#asked;
    const { meta, expressions } = this.#offline.lists;
    const { depths = [] } = this.#offline.serving.book.expressions ?? {};
    const numbers = expressions?.matching(subject, subject.suffixHash(0)) ?? [];
    return numbers.flatMap((number) => {
      const found = meta.expressions?.[number];
      if (found === undefined) return [];
      const { text, member, line } = found;
      const [source, kind] = [sourceOfMember(member), kindOfMember(member)];
      return [{ name: text, source, kind, line, depth: depths[number] ?? 0, isWhole: true }];
    });
  }

  rootRules(): FoundRule[] {
    const { roots = [] } = this.#offline.lists.meta;
    return roots.map(({ member, line }) => {
      const [source, kind] = [sourceOfMember(member), kindOfMember(member)];
      return { name: '.', source, kind, line, depth: 0, isWhole: true };
    });
  }

  describeAll(rules: readonly FoundRule[]): MatchingRule[] {
    const { subject, qtype } = this.#asked;
    const fallen = fallenRules(this.#offline.serving.book, subject, qtype, rules);
    return rules.map((rule, index) => this.#describe(rule, fallen[index]));
  }

  #describe({ name, source, kind, line }: FoundRule, fallen: Fallen | undefined): MatchingRule {
    const { policy } = this.#asked;
    const { lists, serving, files } = this.#offline;
    const report = lists.meta.sources[sourceBehind(lists.meta, source)];
    const place = report?.source ?? '';
    const list = report?.list ?? '';
    const effect = serving.book.effects[source];
    const used = policy.useOfList(list) !== 'none';
    return {
      from: list,
      kind: kindToText(kind),
      name,
      says: effect && effectToText(effect.effect),
      holds: fallen === undefined || fallen === 'not about it',
      fallen: fallen === 'not about it' ? undefined : fallen,
      source: place,
      line,
      text: readText(files.fileOf(place), line),
      used,
      observed: !used && policy.trial !== undefined && policy.trial.useOfList(list) !== 'none',
    };
  }
}

/** The policy and the query that the lists are searched for. */
interface AskedOfLists {
  readonly policy: Policy;
  readonly subject: NameView;
  readonly qtype: number;
}

/** Regular expressions are in no trie; each is tried. */
function matchingPatterns(config: Config, policy: Policy, name: string): MatchingRule[] {
  const own = config.policies.find((candidate) => candidate.name === policy.name);
  return config.policies.flatMap((written) =>
    (['block', 'allow'] as const).flatMap((side) =>
      written[side].rules
        .filter((rule) => rule.policy === written.name && rule.text.startsWith('/'))
        .filter(({ text }) => new Pattern(text).matches(name))
        .map(({ text, at }) => ({
          ...PLAIN,
          from: written.name,
          kind: side,
          name: text,
          source: config.file,
          line: at.line,
          text: undefined,
          used: own?.[side].rules.some((rule) => rule.text === text && rule.policy === written.name) === true,
        })),
    ),
  );
}

function houseRule(serving: Serving, policy: Policy, rule: FoundRule): MatchingRule {
  const source = serving.ruleSources[rule.source];
  if (source === undefined) throw new Error(`there is no source ${rule.source} of rules`);
  const isPackaged = source.kind === 'bypass';
  return {
    ...PLAIN,
    from: source.name,
    kind: kindToText(rule.kind),
    name: rule.name,
    source: source.file,
    line: rule.line,
    text: isPackaged ? undefined : readText(source.file, rule.line),
    used: policy.usesSource(source),
  };
}

/** The fields of a rule without an effect. */
const PLAIN = { says: undefined, holds: true, fallen: undefined, observed: false };

/** At most this many characters of a line are shown. */
const MAX_TEXT = 200;

/** The text of a line, or undefined where the file cannot be read. */
function readText(file: string, line: number): string | undefined {
  try {
    return readLineAt(file, line)?.slice(0, MAX_TEXT);
  } catch {
    // The place is shown without the text.
    return undefined;
  }
}
