// The sockets there are against the sockets there should be. The rules: the endpoints of a binding are one unit, all or none of
// them, so that UDP of an address never is without TCP; a binding that stays wanted keeps its sockets, so that no query of it is
// lost.

import { Turns } from '../../system/turns.ts';
import type { Listener } from '../listener.ts';
import { TRANSPORT } from '../transport.ts';
import type { TransportName } from '../transport.ts';
import type { BindFault } from '../sockets/bind-fault.ts';
import { errorCode, explainBindFault } from '../sockets/bind-fault.ts';
import type { SocketName } from '../sockets/port-holder.ts';
import { openTogether, PLAIN_DNS, release } from './endpoint-kinds.ts';
import type { EndpointParts } from './endpoint-kinds.ts';

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
  /** What it is served over, all or none of it; default plain DNS, which is UDP and TCP. */
  readonly over?: readonly TransportName[];
}

/** A binding with the listeners that are open for it, in the order in which they were opened. */
export interface BoundAddress {
  readonly binding: Binding;
  readonly listeners: readonly Listener[];
}

/** The outcome for one wanted binding. */
export type ListenerReport =
  | {
      readonly state: 'bound';
      readonly binding: Binding;
      readonly bound: BoundAddress;
      readonly isNew: boolean;
    }
  | { readonly state: 'failed'; readonly binding: Binding; readonly fault: BindFault };

/** What a listener set is made of. */
export interface ListenerSetParts extends EndpointParts {
  /** Milliseconds that queries in flight get when their listener is closed; default 2000. */
  readonly graceMs?: number;
}

const DEFAULT_GRACE_MS = 2000;

/** A failure that goes on is explained again each time after this many tries. */
const EXPLAIN_EVERY = 15;

/** Holds the open listeners of all VLANs. */
export class ListenerSet {
  readonly #parts: ListenerSetParts;
  readonly #open = new Map<string, BoundAddress>();
  readonly #closing = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, { readonly fault: BindFault; readonly failures: number }>();
  readonly #turns = new Turns();

  constructor(parts: ListenerSetParts) {
    this.#parts = parts;
  }

  /** What is open now. */
  get bound(): BoundAddress[] {
    return [...this.#open.values()];
  }

  /** Closes bindings that are not wanted, opens those that are missing, leaves the rest alone. Calls run one after another. */
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
    for (const [key, bound] of this.#open) if (!owners.has(key)) this.#close(key, bound);
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
      const bound = this.#giveTo(open, binding);
      this.#open.set(key, bound);
      return { state: 'bound', binding, bound, isNew: false };
    }
    await this.#closing.get(key);
    const listeners = await openTogether(binding.over ?? PLAIN_DNS, binding, this.#parts);
    if ('error' in listeners) {
      const { error, socket: transport, port } = listeners;
      const fault = await this.#explain(key, error, { transport, address: binding.address, port });
      return { state: 'failed', binding, fault };
    }
    this.#failures.delete(key);
    const bound = { binding, listeners };
    this.#open.set(key, bound);
    return { state: 'bound', binding, bound, isNew: true };
  }

  // An address that moved to another VLAN keeps its sockets too: only who answers changes.
  #giveTo({ binding: before, listeners }: BoundAddress, binding: Binding): BoundAddress {
    if (before.vlan !== binding.vlan) {
      for (const listener of listeners) {
        const handler = this.#parts.handlerFor(binding.vlan, TRANSPORT[listener.transport]);
        listener.handler.handOver?.(handler);
        listener.serve(binding.vlan, handler);
      }
    }
    return { binding, listeners };
  }

  // Looking for the program that holds a port is work; a binding that is tried every few seconds does it now and then.
  async #explain(key: string, error: unknown, endpoint: SocketName): Promise<BindFault> {
    const last = this.#failures.get(key);
    const failures = (last?.failures ?? 0) + 1;
    const known = last?.fault.code === errorCode(error) && last.fault.transport === endpoint.transport;
    const fault =
      known && failures % EXPLAIN_EVERY !== 0 ? last.fault : await explainBindFault(error, endpoint);
    this.#failures.set(key, { fault, failures });
    return fault;
  }

  #close(key: string, { binding, listeners }: BoundAddress): void {
    const graceMs = this.#parts.graceMs ?? DEFAULT_GRACE_MS;
    this.#open.delete(key);
    const closed = Promise.all(listeners.map((listener) => listener.close(graceMs))).then(() => {
      this.#closing.delete(key);
    });
    // At once: what a second descriptor would still take in, nobody reads.
    release(listeners, binding, this.#parts.binder);
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
  return `${binding.address} ${binding.port} ${binding.zoneIndex ?? ''} ${(binding.over ?? PLAIN_DNS).join(' ')}`;
}
