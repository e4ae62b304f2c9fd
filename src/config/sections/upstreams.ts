// Upstream sets and conditional forwarding. No server may be a listener of ours.

import type { Forward, UpstreamSet, Vlan } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { Draft, Section } from '../definition.ts';
import type { DraftUpstreamSet } from '../keys/upstreams.ts';
import { endpointToText } from '../grammar/endpoint.ts';
import { DEFAULT_UPSTREAM } from './names.ts';
import type { Names } from './names.ts';

/** Gives the upstream sets, with `default` added where it is not written. */
export function finishUpstreams(
  section: Section<DraftUpstreamSet>,
  vlans: readonly Vlan[],
  faults: FaultLog,
): UpstreamSet[] {
  const listeners = collectListeners(vlans);
  const sets = section.flatMap(({ name, at, value }): UpstreamSet[] => {
    if (value?.servers === undefined) return [];
    for (const server of value.servers) {
      if (server.value.kind === 'system') continue;
      const endpoint = endpointToText(server.value.address, server.value.port);
      const vlan = listeners.get(endpoint);
      if (vlan === undefined) continue;
      const message = `${endpoint} is where VLAN ${vlan} listens, so queries would go round for ever; write another server`;
      faults.error(server.at, server.setting, message);
    }
    const servers = value.servers.map((server) => ({ ...server.value, at: server.at }));
    return [{ name, servers, strategy: value.strategy, at }];
  });
  if (section.some(({ name }) => name === DEFAULT_UPSTREAM)) return sets;
  return [...sets, systemSet()];
}

function systemSet(): UpstreamSet {
  const at = { line: 1, column: 1 };
  return {
    name: DEFAULT_UPSTREAM,
    servers: [{ kind: 'system', text: 'system', at }],
    strategy: 'fastest',
    at,
  };
}

/** Maps each address and port that we listen on to the name of its VLAN. */
function collectListeners(vlans: readonly Vlan[]): ReadonlyMap<string, string> {
  const listeners = new Map<string, string>();
  for (const { name, listen } of vlans)
    for (const { address, port } of listen ?? []) listeners.set(endpointToText(address, port), name);
  return listeners;
}

/** Gives the conditional forwarding rules; each zone may stand in one of them. */
export function finishForward(draft: Draft['forward'], names: Names, faults: FaultLog): Forward[] {
  const earlier = new Map<string, number>();
  return draft.flatMap(({ zones, upstream, written }) => {
    const { at, setting, keys } = written;
    if (upstream !== undefined) names.upstreams.refer(upstream, keys.upstream ?? at, `${setting}.upstream`);
    for (const zone of zones ?? []) {
      const line = earlier.get(zone.value);
      if (line !== undefined)
        faults.error(
          zone.at,
          zone.setting,
          `zone "${zone.value}" is forwarded in line ${line} already; keep one of them`,
        );
      else if (zone.value === '.')
        faults.error(
          zone.at,
          zone.setting,
          'the root is every name; write the servers for it as upstreams.default',
        );
      earlier.set(zone.value, zone.at.line);
    }
    return zones === undefined || upstream === undefined
      ? []
      : [{ zones: zones.map(({ value }) => value), upstream, at }];
  });
}
