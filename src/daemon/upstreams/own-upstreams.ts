// Finds upstreams that are our own listeners by the machine's present addresses: a query sent there would loop for ever. Those
// that are written under `listen` are found when the configuration is read.
import { readFileSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import { endpointToText } from '../../config/grammar/endpoint.ts';
import type { LinkState } from '../../links/link-state.ts';
import { nameserversOf } from '../../upstream/resolv-conf.ts';

const DNS_PORT = 53;

/** Lines `FILE:LINE:COL: error: ...` for upstreams that lead back to us, given the interfaces as they are now. */
export function ownUpstreams(
  config: Config,
  links: readonly LinkState[],
  resolvConf = '/etc/resolv.conf',
): string[] {
  const own = listenersOf(config, links);
  return config.upstreams.flatMap((set) => {
    const endpoints = set.servers.flatMap((server) =>
      server.kind === 'system' ? [] : [{ at: server.at, text: endpointToText(server.address, server.port) }],
    );
    const faults = endpoints.flatMap(({ at, text }) => {
      const vlan = own.get(text);
      if (vlan === undefined) return [];
      const message = `${text} is where VLAN ${vlan} listens, so queries would go round for ever; write another server`;
      return [`${config.file}:${at.line}:${at.column}: error: upstreams.${set.name}: ${message}`];
    });
    const isSystem = set.servers.some(({ kind }) => kind === 'system');
    const system = isSystem ? readServers(resolvConf) : [];
    const isLost = system.length > 0 && system.every((address) => own.has(endpointToText(address, DNS_PORT)));
    if (!isLost || set.servers.length > 1) return faults;
    const { line, column } = set.at;
    const message = `${resolvConf} names nothing but addresses that we listen on, so nobody could be asked; write servers`;
    return [...faults, `${config.file}:${line}:${column}: error: upstreams.${set.name}: ${message}`];
  });
}

/** The name of a VLAN by each address and port that it listens on now. */
function listenersOf({ vlans }: Config, links: readonly LinkState[]): ReadonlyMap<string, string> {
  const own = new Map<string, string>();
  for (const { name, interface: link, listen = [], port } of vlans) {
    for (const one of listen) own.set(endpointToText(one.address, one.port), name);
    for (const { addresses } of links.filter((one) => one.name === link))
      for (const { address } of addresses) own.set(endpointToText(address, port), name);
  }
  return own;
}

function readServers(file: string): string[] {
  try {
    return nameserversOf(readFileSync(file, 'utf8'));
  } catch {
    // Without the file no server is asked: that is another fault, reported elsewhere.
    return [];
  }
}
