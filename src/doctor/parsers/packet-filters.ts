// Packet filters: `pfctl -sr` and `pfctl -si` of OpenBSD, `nft list ruleset` and iptables-save of Linux.

import type { Fact } from '../facts/evidence.ts';
import type { ChainHook, InputRuleFact } from '../facts/service-facts.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';

/** Reads `pfctl -sr`, also with -v or -vv, whose rules begin with `@N`. */
export function parsePfRules(source: SourceText): Fact[] {
  // Rules in the braces of an anchor apply only under the anchor's conditions.
  let depth = 0;
  return linesOf(source).flatMap((line): Fact[] => {
    const at = quote(line);
    const text = at.text.replace(/^@\d+ /, '');
    const isInside = depth > 0;
    if (/^anchor .*\{$/.test(text)) depth++;
    else if (text === '}' && isInside) depth--;
    return /^(?:pass|block|match|anchor) /.test(text) ? [{ kind: 'pf rule', text, isInside, at }] : [];
  });
}

/** Reads `pfctl -v -s Interfaces`, in which an interface that is not filtered stands as `vio1 (skip)`, and pf.conf(5). */
export function parsePfSkips(source: SourceText): Fact[] {
  return linesOf(source).flatMap((line): Fact[] => {
    const at = quote(line);
    const shown = /^([a-z]+\d*) \(skip\)$/.exec(at.text)?.[1];
    if (shown !== undefined) return [{ kind: 'pf skip', names: [shown], at }];
    const written = /^set skip on (.+)$/.exec(at.text)?.[1];
    if (written === undefined) return [];
    return [{ kind: 'pf skip', names: written.split(/[\s{},"]+/).filter(Boolean), at }];
  });
}

/** Reads `pfctl -si`. */
export function parsePfState(source: SourceText): Fact[] {
  return linesOf(source).flatMap((line): Fact[] => {
    const state = /^Status: (Enabled|Disabled)\b/.exec(line.text)?.[1];
    return state === undefined ? [] : [{ kind: 'pf state', enabled: state === 'Enabled', at: quote(line) }];
  });
}

/** Reads the chains of nft(8), and which of them are hooked where a query to this machine passes. */
export function parseNft(source: SourceText): InputRuleFact[] {
  const facts: InputRuleFact[] = [];
  let table = '';
  let chain = '';
  for (const line of linesOf(source)) {
    const at = quote(line);
    const [, kind = '', name = ''] =
      /^(table|chain|set|map|flowtable|ct helper|counter) (.+) \{/.exec(at.text) ?? [];
    if (kind === 'table') table = name;
    if (kind !== '') chain = kind === 'chain' ? `${table} ${name}` : '';
    else if (at.text === '}') chain = '';
    else if (chain !== '') facts.push(...toNftRule(chain, at));
  }
  return facts;
}

const BASE_CHAIN =
  /^type (\w+) hook (\w+)(?: devices? (?:= )?(\{[^}]*\}|\S+))? priority ([^;]+);(?: flags \w+;)?(?: policy (accept|drop);)?/;

function toNftRule(chain: string, at: Quote): InputRuleFact[] {
  const [line, type = '', hook = '', devices = '', priority = '', policy = 'accept'] =
    BASE_CHAIN.exec(at.text) ?? [];
  if (line === undefined)
    return at.text === '' ? [] : [{ ...rule(chain, at, false), action: actionOf(at.text) }];
  if ((hook !== 'input' && hook !== 'prerouting' && hook !== 'ingress') || type === 'route') return [];
  const hooked = {
    hook,
    type,
    isBeforeConntrack: hook === 'ingress' || toPriority(priority) <= CONNTRACK,
    devices: devices.split(/[\s{},"]+/).filter(Boolean),
  } as const;
  return [{ ...rule(chain, at, true), hooked, action: policy }];
}

/** The priority at which connection tracking begins (NF_IP_PRI_CONNTRACK), and nft(8)'s names for priorities. */
const CONNTRACK = -200;
const PLACES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

// "filter", "-300", "dstnat + 10", "raw - 5"
function toPriority(text: string): number {
  const [, name = '', sign = '+', by = '0'] = /^(\w*)\s*([+-])?\s*(\d+)?$/.exec(text.trim()) ?? [];
  if (/^\d+$/.test(name)) return Number(name);
  return (PLACES[name] ?? 0) + Number(by) * (sign === '-' ? -1 : 1);
}

function actionOf(text: string): string {
  const verdict = /\b(accept|drop|reject|return|(?:jump|goto) \S+)(?: with .*)?(?: comment "[^"]*")?$/.exec(
    text,
  )?.[1];
  return verdict === 'reject' ? 'drop' : (verdict ?? 'continue');
}

/** The chains of iptables(8) that a query to this machine goes through, and what each may do. */
const TABLES: Readonly<Record<string, Readonly<Record<string, ChainHook['hook']>>>> = {
  raw: { PREROUTING: 'prerouting' },
  mangle: { PREROUTING: 'prerouting', INPUT: 'input' },
  nat: { PREROUTING: 'prerouting' },
  filter: { INPUT: 'input' },
};

/** Reads iptables-save or, by its name, ip6tables-save; the rules put into the words of nft(8). */
export function parseIptables(source: SourceText): InputRuleFact[] {
  const family = /ip6tables/i.test(source.name) ? 'ip6' : 'ip';
  let table = 'filter';
  return linesOf(source).flatMap((line): InputRuleFact[] => {
    const at = quote(line);
    table = /^\*(\w+)$/.exec(at.text)?.[1] ?? table;
    const hooks = TABLES[table];
    if (hooks === undefined) return [];
    const [, base = '', policy] = /^:(\S+) (ACCEPT|DROP)\b/.exec(at.text) ?? [];
    const hook = hooks[base];
    if (policy !== undefined && hook !== undefined) {
      const type = table === 'nat' ? 'nat' : 'filter';
      const hooked = { hook, type, isBeforeConntrack: table === 'raw', devices: [] };
      return [{ ...rule(`${family} ${table} ${base}`, at, true), hooked, action: policy.toLowerCase() }];
    }
    const [, chain, said = ''] = /^-A (\S+) ?(.*)$/.exec(at.text) ?? [];
    if (chain === undefined) return [];
    const text = toNftWords(said, family);
    return [{ ...rule(`${family} ${table} ${chain}`, at, false), text, action: actionOf(text) }];
  });
}

/** Words of iptables(8) and what nft(8) writes instead; other words are kept, and not understood. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/-m comment --comment (?:"[^"]*"|\S+) ?/g, ''],
  [/-m (?:udp|tcp|multiport|conntrack|state) /g, ''],
  [/(! )?-i (\S+)/g, 'iifname $1$2'],
  [/(! )?-p (\S+)/g, 'meta l4proto $1$2'],
  [/(! )?-s (\S+)/g, 'ip saddr $1$2'],
  [/(! )?-d (\S+)/g, 'ip daddr $1$2'],
  [/(! )?--(?:ctstate|state) (\S+)/g, 'ct state $1$2'],
  [/(! )?--dports? (\S+)/g, 'th dport $1{ $2 }'],
  [/-j ACCEPT$/, 'accept'],
  [/(! )?-m addrtype --dst-type LOCAL/g, 'fib daddr type $1local'],
  [/-j REDIRECT(?: --to-ports? (\d+))?(?: --random)?$/, 'redirect to :$1'],
  [/-j DNAT --to-destination (\S+)(?: .*)?$/, 'dnat to $1'],
  [/-j (?:DROP|REJECT)(?: .*)?$/, 'drop'],
  [/-j RETURN$/, 'return'],
  [/-j (?:LOG|NFLOG|CONNMARK|MARK)\b.*$/, 'continue'],
  [/-j (\S+)$/, 'jump $1'],
  [/-g (\S+)$/, 'goto $1'],
];

function toNftWords(text: string, family: 'ip' | 'ip6'): string {
  const words = WORDS.reduce((before, [pattern, by]) => before.replace(pattern, by), text);
  return words
    .replaceAll('! ', '!= ')
    .replace(/to :$/, '')
    .replace(/\bip ([sd]addr )/g, `${family} $1`)
    .replace(/(ct state (?:!= )?)(\S+)/, (_, head: string, states: string) => head + states.toLowerCase())
    .replace(
      /(th dport (?:!= )?)\{ (\S+) \}/,
      (_, head: string, ports: string) => `${head}{ ${ports.replaceAll(':', '-').replaceAll(',', ', ')} }`,
    )
    .replace(/(iifname (?:!= )?\S+)\+/, '$1*');
}

function rule(chain: string, at: Quote, isPolicy: boolean): Omit<InputRuleFact, 'action'> {
  return { kind: 'input rule', chain, isPolicy, text: at.text, at };
}
