// What a client is told that asks for why.NAME.vlandns.home.arpa: the explanation of its own query for the addresses of NAME, in a few
// short strings. The rule: nothing about another client or VLAN, and no path of this machine.
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { nameToText } from '../dns/name-text.ts';
import { TYPE } from '../dns/numbers.ts';
import type { TellWhy, WhyQuestion } from '../server/query-path-parts.ts';
import { Turns } from '../system/turns.ts';
import { explainDecision } from './explanation.ts';
import type { Explanation } from './explanation.ts';
import type { ExplainedState, MatchingRule } from './matching-rules.ts';

/** The most octets of a string (RFC 1035 section 3.3.14). */
const MAX_OCTETS = 255;

/** What is explained from: the service as it is. */
export interface WhyState extends Pick<ExplainedState, 'serving' | 'lists'> {
  readonly config: Config;
  /** Where the text of list sources lies. */
  readonly refresh: ExplainedState['files'];
}

/**
 * Gives what clients are told by. One is told at a time, VLANs by turns, and other work comes in between: an explanation takes about a
 * millisecond, as long as hundreds of answers, and nobody's burst of them holds back another VLAN.
 */
export function whyTeller(now: () => WhyState): TellWhy {
  const all = new Turns();
  const ofVlans = new Map<string, Turns>();
  return (question) => {
    const { vlan } = question;
    const own = ofVlans.get(vlan) ?? new Turns();
    ofVlans.set(vlan, own);
    // Of each VLAN one question at most waits among all: the next one follows behind those of the others.
    return own.run(() => all.run(() => tellInTurn(now, question)));
  };
}

async function tellInTurn(now: () => WhyState, question: WhyQuestion): Promise<string[]> {
  await setImmediate();
  const state = now();
  return tellWhy(state, question).catch(async (error: unknown) => {
    // The file of a list that was exchanged meanwhile is closed: those of now have theirs open.
    if (now().lists === state.lists) throw error;
    return tellWhy(now(), question);
  });
}

async function tellWhy(state: WhyState, { vlan, client, name }: WhyQuestion): Promise<string[]> {
  const explanation = await explainDecision(
    state.config,
    {
      serving: state.serving,
      lists: state.lists,
      files: state.refresh,
      upstreamNames: [],
      clients: new Map(),
    },
    { asker: { vlan, client: client.text }, name: nameToText(name), qtype: TYPE.A, isBrief: true },
  );
  return (typeof explanation === 'string' ? [explanation] : wordsOf(explanation)).flatMap(toStrings);
}

function wordsOf(told: Explanation): string[] {
  const { name, verdict, because, why, advice, holdsNow } = told;
  const [first] = advice;
  return [
    `${name} is ${verdict} for you`,
    because,
    `${why}${placeText(told)}`,
    ...holdsNow.map((text) => `now: ${text}`),
    ...(first === undefined ? [] : [`to change it: ${first}`]),
  ];
}

/** Where the rule stands that decided. */
function placeText(told: Explanation): string {
  const rule = decidingRule(told);
  return rule === undefined ? '' : ` (${basename(rule.source)} line ${rule.line})`;
}

/** The rule that decided, if it has a place: that with the longest name which does what was decided. */
function decidingRule({ matches, cause, verdict }: Explanation): MatchingRule | undefined {
  if (cause.kind !== 'rule' && cause.kind !== 'list') return undefined;
  const does = verdict === 'allowed' ? 'allow' : 'block';
  return matches
    .filter(
      ({ used, holds, kind, isOfHouse }) =>
        used && holds && kind.startsWith(does) && isOfHouse === (cause.kind === 'rule'),
    )
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}

/** A text in strings that fit, divided at spaces where there are any. */
function toStrings(text: string): string[] {
  const strings: string[] = [];
  let rest = text.replaceAll(/[^\u0020-\u007E]/g, '?');
  while (rest.length > MAX_OCTETS) {
    const space = rest.lastIndexOf(' ', MAX_OCTETS);
    const end = space > 0 ? space : MAX_OCTETS;
    strings.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...strings, rest];
}
