// Linux's `ip addr` and `ip link`, with -d and -s or without: interfaces and the frames they have taken in. On a
// hypervisor the same output tells which device is in which bridge.

import type { Carrier, LinkAddress } from '../../../links/link-state.ts';
import { driverOf, isUnspecified } from '../../../links/link-state.ts';
import type { Fact } from '../../facts/evidence.ts';
import type { LinkFact } from '../../facts/machine-facts.ts';
import type { Quote, SourceText } from '../../facts/source-text.ts';
import { linesOf, quote, toMac } from '../../facts/lines.ts';

const NAME_LINE = /^\s*\d+: ([^:@\s]+)(?:@([^:\s]+))?: <([A-Z0-9_,-]*)>(.*)$/;
/** The devices that only a hypervisor has: taps of VMs and what Proxmox puts between them and the bridge. */
const HOST_DEVICE = /^\s*\d+: (?:tap\d+i\d+|fw(?:br|ln|pr)\d+[ip]\d+|vmbr\d+)\b/m;

/** Says whether an output is that of a hypervisor, whose interfaces are not those that serve. */
function isHypervisor(text: string): boolean {
  return HOST_DEVICE.test(text);
}

/** Reads the interfaces; of a hypervisor, its ports and bridges instead. */
export function parseIpLink(source: SourceText): Fact[] {
  const blocks: Quote[][] = [];
  for (const line of linesOf(source)) {
    if (NAME_LINE.test(line.text)) blocks.push([line]);
    else if (/^\s+\S/.test(line.text)) blocks.at(-1)?.push(line);
  }
  const isHost = isHypervisor(source.text);
  return blocks.flatMap((lines): Fact[] => {
    const found = toDevice(lines);
    if (found === undefined) return [];
    if (isHost) {
      const { name, up, master, at } = found;
      return [{ kind: 'host port', port: name, master, up, at }];
    }
    const counted = frameCount(lines, found.name, source.name);
    // A second sample is read for its counters only: the first has described the interfaces.
    const isLater = /-\d+\.\w+$|after/i.test(source.name);
    return [...(isLater ? [] : [found.link]), ...(counted === undefined ? [] : [counted])];
  });
}

interface Device {
  readonly name: string;
  readonly up: boolean;
  readonly master: string | undefined;
  readonly at: Quote;
  readonly link: LinkFact;
}

function toDevice(lines: readonly Quote[]): Device | undefined {
  const [first] = lines;
  const [, name, below, flagText = '', rest = ''] = NAME_LINE.exec(first?.text ?? '') ?? [];
  if (first === undefined || name === undefined) return undefined;
  const flags = new Set(flagText.split(','));
  const status = /\bstate (\S+)/.exec(rest)?.[1]?.toLowerCase();
  const mac = toMac(firstMatch(lines, /^\s+link\/ether (\S+)/));
  const addresses = lines.flatMap((line) => toAddress(line, name) ?? []);
  const link: LinkFact = {
    kind: 'link',
    name,
    driver: driverOf(name),
    up: flags.has('UP'),
    running: flags.has('UP') && status !== 'down',
    carrier: toCarrier(flags),
    ...shown({ status, mac }),
    ...vlanOf(lines, below),
    ...(flags.has('POINTOPOINT') ? { isPointToPoint: true } : {}),
    addresses,
    evidence: [first, ...lines.filter((line) => toAddress(line, name))].map(({ text }) => text).join('\n'),
    system: 'linux',
    groups: [],
    isPart: isPort(rest, lines),
    autoconf: addresses.length === 0 ? undefined : lines.some(({ text }) => / dynamic\b/.test(text)),
    at: quote(first),
    lines: lines.filter(({ text }) => /^\s+(?:inet6?|vlan|link\/ether) /.test(text)).map(quote),
  };
  return { name, up: link.up, master: /\bmaster (\S+)/.exec(rest)?.[1], at: link.at, link };
}

// Leaves out what is not there.
function shown({
  status,
  mac,
}: Record<'status' | 'mac', string | undefined>): Pick<LinkFact, 'status' | 'mac'> {
  return { ...(status === undefined ? {} : { status }), ...(mac === undefined ? {} : { mac }) };
}

function firstMatch(lines: readonly Quote[], pattern: RegExp): string | undefined {
  return lines.flatMap(({ text }) => pattern.exec(text)?.[1] ?? [])[0];
}

// "vlan protocol 802.1Q id 40 <REORDER_HDR>", under "vlan40@eth0".
function vlanOf(lines: readonly Quote[], below: string | undefined): Pick<LinkFact, 'vlanId' | 'parent'> {
  const id = firstMatch(lines, /^\s+vlan protocol \S+ id (\d+)/);
  if (id === undefined) return {};
  return { vlanId: Number(id), ...(below === undefined ? {} : { parent: below }) };
}

function toCarrier(flags: ReadonlySet<string>): Carrier {
  if (flags.has('LOOPBACK') || !flags.has('UP')) return 'none';
  if (flags.has('NO-CARRIER')) return 'no';
  return flags.has('LOWER_UP') ? 'yes' : 'none';
}

// inet A/LENGTH ...; inet6 A/LENGTH scope link tentative|dadfailed|...
function toAddress({ text }: Quote, name: string): LinkAddress | undefined {
  const [, family, address = '', length, rest = ''] =
    /^\s+(inet6?) ([0-9a-f.:]+)(?: peer [0-9a-f.:]+)?\/(\d+)(.*)$/i.exec(text) ?? [];
  if (family === undefined || isUnspecified(address)) return undefined;
  const words = new Set(rest.split(/\s+/));
  const isLinkLocal = family === 'inet6' && /\bscope link\b/.test(rest);
  return {
    address: isLinkLocal ? `${address}%${name}` : address,
    family: family === 'inet' ? 4 : 6,
    prefixLength: Number(length),
    ...originOf(words, isLinkLocal),
    state: words.has('dadfailed') ? 'duplicated' : words.has('tentative') ? 'tentative' : 'ready',
  };
}

// An IPv4 address from DHCP is shown as `dynamic` only where the DHCP client sets it so; other addresses never are.
function originOf(words: ReadonlySet<string>, isLinkLocal: boolean): Pick<LinkAddress, 'origin'> {
  if (words.has('temporary') || words.has('deprecated')) return { origin: 'temporary' };
  return words.has('dynamic') && !isLinkLocal ? { origin: 'autoconf' } : {};
}

// A port of a bond or a bridge has no addresses of its own; one that is in a VRF has.
function isPort(rest: string, lines: readonly Quote[]): boolean {
  return /\bmaster \S+/.test(rest) && !lines.some(({ text }) => /^\s+vrf_slave\b/.test(text));
}

// With -s a line "RX: bytes packets ..." and the figures below it.
function frameCount(lines: readonly Quote[], name: string, sample: string): Fact | undefined {
  const head = lines.findIndex(({ text }) => /^\s+RX: +bytes +packets/.test(text));
  const figures = lines[head + 1];
  if (head === -1 || figures === undefined) return undefined;
  const received = Number(figures.text.trim().split(/\s+/)[1]);
  return Number.isInteger(received)
    ? { kind: 'frame count', interface: name, received, sample, at: quote(figures) }
    : undefined;
}
