// Keeps every VLAN bound: looks at the interfaces when the system has news of them and every few seconds, opens what can
// be served, closes what is gone and reports each change once. A fault of one VLAN affects no other.

import type { Monitor } from '../../links/link-monitor.ts';
import type { LinkState } from '../../links/link-state.ts';
import type { ProbeResult } from '../../links/probe.ts';
import { probe } from '../../links/probe.ts';
import { Turns } from '../../system/turns.ts';
import type { TransportCounts } from './closed-counts.ts';
import { ClosedCounts } from './closed-counts.ts';
import { FlapDamper } from './flap-damper.ts';
import type { ListenerLog } from '../listener-log.ts';
import { FaultCount } from '../listener-log.ts';
import type { Binding, ListenerReport, ListenerSet } from './listener-set.ts';
import { LookPace, restMs } from './look-pace.ts';
import type { FoundVlan, InterfacePrefix, VlanEvent, VlanStatus, WatchedVlan } from './vlan-plan.ts';
import { eventOf, isWell, prefixesOf, statusOf, wantedBindings, withoutMoved } from './vlan-plan.ts';

/** Makes a monitor of interfaces; undefined where this system has none. */
type OpenMonitor = (onNews: () => void, onEnd: (error: Error) => void) => Monitor | undefined;

/** What a VLAN watch is made of. */
export interface VlanWatchParts {
  readonly listeners: ListenerSet;
  /** Reads the interfaces of these names; the result may hold others too. */
  readonly readLinks: (names: readonly string[]) => Promise<LinkState[]>;
  /** Called once for each change of a VLAN. */
  readonly onChange: (event: VlanEvent, status: VlanStatus) => void;
  /** Called when an interface has other prefixes, before its new addresses are served. */
  readonly onPrefixes: (name: string, prefixes: readonly InterfacePrefix[]) => void;
  readonly log: ListenerLog;
  /** Default: none, and looks are by the clock alone. */
  readonly openMonitor?: OpenMonitor;
  /** Default: this system's. */
  readonly platform?: NodeJS.Platform;
  /** Milliseconds between two looks by the clock, instead of as the pace says. */
  readonly pollMs?: number;
  /** Milliseconds, from any start; default performance.now. */
  readonly now?: () => number;
}

/** Watches the interfaces and keeps the listeners of all VLANs as they should be. */
export class VlanWatch {
  readonly #parts: VlanWatchParts;
  readonly #now: () => number;
  readonly #faults: FaultCount;
  readonly #monitorEnds: FaultCount;
  #vlans: readonly WatchedVlan[] = [];
  #statuses = new Map<string, VlanStatus>();
  #dampers = new Map<string, FlapDamper>();
  readonly #closedCounts = new ClosedCounts();
  #links: LinkState[] | undefined;
  #monitor: Monitor | undefined;
  readonly #pace = new LookPace();
  #timer: NodeJS.Timeout | undefined;
  /** Runs while news waits for its look. */
  #newsTimer: NodeJS.Timeout | undefined;
  readonly #turns = new Turns();
  #closed = false;

  constructor(parts: VlanWatchParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
    this.#faults = new FaultCount(parts.log, 'links_unreadable', {});
    this.#monitorEnds = new FaultCount(parts.log, 'link_monitor_ended', {});
  }

  /** How each VLAN is now, in the order of the configuration. */
  get statuses(): VlanStatus[] {
    return [...this.#statuses.values()];
  }

  /** Whether the system reports changes; otherwise they are found by looking. */
  get mode(): 'monitor' | 'poll' {
    return this.#monitor?.isRunning === true ? 'monitor' : 'poll';
  }

  /** Whether a VLAN has so many changes that they are not reported one by one. */
  isFlapping(vlan: string): boolean {
    return this.#dampers.get(vlan)?.isFlapping === true;
  }

  /** What the listeners of a VLAN have counted since start, those included that are closed by now. */
  countsOf({ vlan, bound }: VlanStatus): TransportCounts {
    return this.#closedCounts.withOpen(vlan, bound);
  }

  /**
   * Serves these VLANs from now on, in place of those before; returns the state of each, also given to `onChange`.
   * Fails, and changes nothing, when the interfaces have never been readable. `takeEffect` ends and open sockets change
   * hands in the same turn of the event loop, so no query is answered in between.
   */
  async serve(vlans: readonly WatchedVlan[], takeEffect?: () => Promise<void>): Promise<VlanStatus[]> {
    await this.#turns.run(async () => {
      await this.#look(vlans, takeEffect);
      this.#vlans = vlans;
    });
    this.#followNews();
    this.#schedule();
    return this.statuses;
  }

  /** Looks at the interfaces now instead of waiting for the next time. */
  async poll(): Promise<void> {
    await this.#turns.run(() => this.#look(this.#vlans));
  }

  /** Stops watching and closes all listeners. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#newsTimer);
    this.#monitor?.close();
    await this.#turns.settled();
    await this.#parts.listeners.close();
  }

  // A monitor runs only while there is an interface to follow.
  #followNews(): void {
    const isWanted = !this.#closed && this.#vlans.some((vlan) => vlan.interface !== undefined);
    if (isWanted === (this.#monitor !== undefined)) return;
    this.#monitor?.close();
    this.#monitor = isWanted
      ? this.#parts.openMonitor?.(
          () => this.#onNews(),
          (error) => {
            this.#monitorEnds.add(error, 'news of interfaces is missing; they are looked at every 2 seconds');
            this.#schedule();
          },
        )
      : undefined;
  }

  #onNews(): void {
    if (this.#closed || this.#newsTimer !== undefined) return;
    this.#newsTimer = setTimeout(() => void this.#lookBecauseOfNews(), this.#pace.afterNews(this.#now()));
  }

  async #lookBecauseOfNews(): Promise<void> {
    // Before the look: news that comes during it may be about an interface that it has already read.
    this.#newsTimer = undefined;
    clearTimeout(this.#timer);
    await this.#pollSafely();
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const pace = { hasNews: this.mode === 'monitor', isWell: this.statuses.every(isWell) };
    this.#timer = setTimeout(
      () => void this.#pollSafely().finally(() => this.#schedule()),
      this.#parts.pollMs ?? restMs(pace),
    );
  }

  #pollSafely(): Promise<void> {
    return this.poll().catch((error: unknown) => this.#faults.add(error, 'looking at the interfaces failed'));
  }

  async #look(vlans: readonly WatchedVlan[], takeEffect?: () => Promise<void>): Promise<void> {
    if (this.#closed) return;
    const links = await this.#readLinks(vlans);
    await takeEffect?.();
    const openBefore = this.#parts.listeners.bound;
    const open = openBefore.map(({ binding }) => binding);
    const before = this.#statuses;
    const plans = withoutMoved(
      vlans.map((vlan) => {
        const found = this.#probe(vlan, links);
        const prefixes = prefixesOf(found, before.get(vlan.name));
        return { vlan, found, prefixes, wanted: wantedBindings(vlan, found, open) };
      }),
    );
    // First of all: a query may come as soon as its socket is open.
    for (const { vlan, prefixes } of plans) this.#tellPrefixes(vlan, prefixes, before);
    const reports = await this.#parts.listeners.reconcile(plans.flatMap((plan) => plan.wanted));
    const stillOpen = new Set(this.#parts.listeners.bound.map(({ listeners }) => listeners));
    this.#closedCounts.add(openBefore.filter(({ listeners }) => !stillOpen.has(listeners)));
    const byBinding = new Map<Binding, ListenerReport>(reports.map((report) => [report.binding, report]));
    this.#statuses = new Map();
    this.#dampers = new Map(vlans.map(({ name }) => [name, this.#dampers.get(name) ?? new FlapDamper()]));
    for (const plan of plans) {
      const own = plan.wanted.flatMap((binding) => byBinding.get(binding) ?? []);
      this.#adopt(plan, own, before.get(plan.vlan.name));
    }
  }

  #adopt(plan: FoundVlan, own: readonly ListenerReport[], before: VlanStatus | undefined): void {
    const { name } = plan.vlan;
    const status = statusOf(plan, own, before);
    this.#statuses.set(name, status);
    const event = eventOf(before, status);
    const damper = this.#dampers.get(name);
    if (event !== undefined) {
      const telling = damper?.change(this.#now());
      if (telling !== 'hush') this.#parts.onChange(telling === 'flapping' ? 'flapping' : event, status);
    } else if (damper?.rest(this.#now()) === true) this.#parts.onChange('settled', status);
  }

  #tellPrefixes(
    { name, interface: link }: WatchedVlan,
    prefixes: readonly InterfacePrefix[],
    before: ReadonlyMap<string, VlanStatus>,
  ): void {
    if (link === undefined) return;
    const last = before.get(name);
    const isSame = last?.interface === link && JSON.stringify(last.prefixes) === JSON.stringify(prefixes);
    if (!isSame) this.#parts.onPrefixes(link, prefixes);
  }

  #probe(vlan: WatchedVlan, links: readonly LinkState[]): ProbeResult | undefined {
    if (vlan.interface === undefined) return undefined;
    const platform = this.#parts.platform ?? process.platform;
    return probe(vlan.interface, { links, platform, ...(vlan.id === undefined ? {} : { vlanId: vlan.id }) });
  }

  // Interfaces that cannot be read now are taken to be as they were.
  async #readLinks(vlans: readonly WatchedVlan[]): Promise<LinkState[]> {
    const names = vlans.flatMap((vlan) => vlan.interface ?? []);
    if (names.length === 0) return [];
    try {
      this.#links = await this.#parts.readLinks(names);
    } catch (error) {
      if (this.#links === undefined) throw error;
      this.#faults.add(error, 'the interfaces could not be read; listeners stay as they are until they can');
    }
    return this.#links;
  }
}
