// A RouterOS export, also terse or single lines of one: `/path words`, then `add key=value ...`, long lines continued by a
// backslash. What is commented out or disabled is left out.

import { readPrefix } from '../../../addresses/prefix-text.ts';
import type { Fact } from '../../facts/evidence.ts';
import type { DhcpFact, RouterEntryFact, RouterReleaseFact } from '../../facts/network-facts.ts';
import type { Quote, SourceText } from '../../facts/source-text.ts';
import { linesOf, quote } from '../../facts/lines.ts';

/** Reads the entries, and what they give to DHCP clients. */
export function parseRouterOs(source: SourceText): Fact[] {
  let path = '';
  const facts: RouterEntryFact[] = [];
  for (const line of joined(linesOf(source))) {
    if (line.text.startsWith('#')) continue;
    const [, named, rest = ''] = /^(\/[a-z0-9 /-]+?)?(?:^| |$)((?:add|set)\b.*)?$/.exec(line.text) ?? [];
    if (named !== undefined) path = named.trim();
    if (rest === '' || path === '') continue;
    const values = toValues(rest);
    if (values.get('disabled') === 'yes') continue;
    facts.push({ kind: 'router entry', path, values, at: line });
  }
  return [...releaseOf(source), ...facts, ...facts.flatMap((fact) => toDhcp(fact, facts))];
}

// "# 2025-11-18 09:10:00 by RouterOS 7.16.1"
function releaseOf(source: SourceText): RouterReleaseFact[] {
  return linesOf(source)
    .slice(0, 20)
    .flatMap((line): RouterReleaseFact[] => {
      const [, major, minor] = /^#.* by RouterOS (\d+)\.(\d+)/.exec(line.text) ?? [];
      if (major === undefined || minor === undefined) return [];
      return [{ kind: 'router release', major: Number(major), minor: Number(minor), at: quote(line) }];
    });
}

// A wrapped line ends in a backslash and goes on behind four blanks.
function joined(lines: readonly Quote[]): Quote[] {
  const whole: Quote[] = [];
  let open = false;
  for (const line of lines) {
    const text = line.text.trim();
    const continues = text.endsWith('\\');
    const part = continues ? text.slice(0, -1) : text;
    const before = whole.at(-1);
    if (open && before !== undefined) whole[whole.length - 1] = { ...before, text: before.text + part };
    else whole.push({ ...quote(line), text: part });
    open = continues;
  }
  return whole;
}

function toValues(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/([a-z0-9.-]+)=("(?:[^"\\]|\\.)*"|\S*)/g);
  return new Map(
    Array.from(pairs, ([, key = '', value = '']): [string, string] => [key, value.replace(/^"(.*)"$/, '$1')]),
  );
}

// Option 6 may be written as an option of its own (RFC 2132 section 3.8), whose value is in the router's own notation.
function toDhcp({ path, values, at }: RouterEntryFact, all: readonly RouterEntryFact[]): DhcpFact[] {
  if (path !== '/ip dhcp-server network') return [];
  const reading = readPrefix(values.get('address') ?? '');
  if (!('value' in reading)) return [];
  const hasOption = all.some(
    (one) => one.path === '/ip dhcp-server option' && one.values.get('code') === '6',
  );
  if (hasOption && !values.has('dns-server')) return [];
  const dnsServers = (values.get('dns-server') ?? '').split(',').filter((server) => server !== '');
  return [{ kind: 'dhcp', server: 'mikrotik', subnet: reading.value, dnsServers, at }];
}
