// The service: one configuration in effect, its lists, upstreams and listeners. A change is prepared whole beside what
// is running and takes effect by one assignment, or not at all.
import { join } from 'node:path';
import { sharesOf } from '../bounds/vlan-shares.ts';
import type { Config, Prefix } from '../config/config.ts';
import { parseName } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import { readLinks } from '../links/read-links.ts';
import type { Binder } from '../listeners/sockets/binder.ts';
import { ListenerSet } from '../listeners/vlans/listener-set.ts';
import type { Log } from '../log/log.ts';
import type { Serving } from '../server/serving.ts';
import { TcpConnections } from '../listeners/stream/tcp-connections.ts';
import type { TcpLimits } from '../listeners/stream/tcp-connections.ts';
import type { UdpIo } from '../listeners/udp/udp-io.ts';
import type { InterfacePrefix, VlanStatus, WatchedVlan } from '../listeners/vlans/vlan-plan.ts';
import { VlanWatch } from '../listeners/vlans/vlan-watch.ts';
import { SocketBudget } from '../upstream/socket-budget.ts';
import { assemble } from '../assembly/assemble.ts';
import type { CompiledLists } from '../lists/compiled-lists.ts';
import { parseForDaemon } from '../assembly/parse-prepared.ts';
import { brokenLines, newlyBroken } from '../explain/broken.ts';
import { Refused } from '../config/refused.ts';
import { FileWatch } from './file-watch.ts';
import { fixedChanges } from './fixed-settings.ts';
import { prefixesOfLink, toPrefixes } from '../assembly/interface-prefixes.ts';
import { ListKeeper } from '../lists/list-keeper.ts';
import { ListRefresh } from '../lists/list-refresh.ts';
import { ListUpdates } from '../lists/list-updates.ts';
import { lostSources } from '../lists/lost-sources.ts';
import { ownLookup } from './upstreams/own-lookup.ts';
import { ownVersion } from '../packaged/own-version.ts';
import type { Prepared } from '../assembly/prepare.ts';
import { prepare } from '../assembly/prepare.ts';
import { QuerySide, socketSharesOf } from './query-side.ts';
import { Trust } from '../assembly/trust.ts';
import { ObstacleLog } from './upstreams/upstream-obstacles.ts';
import { StateFolder } from './state-folder.ts';
import { heldLines } from '../lists/told-holds.ts';
import { UpstreamRegistry } from './upstreams/upstream-registry.ts';
import { healthOf, healthText, problemsOf } from '../status/vlan-health.ts';
import type { VlanHealth } from '../status/vlan-health.ts';
import { openMonitor, VlanNews } from './vlan-news.ts';
import type { ToldVlan } from './vlan-news.ts';

/** A running service. */
export class Service {
  readonly startedAt = new Date();
  /** Of what runs: another one may lie on disk by now. */
  readonly version = ownVersion();
  readonly log: Log;
  readonly udpIo: UdpIo;
  readonly query: QuerySide;
  readonly keeper: ListKeeper;
  readonly refresh: ListRefresh;
  readonly updates: ListUpdates;
  readonly watch: VlanWatch;
  readonly connections: TcpConnections;
  readonly trust: Trust;
  readonly state: StateFolder;
  reloads = 0;
  /** The configuration that the process started with: what is fixed is as it says. */
  readonly #first: Config;
  #prepared: Prepared;
  #serving: Serving;
  #generation = 0;
  readonly #registry: UpstreamRegistry;
  /** To upstreams, over UDP. */
  readonly #sockets: SocketBudget;
  readonly #files: FileWatch;
  readonly #news: VlanNews;
  /** The prefixes of interfaces by their names: facts, whichever configuration is in effect. */
  readonly #prefixes = new Map<string, readonly Prefix[]>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(prepared: Prepared, { log, binder, udpIo }: { log: Log; binder: Binder; udpIo: UdpIo }) {
    const { config } = prepared;
    this.log = log;
    this.udpIo = udpIo;
    this.#first = config;
    this.#prepared = prepared;
    this.trust = new Trust({ log });
    this.trust.use(config);
    const obstacles = new ObstacleLog(log, () => performance.now());
    this.#sockets = new SocketBudget(socketSharesOf(config));
    this.#registry = new UpstreamRegistry({
      now: () => performance.now(),
      // Shared by all sets: what the process may have open has one bound.
      budget: this.#sockets,
      ttlLimits: {
        minSeconds: config.cache.minTtlSeconds,
        maxSeconds: config.cache.maxTtlSeconds,
        negativeSeconds: config.cache.negativeTtlSeconds,
      },
      isOwnAddress: (address, port) => this.#isOwnAddress(address, port),
      trust: () => this.trust.context(),
      onObstacle: (set, server, obstacle) => obstacles.changed(set, server, obstacle),
    });
    this.state = new StateFolder(config.server.state, log);
    this.query = new QuerySide(config, () => this.#serving, log);
    this.refresh = new ListRefresh({
      folder: join(config.server.state, 'sources'),
      log,
      lookup: ownLookup(() => this.#serving.upstreams.values()),
      trust: () => this.trust.context(),
      onDue: () => void this.updates.run(),
    });
    this.keeper = new ListKeeper(config.server.state, this.refresh);
    this.updates = new ListUpdates({ user: this, keeper: this.keeper, refresh: this.refresh, log });
    this.connections = new TcpConnections(tcpLimitsOf(config));
    const listeners = new ListenerSet({
      binder,
      openUdp: udpIo.open,
      handlerFor: this.query.handlerFor,
      connections: this.connections,
      log,
    });
    this.#news = new VlanNews(log);
    this.watch = new VlanWatch({
      listeners,
      readLinks,
      log,
      openMonitor,
      onChange: (event, status) => this.#news.happened(event, status, this.#toldVlan(status)),
      onPrefixes: (name, prefixes) => this.#prefixesChanged(name, prefixes),
    });
    this.#files = new FileWatch((files) => void this.#filesChanged(files));
    this.#serving = this.#assemble(prepared, this.keeper.current);
  }

  /** The configuration in effect. */
  get config(): Config {
    return this.#prepared.config;
  }

  /** The user whom the process became at the start, by its name. */
  get firstUser(): string | undefined {
    return this.#first.server.user;
  }

  /** What queries are answered from at this moment. */
  get serving(): Serving {
    return this.#serving;
  }

  /** Loads the lists, opens the listeners and starts to keep both fresh. Throws Refused where it must not go on. */
  start(): Promise<void> {
    return this.inTurn(() => this.#start());
  }

  async #start(): Promise<void> {
    const { config } = this;
    this.state.open();
    // Before they are read: what changes meanwhile is noticed then.
    await this.#watchFiles();
    await this.updates.load();
    await this.#readPrefixes(config);
    this.#serving = this.#assemble(this.#prepared, this.keeper.current);
    for (const line of brokenLines(config, this.#serving))
      this.log.error({ event: 'expectation_broken' }, line);
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
    return newlyBroken(this.config, this.#serving, this.#assemble(this.#prepared, lists));
  }

  /** How a VLAN is for its clients. */
  healthOf(status: VlanStatus): VlanHealth {
    const sources = this.refresh.statuses(this.config.lists, this.keeper.current);
    return healthOf(status, this.#serving.vlans.get(status.vlan), sources);
  }

  /** Tells of the VLANs that what has come or failed of the lists makes a difference for. */
  tellOfLists(): void {
    if (this.refresh.isClosed) return;
    for (const status of this.watch.statuses) this.#news.look(status, this.#toldVlan(status));
  }

  /** Serves with the keeper's lists from now on; assembled anew, since an interface may have got another prefix. */
  adopt(): void {
    this.#adopt(this.#assemble(this.#prepared, this.keeper.current));
  }

  /** Runs work while no reload and no other change is under way. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Forgets cached answers: all, or those of a name and everything below it; gives how many. Throws on a bad name. */
  flush(name: string | undefined): number {
    if (name === undefined) return this.query.cache.flush();
    const view = new NameView();
    view.setWire(parseName(name));
    return this.query.cache.flush(view, true);
  }

  /** Finishes what is in flight, for a bounded time, and closes everything. */
  async stop(): Promise<void> {
    // A reload or a refresh that is under way has its fetches and its compiling ended, and then ends by itself.
    this.refresh.close();
    this.keeper.close();
    await this.#close();
    await this.#turn;
  }

  async #close(): Promise<void> {
    this.#files.close();
    this.state.close();
    this.refresh.close();
    await this.watch.close();
    this.#registry.close();
  }

  async #reload(): Promise<{ readonly warnings: readonly string[] }> {
    const warnings: string[] = [];
    const prepared = await parseForDaemon(this.config.file, (line) => warnings.push(line), this.#prepared);
    const { config } = prepared;
    const proposal = await this.updates.propose(config);
    await this.#readPrefixes(config);
    const { lists } = proposal.staged;
    const candidate = this.#assemble(prepared, lists);
    const faults = [...brokenLines(config, candidate), ...this.#losses(candidate, lists)];
    if (faults.length > 0) {
      await proposal.refuse();
      throw new Refused(faults);
    }
    warnings.push(...proposal.warnings);
    const statuses = await this.watch.serve(config.vlans.map(toWatched), async () => {
      await proposal.take();
      this.query.configure(config);
      this.#sockets.configure(socketSharesOf(config));
      this.connections.limits = tcpLimitsOf(config);
      this.trust.use(config);
      this.#prepared = prepared;
      // Assembled anew: an interface may have got another prefix meanwhile.
      this.adopt();
    });
    for (const status of statuses) {
      const health = this.healthOf(status);
      if (health.state !== 'serving') warnings.push(healthText(status.vlan, health));
    }
    const sources = this.refresh.statuses(config.lists, this.keeper.current);
    warnings.push(...heldLines(sources));
    await this.updates.told.tell(sources.map(({ source }) => source));
    this.tellOfLists();
    warnings.push(...fixedChanges(this.#first, config));
    await this.#watchFiles();
    this.refresh.schedule(config.lists);
    // What is held back may be good now.
    void this.updates.run();
    this.reloads++;
    return { warnings };
  }

  /** What these lists would take away, a line each. */
  #losses(candidate: Serving, lists: CompiledLists): string[] {
    const before = { serving: this.#serving, lists: this.keeper.current };
    return lostSources(before, { serving: candidate, lists }).map(
      ({ list, source, missing }) =>
        `list ${list}: ${source} cannot be read: ${this.refresh.faultOf(source) ?? missing}; nothing was changed`,
    );
  }

  async #filesChanged(files: readonly string[]): Promise<void> {
    const haveHosts = this.config.hosts.some(({ file }) => files.includes(file));
    if (haveHosts) await this.inTurn(() => this.#readHosts());
    await this.updates.run();
  }

  /** Reads hosts files anew; while one cannot be read, what was read before holds. */
  async #readHosts(): Promise<void> {
    const prepared = await prepare(this.config, this.#prepared);
    if ('config' in prepared) this.#prepared = prepared;
    for (const { severity, message } of prepared.faults) {
      const told = severity === 'error' ? 'a watched file is not used' : 'a watched file is used in part';
      this.log.warn({ event: 'file_fault', fault: message }, told);
    }
    this.#adopt(this.#assemble(this.#prepared, this.keeper.current));
  }

  #assemble(prepared: Prepared, lists: CompiledLists): Serving {
    const sets = prepared.config.upstreams;
    const setNumbers = new Map(sets.map((set) => [set.name, this.#registry.open(set)]));
    return assemble({
      generation: ++this.#generation,
      prepared,
      lists,
      setNumbers,
      upstreams: this.#registry.snapshot(setNumbers.values()),
      interfacePrefixes: (vlan) => this.#prefixes.get(vlan.interface ?? '') ?? [],
    });
  }

  #adopt(serving: Serving): void {
    this.#serving = serving;
    this.#registry.retain(new Set(serving.upstreams.keys()));
  }

  #toldVlan(status: VlanStatus): ToldVlan {
    return { health: this.healthOf(status), policy: this.#serving.vlans.get(status.vlan)?.policy.name };
  }

  #prefixesChanged(name: string, prefixes: readonly InterfacePrefix[]): void {
    // Of an interface without addresses, what it had last: its VLAN's clients have not changed.
    if (prefixes.length === 0) return;
    this.#prefixes.set(name, toPrefixes(prefixes));
    this.#serving = this.#assemble(this.#prepared, this.keeper.current);
  }

  /** So that a VLAN knows its subnets before its first query, not just after its sockets are open. */
  async #readPrefixes(config: Config): Promise<void> {
    if (config.vlans.every(({ interface: name }) => name === undefined)) return;
    const links = await readLinks(config.vlans.flatMap(({ interface: name }) => name ?? []));
    for (const { interface: name } of config.vlans) {
      const prefixes = prefixesOfLink(links, name);
      if (name !== undefined && prefixes.length > 0) this.#prefixes.set(name, prefixes);
    }
  }

  #watchFiles(): Promise<void> {
    const lists = this.config.lists.flatMap(({ sources }) => sources.filter(({ kind }) => kind === 'file'));
    return this.#files.watch([
      ...this.config.hosts.map(({ file }) => file),
      ...lists.map(({ location }) => location),
    ]);
  }

  #isOwnAddress(address: string, port: number): boolean {
    return this.watch.statuses.some(({ pairs }) =>
      pairs.some(({ binding }) => binding.address === address && binding.port === port),
    );
  }
}

function tcpLimitsOf({ limits, vlans }: Config): TcpLimits {
  return {
    shares: sharesOf(limits.tcp, vlans.length),
    perClient: limits.tcpPerClient,
    perPrefix: limits.prefix.tcp,
    prefixBits: limits.prefix.bits,
    idleMs: limits.tcpIdleMs,
  };
}

function toWatched(vlan: Config['vlans'][number]): WatchedVlan {
  const { name, id, interface: link, port, listen } = vlan;
  return {
    name,
    port,
    ...(id === undefined ? {} : { id }),
    ...(link === undefined ? {} : { interface: link }),
    ...(listen === undefined ? {} : { listen }),
  };
}
