// What is told of the page: where it is served, or why not, and how much it is used. The recorder's last figures; nobody is asked.
import type { WebFigures } from '../querylog/figures.ts';
import type { ToldQueryLog } from './query-log-status.ts';

/** The page and the API. Counts are since the start of the recorder's process. */
export interface ToldWeb extends Omit<WebFigures, 'faults'> {
  /** `partly`: on some addresses only, or something else is amiss; `starting`: it has not told yet. */
  readonly state: 'serving' | 'partly' | 'not serving' | 'starting';
  /** Why, a sentence each. */
  readonly faults: readonly string[];
}

const NOTHING: WebFigures = {
  listening: [],
  faults: [],
  connections: 0,
  sessions: 0,
  requests: 0,
  refused: 0,
  failedLogins: 0,
};

/** Puts together what is told; undefined where the configuration has no page. */
export function webStatus(
  hasPage: boolean,
  {
    recorder,
    isConnected,
    figures,
    fault,
  }: Pick<ToldQueryLog, 'recorder' | 'isConnected' | 'figures' | 'fault'>,
): ToldWeb | undefined {
  if (!hasPage) return undefined;
  // Figures of a process that has ended would say that it still serves.
  const told = recorder === 'running' && isConnected ? figures?.web : undefined;
  if (told === undefined) {
    const isStarting = recorder === 'starting' || recorder === 'running';
    const why = fault ?? 'the process that serves it is not running';
    return { ...NOTHING, state: isStarting ? 'starting' : 'not serving', faults: isStarting ? [] : [why] };
  }
  return { ...told, state: stateOf(told) };
}

function stateOf({ listening, faults }: WebFigures): ToldWeb['state'] {
  if (listening.length === 0) return faults.length === 0 ? 'starting' : 'not serving';
  return faults.length === 0 ? 'serving' : 'partly';
}
