// What DHCP servers give to their clients as DNS server: dhcpd.conf(5) of OpenBSD and ISC, kea-dhcp4.conf, dnsmasq.conf.
// They are read line by line and not as trees, since what is quoted is the line.

import { readPrefix, toNetwork } from '../../config/prefix.ts';
import type { DhcpFact } from '../network-facts.ts';
import type { Quote, SourceText } from '../source-text.ts';
import { linesOf, quote } from '../lines.ts';

type Subnet = DhcpFact['subnet'];

/** What a line of a file in braces says; `depth` is how many braces are open where it is said. */
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

/**
 * Reads a file in braces. Servers outside of any subnet hold for subnets that have none of their own; those more than
 * `within` levels down in a subnet belong to a host or a pool.
 */
function toFacts(
  server: DhcpFact['server'],
  lines: readonly Quote[],
  within: number,
  read: (text: string, depth: number) => Said,
): DhcpFact[] {
  const scopes: Scope[] = [];
  let scope: Scope | undefined;
  let general: Scope['own'];
  let depth = 0;
  for (const at of lines) {
    const { subnet, servers } = read(at.text, depth);
    if (subnet !== undefined) scopes.push((scope = { ...subnet, at }));
    if (servers !== undefined) {
      const said = { list: servers.list, at };
      if (scope === undefined) general ??= said;
      else if (servers.depth <= scope.depth + within) scope.own ??= said;
    }
    depth += count(at.text, '{') - count(at.text, '}');
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

/** Reads dhcpd.conf(5). */
export function parseDhcpdConf(source: SourceText): DhcpFact[] {
  const lines = linesOf(source).map((line) => quote({ ...line, text: line.text.replace(/#.*$/, '') }));
  return toFacts('dhcpd', lines, 0, (text, depth) => {
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
  let isAboutServers = false;
  const lines = linesOf(source).map((line) =>
    quote({ ...line, text: line.text.replace(/(?:^|\s)(?:#|\/\/).*$/, '') }),
  );
  return toFacts('kea', lines, 1, (text, depth) => {
    const subnet = /"subnet"\s*:\s*"([^"]+)"/.exec(text);
    const prefix = toPrefix(subnet?.[1] ?? '');
    if (/"name"\s*:\s*"domain-name-servers"|"code"\s*:\s*6\b/.test(text)) isAboutServers = true;
    const servers = isAboutServers ? /"data"\s*:\s*"([^"]*)"/.exec(text) : null;
    if (servers !== null || text.startsWith('}')) isAboutServers = false;
    return {
      ...(prefix && { subnet: { prefix, depth: depthAt(text, subnet?.index ?? 0, depth) } }),
      ...(servers && { servers: { list: words(servers[1]), depth: depthAt(text, servers.index, depth) } }),
    };
  });
}

const RANGE =
  /^dhcp-range=(?:interface:[^,]+,)?(?:(?:set:|tag:)?([^,.:]+),)?(\d+\.\d+\.\d+\.\d+),(?:\d+\.\d+\.\d+\.\d+|static)(?:,(\d+\.\d+\.\d+\.\d+))?/;
const OPTION = /^dhcp-option(?:-force)?=(?:tag:([^,]+),)?(?:option:dns-server|6),(.*)$/;

/** Reads dnsmasq.conf. Without an option dnsmasq gives its own address on that interface, which the file does not tell. */
export function parseDnsmasqConf(source: SourceText): DhcpFact[] {
  const lines = linesOf(source).map(quote);
  const options = lines.flatMap((at) => {
    const [, tag, servers] = OPTION.exec(at.text) ?? [];
    return servers === undefined ? [] : [{ at, tag, servers: words(servers) }];
  });
  return lines.flatMap((at): DhcpFact[] => {
    const [, tag, first, mask = '255.255.255.0'] = RANGE.exec(at.text) ?? [];
    const option =
      options.find((one) => one.tag !== undefined && one.tag === tag) ??
      options.find((one) => one.tag === undefined);
    const subnet = first === undefined ? undefined : toNetwork(first, maskLength(mask));
    // 0.0.0.0 stands for dnsmasq's own address as well.
    if (subnet === undefined || option === undefined || option.servers.includes('0.0.0.0')) return [];
    return [{ kind: 'dhcp', server: 'dnsmasq', subnet, dnsServers: option.servers, at: option.at }];
  });
}

function words(text = ''): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function toPrefix(text: string): Subnet | undefined {
  const reading = readPrefix(text);
  return 'value' in reading ? reading.value : undefined;
}

function maskLength(mask: string): number {
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
