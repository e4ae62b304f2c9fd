// The service: one configuration in effect, its lists, upstreams and listeners. A change is prepared whole beside what
// is running and takes effect by one assignment, or not at all.
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { readLinks as readLinksOfSystem } from '../links/read-links.ts';
import type { Binder } from '../listeners/sockets/binder.ts';
import type { Log } from '../log/log.ts';
import type { Serving } from '../server/serving.ts';
import { TcpConnections } from '../listeners/stream/tcp-connections.ts';
import type { UdpIo } from '../listeners/udp/udp-io.ts';
import { isServedAt } from '../listeners/vlans/vlan-plan.ts';
import type { InterfacePrefix, VlanStatus } from '../listeners/vlans/vlan-plan.ts';
import type { VlanWatch } from '../listeners/vlans/vlan-watch.ts';
import { EMPTY_DESK } from '../assembly/adjustments.ts';
import { clockFault } from '../assembly/known-time.ts';
import type { Inputs, InterfacePrefixes } from '../assembly/inputs.ts';
import { NO_LISTS } from '../lists/compiled-lists.ts';
import type { CompiledLists } from '../lists/compiled-lists.ts';
import { parseForDaemon } from '../assembly/parse-prepared.ts';
import { whyTeller } from '../explain/why.ts';
import { brokenLines, newlyBroken } from '../explain/broken.ts';
import { Refused } from '../config/refused.ts';
import type { ReadNeighbours } from '../clients/neighbours/read-neighbours.ts';
import { ClientWatch } from './client-watch.ts';
import { Current } from './current.ts';
import type { Candidate, State } from './current.ts';
import { DeskSide } from './desk-side.ts';
import { EdgeTimer } from './edge-timer.ts';
import { HouseFiles } from './house-files.ts';
import { fixedChanges } from './fixed-settings.ts';
import { ScheduleNews } from './schedule-news.ts';
import { readPrefixes, toPrefixes } from '../assembly/interface-prefixes.ts';
import type { ReadLinks } from '../assembly/interface-prefixes.ts';
import { NameLayers } from '../local/name-layer.ts';
import { ListKeeper } from '../lists/list-keeper.ts';
import { ListRefresh } from '../lists/list-refresh.ts';
import { ListUpdates } from '../lists/list-updates.ts';
import { lostSources } from '../lists/lost-sources.ts';
import type { ListState } from '../lists/lost-sources.ts';
import { ownLookup } from './upstreams/own-lookup.ts';
import { Turns } from '../system/turns.ts';
import { ownVersion } from '../packaged/own-version.ts';
import type { Prepared } from '../assembly/prepare.ts';
import { QuerySide } from './query-side.ts';
import type { Recording } from '../recording/recording.ts';
import { loggedClients, openRecording } from './query-log/open-recording.ts';
import { readTrust } from '../assembly/trust.ts';
import { StateFolder } from './state-folder.ts';
import { heldLines } from '../lists/told-holds.ts';
import { openRegistry } from './upstreams/open-registry.ts';
import type { MakeSet, UpstreamRegistry } from './upstreams/upstream-registry.ts';
import { healthOf, healthText, problemsOf } from '../status/vlan-health.ts';
import type { VlanHealth } from '../status/vlan-health.ts';
import { openVlanWatch } from './vlans/open-vlan-watch.ts';
import { VlanNews } from './vlans/vlan-news.ts';
import type { ToldVlan } from './vlans/vlan-news.ts';
import { toWatched } from './vlans/watched-vlan.ts';

/** What a service is made with. */
export interface ServiceParts {
  readonly log: Log;
  readonly binder: Binder;
  readonly udpIo: UdpIo;
  /** Default: this system's. */
  readonly readLinks?: ReadLinks;
  readonly readNeighbours?: ReadNeighbours;
  readonly makeSet?: MakeSet | undefined;
  /** Gives milliseconds since 1970; default `Date.now()`. */
  readonly unixMs?: (() => number) | undefined;
}

/** A running service. */
export class Service {
  readonly startedAt = new Date();
  /** Of what runs: another one may lie on disk by now. */
  readonly version = ownVersion();
  readonly log: Log;
  readonly udpIo: UdpIo;
  readonly query: QuerySide;
  readonly recording: Recording;
  readonly keeper: ListKeeper;
  readonly refresh: ListRefresh;
  readonly updates: ListUpdates;
  readonly watch: VlanWatch;
  readonly connections: TcpConnections;
  readonly state: StateFolder;
  readonly desk: DeskSide;
  readonly clients: ClientWatch;
  reloads = 0;
  /** The configuration that the process started with: what is fixed is as it says. */
  readonly #first: Config;
  readonly #current: Current;
  readonly #registry: UpstreamRegistry;
  readonly #readLinks: ReadLinks;
  readonly #files: HouseFiles;
  readonly #news: VlanNews;
  readonly #edge: EdgeTimer;
  readonly #schedules: ScheduleNews;
  readonly #turns = new Turns();

  constructor(
    prepared: Prepared,
    {
      log,
      binder,
      udpIo,
      readLinks = readLinksOfSystem,
      readNeighbours,
      makeSet,
      unixMs = () => Date.now(),
    }: ServiceParts,
  ) {
    const { config } = prepared;
    this.log = log;
    this.udpIo = udpIo;
    this.#first = config;
    this.#readLinks = readLinks;
    this.#registry = openRegistry(config, {
      log,
      state: () => this.#current.state,
      isOwnAddress: (address, port) => isServedAt(this.watch.statuses, address, port),
      makeSet,
    });
    const trust = readTrust(config, { log });
    const nothing = { lists: NO_LISTS, prefixes: new Map(), clients: new Map(), desk: EMPTY_DESK };
    const folder = config.server.state;
    this.#schedules = new ScheduleNews(folder, log);
    this.#current = this.#openCurrent({ prepared, trust, nameLayers: new NameLayers(), ...nothing }, unixMs);
    this.state = new StateFolder(folder, log);
    this.desk = new DeskSide({ folder, log, current: this.#current, clients: () => this.clients.known });
    const help = { renew: (): void => this.#current.renew(), unixMs, tellWhy: whyTeller(() => this) };
    this.query = new QuerySide(config, () => this.#current.state, log, help);
    this.recording = openRecording(this);
    this.#edge = new EdgeTimer({ clock: this.query.clock, renew: help.renew, unixMs });
    this.#edge.follow(this.serving.validUntilMs);
    this.#schedules.tell(this.serving.times);
    this.refresh = this.#newRefresh(config);
    this.keeper = new ListKeeper(config.server.state, this.refresh, () => this.lists);
    this.updates = new ListUpdates({ user: this, keeper: this.keeper, refresh: this.refresh, log });
    this.connections = new TcpConnections(() => this.#current.state.limits.tcp);
    this.#news = new VlanNews(log);
    this.watch = openVlanWatch({
      service: this,
      binder,
      readLinks,
      onChange: (event, status) => this.#news.happened(event, status, this.#toldVlan(status)),
      onPrefixes: (name, prefixes) => this.#prefixesChanged(name, prefixes),
    });
    this.clients = this.#watchClients(readNeighbours);
    this.#files = new HouseFiles({
      log,
      current: this.#current,
      inTurn: (work) => this.inTurn(work),
      readLists: () => this.updates.run(),
    });
  }

  /** What is in effect, with all that follows each change of it. */
  #openCurrent(first: Inputs, unixMs: () => number): Current {
    return new Current(first, {
      registry: this.#registry,
      unixMs,
      knownMs: this.#schedules.known.unixMs,
      onTaken: ({ serving }) => {
        this.#edge.follow(serving.validUntilMs);
        this.#schedules.tell(serving.times);
        this.query.record(this.recording.follow(serving));
      },
    });
  }

  #watchClients(readNeighbours: ReadNeighbours | undefined): ClientWatch {
    const { log, query } = this;
    const onKnown = (): void => this.recording.tellNames(() => loggedClients(this));
    return new ClientWatch({ log, current: this.#current, readNeighbours, query, onKnown });
  }

  #newRefresh(config: Config): ListRefresh {
    return new ListRefresh({
      folder: join(config.server.state, 'sources'),
      log: this.log,
      lookup: ownLookup(() => this.serving.upstreams.values()),
      trust: () => this.#current.state.inputs.trust.context(),
      onDue: () => void this.updates.run(),
    });
  }

  /** What is wrong with the clock that schedules go by; undefined where nothing is. */
  get clockFault(): string | undefined {
    return clockFault(this.serving.times, this.#schedules.known);
  }

  /** The configuration in effect. */
  get config(): Config {
    return this.#current.state.inputs.prepared.config;
  }

  /** The user whom the process became at the start, by its name. */
  get firstUser(): string | undefined {
    return this.#first.server.user;
  }

  /** What queries are answered from at this moment. */
  get serving(): Serving {
    return this.#current.state.serving;
  }

  /** The lists in effect. */
  get lists(): CompiledLists {
    return this.#current.state.inputs.lists;
  }

  /** All that is in effect, as one value. */
  get current(): State {
    return this.#current.state;
  }

  /** Loads the lists, opens the listeners and starts to keep both fresh. Throws Refused where it must not go on. */
  start(): Promise<void> {
    return this.inTurn(() => this.#start());
  }

  async #start(): Promise<void> {
    const { config } = this;
    this.state.open();
    this.recording.start();
    // Before they are read: what changes meanwhile is noticed then.
    await this.#files.follow();
    await this.updates.load();
    this.#current.put({ prefixes: await this.#readPrefixes(config) });
    await this.clients.follow();
    for (const line of brokenLines(config, this.serving))
      this.log.error({ event: 'expectation_broken' }, line);
    this.desk.desk.read();
    const statuses = await this.watch.serve(config.vlans.map(toWatched));
    const unserved = statuses.filter(({ state }) => state !== 'serving');
    if (config.server.carrier === 'strict' && unserved.length > 0) {
      await this.#close();
      throw new Refused(
        unserved.map((status) => `VLAN ${status.vlan} cannot be served: ${problemsOf(status)}`),
      );
    }
    this.refresh.schedule(config.lists);
  }

  /** Puts the configuration file into effect as it is now: all of it, or Refused and nothing has changed. */
  reload(): Promise<{ readonly warnings: readonly string[] }> {
    return this.inTurn(() => this.#reload());
  }

  /** The expectations that hold now and would be broken with other lists, a line each. */
  wouldBreak(lists: CompiledLists): string[] {
    const { serving } = this.#current.candidate({ lists, desk: EMPTY_DESK }).state;
    return newlyBroken(this.config, this.#withoutDesk(), serving);
  }

  /** What would be served had nothing been changed at the desk. */
  #withoutDesk(): Serving {
    if (this.current.inputs.desk === EMPTY_DESK) return this.serving;
    return this.#current.candidate({ desk: EMPTY_DESK }).state.serving;
  }

  /** How a VLAN is for its clients. */
  healthOf(status: VlanStatus): VlanHealth {
    const sources = this.refresh.statuses(this.config.lists, this.lists);
    return healthOf(status, this.serving.vlans.get(status.vlan), sources);
  }

  /** Tells of the VLANs that what has come or failed of the lists makes a difference for. */
  tellOfLists(): void {
    if (this.refresh.isClosed) return;
    for (const status of this.watch.statuses) this.#news.look(status, this.#toldVlan(status));
  }

  /** Serves with these lists from now on. */
  adopt(lists: CompiledLists): void {
    this.#take(this.#current.candidate({ lists }));
  }

  /** Runs work while no reload and no other change is under way. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run(work);
  }

  /** Finishes what is in flight, for a bounded time, and closes everything. */
  async stop(): Promise<void> {
    // A reload or a refresh that is under way has its fetches and its compiling ended, and then ends by itself.
    this.refresh.close();
    this.keeper.close();
    await this.#close();
    await this.#turns.settled();
  }

  async #close(): Promise<void> {
    this.#files.close();
    this.#edge.close();
    this.clients.close();
    this.state.close();
    this.refresh.close();
    await this.desk.desk.close();
    await this.watch.close();
    await this.recording.close();
    this.#registry.close();
  }

  async #reload(): Promise<{ readonly warnings: readonly string[] }> {
    const warnings: string[] = [];
    const { prepared: before, trust: trusted } = this.#current.state.inputs;
    const prepared = await parseForDaemon(before.config.file, (line) => warnings.push(line), before);
    const { config } = prepared;
    const trust = readTrust(config, { log: this.log }, trusted);
    const proposal = await this.updates.propose(config);
    try {
      const prefixes = await this.#readPrefixes(config);
      const clients = await this.clients.of({ config, prefixes });
      const { lists } = proposal.staged;
      this.desk.desk.read();
      const change = { prepared, lists, prefixes, clients, trust };
      const candidate = this.#current.candidate({
        ...change,
        desk: this.desk.inputFor({ prepared, prefixes }),
      });
      const { serving } = candidate.state;
      // Expectations are about what is configured, whatever is granted for a while.
      const plain = this.#current.candidate({ ...change, desk: EMPTY_DESK }).state.serving;
      const faults = [...brokenLines(config, plain), ...this.#losses({ serving, lists })];
      if (faults.length > 0) throw new Refused(faults);
      await this.watch.serve(config.vlans.map(toWatched), async () => {
        await proposal.keep();
        this.#take(candidate);
        this.desk.follow();
      });
    } catch (error) {
      await proposal.refuse();
      throw error;
    }
    warnings.push(...proposal.warnings, ...(await this.#afterReload()));
    this.reloads++;
    return { warnings };
  }

  /** Tells what a reload has come to, and has everything that follows the configuration follow it; gives warnings. */
  async #afterReload(): Promise<string[]> {
    const { config } = this;
    const warnings: string[] = [];
    for (const status of this.watch.statuses) {
      const health = this.healthOf(status);
      if (health.state !== 'serving') warnings.push(healthText(status.vlan, health));
    }
    const sources = this.refresh.statuses(config.lists, this.lists);
    warnings.push(...heldLines(sources));
    await this.updates.told.tell(sources.map(({ source }) => source));
    this.tellOfLists();
    warnings.push(...fixedChanges(this.#first, config), ...this.desk.lacks());
    await this.#files.follow();
    await this.clients.follow();
    this.recording.renewSettings();
    this.refresh.schedule(config.lists);
    // What is held back may be good now.
    void this.updates.run();
    return warnings;
  }

  /** What these lists would take away, a line each. */
  #losses(after: ListState): string[] {
    return lostSources({ serving: this.serving, lists: this.lists }, after).map(
      ({ list, source, missing }) =>
        `list ${list}: ${source} cannot be read: ${this.refresh.faultOf(source) ?? missing}; nothing was changed`,
    );
  }

  /** Puts a candidate into effect. */
  #take(candidate: Candidate): void {
    const { lists } = this;
    this.#current.take(candidate);
    // The file it keeps open for line numbers is no longer asked; an explanation under way may fail, a query cannot.
    if (this.lists !== lists) void lists.trie.lines.close();
  }

  #toldVlan(status: VlanStatus): ToldVlan {
    return { health: this.healthOf(status), policy: this.serving.vlans.get(status.vlan)?.policy.name };
  }

  #prefixesChanged(name: string, prefixes: readonly InterfacePrefix[]): void {
    // Of an interface without addresses, what it had last: its VLAN's clients have not changed.
    if (prefixes.length === 0) return;
    const known = this.#current.state.inputs.prefixes;
    this.#current.put({ prefixes: new Map([...known, [name, toPrefixes(prefixes)]]) });
    this.desk.follow();
    this.clients.renew();
  }

  #readPrefixes(config: Config): Promise<InterfacePrefixes> {
    return readPrefixes(config, this.#current.state.inputs.prefixes, this.#readLinks);
  }
}
