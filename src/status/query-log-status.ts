// What is told of the query log: whether queries are recorded and kept, and what is lost, by cause. The worker's own figures, the last ones
// of the recorder with their age, and how the recorder's process is; nobody is asked and nothing waits.
import type { RecorderFigures } from '../querylog/figures.ts';

/** The query log. */
export interface ToldQueryLog {
  /** Of the recorder's process; `off`: no policy has its queries logged; `waiting`: it has ended, and another starts after a pause. */
  readonly recorder: 'off' | 'starting' | 'running' | 'waiting';
  /** Recorders that were started, and how and when (ISO 8601) the last one ended that was not told to. */
  readonly starts: number;
  readonly lastEnd: { readonly how: string; readonly at: string } | undefined;
  /** Whether the worker is connected to it. */
  readonly isConnected: boolean;
  /** Records that were made of queries. */
  readonly records: number;
  /** Records that were lost, by cause: no room in the worker's memory, thrown away with the way to the recorder, not kept by the store. */
  readonly lost: { readonly memory: number; readonly link: number; readonly store: number };
  /** Batches in the worker's memory that the recorder does not keep yet. */
  readonly waitingBatches: number;
  /** What the recorder last said of itself, and how long ago; undefined where it has not yet. */
  readonly figures: (RecorderFigures & { readonly ageMs: number }) | undefined;
  /** Why records are not kept now; undefined where they are, or none are made. */
  readonly fault: string | undefined;
}

/** What a service has for it. */
export interface ToldRecording {
  readonly figures: {
    readonly records: number;
    readonly lost: number;
    readonly lostWithLink: number;
    readonly waitingBatches: number;
    readonly connected: boolean;
    readonly lastFault: string | undefined;
    readonly obstacle: string | undefined;
  };
  readonly recorder: ToldQueryLog['figures'];
}

/** How the recorder's process is, as its starter knows. */
export type ToldProcess = Pick<ToldQueryLog, 'starts'> & {
  readonly state: ToldQueryLog['recorder'];
  readonly last?: ToldQueryLog['lastEnd'];
};

/** Puts together what is told. */
export function queryLogStatus({ figures, recorder }: ToldRecording, process: ToldProcess): ToldQueryLog {
  return {
    recorder: process.state,
    starts: process.starts,
    lastEnd: process.last,
    isConnected: figures.connected,
    records: figures.records,
    lost: { memory: figures.lost, link: figures.lostWithLink, store: recorder?.lost ?? 0 },
    waitingBatches: figures.waitingBatches,
    figures: recorder,
    fault: faultOf({ figures, recorder }, process),
  };
}

/** Without an answer for so long, in milliseconds, a recorder that is connected hangs, or its disk does. */
const SILENT_MS = 15_000;

function faultOf({ figures, recorder }: ToldRecording, process: ToldProcess): string | undefined {
  if (figures.obstacle !== undefined) return figures.obstacle;
  if (process.state === 'off') return undefined;
  if (process.state === 'waiting')
    return `the recorder has ended (${process.last?.how ?? 'unknown'}), and another is started soon`;
  if (process.state === 'starting') return undefined;
  if (!figures.connected)
    return `the recorder cannot be reached: ${figures.lastFault ?? 'not connected yet'}`;
  if (recorder === undefined) return undefined;
  if (recorder.ageMs > SILENT_MS)
    return `the recorder has not said anything for ${Math.round(recorder.ageMs / 1000)} seconds`;
  return recorder.fault ?? recorder.store?.fault;
}
