// The sockets there are against the sockets there should be. The rules: UDP and TCP of an address are one unit, both
// or neither; a binding that stays wanted keeps its sockets, so that no query of it is lost.

import { Turns } from '../../system/turns.ts';
import type { BindFault } from '../sockets/bind-fault.ts';
import { errorCode, explainBindFault } from '../sockets/bind-fault.ts';
import type { Binder } from '../sockets/binder.ts';
import type { ListenerLog } from '../listener-log.ts';
import type { Endpoint } from '../sockets/port-holder.ts';
import type { HandlerFor } from '../query-handler.ts';
import type { TcpConnections } from '../stream/tcp-connections.ts';
import { TcpListener } from '../stream/tcp-listener.ts';
import type { OpenUdpListener, UdpListener } from '../udp/udp-listener.ts';

/** One address that a VLAN shall be served on. */
export interface Binding {
  readonly vlan: string;
  /** With `%zone` where link-local. */
  readonly address: string;
  readonly port: number;
  /** The interface that has the address, where the configuration names one. */
  readonly interface?: string;
  /** The number of a link-local address's zone: a socket stays with the interface that had it, not with its name. */
  readonly zoneIndex?: number;
}

/** Both sockets of a binding. */
export interface BoundPair {
  readonly binding: Binding;
  readonly udp: UdpListener;
  readonly tcp: TcpListener;
}

/** What became of one wanted binding. */
export type ListenerReport =
  | { readonly state: 'bound'; readonly binding: Binding; readonly pair: BoundPair; readonly isNew: boolean }
  | { readonly state: 'failed'; readonly binding: Binding; readonly fault: BindFault };

/** What a listener set is made of. */
export interface ListenerSetParts {
  readonly binder: Binder;
  readonly openUdp: OpenUdpListener;
  readonly handlerFor: HandlerFor;
  readonly connections: TcpConnections;
  readonly log: ListenerLog;
  /** Milliseconds that queries in flight get when their listener is closed; default 2000. */
  readonly graceMs?: number;
}

const DEFAULT_GRACE_MS = 2000;

/** A failure that goes on is explained anew every so many times. */
const EXPLAIN_EVERY = 15;

/** Holds the open listeners of all VLANs. */
export class ListenerSet {
  readonly #parts: ListenerSetParts;
  readonly #open = new Map<string, BoundPair>();
  readonly #closing = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, { readonly fault: BindFault; readonly failures: number }>();
  readonly #turns = new Turns();

  constructor(parts: ListenerSetParts) {
    this.#parts = parts;
  }

  /** The pairs that are open now. */
  get pairs(): BoundPair[] {
    return [...this.#open.values()];
  }

  /** Closes what is not wanted, opens what is missing, leaves the rest alone. Calls take turns. */
  reconcile(wanted: readonly Binding[]): Promise<ListenerReport[]> {
    return this.#turns.run(() => this.#reconcile(wanted));
  }

  /** Closes everything; queries in flight are answered for at most the grace time. */
  async close(): Promise<void> {
    await this.reconcile([]);
    await Promise.all(this.#closing.values());
  }

  async #reconcile(wanted: readonly Binding[]): Promise<ListenerReport[]> {
    const owners = new Map<string, Binding>();
    for (const binding of wanted) {
      if (!owners.has(keyOf(binding))) owners.set(keyOf(binding), binding);
    }
    for (const [key, pair] of this.#open) if (!owners.has(key)) this.#closePair(key, pair);
    for (const key of this.#failures.keys()) if (!owners.has(key)) this.#failures.delete(key);
    return Promise.all(
      wanted.map(async (binding) => {
        const owner = owners.get(keyOf(binding)) ?? binding;
        return owner === binding ? this.#ensureOpen(binding) : takenBy(owner, binding);
      }),
    );
  }

  async #ensureOpen(binding: Binding): Promise<ListenerReport> {
    const key = keyOf(binding);
    const open = this.#open.get(key);
    if (open !== undefined) {
      const pair = this.#giveTo(open, binding);
      this.#open.set(key, pair);
      return { state: 'bound', binding, pair, isNew: false };
    }
    await this.#closing.get(key);
    const opened = await this.#openPair(binding);
    if ('error' in opened) {
      return { state: 'failed', binding, fault: await this.#explain(key, opened.error, opened.endpoint) };
    }
    this.#failures.delete(key);
    this.#open.set(key, opened);
    return { state: 'bound', binding, pair: opened, isNew: true };
  }

  // An address that moved to another VLAN keeps its sockets too: only who answers changes.
  #giveTo(pair: BoundPair, binding: Binding): BoundPair {
    if (pair.binding.vlan !== binding.vlan) {
      for (const transport of ['udp', 'tcp'] as const) {
        const handler = this.#parts.handlerFor(binding.vlan, transport);
        pair[transport].handler.handOver?.(handler);
        pair[transport].handler = handler;
      }
      pair.tcp.vlan = binding.vlan;
    }
    return { ...pair, binding };
  }

  async #openPair(binding: Binding): Promise<BoundPair | { error: unknown; endpoint: Endpoint }> {
    const { binder, openUdp, handlerFor, connections, log } = this.#parts;
    const { address, port, vlan } = binding;
    const socket = await binder.bindUdp(address, port).catch((error: unknown) => ({ error }));
    if ('error' in socket) return { ...socket, endpoint: { transport: 'udp', address, port } };
    const udp = openUdp(socket, handlerFor(vlan, 'udp'), log);
    // Port 0 takes any free UDP port; TCP has to follow it.
    const tcpPort = udp.address.port;
    const server = await binder.listenTcp(address, tcpPort).catch((error: unknown) => ({ error }));
    if ('error' in server) {
      await udp.close(0);
      binder.released?.('udp', address, port);
      return { ...server, endpoint: { transport: 'tcp', address, port: tcpPort } };
    }
    return {
      binding,
      udp,
      tcp: new TcpListener(server, handlerFor(vlan, 'tcp'), { vlan, connections, log }),
    };
  }

  // Looking for the program that holds a port is work; a binding that is tried every few seconds does it now and then.
  async #explain(key: string, error: unknown, endpoint: Endpoint): Promise<BindFault> {
    const last = this.#failures.get(key);
    const failures = (last?.failures ?? 0) + 1;
    const known = last?.fault.code === errorCode(error) && last.fault.transport === endpoint.transport;
    const fault =
      known && failures % EXPLAIN_EVERY !== 0 ? last.fault : await explainBindFault(error, endpoint);
    this.#failures.set(key, { fault, failures });
    return fault;
  }

  #closePair(key: string, pair: BoundPair): void {
    const graceMs = this.#parts.graceMs ?? DEFAULT_GRACE_MS;
    this.#open.delete(key);
    const { address, port } = pair.binding;
    const closed = Promise.all([pair.udp.close(graceMs), pair.tcp.close(graceMs)]).then(() => {
      this.#closing.delete(key);
    });
    // At once: what a second descriptor would still take in, nobody reads.
    for (const transport of ['udp', 'tcp'] as const) this.#parts.binder.released?.(transport, address, port);
    this.#closing.set(key, closed);
  }
}

function takenBy(owner: Binding, binding: Binding): ListenerReport {
  const fault: BindFault = {
    code: 'EADDRINUSE',
    transport: 'udp',
    why: `${binding.address} port ${binding.port} already serves VLAN ${owner.vlan}`,
    cure: `give VLAN ${binding.vlan} another address or port`,
  };
  return { state: 'failed', binding, fault };
}

function keyOf(binding: Binding): string {
  return `${binding.address} ${binding.port} ${binding.zoneIndex ?? ''}`;
}
