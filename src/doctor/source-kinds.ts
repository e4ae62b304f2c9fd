// Which parser reads which source. A file is recognised by its name, or else by its content, so that a folder of pasted
// outputs under any names works as well as one that --collect made.

import type { Fact } from './facts/evidence.ts';
import type { SourceText } from './facts/source-text.ts';
import { Evidence } from './facts/evidence.ts';
import { parseBridgeLink, parseBridgeVlan, parseVlanFiltering } from './parsers/network/bridge.ts';
import { parseClock } from './parsers/clock.ts';
import { parseNetstat, parseSnmp, parseUdpStatistics, parseVmstat } from './parsers/counters.ts';
import { parseReach, parseStatus } from './parsers/daemon.ts';
import { parseDhcpdConf, parseKeaConf } from './parsers/dhcp.ts';
import { parseDnsmasq } from './parsers/dnsmasq.ts';
import { parseDmesg } from './parsers/dmesg.ts';
import { parseHostnameFiles } from './parsers/hostname-if.ts';
import { parseIfconfig } from './parsers/ifconfig.ts';
import { parseIpLink } from './parsers/network/ip-link.ts';
import { parseLinksJson } from './parsers/links-json.ts';
import {
  parseIptables,
  parseNft,
  parsePfRules,
  parsePfSkips,
  parsePfState,
} from './parsers/packet-filters.ts';
import { parseQmConfig, parseVmFirewall } from './parsers/network/qm-config.ts';
import { parseRouterOs } from './parsers/network/routeros.ts';
import { parseFstat, parseSs } from './parsers/sockets.ts';
import { parseRcctl, parseResolvConf, parseRoutes } from './parsers/system.ts';

interface SourceKind {
  /** File names, without regard to case. */
  readonly names: RegExp;
  /** What occurs only in such a source. */
  readonly signs: RegExp;
  readonly parse: (source: SourceText) => readonly Fact[];
  /** A file of such a name is read as this alone: what else stands in it is looked for in vain, or means something else. */
  readonly nameDecides?: true;
}

/** The order matters only where the signs of one kind occur in sources of another: the more special kinds come first. */
const kinds: readonly SourceKind[] = [
  { names: /^ifconfig/, signs: /^[a-z]+\d+: flags=[0-9a-f]+</m, parse: parseIfconfig },
  {
    names: /^dmesg/,
    signs: /^(?:OpenBSD \d+\.\d+|[a-z]+\d+ at (?:pci|virtio|mainbus)\d)/m,
    parse: parseDmesg,
  },
  { names: /^vmstat/, signs: /^interrupt +total +rate/m, parse: parseVmstat },
  { names: /^netstat-in/, signs: /^Name +Mtu +Network +Address/m, parse: parseNetstat },
  {
    names: /^netstat-(?:udp|s)\b/,
    signs: /^\s+\d+ dropped due to full socket buffers$/m,
    parse: parseUdpStatistics,
  },
  { names: /^snmp/, signs: /^Udp: InDatagrams/m, parse: parseSnmp },
  { names: /^hostname/, signs: /^==> \/etc\/hostname\./m, parse: parseHostnameFiles },
  { names: /^fstat/, signs: /^USER +CMD +PID +FD/m, parse: parseFstat },
  { names: /^ss(?:-|\.|$)/, signs: /^Netid +State +Recv-Q/m, parse: parseSs },
  // Which interfaces are left out is read from pf.conf; its rules are those of the next boot, and pfctl tells those in force.
  { names: /^pf\.conf/, signs: /^(?!)/, parse: parsePfSkips, nameDecides: true },
  { names: /^pfctl-interfaces/, signs: /^(?:set skip on |\w+ \(skip\)$)/m, parse: parsePfSkips },
  { names: /^pf(?:ctl)?-?(?:si|info)/, signs: /^Status: (?:Enabled|Disabled) for /m, parse: parsePfState },
  {
    names: /^pfctl|^pf-rules/,
    signs: /^(?:@\d+ )?(?:pass|block(?: \w+)?) (?:in|out|quick|all|on|log)\b/m,
    parse: parsePfRules,
  },
  { names: /^nft/, signs: /^\s*type filter hook \w+ /m, parse: parseNft },
  { names: /^ip6?tables/, signs: /^:INPUT (?:ACCEPT|DROP)/m, parse: parseIptables },
  { names: /^(?:qm[-_]?config|\d{3,9}\.conf$)/, signs: /^net\d+: \w[\w-]*=/m, parse: parseQmConfig },
  { names: /^(?:\d{3,9}|firewall.*)\.fw/, signs: /^\[OPTIONS\]$/m, parse: parseVmFirewall },
  {
    names: /^bridge-vlan/,
    signs: /^(?:port +vlan[ -]id|\S+ +\d+(?:-\d+)?(?: PVID)? Egress Untagged)/m,
    parse: parseBridgeVlan,
  },
  { names: /^bridge-link/, signs: /^\d+: .* master \S+ state \w+ priority \d+/m, parse: parseBridgeLink },
  { names: /vlan[-_]filtering/, signs: /\/bridge\/vlan_filtering:[01]$/m, parse: parseVlanFiltering },
  { names: /^ip-(?:addr|link)/, signs: /^\s*\d+: \S+: <[A-Z0-9_,-]*> mtu \d+/m, parse: parseIpLink },
  {
    names: /\.rsc$|^export|^routeros|^mikrotik/,
    signs: /^\/(?:interface|ip) [a-z -]+(?: add .*)?$/m,
    parse: parseRouterOs,
  },
  { names: /^kea/, signs: /"Dhcp4"\s*:/, parse: parseKeaConf },
  { names: /^dhcpd\.conf/, signs: /^\s*subnet \d+\.\d+\.\d+\.\d+ netmask /m, parse: parseDhcpdConf },
  { names: /^resolv/, signs: /^nameserver +\S+/m, parse: parseResolvConf },
  {
    names: /^(?:ip-(?:6-)?route|route)/,
    signs: /^(?:Routing tables|Internet6?:|default via )/m,
    parse: parseRoutes,
  },
  { names: /^links\.json/, signs: /^(?!)/, parse: parseLinksJson },
  { names: /^rcctl/, signs: /^(?!)/, parse: parseRcctl, nameDecides: true },
  { names: /^upstream-reach/, signs: /^(?!)/, parse: parseReach },
  { names: /^status.*\.json$|^status/, signs: /"vlans"\s*:\s*\[/, parse: parseStatus },
  {
    names: /^(?:date|ntpctl|chronyc|uname)/,
    signs:
      /\bclock (?:un)?synced\b|^System time +: [\d.]+ seconds (?:fast|slow) of |^\w{3} \w{3} +\d+ [\d:]{8} \S+ \d{4}$/m,
    parse: parseClock,
  },
];

/** dnsmasq may be in many files, which are read as one. */
const DNSMASQ = { names: /^dnsmasq/, signs: /^dhcp-(?:range|option)=/m };

/** Sources that are collected for people: no parser reads them. */
const FOR_PEOPLE = /^(?:pcidump|arp|ip-neigh|interfaces|manifest\.json|qm-list|vlandns\.yaml)/;

/** Reads all sources: by name, else by content; one that neither identifies is listed as unread. */
export function readEvidence(sources: readonly SourceText[]): Evidence {
  const unread: string[] = [];
  const ofDnsmasq = sources.filter(isOfDnsmasq);
  const facts: Fact[] = sources.flatMap((source) => {
    const read = factsOf(source);
    if (
      read.length === 0 &&
      !ofDnsmasq.includes(source) &&
      source.text.trim() !== '' &&
      !isKnown(source.name)
    )
      unread.push(source.name);
    return read;
  });
  return new Evidence(withoutTwins([...facts, ...parseDnsmasq(ofDnsmasq)]), unread);
}

function isOfDnsmasq({ name, text }: SourceText): boolean {
  if (DNSMASQ.names.test(fileName(name)) || /(?:^|\/)dnsmasq\.d\//.test(name)) return true;
  return !isKnown(name) && DNSMASQ.signs.test(text);
}

// The same interface in two files is one; the first file counts.
function withoutTwins(facts: readonly Fact[]): Fact[] {
  const seen = new Map<string, string>();
  return facts.filter((fact) => {
    if (fact.kind !== 'link') return true;
    const source = seen.get(fact.name) ?? fact.at.source;
    seen.set(fact.name, source);
    return source === fact.at.source;
  });
}

/** A text with several outputs pasted into it is read by every parser whose signs it shows. */
function factsOf(source: SourceText): readonly Fact[] {
  const name = fileName(source.name);
  const named = kinds.find(({ names }) => names.test(name));
  const facts = named?.parse(source) ?? [];
  if (facts.length > 0 || named?.nameDecides === true || FOR_PEOPLE.test(name)) return facts;
  return kinds.flatMap(({ signs, parse }) => (signs.test(source.text) ? parse(source) : []));
}

function isKnown(path: string): boolean {
  const name = fileName(path);
  return FOR_PEOPLE.test(name) || DNSMASQ.names.test(name) || kinds.some(({ names }) => names.test(name));
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}
