// Whether a query matches the conditions of an nft(8) rule. What cannot be judged here (sets, marks, limits) is a maybe.

import type { Prefix } from '../../addresses/prefix.ts';
import { readPrefix } from '../../addresses/prefix-text.ts';
import { isInside, isOverlapping } from '../../addresses/prefix.ts';

/** A query as a chain sees it. */
export interface InputQuery {
  readonly interface: string | undefined;
  readonly transport: 'udp' | 'tcp';
  /** Where clients may be. */
  readonly from: readonly Prefix[];
  readonly to: string;
  readonly port: number;
}

/** Whether a rule matches a query. */
export type Match = 'yes' | 'no' | 'maybe';

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
  // The query is addressed to this machine, and to the interface that it came in on.
  [
    new RegExp(`^fib daddr(?: \\. iif)? type ${OPERAND}`),
    (_, values) => anyOf(values, (one) => one === 'local'),
  ],
  [
    new RegExp(`^meta nfproto ${OPERAND}`),
    ({ to }, values) => anyOf(values, (one) => one === (to.includes(':') ? 'ipv6' : 'ipv4')),
  ],
];

/** Whether all that a rule says in front of its verdict holds for a query. */
export function matchAll(text: string, query: InputQuery): Match {
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

// The rule is for another protocol, or for the other family.
function isOtherKind(text: string, { transport, to }: InputQuery): boolean {
  const family = /\b(ip6?) [sd]addr /.exec(text)?.[1];
  const named = /\b(udp|tcp) (?:[sd]port|flags|option) /.exec(text)?.[1];
  return (
    /^(?:icmp|icmpv6|igmp|esp|ah|sctp)\b/.test(text) ||
    (family !== undefined && (family === 'ip6') !== to.includes(':')) ||
    (named !== undefined && named !== transport)
  );
}

// Judges the condition that a text begins with; a word that is not known here makes it a maybe.
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

// An unknown answer makes a maybe, unless another value matches.
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
