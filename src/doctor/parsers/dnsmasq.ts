// What dnsmasq gives to its clients as DNS server: dnsmasq.conf and the files of dnsmasq.d, which are one configuration: a
// range may stand in one file, and its option in another.

import { toNetwork } from '../../addresses/prefix-text.ts';
import type { DhcpFact } from '../facts/network-facts.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';
import { maskLength } from './dhcp.ts';

const RANGE =
  /^dhcp-range=(?:interface:[^,]+,)?(?:(?:set:|tag:)?([^,.:]+),)?(\d+\.\d+\.\d+\.\d+),(?:\d+\.\d+\.\d+\.\d+|static|proxy)(?:,(\d+\.\d+\.\d+\.\d+))?/;
const OPTION =
  /^dhcp-option(?:-force)?=((?:(?:tag:)?[^,:]+,|tag:[^,]+,)*?)(?:option:dns-server|6)(?:,(.*))?$/;
/** head(1) writes the name of each of several files above it. */
const HEADING = /^==> (.+) <==$/;
/** What dnsmasq and the packages of distributions leave unread in a folder. */
const UNREAD = /(?:^\.|~$|^#.*#$|\.(?:dpkg-(?:dist|old|new)|rpm(?:new|save)|bak|orig)$)/;

/** Reads all files of dnsmasq. Without an option dnsmasq gives its own address on that interface, which no file names. */
export function parseDnsmasq(sources: readonly SourceText[]): DhcpFact[] {
  const lines = linesRead(sources);
  const options = lines.flatMap((at) => {
    const [, tags = '', servers] = OPTION.exec(at.text) ?? [];
    if (!OPTION.test(at.text)) return [];
    return [{ at, tags: tagsOf(tags), servers: (servers ?? '').split(/[\s,]+/).filter(Boolean) }];
  });
  return lines.flatMap((at): DhcpFact[] => {
    const [, tag, first, mask = '255.255.255.0'] = RANGE.exec(at.text) ?? [];
    const subnet = first === undefined ? undefined : toNetwork(first, maskLength(mask));
    if (subnet === undefined) return [];
    const general = options.find(({ tags }) => tags.length === 0);
    const own = options.find(({ tags }) => tags.length === 1 && tags[0] === tag) ?? general;
    // An option that depends on more tags than the range's is for some clients; whether for all is not known.
    const isUnsure = options.some(({ tags }) => tags.length > 1 || tags.some((one) => one.startsWith('!')));
    // 0.0.0.0 stands for dnsmasq's own address.
    if (own === undefined || isUnsure || own.servers.includes('0.0.0.0')) return [];
    return [{ kind: 'dhcp', server: 'dnsmasq', subnet, dnsServers: own.servers, at: own.at }];
  });
}

function tagsOf(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.replace(/^tag:/, ''))
    .filter((tag) => tag !== '' && !/^(?:encap|vendor|vi-encap):/.test(tag));
}

// Only the files of a folder that `conf-dir=FOLDER,*.conf` includes, where the main file says so.
function linesRead(sources: readonly SourceText[]): Quote[] {
  const lines = sources.flatMap((source) => {
    let file = fileOf(source.name);
    return linesOf(source).flatMap((line): { at: Quote; file: string }[] => {
      const heading = HEADING.exec(line.text)?.[1];
      if (heading !== undefined) file = fileOf(heading);
      return heading === undefined ? [{ at: quote(line), file }] : [];
    });
  });
  const wanted = lines.flatMap(({ at }) => /^conf-dir=[^,]+,\*(\.\w+)$/.exec(at.text)?.[1] ?? []);
  return lines
    .filter(
      ({ file }) => !UNREAD.test(file) && (wanted.length === 0 || isMain(file) || isWanted(file, wanted)),
    )
    .map(({ at }) => ({ ...at, text: at.text.replace(/\s+#.*$/, '') }));
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isMain(file: string): boolean {
  return /^dnsmasq[^/]*\.(?:conf|txt)$/.test(file) || !file.includes('.');
}

function isWanted(file: string, ends: readonly string[]): boolean {
  return ends.some((end) => file.endsWith(end));
}
