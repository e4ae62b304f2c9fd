// vlandns serve: the daemon, in the foreground. Signals: HUP reloads, TERM and INT stop, USR2 reopens the log file.
import { openControlServer } from '../control/control-server.ts';
import { openLog } from '../server/log.ts';
import type { Log } from '../server/log.ts';
import { parsePrepared, Refused } from '../service/candidate.ts';
import { Service } from '../service/service.ts';
import { statusOf } from '../service/status.ts';
import type { Call } from './command.ts';
import { EXIT, UsageError } from './command.ts';

/** Serves until a signal ends it. */
export async function serve(call: Call): Promise<number> {
  if (call.operands.length > 0) throw new UsageError('serve takes no operands; write: vlandns serve -c FILE');
  const prepared = parsePrepared(call.configFile, (line) => call.complain(`${line}\n`));
  const { config } = prepared;
  const log = openLog(config.log);
  const service = new Service(prepared, log);
  // Whatever gets this far is a bug: it is told, and queries go on being answered.
  process.on('uncaughtException', (error) => log.error({ event: 'bug', err: error }, 'uncaught exception'));
  process.on('unhandledRejection', (error) => log.error({ event: 'bug', err: error }, 'unhandled rejection'));
  const stopped = untilStopped(service, log);
  const control = await openControlServer(config.control.socket, {
    'GET /status': () => statusOf(service),
    'POST /reload': () => reload(service, log),
    'POST /flush': (query) => ({ flushed: service.flush(query.get('name') ?? undefined) }),
    'POST /refresh': async () => {
      await service.refreshLists({ all: true });
      return { refreshed: true };
    },
  });
  try {
    await service.start();
    log.info({ event: 'ready', vlans: config.vlans.length, ms: Math.round(performance.now()) }, 'ready');
    void service.refreshLists();
    const signal = await stopped;
    log.info({ event: 'stopping', signal }, 'stopping');
    await service.stop();
  } finally {
    await control.close();
    log.close();
  }
  return EXIT.DONE;
}

/** Installs the signal handlers; resolves with the signal that ends the service. */
function untilStopped(service: Service, log: ReturnType<typeof openLog>): Promise<NodeJS.Signals> {
  // Standard output may be a pipe to logger(1) that has ended: no reason to end with it.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.on('SIGHUP', () => void reload(service, log));
  process.on('SIGUSR2', () => log.reopen());
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}

/** What a reload came to. */
export interface ReloadOutcome {
  readonly reloaded: boolean;
  /** Why it was refused, a line each. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

async function reload(service: Service, log: Log): Promise<ReloadOutcome> {
  try {
    const { warnings } = await service.reload();
    for (const warning of warnings) log.warn({ event: 'config_warning' }, warning);
    log.info({ event: 'reloaded' }, 'the configuration was reloaded');
    return { reloaded: true, faults: [], warnings };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    for (const fault of error.faults) log.error({ event: 'reload_refused' }, fault);
    return { reloaded: false, faults: error.faults, warnings: [] };
  }
}
