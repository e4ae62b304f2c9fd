// The running service with its log, control socket and signals: HUP reloads, TERM and INT stop, USR2 reopens the log.
import type { Server } from 'node:net';
import { reasonOf } from '../system/system-error.ts';
import type { Config } from '../config/config.ts';
import { openControlServer } from '../control/control-server.ts';
import type { ControlServer } from '../control/control-server.ts';
import { MetricsOutlet } from '../api/metrics-outlet.ts';
import type { Binder } from '../listeners/sockets/binder.ts';
import { chooseUdpIo, refusalOf } from '../listeners/udp/udp-io.ts';
import type { UdpIo } from '../listeners/udp/udp-io.ts';
import type { RecorderPast, WorkerPast } from '../privilege/messages.ts';
import { startFaults } from '../privilege/start-check.ts';
import { restrict } from '../privilege/restrict.ts';
import { openLog } from '../log/log.ts';
import type { Log, LogTarget, OpenLog } from '../log/log.ts';
import { Refused } from '../config/refused.ts';
import type { Prepared } from '../assembly/prepare.ts';
import type { ReloadOutcome } from '../api/routes.ts';
import { toControlRoutes } from '../api/serve-routes.ts';
import type { RouteHandlers } from '../api/serve-routes.ts';
import { deskHandlers } from '../api/desk-orders.ts';
import { tellClients } from '../api/tell-clients.ts';
import { explanationTeller } from '../api/tell-explanation.ts';
import { withoutSecrets } from '../config/without-secrets.ts';
import { acceptList, updateLists } from '../api/list-orders.ts';
import { Service } from './service.ts';
import { metricsOf } from '../status/metrics/metrics.ts';
import type { Status } from '../status/status.ts';
import { readStatus } from '../status/read-status.ts';
import { tellAnswer } from '../explain/upstream-answer.ts';
import { Vitals } from '../status/vitals.ts';
import { endSoon, EXIT } from '../system/ending.ts';

/** How the service gets its sockets: its own, or from a privileged parent. */
export interface Surroundings {
  readonly binder: Binder;
  /** Makes a server listen on the control socket. */
  readonly listenControl: (server: Server) => Promise<void>;
  /** The same for the socket of the role parent, where the configuration has one. */
  readonly listenParents: (server: Server) => Promise<void>;
  /** How workers before this one have ended; undefined where there are no workers. */
  readonly past?: () => WorkerPast;
  readonly onReady: () => void;
  /** Has a recorder of queries started where one is wanted, and tells of it in the log. */
  readonly openRecorder: (log: Log) => RecorderStarter;
}

/** Starts the recorder of queries, or has it started. */
interface RecorderStarter {
  want(isWanted: boolean): void;
  readonly past: RecorderPast;
  /** Calls back each time a recorder is there. */
  onRunning(callback: () => void): void;
  /** Ends it once it has kept what it was sent, where that is this process's business. */
  close(): Promise<void>;
}

/** Serves until a signal ends it; gives the exit status. */
export async function runService(prepared: Prepared, surroundings: Surroundings): Promise<number> {
  const { config } = prepared;
  const udpIo = await openUdpIo(config);
  const log = openConfiguredLog(config.log);
  if (udpIo.reason !== undefined)
    log.info({ event: 'plain_io', reason: udpIo.reason }, 'datagrams are read and sent one at a time');
  const service = new Service(prepared, { log, binder: surroundings.binder, udpIo });
  // An error that gets this far is a bug: it is logged, and queries are still answered.
  process.on('uncaughtException', (error) => log.error({ event: 'bug', err: error }, 'uncaught exception'));
  process.on('unhandledRejection', (error) => log.error({ event: 'bug', err: error }, 'unhandled rejection'));
  const stopped = untilStopped(service, log);
  const recorder = surroundings.openRecorder(log);
  recorder.onRunning(() => service.recording.hurry());
  const vitals = new Vitals(log.counts, () => recorder.past, surroundings.past);
  const handlers = handlersOf(service, vitals, log);
  const routes = toControlRoutes(handlers);
  const listen = config.metrics?.listen;
  const outlet =
    listen &&
    new MetricsOutlet(listen, {
      log,
      tell: async () => routes['GET /metrics']!(new URLSearchParams(), {}),
      onFault: (fault) => void (vitals.metricsFault = fault),
    });
  const control = await openControlServer(surroundings.listenControl, routes);
  const parents = await openParents(config, surroundings, handlers);
  try {
    await service.start();
    await outlet?.open();
    await restrictAsConfigured(config).catch(async (error: unknown) => {
      await service.stop();
      throw error;
    });
    surroundings.onReady();
    service.recording.watch((isOn) => recorder.want(isOn));
    log.info(
      {
        event: 'ready',
        version: service.version,
        node: process.version,
        vlans: config.vlans.length,
        ms: Math.round(performance.now()),
      },
      'ready',
    );
    void service.updates.run();
    const signal = await stopped;
    log.info({ event: 'stopping', signal }, 'stopping');
    await service.stop();
  } finally {
    outlet?.close();
    await Promise.all([control.close(), parents?.close(), recorder.close()]);
    vitals.close();
    await log.close();
    endSoon();
  }
  return EXIT.DONE;
}

/** Opens the socket of the role parent, where the configuration has one. */
async function openParents(
  { control: { parents } }: Config,
  { listenParents }: Surroundings,
  handlers: RouteHandlers,
): Promise<ControlServer | undefined> {
  if (parents === undefined) return undefined;
  return openControlServer(
    listenParents,
    toControlRoutes(handlers, { role: 'parent', vlans: parents.vlans }),
  );
}

/** Does what the routes of the control socket ask. */
function handlersOf(service: Service, vitals: Vitals, log: Log): RouteHandlers {
  return {
    'GET /status': async ({ told }, { role, vlans }) => {
      const status = await readStatus(service, vitals);
      if (role !== 'admin') return ofVlans(status, vlans);
      // Programs that look every minute do not count: what a person sees may be accepted.
      if (told === 'people') await service.updates.told.tell(status.lists.map(({ source }) => source));
      return status;
    },
    'GET /metrics': async () => metricsOf(await readStatus(service, vitals), Date.now()),
    'POST /reload': () => reload(service, log),
    'POST /lists/update': ({ names }) => updateLists(service, names),
    'POST /lists/accept': ({ name }) => acceptList(service, name),
    'GET /clients': ({ vlan }, asker) => tellClients(service, vlan, asker.vlans),
    'GET /answer': (question) => tellAnswer(service, question),
    'POST /flush': ({ name }) => ({ flushed: service.query.flush(name) }),
    'GET /explain': explanationTeller(service),
    'GET /configuration': () => ({
      file: service.config.file,
      text: withoutSecrets(service.current.inputs.prepared.text ?? ''),
    }),
    ...deskHandlers(service.desk),
  };
}

/** What is told to those who have to do with some VLANs only. */
function ofVlans(status: Status, vlans: readonly string[]): Status {
  if (vlans.length === 0) return status;
  return { ...status, vlans: status.vlans.filter(({ name }) => vlans.includes(name)) };
}

/** Batched or plain I/O, as configured, or throws Refused. */
async function openUdpIo({ server }: Config): Promise<UdpIo> {
  const udpIo = await chooseUdpIo(server.io);
  const refusal = refusalOf(server.io, udpIo);
  if (refusal !== undefined) throw new Refused([refusal]);
  return udpIo;
}

/** Limits the process to what it needs where `server.pledge` says so, or throws Refused. */
async function restrictAsConfigured({ server, log, control }: Config): Promise<void> {
  if (!server.pledge) return;
  const sockets = [control.socket, ...(control.parents === undefined ? [] : [control.parents.socket])];
  const files = [...sockets, ...(log.file === 'stdout' ? [] : [log.file])];
  const fault = await restrict([server.state, ...files]);
  if (fault !== undefined) throw new Refused([`server.pledge: ${fault}; take it out`]);
}

/** Opens the log, or throws Refused. */
function openConfiguredLog(target: LogTarget): OpenLog {
  try {
    return openLog(target);
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new Refused([
      `log.file: ${target.file} cannot be written (${reason}); make it for the user that runs vlandns`,
    ]);
  }
}

/** Installs the signal handlers; resolves with the signal that ends the service. */
function untilStopped(service: Service, log: OpenLog): Promise<NodeJS.Signals> {
  process.on('SIGHUP', () => void reload(service, log));
  process.on('SIGUSR2', () => log.reopen());
  return new Promise((resolve) => {
    // Stays installed: a second signal must not cut short the stop that the first one began.
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
  });
}

/** Why the next boot would not serve with the configuration in effect now, a line each. */
function nextStart(service: Service): string[] {
  const { config } = service;
  // A worker knows that root started it: it has a parent, and the configuration names its user.
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const isWorker = process.send !== undefined && config.server.user !== undefined;
  const known = config.server.user === service.firstUser ? self : undefined;
  const question = isWorker ? { uid: 0, known } : { uid: self.uid };
  return startFaults(config, { ...question, isStarter: true }).map(
    (fault) => `the next start will not get through: ${fault}`,
  );
}

async function reload(service: Service, log: Log): Promise<ReloadOutcome> {
  try {
    const warnings = [...(await service.reload()).warnings, ...nextStart(service)];
    for (const warning of warnings) log.warn({ event: 'config_warning' }, warning);
    log.info({ event: 'reloaded' }, 'the configuration was reloaded');
    return { reloaded: true, faults: [], warnings };
  } catch (error) {
    const faults = error instanceof Refused ? error.faults : [String(error)];
    for (const fault of faults) log.error({ event: 'reload_refused' }, fault);
    return { reloaded: false, faults, warnings: [] };
  }
}
