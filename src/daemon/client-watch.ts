// Keeps up with who the clients are: files of leases are watched, and neighbours asked for now and then where somebody depends on
// them. The rule: what was good stays until something good comes; what cannot be read is told once, and concerns no query.
import type { Config } from '../config/config.ts';
import type { InterfacePrefixes } from '../assembly/inputs.ts';
import { ClientNames } from '../assembly/clients/client-names.ts';
import { devicesKey } from '../assembly/clients/exceptions.ts';
import { deskDevicesKey } from '../assembly/clients/device-addresses.ts';
import { toVlanPlaces } from '../assembly/interface-prefixes.ts';
import { ClientSources } from '../clients/client-sources.ts';
import type { SourceState } from '../clients/client-sources.ts';
import { gatherClients } from '../clients/gather-clients.ts';
import type { Withheld } from '../clients/host-names.ts';
import type { KnownClients } from '../clients/gather-clients.ts';
import { toLeaseAddress } from '../clients/leases/fields.ts';
import { readLeases, watchedFiles } from '../clients/leases/read-leases.ts';
import type { LeaseSource } from '../clients/leases/read-leases.ts';
import { readNeighbours as readNeighboursOfSystem } from '../clients/neighbours/read-neighbours.ts';
import type { ReadNeighbours } from '../clients/neighbours/read-neighbours.ts';
import type { Log } from '../log/log.ts';
import { reasonOf } from '../system/system-error.ts';
import { neighboursWarning } from '../status/told-leases.ts';
import { Turns } from '../system/turns.ts';
import type { Strangers } from '../server/strangers.ts';
import type { Current } from './current.ts';
import { FileWatch } from './file-watch.ts';

/** How often files of leases are looked at, in milliseconds: a look is one call a file. */
const LEASES_LOOK_MS = 1000;
/** How often neighbours are asked for, in milliseconds. */
const NEIGHBOURS_LOOK_MS = 10_000;
/** The shortest time from one look to the next, whoever is met, in milliseconds: a look starts a program. */
const LOOKS_APART_MS = 1000;
/** How soon after its end a lease that matters is gone, and how soon any other, in milliseconds. */
const SOONEST_MS = 1000;
const LATEST_MS = 60_000;

/** What clients depend on. */
interface ClientFacts {
  readonly config: Config;
  readonly prefixes: InterfacePrefixes;
}

/** What a watch is made of. */
interface ClientWatchParts {
  readonly log: Log;
  /** What is in effect, and where it is put that a device which the configuration knows has another address. */
  readonly current: Pick<Current, 'state' | 'put'>;
  /** Default: this system's. */
  readonly readNeighbours?: ReadNeighbours | undefined;
  /** Unix milliseconds; default `Date.now()`. */
  readonly now?: () => number;
  /** Who asks without a policy of their own, where devices have one by their MACs. */
  readonly query: { readonly strangers: Pick<Strangers, 'onNoted' | 'forget'> };
  /** Called when it may be known anew who the clients are. */
  readonly onKnown?: () => void;
}

/** Follows leases and neighbours. */
export class ClientWatch {
  /** Those of now. */
  known: KnownClients = new Map();
  readonly #parts: ClientWatchParts;
  readonly #now: () => number;
  readonly #sources = new ClientSources();
  readonly #files: FileWatch;
  readonly #names = new ClientNames();
  readonly #turns = new Turns();
  #neighboursFault: string | undefined;
  #looks: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #lookedMs = -Infinity;
  #ends: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: ClientWatchParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    parts.query.strangers.onNoted = (vlan, address) => this.#meet(vlan, address);
    this.#files = new FileWatch((files) => void this.#filesChanged(files), LEASES_LOOK_MS);
  }

  get #facts(): ClientFacts {
    const { prepared, prefixes } = this.#parts.current.state.inputs;
    return { config: prepared.config, prefixes };
  }

  /** Reads all there is, and follows it from then on: at the start, and after each reload. */
  follow(): Promise<void> {
    return this.#turns.run(async () => {
      const facts = this.#facts;
      const { leases } = facts.config;
      // Before they are read: what changes meanwhile is noticed then.
      await this.#files.watch(leases.flatMap((source) => watchedFiles(source)));
      this.#sources.keep(leases);
      await this.#readAll(facts);
      await this.#settle();
      this.#scheduleLook();
    });
  }

  /** The clients that a configuration would have that is not in effect yet. */
  async of(facts: ClientFacts): Promise<KnownClients> {
    return this.#turns.run(async () => {
      await this.#readAll(facts);
      return this.#gather(facts);
    });
  }

  /** Finds out anew who is where: VLANs have other subnets. */
  renew(): void {
    void this.#turns.run(() => this.#settle());
  }

  /** How a file of leases is. */
  leasesOf(file: string): SourceState {
    return this.#sources.stateOf(file);
  }

  /** Why neighbours could not be asked for last time, where anybody depends on them. */
  get neighboursFault(): string | undefined {
    return needsNeighbours(this.#facts.config) ? this.#neighboursFault : undefined;
  }

  /** The names that clients of a VLAN have in its zone, by their addresses. */
  localNames(vlan: Config['vlans'][number]): ReadonlyMap<string, string> {
    return this.#names.of(vlan);
  }

  /** The names that its clients asked for and were not given. */
  withheldOf(vlan: string): Withheld {
    return this.#names.withheldOf(vlan);
  }

  close(): void {
    this.#isClosed = true;
    this.#files.close();
    clearTimeout(this.#looks);
    clearTimeout(this.#soon);
    clearTimeout(this.#ends);
  }

  /** Reads the sources that were never read, and asks for neighbours where that matters. */
  async #readAll({ config }: ClientFacts): Promise<void> {
    for (const source of config.leases)
      if (this.#sources.stateOf(source.file).readMs === 0) await this.#read(source);
    if (needsNeighbours(config)) await this.#lookAtNeighbours();
  }

  async #filesChanged(files: readonly string[]): Promise<void> {
    await this.#turns.run(async () => {
      for (const source of this.#facts.config.leases)
        if (watchedFiles(source).some((file) => files.includes(file))) await this.#read(source);
      await this.#settle();
    });
  }

  async #read(source: LeaseSource): Promise<void> {
    const { log } = this.#parts;
    const before = this.#sources.stateOf(source.file);
    const reading = await readLeases(source).catch((error: unknown) => new Error(reasonOf(error)));
    const { file } = source;
    const fault = this.#sources.take(file, reading, this.#now());
    const after = this.#sources.stateOf(file);
    if (fault !== undefined) log.warn({ event: 'leases_fault', file, fault }, `leases of ${file}: ${fault}`);
    else if (before.fault !== undefined && after.fault === undefined)
      log.info({ event: 'leases_good', file, leases: after.leases.length }, `${file} is read in full again`);
  }

  async #lookAtNeighbours(): Promise<void> {
    const { log, readNeighbours = readNeighboursOfSystem } = this.#parts;
    this.#lookedMs = performance.now();
    try {
      this.#sources.takeNeighbours(await readNeighbours(), this.#now());
      this.#neighboursFault = undefined;
    } catch (error) {
      const fault = reasonOf(error);
      if (this.#neighboursFault !== fault)
        log.warn({ event: 'neighbours_fault', fault }, neighboursWarning(fault));
      this.#neighboursFault = fault;
    }
  }

  /** Looks at neighbours soon, where one of them asks whom nobody knows: it may be a device that has a policy of its own. */
  #meet(vlan: string, address: string): void {
    if (this.#isClosed || this.#soon !== undefined || !needsNeighbours(this.#facts.config)) return;
    const known = toLeaseAddress(address.replace(/%.*/, ''));
    if (known === undefined || this.known.get(vlan)?.has(known) === true) return;
    const inMs = Math.max(0, this.#lookedMs + LOOKS_APART_MS - performance.now());
    this.#soon = setTimeout(() => {
      void this.#turns.run(async () => {
        this.#soon = undefined;
        if (this.#isClosed) return;
        await this.#lookAtNeighbours();
        await this.#settle();
      });
    }, inMs);
    this.#soon.unref();
  }

  async #settle(): Promise<void> {
    if (this.#isClosed) return;
    const facts = this.#facts;
    this.known = await this.#gather(facts);
    const { vlans } = facts.config;
    const { clients, nameLayers, desk } = this.#parts.current.state.inputs;
    this.#names.assign(facts.config, this.known, nameLayers, this.#now());
    const placesOf = (known: KnownClients): string =>
      `${devicesKey(vlans, known)}\n\n${deskDevicesKey(desk.adjustments, known)}`;
    if (placesOf(this.known) !== placesOf(clients)) this.#parts.current.put({ clients: this.known });
    this.#parts.onKnown?.();
    this.#scheduleEnd();
  }

  #gather({ config, prefixes }: ClientFacts): Promise<KnownClients> {
    const sources = { leases: this.#sources.leases(), neighbours: this.#sources.neighbours() };
    return gatherClients(toVlanPlaces(config, prefixes), sources, this.#now());
  }

  #scheduleLook(): void {
    clearTimeout(this.#looks);
    if (this.#isClosed || !needsNeighbours(this.#facts.config)) return;
    this.#looks = setTimeout(() => {
      void this.#turns.run(async () => {
        await this.#lookAtNeighbours();
        await this.#settle();
        // Who was noted before may be somebody else by now.
        this.#parts.query.strangers.forget();
        this.#scheduleLook();
      });
    }, NEIGHBOURS_LOOK_MS);
    this.#looks.unref();
  }

  /** A lease that ends takes its client's policy with it. */
  #scheduleEnd(): void {
    clearTimeout(this.#ends);
    if (this.#isClosed) return;
    const { config } = this.#facts;
    let nextMs = Infinity;
    for (const { name, devices } of config.vlans) {
      const macs = new Set(devices.map(({ mac }) => mac));
      for (const { mac, untilMs } of this.known.get(name)?.values() ?? [])
        if (mac !== undefined && macs.has(mac)) nextMs = Math.min(nextMs, untilMs);
    }
    const inMs = Math.min(LATEST_MS, Math.max(SOONEST_MS, nextMs - this.#now()));
    this.#ends = setTimeout(() => this.renew(), inMs);
    this.#ends.unref();
  }
}

/** Whether anybody depends on neighbours: a client that is known by its MAC, or names that are given to clients. */
function needsNeighbours({ vlans }: Config): boolean {
  return vlans.some(({ devices, localNames }) => devices.length > 0 || localNames !== undefined);
}
