// What nft(8) or iptables(8) do with a client's query, judged rule by rule as the kernel does: the first rule that matches
// decides, jumps are followed. A rule that cannot be judged leaves the query without a verdict.

import { readEndpoint } from '../../config/grammar/endpoint.ts';
import type { InputQuery, Match } from './netfilter-match.ts';
import { matchAll } from './netfilter-match.ts';
import type { ChainHook, InputRuleFact } from '../facts/service-facts.ts';

/** Where a query is redirected to. */
export interface Sent {
  /** Undefined: this machine, by the address of the interface. */
  readonly address: string | undefined;
  /** Undefined: the port that was asked. */
  readonly port: number | undefined;
  readonly rule: InputRuleFact;
}

type Outcome =
  | { readonly kind: 'drop'; readonly rule: InputRuleFact }
  | { readonly kind: 'sent'; readonly to: Sent }
  | 'unknown'
  | 'accepted'
  | undefined;

/** Chains in chains deeper than this are not followed: nft(8) itself stops at 16. */
const MOST_JUMPS = 16;

/** Where a query is sent by a chain of type nat; `unknown` where a rule that may do so cannot be judged. */
export function sentOf(query: InputQuery, rules: readonly InputRuleFact[]): Sent | 'unknown' | undefined {
  for (const { chain, hooked } of policiesOf(rules)) {
    if (hooked.type !== 'nat' || hooked.hook !== 'prerouting') continue;
    const outcome = walk(chain, { query, rules, hooked, depth: 0 });
    if (outcome === 'unknown') return 'unknown';
    if (typeof outcome === 'object' && outcome.kind === 'sent') return outcome.to;
  }
  return undefined;
}

/**
 * Gives the rule or policy that certainly drops a query; undefined where it passes, or that is not known. Chains at `input`
 * see the redirected query; where the redirection is not known, they are left out.
 */
export function dropOf(
  query: InputQuery,
  rules: readonly InputRuleFact[],
  sent: InputQuery | undefined,
): InputRuleFact | undefined {
  for (const policy of policiesOf(rules)) {
    const { chain, hooked } = policy;
    const seen = hooked.hook === 'input' ? sent : query;
    if (hooked.type === 'nat' || seen === undefined || !isOnWay(hooked, query)) continue;
    const outcome = walk(chain, { query: seen, rules, hooked, depth: 0 }) ?? { kind: 'drop', rule: policy };
    if (typeof outcome === 'object' && outcome.kind === 'drop' && outcome.rule.action === 'drop')
      return outcome.rule;
  }
  return undefined;
}

type Policy = InputRuleFact & { readonly hooked: ChainHook };

function policiesOf(rules: readonly InputRuleFact[]): Policy[] {
  return rules.filter((rule): rule is Policy => rule.isPolicy && rule.hooked !== undefined);
}

function isOnWay({ hook, devices }: ChainHook, { interface: name }: InputQuery): boolean {
  return hook !== 'ingress' || (name !== undefined && devices.includes(name));
}

interface Walk {
  readonly query: InputQuery;
  readonly rules: readonly InputRuleFact[];
  readonly hooked: ChainHook;
  readonly depth: number;
}

function walk(chain: string, way: Walk): Outcome {
  if (way.depth > MOST_JUMPS) return 'unknown';
  for (const rule of way.rules.filter((one) => one.chain === chain && !one.isPolicy)) {
    const { action, match } = readRule(rule, way);
    if (match === 'no' || action === 'continue') continue;
    const outcome = action === 'return' ? undefined : outcomeOf(action, rule, way);
    if (match === 'maybe') {
      // A jump to a chain that decides nothing comes to the same whether it is taken or not.
      if (isJump(action) && !action.startsWith('goto ') && outcome === undefined) continue;
      return 'unknown';
    }
    if (action === 'return') return undefined;
    if (outcome !== undefined || action.startsWith('goto ')) return outcome;
  }
  return undefined;
}

function isJump(action: string): boolean {
  return /^(?:jump|goto) /.test(action);
}

function outcomeOf(action: string, rule: InputRuleFact, way: Walk): Outcome {
  if (action === 'accept') return 'accepted';
  if (action === 'drop') return { kind: 'drop', rule };
  if (action.startsWith('send ')) return sentBy(action, rule, way);
  const [, name = ''] = action.split(' ');
  return isJump(action) ? walk(chainBeside(rule.chain, name), { ...way, depth: way.depth + 1 }) : 'unknown';
}

// `ip filter INPUT` jumps to `ip filter name`.
function chainBeside(chain: string, name: string): string {
  return [...chain.split(' ').slice(0, -1), name].join(' ');
}

// send 192.0.2.1:53, send [2001:db8::1]:53, send :5353, send 192.0.2.1, send
function sentBy(action: string, rule: InputRuleFact, { query }: Walk): Outcome {
  const target = action.slice('send '.length);
  const port = /^:(\d+)$/.exec(target)?.[1];
  if (target === '' || port !== undefined)
    return {
      kind: 'sent',
      to: { address: undefined, port: port === undefined ? undefined : Number(port), rule },
    };
  const endpoint = readEndpoint(target);
  if ('fault' in endpoint) return 'unknown';
  const { value } = endpoint;
  if (value.address.includes(':') !== query.to.includes(':')) return undefined;
  return { kind: 'sent', to: { ...value, rule } };
}

const VERDICT =
  /(?:^| )(accept|drop|reject\b.*|return|continue|(?:jump|goto) \S+|(?:dnat|redirect)\b.*|tproxy\b.*)$/;
// Words that neither match nor decide.
const ASIDE =
  /(?: |^)(?:counter packets \d+ bytes \d+|counter name \S+|counter|comment "[^"]*"|log(?: prefix "[^"]*"| level \w+| flags \w+| group \d+)*)(?= |$)/g;

function readRule(
  { text, action }: InputRuleFact,
  { query, hooked }: Walk,
): { action: string; match: Match } {
  const plain = text.replace(ASIDE, '').trim();
  // Before conntrack no packet has a state, so a condition on it is never certain to match.
  if (hooked.isBeforeConntrack && /\bct /.test(plain)) return { action, match: 'maybe' };
  const mapped = /^(iifname|iif|ct state) vmap \{ (.*) \}$/.exec(plain);
  if (mapped !== null) return readMap(mapped[1] ?? '', mapped[2] ?? '', query);
  const said = VERDICT.exec(plain)?.[1];
  // A rule without a verdict sets or counts something, and goes on.
  if (said === undefined) return { action: / vmap /.test(plain) ? 'unknown' : 'continue', match: 'maybe' };
  return { action: sendingOf(said) ?? action, match: matchAll(plain.replace(VERDICT, '').trim(), query) };
}

// dnat to 192.0.2.1:53, dnat ip to 192.0.2.1, redirect, redirect to :5353 random
function sendingOf(said: string): string | undefined {
  if (!/^(?:dnat|redirect|tproxy)\b/.test(said)) return undefined;
  if (said.startsWith('tproxy')) return 'unknown';
  const target = /\bto (\S+)/.exec(said)?.[1] ?? '';
  return `send ${target}`;
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
