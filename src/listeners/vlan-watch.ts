// Keeps every VLAN bound: looks at the interfaces every few seconds, opens what can be served, closes what is gone and
// tells of each change once. A fault of one VLAN touches no other.

import type { LinkState } from '../links/link-state.ts';
import type { ProbeResult } from '../links/probe.ts';
import { probe } from '../links/probe.ts';
import type { TransportCounts } from './closed-counts.ts';
import { ClosedCounts } from './closed-counts.ts';
import type { ListenerLog } from './listener-log.ts';
import { FaultCount } from './listener-log.ts';
import type { Binding, ListenerReport, ListenerSet } from './listener-set.ts';
import type { VlanEvent, VlanStatus, WatchedVlan } from './vlan-plan.ts';
import { eventOf, statusOf, wantedBindings } from './vlan-plan.ts';

/** Milliseconds between two looks at the interfaces. */
const POLL_MS = 2000;

/** Tells what happened to a VLAN, once for each change. */
type OnVlanChange = (event: VlanEvent, status: VlanStatus) => void;

/** What a VLAN watch is made of. */
export interface VlanWatchParts {
  readonly listeners: ListenerSet;
  readonly readLinks: () => Promise<LinkState[]>;
  readonly onChange: OnVlanChange;
  readonly log: ListenerLog;
  /** Default: this system's. */
  readonly platform?: NodeJS.Platform;
  /** Milliseconds between two looks; default 2000. */
  readonly pollMs?: number;
}

/** Watches the interfaces and keeps the listeners of all VLANs as they should be. */
export class VlanWatch {
  readonly #parts: VlanWatchParts;
  readonly #readFaults: FaultCount;
  #vlans: readonly WatchedVlan[] = [];
  #statuses = new Map<string, VlanStatus>();
  readonly #closedCounts = new ClosedCounts();
  #links: LinkState[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: VlanWatchParts) {
    this.#parts = parts;
    this.#readFaults = new FaultCount(parts.log, 'links_unreadable', {});
  }

  /** How each VLAN is now, in the order of the configuration. */
  get statuses(): VlanStatus[] {
    return [...this.#statuses.values()];
  }

  /** What the listeners of a VLAN have counted since start, those included that are closed by now. */
  countsOf({ vlan, pairs }: VlanStatus): TransportCounts {
    return this.#closedCounts.withOpen(vlan, pairs);
  }

  /**
   * Serves these VLANs from now on, in place of those before; returns how each came out, also told to `onChange`.
   * Fails, and changes nothing, when the interfaces have never been readable.
   */
  async serve(vlans: readonly WatchedVlan[]): Promise<VlanStatus[]> {
    await this.#inTurn(async () => {
      await this.#look(vlans);
      this.#vlans = vlans;
    });
    this.#schedule();
    return this.statuses;
  }

  /** Looks at the interfaces now instead of waiting for the next time. */
  async poll(): Promise<void> {
    await this.#inTurn(() => this.#look(this.#vlans));
  }

  /** Stops watching and closes all listeners. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#turn;
    await this.#parts.listeners.close();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.poll()
        .catch((error: unknown) => this.#readFaults.add(error, 'looking at the interfaces failed'))
        .finally(() => this.#schedule());
    }, this.#parts.pollMs ?? POLL_MS);
  }

  async #look(vlans: readonly WatchedVlan[]): Promise<void> {
    if (this.#closed) return;
    const links = vlans.some((vlan) => vlan.interface !== undefined) ? await this.#readLinks() : [];
    const openPairs = this.#parts.listeners.pairs;
    const open = openPairs.map((pair) => pair.binding);
    const plans = vlans.map((vlan) => {
      const found = this.#probe(vlan, links);
      return { vlan, found, wanted: wantedBindings(vlan, found, open) };
    });
    const reports = await this.#parts.listeners.reconcile(plans.flatMap((plan) => plan.wanted));
    const stillOpen = new Set(this.#parts.listeners.pairs.map(({ udp }) => udp));
    this.#closedCounts.add(openPairs.filter(({ udp }) => !stillOpen.has(udp)));
    const byBinding = new Map<Binding, ListenerReport>(reports.map((report) => [report.binding, report]));
    const before = this.#statuses;
    this.#statuses = new Map();
    for (const { vlan, found, wanted } of plans) {
      const own = wanted.flatMap((binding) => byBinding.get(binding) ?? []);
      const status = statusOf(vlan, found, own, before.get(vlan.name));
      this.#statuses.set(vlan.name, status);
      const event = eventOf(before.get(vlan.name), status);
      if (event !== undefined) this.#parts.onChange(event, status);
    }
  }

  #probe(vlan: WatchedVlan, links: readonly LinkState[]): ProbeResult | undefined {
    if (vlan.interface === undefined) return undefined;
    const platform = this.#parts.platform ?? process.platform;
    return probe(vlan.interface, { links, platform, ...(vlan.id === undefined ? {} : { vlanId: vlan.id }) });
  }

  // What cannot be read now is taken to be as it was.
  async #readLinks(): Promise<LinkState[]> {
    try {
      this.#links = await this.#parts.readLinks();
    } catch (error) {
      if (this.#links === undefined) throw error;
      this.#readFaults.add(error, 'the interfaces could not be read; nothing is changed until they can');
    }
    return this.#links;
  }
}
