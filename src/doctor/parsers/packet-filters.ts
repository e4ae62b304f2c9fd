// Packet filters: `pfctl -sr` and `pfctl -si` of OpenBSD, `nft list ruleset` and iptables-save of Linux.

import type { Fact } from '../evidence.ts';
import type { InputRuleFact } from '../service-facts.ts';
import type { Quote, SourceText } from '../source-text.ts';
import { linesOf, quote } from '../lines.ts';

/** Reads `pfctl -sr`, also with -v or -vv, whose rules begin with `@N`. */
export function parsePfRules(source: SourceText): Fact[] {
  // What is in the braces of an anchor holds under its conditions only.
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

/** Reads the chains of nft(8), and which of them are hooked at `input`. */
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

function toNftRule(chain: string, at: Quote): InputRuleFact[] {
  const hook = /^type (\w+) hook (\w+) .*?(?:policy (accept|drop);)?$/.exec(at.text);
  if (hook === null) return at.text === '' ? [] : [{ ...rule(chain, at, false), action: actionOf(at.text) }];
  if (hook[1] !== 'filter' || hook[2] !== 'input') return [];
  return [{ ...rule(chain, at, true), action: hook[3] ?? 'accept' }];
}

function actionOf(text: string): string {
  const verdict = /\b(accept|drop|reject|return|(?:jump|goto) \S+)(?: with .*)?(?: comment "[^"]*")?$/.exec(
    text,
  )?.[1];
  return verdict === 'reject' ? 'drop' : (verdict ?? 'continue');
}

/** Reads the table `filter` of iptables-save, its rules put into the words of nft(8). */
export function parseIptables(source: SourceText): InputRuleFact[] {
  let table = 'filter';
  return linesOf(source).flatMap((line): InputRuleFact[] => {
    const at = quote(line);
    table = /^\*(\w+)$/.exec(at.text)?.[1] ?? table;
    if (table !== 'filter') return [];
    const policy = /^:INPUT (ACCEPT|DROP)\b/.exec(at.text)?.[1];
    if (policy !== undefined) return [{ ...rule('ip filter INPUT', at, true), action: policy.toLowerCase() }];
    const [, chain, said = ''] = /^-A (\S+) ?(.*)$/.exec(at.text) ?? [];
    if (chain === undefined) return [];
    const text = toNftWords(said);
    return [{ ...rule(`ip filter ${chain}`, at, false), text, action: actionOf(text) }];
  });
}

/** What iptables(8) writes, as nft(8) would; what is not among these stays, and is not understood. */
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
  [/-j (?:DROP|REJECT)(?: .*)?$/, 'drop'],
  [/-j RETURN$/, 'return'],
  [/-j (?:LOG|NFLOG|CONNMARK|MARK)\b.*$/, 'continue'],
  [/-j (\S+)$/, 'jump $1'],
  [/-g (\S+)$/, 'goto $1'],
];

function toNftWords(text: string): string {
  const words = WORDS.reduce((before, [pattern, by]) => before.replace(pattern, by), text);
  return words
    .replaceAll('! ', '!= ')
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
