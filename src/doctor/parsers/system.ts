// Small outputs: resolv.conf, routing tables, rcctl(8).

import { isIP } from 'node:net';
import type { Prefix } from '../../addresses/prefix.ts';
import { toNetwork } from '../../addresses/prefix-text.ts';
import type { Fact } from '../facts/evidence.ts';
import type { ServiceFact } from '../facts/service-facts.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';

/** Reads resolv.conf; comments begin with `#` or `;`. */
export function parseResolvConf(source: SourceText): Fact[] {
  return linesOf(source).flatMap((line): Fact[] => {
    const address = /^nameserver\s+([^\s#;]+)/.exec(line.text)?.[1];
    if (address === undefined || isIP(address) === 0) return [];
    return [{ kind: 'resolver', address, at: quote(line) }];
  });
}

/**
 * Reads `route -n show` of OpenBSD and `ip route`, `ip -6 route` of Linux. A table without a default route is a fact too,
 * quoted by the table's first line.
 */
export function parseRoutes(source: SourceText): Fact[] {
  const lines = linesOf(source)
    .map(quote)
    .filter(({ text }) => text !== '');
  return tablesOf(lines).map(({ family, at, routes }): Fact => {
    const found = routes.find(({ text }) => /^default\b/.test(text));
    const gateway = /^default\s+(?:via )?(\S+)/.exec(found?.text ?? '')?.[1];
    const networks = routes.flatMap(({ text }) => toDestination(text, family) ?? []);
    return { kind: 'default route', family, gateway, networks, at: found ?? at };
  });
}

// "10.99.0.0/16 via ..." of ip(8); route(8) leaves out octets of zero at the end: "10.99/16". A route that goes nowhere is none.
function toDestination(text: string, family: 4 | 6): Prefix | undefined {
  const [, written = '', length] = /^([0-9a-f.:]+)(?:\/(\d+))?(?: |$)/i.exec(text) ?? [];
  const missing = family === 4 ? 4 - written.split('.').length : 0;
  if (written === '' || missing < 0 || (missing > 0 && length === undefined)) return undefined;
  return toNetwork(`${written}${'.0'.repeat(missing)}`, Number(length ?? (family === 4 ? 32 : 128)));
}

interface RouteTable {
  readonly family: 4 | 6;
  readonly at: Quote;
  readonly routes: readonly Quote[];
}

// route(8) prints "Internet:" and "Internet6:" above its tables; ip(8) prints one table without a heading.
function tablesOf(lines: readonly Quote[]): RouteTable[] {
  const heads = lines.flatMap((at, index) => (/^Internet6?:$/.test(at.text) ? [{ at, index }] : []));
  const [first] = lines;
  if (heads.length === 0) {
    if (first === undefined || !/^(?:default|[0-9a-f.:]+(?:\/\d+)?) (?:via|dev) /.test(first.text)) return [];
    const family = lines.some(({ text }) => /^[0-9a-f]*:/.test(text)) ? 6 : 4;
    return [{ family, at: first, routes: lines }];
  }
  return heads.map(({ at, index }, number) => ({
    family: at.text === 'Internet:' ? 4 : 6,
    at,
    routes: lines.slice(index + 1, heads[number + 1]?.index),
  }));
}

/** Reads `rcctl ls on|failed|started`; the file's name says which. */
export function parseRcctl(source: SourceText): ServiceFact[] {
  const state = (['failed', 'started', 'on'] as const).find((word) => source.name.includes(word));
  if (state === undefined) return [];
  return linesOf(source).flatMap((line): ServiceFact[] =>
    /^[a-z_][a-z0-9_]*$/i.test(line.text)
      ? [{ kind: 'service', name: line.text, state, at: quote(line) }]
      : [],
  );
}
