// Reads Linux's interfaces from sysfs and their addresses from /proc/net/if_inet6 and the system. Files that vanish
// while they are read belong to an interface that just went away.

import { readdir, readFile, readlink } from 'node:fs/promises';

import type { NetworkInterfaceInfo } from 'node:os';
import { networkInterfaces } from 'node:os';
import { ipv6ToText } from '../addresses/address-text.ts';
import type { Carrier, LinkAddress, LinkState } from './link-state.ts';
import { driverOf, isUnspecified } from './link-state.ts';

/** Where the facts are read from. */
export interface LinuxSources {
  /** The folder of interfaces; default /sys/class/net. */
  readonly classNet: string;
  /** Default /proc/net/if_inet6. */
  readonly ifInet6: string;
  /** IPv4 addresses by interface. It leaves out interfaces that are not running, which cannot be bound anyway. */
  networkInterfaces(): NodeJS.Dict<NetworkInterfaceInfo[]>;
}

/** The sources of this machine. */
const linuxSources: LinuxSources = {
  classNet: '/sys/class/net',
  ifInet6: '/proc/net/if_inet6',
  networkInterfaces,
};

// linux/if.h, linux/if_addr.h and linux/if_arp.h
const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;
const IFF_POINTOPOINT = 0x10;
const IFA_TEMPORARY = 0x01;
const IFA_DADFAILED = 0x08;
const IFA_DEPRECATED = 0x20;
const IFA_TENTATIVE = 0x40;
const IFA_OPTIMISTIC = 0x04;
const IFA_PERMANENT = 0x80;
const ARPHRD_ETHER = 1;

/** The interfaces of a Linux system: those of these names, or all where one of them is missing or none is given. */
export async function readLinuxLinks(
  wanted: readonly string[] = [],
  sources: LinuxSources = linuxSources,
): Promise<LinkState[]> {
  const names = new Set(wanted);
  const links = await readNamed([...names], sources);
  if (names.size > 0 && links.length === names.size) return links;
  return readNamed(await readdir(sources.classNet), sources);
}

async function readNamed(names: readonly string[], sources: LinuxSources): Promise<LinkState[]> {
  if (names.length === 0) return [];
  const early = await Promise.all(names.map((name) => readRunning(`${sources.classNet}/${name}`)));
  const inet6 = toInet6Addresses(await readFile(sources.ifInet6, 'utf8').catch(() => ''));
  const inet = sources.networkInterfaces();
  const links = await Promise.all(
    names.map(async (name, i) => {
      const addresses = [...toInetAddresses(inet[name] ?? []), ...(inet6.get(name) ?? [])];
      const link = await readLink(`${sources.classNet}/${name}`, name, addresses);
      // One that began to run after its addresses were read would seem to have no IPv4 address: it counts as not running.
      return link === undefined ? undefined : { ...link, running: link.running && early[i] === true };
    }),
  );
  return links.filter((link) => link !== undefined);
}

async function readRunning(folder: string): Promise<boolean> {
  const flags = Number(await readFact(folder, 'flags'));
  return isRunning(flags, await readFact(folder, 'operstate'));
}

function isRunning(flags: number, status: string | undefined): boolean {
  return (flags & IFF_UP) !== 0 && status !== 'down';
}

async function readLink(
  folder: string,
  name: string,
  addresses: LinkAddress[],
): Promise<LinkState | undefined> {
  const flagsText = await readFact(folder, 'flags');
  if (flagsText === undefined) return undefined;
  const flags = Number(flagsText);
  // Reading `carrier` fails with EINVAL on an interface that is not up.
  const carrierText = await readFact(folder, 'carrier');
  const status = await readFact(folder, 'operstate');
  const mac = await readFact(folder, 'address');
  const type = await readFact(folder, 'type');
  const master = await readMaster(folder);
  const shown = [
    `flags=${flagsText}`,
    `operstate=${status ?? '?'}`,
    `carrier=${carrierText ?? '(not readable)'}`,
  ];
  return {
    name,
    driver: driverOf(name),
    up: (flags & IFF_UP) !== 0,
    running: isRunning(flags, status),
    carrier: toCarrier(flags, carrierText),
    ...(status === undefined ? {} : { status }),
    ...(mac === undefined || type !== String(ARPHRD_ETHER) ? {} : { mac }),
    ...(master === undefined ? {} : { master }),
    ...((flags & IFF_POINTOPOINT) === 0 ? {} : { isPointToPoint: true }),
    addresses,
    evidence: `/sys/class/net/${name}: ${shown.join(' ')}${addresses.map(showAddress).join('')}`,
  };
}

async function readFact(folder: string, file: string): Promise<string | undefined> {
  return readFile(`${folder}/${file}`, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}

// A link to the bridge or bond that it is a port of; a VRF has ports too, but those keep their addresses.
async function readMaster(folder: string): Promise<string | undefined> {
  const kind = await readFact(folder, 'master/uevent');
  if (kind === undefined || /^DEVTYPE=vrf$/m.test(kind)) return undefined;
  return readlink(`${folder}/master`).then(
    (path) => path.slice(path.lastIndexOf('/') + 1),
    () => undefined,
  );
}

function toCarrier(flags: number, carrier: string | undefined): Carrier {
  if ((flags & IFF_LOOPBACK) !== 0) return 'none';
  if (carrier === '1') return 'yes';
  return carrier === '0' ? 'no' : 'none';
}

function toInetAddresses(infos: readonly NetworkInterfaceInfo[]): LinkAddress[] {
  return infos
    .filter((info) => info.family === 'IPv4' && !isUnspecified(info.address))
    .map((info) => ({
      address: info.address,
      family: 4,
      prefixLength: Number(info.cidr?.split('/')[1] ?? 32),
      state: 'ready',
    }));
}

// A line: 32 hexadecimal digits, interface index, prefix length, scope, flags (all hexadecimal), interface.
function toInet6Addresses(table: string): Map<string, LinkAddress[]> {
  const found = new Map<string, LinkAddress[]>();
  for (const line of table.split('\n')) {
    const [digits = '', index = '', prefix = '', scope, flagsText = '', name] = line.trim().split(/\s+/);
    if (name === undefined || digits.length !== 32) continue;
    const words = digits.match(/.{8}/g)?.map((word) => Number.parseInt(word, 16)) ?? [];
    const text = ipv6ToText(words);
    const address: LinkAddress = {
      ...(scope === '20'
        ? { address: `${text}%${name}`, zoneIndex: Number.parseInt(index, 16) }
        : { address: text }),
      family: 6,
      prefixLength: Number.parseInt(prefix, 16),
      state: toState(Number.parseInt(flagsText, 16)),
      ...originOf(Number.parseInt(flagsText, 16), scope === '20'),
    };
    if (isUnspecified(text)) continue;
    found.set(name, [...(found.get(name) ?? []), address]);
  }
  return found;
}

function toState(flags: number): LinkAddress['state'] {
  if ((flags & IFA_DADFAILED) !== 0) return 'duplicated';
  return (flags & IFA_TENTATIVE) !== 0 && (flags & IFA_OPTIMISTIC) === 0 ? 'tentative' : 'ready';
}

// An address that is not permanent has its lifetime from a router's advertisement or from DHCPv6. A link-local address
// is made by the system as well, and stays.
function originOf(flags: number, isLinkLocal: boolean): Pick<LinkAddress, 'origin'> {
  if ((flags & (IFA_TEMPORARY | IFA_DEPRECATED)) !== 0) return { origin: 'temporary' };
  return (flags & IFA_PERMANENT) !== 0 || isLinkLocal ? {} : { origin: 'autoconf' };
}

function showAddress(address: LinkAddress): string {
  const state = address.state === 'ready' ? '' : ` ${address.state}`;
  return `, ${address.address}/${address.prefixLength}${state}`;
}
