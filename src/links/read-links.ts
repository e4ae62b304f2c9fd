// Asks the running system for its interfaces, in the way that shows most on each platform.

import { execFile } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { toLinks } from './ifconfig.ts';
import type { LinkAddress, LinkState } from './link-state.ts';
import { driverOf, isUnspecified } from './link-state.ts';
import { readLinuxLinks } from './sysfs.ts';

/** How long ifconfig(8) may take, in milliseconds. */
const IFCONFIG_TIMEOUT_MS = 2000;

/**
 * Reads the state of the interfaces of these names, or of all; fails when the system's own tool does. The result may hold
 * others too; where one of the names is missing it holds all, for a message to list them.
 */
export async function readLinks(
  names?: readonly string[],
  platform: NodeJS.Platform = process.platform,
): Promise<LinkState[]> {
  if (platform === 'linux') return readLinuxLinks(names);
  if (platform !== 'openbsd') return readOtherLinks();
  // -A: every address of every interface; without it only the first IPv4 address of each may be shown. All interfaces
  // are one call; one for each name would be more work.
  const { stdout } = await promisify(execFile)('/sbin/ifconfig', ['-A'], {
    timeout: IFCONFIG_TIMEOUT_MS,
    maxBuffer: 4 * 1024 * 1024,
  });
  return toLinks(stdout);
}

// On other systems Node shows only interfaces that run and have an address, and nothing about the wire.
function readOtherLinks(): LinkState[] {
  return Object.entries(networkInterfaces()).map(([name, infos = []]) => {
    const known = infos.filter(({ address }) => !isUnspecified(address));
    const addresses = known.map((info): LinkAddress => {
      const linkLocal = info.family === 'IPv6' && info.scopeid > 0;
      return {
        address: linkLocal ? `${info.address}%${name}` : info.address,
        family: info.family === 'IPv4' ? 4 : 6,
        prefixLength: Number(info.cidr?.split('/')[1] ?? 0),
        state: 'ready',
      };
    });
    return {
      name,
      driver: driverOf(name),
      up: true,
      running: true,
      carrier: 'none',
      addresses,
      evidence: `${name}: ${addresses.map((address) => address.address).join(', ')}`,
    };
  });
}
