// What nft(8) or iptables(8) do with a client's query, judged rule by rule as the kernel does: the first rule that matches
// decides, chains that are jumped to included. What cannot be judged here (sets, marks, limits) makes no verdict at all.

import type { Prefix } from '../config/config.ts';
import { isInside, isOverlapping, readPrefix } from '../config/prefix.ts';
import type { InputRuleFact } from './service-facts.ts';

/** A query as the chain sees it. */
export interface InputQuery {
  readonly interface: string | undefined;
  readonly transport: 'udp' | 'tcp';
  /** Where clients may be. */
  readonly from: readonly Prefix[];
  readonly to: string;
  readonly port: number;
}

type Match = 'yes' | 'no' | 'maybe';

/** The rule that drops; `unknown` where a rule before it could not be judged; undefined where the query passes. */
type Outcome = InputRuleFact | 'unknown' | 'accepted' | undefined;

/** Chains in chains deeper than this are not followed: nft(8) itself stops at 16. */
const MOST_JUMPS = 16;

/** Gives the rule or policy that drops a query for certain; undefined where it passes, or nobody can tell. */
export function dropOf(query: InputQuery, rules: readonly InputRuleFact[]): InputRuleFact | undefined {
  const policies = rules.filter(({ isPolicy }) => isPolicy);
  for (const policy of policies) {
    const outcome = walk(policy.chain, { query, rules, depth: 0 }) ?? policy;
    if (typeof outcome !== 'string' && outcome.action === 'drop') return outcome;
  }
  return undefined;
}

interface Walk {
  readonly query: InputQuery;
  readonly rules: readonly InputRuleFact[];
  readonly depth: number;
}

function walk(chain: string, way: Walk): Outcome {
  if (way.depth > MOST_JUMPS) return 'unknown';
  for (const rule of way.rules.filter((one) => one.chain === chain && !one.isPolicy)) {
    const { action, match } = readRule(rule, way.query);
    if (match === 'no' || action === 'continue') continue;
    if (match === 'maybe') return 'unknown';
    if (action === 'return') return undefined;
    const outcome = outcomeOf(action, rule, way);
    if (outcome !== undefined || action.startsWith('goto ')) return outcome;
  }
  return undefined;
}

function outcomeOf(action: string, rule: InputRuleFact, way: Walk): Outcome {
  if (action === 'accept') return 'accepted';
  if (action === 'drop') return rule;
  const [, name = ''] = action.split(' ');
  return walk(chainBeside(rule.chain, name), { ...way, depth: way.depth + 1 });
}

// `ip filter INPUT` jumps to `ip filter name`.
function chainBeside(chain: string, name: string): string {
  return [...chain.split(' ').slice(0, -1), name].join(' ');
}

const VERDICT = /(?:^| )(accept|drop|reject\b.*|return|continue|(?:jump|goto) \S+)$/;
// What neither matches nor decides.
const ASIDE =
  /(?: |^)(?:counter packets \d+ bytes \d+|counter name \S+|counter|comment "[^"]*"|log(?: prefix "[^"]*"| level \w+| flags \w+| group \d+)*)(?= |$)/g;

function readRule({ text, action }: InputRuleFact, query: InputQuery): { action: string; match: Match } {
  const plain = text.replace(ASIDE, '').trim();
  const mapped = /^(iifname|iif|ct state) vmap \{ (.*) \}$/.exec(plain);
  if (mapped !== null) return readMap(mapped[1] ?? '', mapped[2] ?? '', query);
  const said = VERDICT.exec(plain)?.[1];
  // A rule without a verdict sets or counts something, and goes on.
  if (said === undefined) return { action: / vmap /.test(plain) ? 'unknown' : 'continue', match: 'maybe' };
  return { action, match: matchAll(plain.replace(VERDICT, '').trim(), query) };
}

// "ens18" : jump input_lan, "ens19" : accept
function readMap(key: string, text: string, query: InputQuery): { action: string; match: Match } {
  const wanted = key === 'ct state' ? 'new' : query.interface;
  for (const part of text.split(', ')) {
    const [name = '', verdict = ''] = part.split(' : ');
    if (name.replaceAll('"', '') === wanted) return { action: verdict, match: 'yes' };
  }
  return { action: 'continue', match: 'no' };
}

const OPERAND = String.raw`(!= )?(\{[^}]*\}|"[^"]*"|\S+)`;

/** Conditions, each with the question whether the query meets one of the values. */
const CONDITIONS: readonly (readonly [RegExp, (query: InputQuery, values: readonly string[]) => Match])[] = [
  [new RegExp(`^(?:iifname|iif) ${OPERAND}`), (query, values) => anyOf(values, (one) => isNamed(query, one))],
  [new RegExp(`^ip6? saddr ${OPERAND}`), (query, values) => matchSources(query, values)],
  [
    new RegExp(`^ip6? daddr ${OPERAND}`),
    ({ to }, values) => anyOf(values, (one) => (isPrefix(one) ? liesIn(to, one) : undefined)),
  ],
  [
    new RegExp(`^(?:meta l4proto|ip protocol|ip6 nexthdr) ${OPERAND}`),
    ({ transport }, values) => anyOf(values, (one) => one === transport),
  ],
  [new RegExp(`^th dport ${OPERAND}`), ({ port }, values) => anyOf(values, (one) => isPort(one, port))],
  [
    new RegExp(`^ct state ${OPERAND}`),
    (_, values) =>
      anyOf(
        values.flatMap((one) => one.split(',')),
        (one) => one === 'new',
      ),
  ],
  [
    new RegExp(`^meta nfproto ${OPERAND}`),
    ({ to }, values) => anyOf(values, (one) => one === (to.includes(':') ? 'ipv6' : 'ipv4')),
  ],
];

function matchAll(text: string, query: InputQuery): Match {
  if (isOtherKind(text, query)) return 'no';
  let rest = text.replace(/\b(?:udp|tcp) dport /g, 'th dport ');
  const answers: Match[] = [];
  while (rest !== '') {
    const { answer, length } = nextAnswer(rest, query);
    answers.push(answer);
    rest = rest.slice(length).trim();
  }
  // One condition that does not hold is enough, whatever the others are.
  return answers.includes('no') ? 'no' : answers.includes('maybe') ? 'maybe' : 'yes';
}

// Of another protocol, or the other family.
function isOtherKind(text: string, { transport, to }: InputQuery): boolean {
  const family = /\b(ip6?) [sd]addr /.exec(text)?.[1];
  const named = /\b(udp|tcp) (?:[sd]port|flags|option) /.exec(text)?.[1];
  return (
    /^(?:icmp|icmpv6|igmp|esp|ah|sctp)\b/.test(text) ||
    (family !== undefined && (family === 'ip6') !== to.includes(':')) ||
    (named !== undefined && named !== transport)
  );
}

// The condition that a text begins with; a word of one that is not known makes it unsure.
function nextAnswer(text: string, query: InputQuery): { answer: Match; length: number } {
  for (const [pattern, ask] of CONDITIONS) {
    const [whole, negated, written = ''] = pattern.exec(text) ?? [];
    if (whole === undefined) continue;
    const answer = ask(query, valuesOf(written));
    return { answer: negated === undefined ? answer : NOT[answer], length: whole.length };
  }
  return { answer: 'maybe', length: text.search(/ |$/) };
}

const NOT: Readonly<Record<Match, Match>> = { yes: 'no', no: 'yes', maybe: 'maybe' };

function valuesOf(text: string): string[] {
  const bare = text.replace(/^\{ ?(.*?) ?\}$/, '$1');
  return bare.split(', ').map((one) => one.replaceAll('"', ''));
}

// An answer that is not known is no.
function anyOf(values: readonly string[], ask: (one: string) => boolean | undefined): Match {
  const answers = values.map((one) => (one.startsWith('@') ? undefined : ask(one)));
  return answers.includes(true) ? 'yes' : answers.includes(undefined) ? 'maybe' : 'no';
}

function isNamed({ interface: name }: InputQuery, written: string): boolean | undefined {
  if (name === undefined) return undefined;
  return written.endsWith('*') ? name.startsWith(written.slice(0, -1)) : written === name;
}

function isPort(written: string, port: number): boolean {
  const [first = NaN, last = first] = written.split('-').map((one) => (one === 'domain' ? 53 : Number(one)));
  return first <= port && port <= last;
}

function isPrefix(text: string): boolean {
  return 'value' in readPrefix(text);
}

function liesIn(address: string, prefix: string): boolean {
  const [inner, outer] = [readPrefix(address), readPrefix(prefix)];
  return 'value' in inner && 'value' in outer && isInside(inner.value, outer.value);
}

function matchSources({ from }: InputQuery, values: readonly string[]): Match {
  const networks = values.flatMap((one) => {
    const reading = readPrefix(one);
    return 'value' in reading ? [reading.value] : [];
  });
  if (networks.length < values.length || from.length === 0) return 'maybe';
  if (from.every((client) => networks.some((network) => isInside(client, network)))) return 'yes';
  return from.some((client) => networks.some((network) => isOverlapping(client, network))) ? 'maybe' : 'no';
}
