// The whole decision for a client and a name: which policy and why, every rule and list that matches with its place,
// what won, and which upstream would be asked.
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { isIP } from 'node:net';
import { kindToText } from '../blocklists/rule.ts';
import { explain as explainMatches } from '../blocklists/trie/explain.ts';
import { Matches } from '../blocklists/trie/matches.ts';
import type { Trie } from '../blocklists/trie/trie.ts';
import type { Config } from '../config/config.ts';
import { NameView } from '../dns/name-view.ts';
import { nameToText, parseName } from '../dns/name-text.ts';
import { VERDICT } from '../policy/judge.ts';
import { BYPASS } from '../policy/compile-policies.ts';
import { Pattern } from '../policy/pattern.ts';
import type { Policy } from '../policy/policy.ts';
import { matchedName } from '../server/verdict-error.ts';
import type { Serving } from '../server/serving.ts';
import { choosePolicy, Decider } from './decision.ts';
import type { Offline } from './offline.ts';

/** A rule or list entry that is about the name. */
interface MatchingRule {
  /** The policy whose house rule it is, or the list. */
  readonly from: string;
  readonly kind: string;
  readonly name: string;
  /** Where it is written: file or URL, line from 1, and its text where that can be read. */
  readonly source: string;
  readonly line: number;
  readonly text: string | undefined;
  /** Whether the client's policy uses it. */
  readonly used: boolean;
}

/** What explain tells. */
export interface Explanation {
  readonly name: string;
  readonly vlan: string;
  readonly policy: string;
  readonly because: string;
  readonly step: string;
  readonly verdict: 'blocked' | 'allowed' | 'not decided';
  readonly why: string;
  readonly matches: readonly MatchingRule[];
  /** The upstream set that would be asked, where the name is asked for at all. */
  readonly upstream: string | undefined;
}

/** What is explained: a VLAN's name or a client's address, and a name. */
export interface ExplainQuestion {
  readonly who: string;
  readonly name: string;
}

/** Explains a decision; a sentence says why there is none. */
export async function explainDecision(
  config: Config,
  { serving, lists }: Offline,
  question: ExplainQuestion,
  fileOf: (url: string) => string,
): Promise<Explanation | string> {
  const { who } = question;
  const isVlan = serving.vlans.has(who) || isIP(who.replace(/%.*/, '')) === 0;
  const choice = choosePolicy(serving, isVlan ? { vlan: who } : { client: who });
  if (typeof choice === 'string') return choice;
  const view = new NameView();
  view.setWire(parseName(question.name));
  const { policy } = choice;
  const decision = new Decider(serving).decide(policy, view);
  const { subject } = decision;
  const forward = serving.forward.findClosest(subject);
  const asked = decision.step === 'verdict' && !decision.blocked;
  const house = await matching(serving.book.rules, subject, (source, line) =>
    houseRule(serving, config, policy, { source, line }),
  );
  const listed = await matching(serving.book.lists, subject, (source, line) => {
    const report = lists.meta.sources[source];
    const place = report?.source ?? '';
    return {
      from: report?.list ?? '',
      source: place,
      file: place.includes('://') ? fileOf(place) : place,
      line,
      used: policy.useOfList(report?.list ?? '') !== 'none',
    };
  });
  return {
    name: nameToText(view.wire),
    vlan: choice.vlan.name,
    policy: policy.name,
    because: choice.because,
    step: decision.step,
    verdict:
      decision.verdict === VERDICT.NOT_READY ? 'not decided' : decision.blocked ? 'blocked' : 'allowed',
    why: decision.because,
    matches: [...house, ...matchingPatterns(config, policy, nameToText(subject.wire)), ...listed],
    upstream: asked ? serving.upstreams.get(forward >= 0 ? forward : policy.upstream)?.name : undefined,
  };
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

/** Where a rule comes from. */
interface Origin {
  readonly from: string;
  readonly source: string;
  readonly file: string;
  readonly line: number;
  readonly used: boolean;
}

function houseRule(
  serving: Serving,
  config: Config,
  policy: Policy,
  at: { source: number; line: number },
): Origin {
  const from = serving.ruleSources[at.source] ?? '';
  const own = config.policies.find(({ name }) => name === policy.name);
  const rules = [...(own?.block.rules ?? []), ...(own?.allow.rules ?? [])];
  const used = from === BYPASS ? policy.blocksBypass : rules.some((rule) => rule.policy === from);
  const source = from === BYPASS ? 'config/bypass/names.txt' : config.file;
  return { from, source, file: from === BYPASS ? '' : config.file, line: at.line, used };
}

async function matching(
  trie: Trie,
  name: NameView,
  originOf: (source: number, line: number) => Origin,
): Promise<MatchingRule[]> {
  const matches = new Matches();
  trie.match(name, matches);
  const rules = await explainMatches(trie, matches);
  return Promise.all(
    rules.map(async ({ depth, source, kind, line }) => {
      const origin = originOf(source, line);
      return {
        from: origin.from,
        kind: kindToText(kind),
        name: matchedName(name, depth),
        source: origin.source,
        line,
        text: origin.file === '' ? undefined : await readLine(origin.file, line),
        used: origin.used,
      };
    }),
  );
}

/** The text of a line, or undefined where the file cannot be read. */
async function readLine(file: string, line: number): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    let number = 0;
    for await (const text of handle.readLines()) if (++number === line) return text.trim().slice(0, 200);
  } catch {
    // The place is told; its text is a courtesy.
  } finally {
    await handle?.close();
  }
  return undefined;
}
