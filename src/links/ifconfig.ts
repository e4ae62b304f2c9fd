// Reads what OpenBSD's ifconfig(8) prints. A line that starts in column 0 begins an interface, whatever is indented
// belongs to it, and what is not known is left alone: releases and drivers add lines.

import type { Carrier, LinkAddress, LinkState } from './link-state.ts';
import { driverOf, isUnspecified } from './link-state.ts';

const UP = 0x1;
const POINTOPOINT = 0x10;
const RUNNING = 0x40;

const NAME_LINE = /^([A-Za-z][\w.-]*): flags=([0-9a-f]+)<([^>]*)>/;
const ENCAPSULATION = /^encap: vnetid (\d+|none|any)(?: parent (\S+))?/;
const HARDWARE_ADDRESS = /^lladdr ((?:[0-9a-f]{2}:){5}[0-9a-f]{2})/i;
const CARP_DEVICE = /^carp: .*\bcarpdev (\S+)/;
const CARP_GROUP = /\bvhid (\d+)(?: advbase (\d+))?(?: advskew (\d+))?/;

/** The interfaces in the output of `ifconfig` or `ifconfig -A`, in its order. */
export function toLinks(text: string): LinkState[] {
  const blocks: string[][] = [];
  for (const line of text.split(/\r?\n/)) {
    if (NAME_LINE.test(line)) blocks.push([line]);
    else if (/^\s+\S/.test(line)) blocks.at(-1)?.push(line);
  }
  return blocks.map(toLink);
}

type Draft = { -readonly [Field in keyof LinkState]: LinkState[Field] } & { addresses: LinkAddress[] };

function toLink(lines: readonly string[]): LinkState {
  const [, name = '', hex = '0', words = ''] = NAME_LINE.exec(lines[0] ?? '') ?? [];
  const flags = Number.parseInt(hex, 16);
  const autoconfFamilies = ([4, 6] as const).filter((family) => words.includes(`AUTOCONF${family}`));
  const link: Draft = {
    name,
    driver: driverOf(name),
    up: (flags & UP) !== 0,
    running: (flags & RUNNING) !== 0,
    carrier: 'none',
    addresses: [],
    evidence: '',
    ...(autoconfFamilies.length === 0 ? {} : { autoconfFamilies }),
    ...((flags & POINTOPOINT) === 0 ? {} : { isPointToPoint: true }),
  };
  const evidence = [lines[0] ?? ''];
  for (const line of lines.slice(1)) {
    if (readLine(line.trim(), link)) evidence.push(line);
  }
  link.evidence = evidence.join('\n');
  return link;
}

// Takes one line's facts into the draft; true when the line is worth showing.
function readLine(line: string, link: Draft): boolean {
  const [word = '', second = ''] = line.split(/\s+/, 2);
  switch (word) {
    case 'lladdr':
      link.mac = HARDWARE_ADDRESS.exec(line)?.[1]?.toLowerCase() ?? second;
      return true;
    case 'encap:':
      readEncapsulation(line, link);
      return true;
    case 'carp:':
      setParent(link, CARP_DEVICE.exec(line)?.[1]);
      readCarp(line, link);
      return true;
    case 'trunk:':
      if (second === 'trunkdev') link.master = line.split(/\s+/)[2] ?? '';
      return second === 'trunkdev';
    case 'media:':
      return true;
    case 'status:':
      link.status = line.slice('status:'.length).trim();
      link.carrier = toCarrier(link.status);
      return true;
    case 'inet':
      return readInet(line, link);
    case 'inet6':
      return readInet6(line, link);
    default:
      return false;
  }
}

function readEncapsulation(line: string, link: Draft): void {
  const [, vlanId = '', parent] = ENCAPSULATION.exec(line) ?? [];
  if (/^\d+$/.test(vlanId)) link.vlanId = Number(vlanId);
  setParent(link, parent);
}

function readCarp(line: string, link: Draft): void {
  const [, vhid, advbase = '1', advskew = '0'] = CARP_GROUP.exec(line) ?? [];
  if (vhid !== undefined)
    link.carp = { vhid: Number(vhid), advbase: Number(advbase), advskew: Number(advskew) };
}

function setParent(link: Draft, parent: string | undefined): void {
  if (parent !== undefined && parent !== 'none') link.parent = parent;
}

// The words of SIOCGIFMEDIA and of LINK_STATE_DESCRIPTIONS (net/if.h). A CARP backup has its address and may bind it.
function toCarrier(status: string): Carrier {
  switch (status) {
    case 'active':
    case 'master':
    case 'backup':
      return 'yes';
    case 'no carrier':
    case 'no network':
    case 'down':
    case 'keepalive down':
    case 'invalid':
      return 'no';
    default:
      return 'none';
  }
}

// inet A [--> B] netmask 0xffffff00 [broadcast C]; the peer may be missing behind its arrow.
function readInet(line: string, link: Draft): boolean {
  const match = /^inet (\d+\.\d+\.\d+\.\d+)(?: --?> \S*)?\s+netmask 0x([0-9a-f]{1,8})/.exec(line);
  if (match === null) return false;
  const [, address = '', mask = '0'] = match;
  // pppoe(4) shows 0.0.0.0 --> 0.0.0.1 until it has an address.
  if (isUnspecified(address)) return true;
  const bits = Number.parseInt(mask, 16).toString(2);
  const prefixLength = bits.length < 32 ? 0 : bits.replace(/0+$/, '').length;
  // An address with the mask of a single host, beside one of DHCP, is an alias that somebody configured.
  const isLeased = link.autoconfFamilies?.includes(4) === true && prefixLength < 32;
  link.addresses.push({
    address,
    family: 4,
    prefixLength,
    state: 'ready',
    ...(isLeased ? { origin: 'autoconf' } : {}),
  });
  return true;
}

// inet6 A[%scope] [--> B] prefixlen N [tentative] [duplicated] [detached] ... [scopeid 0xN] [pltime N vltime N]; gif(4)
// shows an arrow with nothing behind it.
function readInet6(line: string, link: Draft): boolean {
  const match = /^inet6 ([0-9a-f:.]+(?:%\S+)?)(?: --?> \S*)?\s+prefixlen (\d+)(.*)$/i.exec(line);
  if (match === null) return false;
  const [, address = '', prefixLength, rest = ''] = match;
  if (isUnspecified(address)) return true;
  const words = new Set(rest.trim().split(/\s+/));
  const origin = originOf(words);
  const state = (['duplicated', 'tentative', 'detached'] as const).find((word) => words.has(word));
  const zone = /\bscopeid 0x([0-9a-f]+)/.exec(rest)?.[1];
  link.addresses.push({
    address,
    family: 6,
    prefixLength: Number(prefixLength),
    state: state ?? 'ready',
    ...(origin === undefined ? {} : { origin }),
    ...(zone === undefined ? {} : { zoneIndex: Number.parseInt(zone, 16) }),
  });
  return true;
}

function originOf(words: ReadonlySet<string>): LinkAddress['origin'] {
  if (words.has('temporary') || words.has('deprecated')) return 'temporary';
  return words.has('autoconf') ? 'autoconf' : undefined;
}
