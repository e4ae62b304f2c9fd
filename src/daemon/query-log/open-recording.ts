// The recording of queries as the daemon has it: where the recorder is, and what it goes by, out of the configuration.
import { join } from 'node:path';
import type { WebSettings } from '../../access/web-settings.ts';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../log/log.ts';
import { RECORDER_SOCKET } from '../../querylog/messages.ts';
import type { ClientName, RecorderSettings } from '../../querylog/messages.ts';
import { toldClients } from '../../explain/told/clients.ts';
import { Recording } from '../../recording/recording.ts';
import type { Serving } from '../../server/serving.ts';
import { localZoneName } from '../../time/zone.ts';
import type { ClientWatch } from '../client-watch.ts';
import { recordingObstacle } from './query-log-room.ts';
import type { QuerySide } from '../query-side.ts';

/** Whose clients are told. */
type ClientsService = Pick<RecordedService, 'config' | 'serving'> & {
  readonly clients: Pick<ClientWatch, 'known'>;
};

/** Whose queries are recorded. */
interface RecordedService {
  readonly config: Config;
  readonly serving: Serving;
  readonly version: string;
  readonly log: Log;
  readonly query: Pick<QuerySide, 'clock' | 'record'>;
}

/** Makes what records a service's queries, from now on where the configuration has them recorded. */
export function openRecording(service: RecordedService): Recording {
  const { config, version, log, query } = service;
  const { state } = config.server;
  const obstacle = recordingObstacle(state);
  if (obstacle !== undefined)
    log.warn({ event: 'queries_not_logged', why: obstacle }, `queries are not logged: ${obstacle}`);
  if (obstacle !== undefined && config.web !== undefined)
    log.warn({ event: 'web_fault', why: obstacle }, `the page is not served: ${obstacle}`);
  const recording = new Recording({
    path: join(state, RECORDER_SOCKET),
    version,
    clock: query.clock,
    settings: () => recorderSettings(service.config),
    hasPage: () => service.config.web !== undefined,
    log,
    obstacle,
  });
  query.record(recording.follow(service.serving));
  return recording;
}

/** How clients are called whose queries may be told with who asked: as the configuration has it, else as they say. */
export function loggedClients({ config, serving, clients }: ClientsService): ClientName[] {
  const modes = new Map(serving.configured.map(({ name, queryLog }) => [name, queryLog]));
  return config.vlans.flatMap((vlan) => {
    const served = serving.vlans.get(vlan.name);
    if (served === undefined) return [];
    const known = clients.known.get(vlan.name) ?? new Map();
    const told = toldClients({ config: vlan, vlan: served, known, localNames: new Map() });
    return told.flatMap(({ address, name, says, mac, policy }): ClientName[] => {
      const mode = modes.get(policy);
      const isTold = mode === 'full' || mode === 'blocked';
      if (!isTold || address === undefined || (name ?? says ?? mac) === undefined) return [];
      return [{ vlan: vlan.name, address, name: name ?? says, mac }];
    });
  });
}

function recorderSettings(config: Config): RecorderSettings {
  const {
    querylog,
    server: { timeZone },
    vlans,
  } = config;
  return {
    ...querylog,
    timeZone: timeZone === 'local' ? localZoneName() : timeZone,
    firstSeen: vlans.filter(({ firstSeen }) => firstSeen).map(({ name }) => name),
    hasLog: config.policies.some(({ queryLog }) => queryLog !== 'off'),
    web: webSettings(config),
  };
}

/** What the web server goes by; undefined where there is none. */
function webSettings({ web, control, file }: Config): WebSettings | undefined {
  if (web === undefined) return undefined;
  const { tls, users, tokens } = web;
  const listen = web.listen.map(({ address, port }) => ({ address, port }));
  return { listen, tls, users, tokens, control: control.socket, configuration: file };
}
