// Upstreams that this machine cannot ask at all: no address of their family, no route, no descriptors. Puts the system's code
// into words, finds a missing family before anybody asks, and logs when an obstacle begins and ends.
import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import { isLinkLocal, isLoopback } from '../../addresses/address-scope.ts';
import type { Config, Position } from '../../config/config.ts';
import type { Log } from '../../log/log.ts';

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** How often one upstream is told of at most, in milliseconds. */
const TELL_MS = 60_000;

const WORDS: Readonly<Record<string, string>> = {
  EMFILE: 'this process has no file descriptors left; raise its limit (ulimit -n, openfiles in login.conf)',
  ENFILE: 'this system has no file descriptors left',
  ENOBUFS: 'this system has no room for another socket',
  EAFNOSUPPORT: 'this machine has no address of its family',
  EADDRNOTAVAIL: 'this machine has no address or port to ask it from',
  EADDRINUSE: 'this machine has no port left to ask it from',
  ENETUNREACH: 'this machine has no route to its network',
  EHOSTUNREACH: 'this machine has no way to it',
  ENETDOWN: 'the interface to it is down',
  EINVAL: 'its interface is not here',
  ENXIO: 'its interface is not here',
  ENODEV: 'its interface is not here',
  EACCES: 'the system does not let this process ask it',
  EPERM: 'the system does not let this process ask it, which may be a firewall of its own',
};

/** Says what an error code of the system means for an upstream. */
export function obstacleText(code: string): string {
  const words = WORDS[code];
  return words === undefined ? code : `${words} (${code})`;
}

/**
 * Gives the family of an upstream's address where this machine has no address of it, though it has one of the other family: a
 * machine with no address at all is not on the network yet, which is no lack of a family.
 */
export function lackedFamily(
  address: string,
  interfaces: Interfaces = networkInterfaces(),
): 'IPv4' | 'IPv6' | undefined {
  const family = address.includes(':') ? 'IPv6' : 'IPv4';
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const isLocal = isLoopback(address) || isLinkLocal(address);
  const isOfUse = (info: NetworkInterfaceInfo): boolean =>
    isLocal || (!info.internal && !isLinkLocal(info.address));
  if (all.some((info) => info.family === family && isOfUse(info))) return undefined;
  const hasOther = all.some((info) => info.family !== family && !info.internal && !isLinkLocal(info.address));
  return hasOther ? family : undefined;
}

/** A warning for each upstream of a configuration whose family this machine lacks. */
export function familyWarnings(
  config: Config,
  interfaces: Interfaces = networkInterfaces(),
): { readonly at: Position; readonly message: string }[] {
  return config.upstreams.flatMap(({ name, servers }) =>
    servers.flatMap((server) => {
      const family = server.kind === 'system' ? undefined : lackedFamily(server.address, interfaces);
      if (family === undefined) return [];
      const message = `upstreams.${name}: ${server.text} cannot be asked: this machine has no ${family} address to ask from; give it one, or take this server out`;
      return [{ at: server.at, message }];
    }),
  );
}

/** Logs when an upstream cannot be asked, and when it can again, each not too often. */
export class ObstacleLog {
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #told = new Map<string, { atMs: number; isOpen: boolean; untold: number }>();

  constructor(log: Log, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** Takes a change: a new obstacle, or undefined when there is none any more. */
  changed(set: string, server: string, obstacle: string | undefined): void {
    const key = `${set} ${server}`;
    const told = this.#told.get(key) ?? { atMs: -TELL_MS, isOpen: false, untold: 0 };
    this.#told.set(key, told);
    if (obstacle === undefined) {
      if (!told.isOpen) return;
      told.isOpen = false;
      this.#log.info({ event: 'upstream_can_be_asked', set, server }, 'an upstream can be asked again');
      return;
    }
    told.untold++;
    const nowMs = this.#nowMs();
    if (nowMs - told.atMs < TELL_MS) return;
    this.#log.warn(
      { event: 'upstream_cannot_be_asked', set, server, code: obstacle, times: told.untold },
      `an upstream cannot be asked: ${obstacleText(obstacle)}`,
    );
    told.atMs = nowMs;
    told.isOpen = true;
    told.untold = 0;
  }
}
