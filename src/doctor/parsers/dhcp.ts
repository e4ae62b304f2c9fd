// What DHCP servers give to their clients as DNS server: dhcpd.conf(5) of OpenBSD and ISC, kea-dhcp4.conf. They are read line by line and not as trees, since what is quoted is the line.

import { readPrefix } from '../../addresses/prefix-text.ts';
import type { DhcpFact } from '../facts/network-facts.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';

type Subnet = DhcpFact['subnet'];

/** What a line of a brace-structured file says; `depth` is the number of braces open at that place. */
interface Said {
  readonly subnet?: { readonly prefix: Subnet; readonly depth: number };
  readonly servers?: { readonly list: readonly string[]; readonly depth: number };
}

interface Scope {
  readonly prefix: Subnet;
  readonly depth: number;
  readonly at: Quote;
  own?: { readonly list: readonly string[]; readonly at: Quote };
}

/** At which depth a kind of brace-structured file says what. */
interface Style {
  /** Servers more than this many levels below a subnet belong to a host or a pool. */
  readonly within: number;
  /** Servers at this depth or above apply to all subnets that have none of their own. */
  readonly outermost: number;
}

/** Servers that a shared network has for its subnets, those from `from` on. */
interface Shared {
  readonly said: NonNullable<Scope['own']>;
  readonly depth: number;
  readonly from: number;
}

/** Reads a file in braces. */
function toFacts(
  server: DhcpFact['server'],
  lines: readonly Quote[],
  { within, outermost }: Style,
  read: (text: string, depth: number) => Said,
): DhcpFact[] {
  const scopes: Scope[] = [];
  let shared: Shared[] = [];
  let scope: Scope | undefined;
  let general: Scope['own'];
  let depth = 0;
  for (const at of lines) {
    const { subnet, servers } = read(at.text, depth);
    if (subnet !== undefined) scopes.push((scope = { ...subnet, at }));
    if (servers !== undefined) {
      const said = { list: servers.list, at };
      if (scope !== undefined) {
        if (servers.depth <= scope.depth + within) scope.own ??= said;
      } else if (servers.depth <= outermost) general ??= said;
      else shared.push({ said, depth: servers.depth - within, from: scopes.length });
    }
    depth += count(at.text, '{') - count(at.text, '}');
    shared = handedDown(shared, scopes, depth);
    if (scope !== undefined && depth < scope.depth && at.text.includes('}')) scope = undefined;
  }
  return scopes.map(({ prefix, own = general, at }) => ({
    kind: 'dhcp',
    server,
    subnet: prefix,
    dnsServers: own?.list ?? [],
    at: own?.at ?? at,
  }));
}

// At the end of a shared network, its subnets without servers get the network's; gives the networks still open.
function handedDown(shared: readonly Shared[], scopes: readonly Scope[], depth: number): Shared[] {
  for (const { said, from } of shared.filter((one) => depth < one.depth))
    for (const inside of scopes.slice(from)) inside.own ??= said;
  return shared.filter((one) => depth >= one.depth);
}

/** Reads dhcpd.conf(5). */
export function parseDhcpdConf(source: SourceText): DhcpFact[] {
  const lines = linesOf(source).map((line) => quote({ ...line, text: line.text.replace(/#.*$/, '') }));
  // An option may be wrapped; it is quoted with its last line.
  let open = '';
  return toFacts('dhcpd', lines, { within: 0, outermost: 0 }, (line, depth) => {
    const text = `${open} ${line}`;
    open = /\boption\s+domain-name-servers\b[^;]*$/.test(text) ? text.replace(/.*[;{}]/, '') : '';
    const [, address, mask = ''] = /\bsubnet\s+([\d.]+)\s+netmask\s+([\d.]+)/.exec(text) ?? [];
    const prefix = toPrefix(`${address}/${maskLength(mask)}`);
    const servers = /\boption\s+domain-name-servers\s+([^;]+);/.exec(text);
    return {
      ...(prefix && { subnet: { prefix, depth: depth + 1 } }),
      ...(servers && { servers: { list: words(servers[1]), depth: depthAt(text, servers.index, depth) } }),
    };
  });
}

/** Reads kea-dhcp4.conf, which is JSON with comments. */
export function parseKeaConf(source: SourceText): DhcpFact[] {
  const lines = linesOf(source).map((line) =>
    quote({ ...line, text: line.text.replace(/(?:^|\s)(?:#|\/\/).*$/, '') }),
  );
  const readOption = keaOptions();
  return toFacts('kea', lines, { within: 1, outermost: 3 }, (text, depth) => {
    const subnet = /"subnet"\s*:\s*"([^"]+)"/.exec(text);
    const prefix = toPrefix(subnet?.[1] ?? '');
    const servers = readOption(text, depth);
    return {
      ...(prefix && { subnet: { prefix, depth: depthAt(text, subnet?.index ?? 0, depth) } }),
      ...(servers && { servers }),
    };
  });
}

// The keys of an option come in any order, in one line or in several: gives the servers with the line that completes them.
function keaOptions(): (text: string, depth: number) => Said['servers'] | undefined {
  let isAboutServers = false;
  let written: string | undefined;
  return (text, depth) => {
    const whole = Array.from(text.matchAll(/\{[^{}]*\}/g)).find(([one]) => OPTION_SIX.test(one));
    if (whole !== undefined)
      return { list: words(DATA.exec(whole[0])?.[1]), depth: depthAt(text, whole.index, depth) + 1 };
    if (text.endsWith('{')) [isAboutServers, written] = [false, undefined];
    isAboutServers ||= OPTION_SIX.test(text);
    written = DATA.exec(text)?.[1] ?? written;
    if (!isAboutServers || written === undefined) return undefined;
    const list = words(written);
    [isAboutServers, written] = [false, undefined];
    return { list, depth };
  };
}

const OPTION_SIX = /"name"\s*:\s*"domain-name-servers"|"code"\s*:\s*6\b/;
const DATA = /"data"\s*:\s*"([^"]*)"/;

function words(text = ''): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function toPrefix(text: string): Subnet | undefined {
  const reading = readPrefix(text);
  return 'value' in reading ? reading.value : undefined;
}

/** How many bits of a mask with dots are set. */
export function maskLength(mask: string): number {
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return bits.replace(/0+$/, '').length;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

// How many braces are open at a place of a line.
function depthAt(text: string, index: number, before: number): number {
  const part = text.slice(0, index);
  return before + count(part, '{') - count(part, '}');
}
