// Every rule and list entry that is about a name, with its place, and whether a policy uses it: what explain lists.
import { isAbsolute } from 'node:path';
import { sourceBehind } from '../blocklists/compile-report.ts';
import { readLineAt } from '../blocklists/formats/text/line-reader.ts';
import { ALLOW, kindOfMember, kindToText, sourceOfMember } from '../blocklists/rule.ts';
import type { RuleKind } from '../blocklists/rule.ts';
import { explain as explainMatches } from '../blocklists/trie/explain.ts';
import { Matches } from '../blocklists/trie/matches.ts';
import type { Trie } from '../blocklists/trie/trie.ts';
import type { Config } from '../config/config.ts';
import type { NameView } from '../dns/name-view.ts';
import { nameToText } from '../dns/name-text.ts';
import { effectToText } from '../policy/lists/list-effect.ts';
import { Pattern } from '../policy/rules/pattern.ts';
import type { Policy } from '../policy/policy.ts';
import { fallenRules } from '../policy/standing-rules.ts';
import type { Fallen } from '../policy/standing-rules.ts';
import { matchedName } from '../server/replies/verdict-error.ts';
import type { Offline } from './offline.ts';

/** The state of the service that is explained. */
export type ExplainedState = Pick<Offline, 'serving' | 'lists' | 'files' | 'upstreamNames' | 'clients'>;

/** A rule or list entry that is about the name. */
export interface MatchingRule {
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
  /** Whether it is a rule of the house, and not one of a list. */
  readonly isOfHouse: boolean;
  /** Whether the client's policy uses it, or only observes what it would do. */
  readonly used: boolean;
  readonly observed: boolean;
}

/** What is needed to list the rules about a name. */
export interface MatchParts {
  readonly config: Config;
  readonly offline: ExplainedState;
  readonly policy: Policy;
  readonly qtype: number;
  readonly isBrief: boolean;
}

/** Every rule and list entry that is about a name. */
export async function matchesOf(
  { config, offline, policy, qtype, isBrief }: MatchParts,
  subject: NameView,
): Promise<MatchingRule[]> {
  const { book } = offline.serving;
  const listed = new ListRules(offline, { policy, subject, qtype, isBrief });
  return [
    ...(await matchingNames(book.rules, subject)).map((rule) =>
      houseRule(rule, { offline, policy, isBrief }),
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
  readonly #offline: ExplainedState;
  readonly #asked: AskedOfLists;

  constructor(offline: ExplainedState, asked: AskedOfLists) {
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
    const { policy, isBrief } = this.#asked;
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
      text: isBrief ? undefined : readText(files.fileOf(place), line),
      isOfHouse: false,
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
  readonly isBrief: boolean;
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

function houseRule(
  rule: FoundRule,
  { offline, policy, isBrief }: Pick<MatchParts, 'offline' | 'policy' | 'isBrief'>,
): MatchingRule {
  const source = offline.serving.ruleSources[rule.source];
  if (source === undefined) throw new Error(`there is no source ${rule.source} of rules`);
  const use = policy.ruleUses[rule.source] ?? 'none';
  const comesWithProgram = !isAbsolute(source.file);
  return {
    ...PLAIN,
    from: source.kind === 'service' ? `service ${source.name}` : source.name,
    kind: kindToText(use === 'allow' ? rule.kind | ALLOW : rule.kind),
    name: rule.name,
    source: source.file,
    line: rule.line,
    text: comesWithProgram || isBrief ? undefined : readText(source.file, rule.line),
    used: use !== 'none',
  };
}

/** The fields of a rule without an effect. */
const PLAIN = { says: undefined, holds: true, fallen: undefined, observed: false, isOfHouse: true };

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
