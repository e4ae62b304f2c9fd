// The watch over the VLANs of a service: its listeners, the links that they are on, and who is told of what happens to them.
import type { Binder } from '../../listeners/sockets/binder.ts';
import { ListenerSet } from '../../listeners/vlans/listener-set.ts';
import { VlanWatch } from '../../listeners/vlans/vlan-watch.ts';
import type { VlanWatchParts } from '../../listeners/vlans/vlan-watch.ts';
import type { ReadLinks } from '../../assembly/interface-prefixes.ts';
import type { TcpConnections } from '../../listeners/stream/tcp-connections.ts';
import type { HandlerFor } from '../../listeners/query-handler.ts';
import type { UdpIo } from '../../listeners/udp/udp-io.ts';
import type { Log } from '../../log/log.ts';
import { openMonitor } from './vlan-news.ts';

/** What a watch is opened with. */
export interface OpenWatchParts extends Pick<VlanWatchParts, 'onChange' | 'onPrefixes'> {
  readonly service: {
    readonly log: Log;
    readonly udpIo: UdpIo;
    readonly query: { readonly handlerFor: HandlerFor };
    readonly connections: TcpConnections;
  };
  readonly binder: Binder;
  readonly readLinks: ReadLinks;
}

/** Opens the watch; no VLAN is served yet. */
export function openVlanWatch({ service, binder, ...parts }: OpenWatchParts): VlanWatch {
  const { log, udpIo, query, connections } = service;
  const listeners = new ListenerSet({
    binder,
    openUdp: udpIo.open,
    handlerFor: query.handlerFor,
    connections,
    log,
  });
  return new VlanWatch({ listeners, log, openMonitor, ...parts });
}
