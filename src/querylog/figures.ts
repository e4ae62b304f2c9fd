// What the recorder tells of itself, over the link and on its socket.
import type { StoreFigures } from './history.ts';

/** How a recorder is. Counts are since its start. */
export interface RecorderFigures {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Records that are kept for good, sums only included. */
  readonly kept: number;
  /** Records that could not be kept. */
  readonly lost: number;
  /** Batches that came again and had been kept before. */
  readonly again: number;
  /** Frames and batches that made no sense. */
  readonly malformed: number;
  /** Batches that are not kept yet. */
  readonly waitingBatches: number;
  /** Programs that follow the log now. */
  readonly followers: number;
  readonly residentOctets: number;
  readonly cpuSeconds: number;
  /** Why no store is open; undefined while one is. */
  readonly fault?: string | undefined;
  readonly store?: StoreFigures | undefined;
  /** Where there is a collector. */
  readonly dnstap?: DnstapFigures | undefined;
  /** Where there is a web server. */
  readonly web?: WebFigures | undefined;
}

/** How the sending of dnstap is. Counts are since the recorder's start. */
export interface DnstapFigures {
  readonly isConnected: boolean;
  /** Queries that were sent, and those that were lost for want of a collector that takes them. */
  readonly sent: number;
  readonly lost: number;
  readonly fault?: string | undefined;
}

/** How the web server is. Counts are since the recorder's start. */
export interface WebFigures {
  /** Where it listens, such as `https://192.0.2.1:8053`. */
  readonly listening: readonly string[];
  /** What keeps it from listening elsewhere, or from a new certificate, a sentence each. */
  readonly faults: readonly string[];
  /** Connections that are open now, and people who are logged in. */
  readonly connections: number;
  readonly sessions: number;
  readonly requests: number;
  /** Requests that were refused: no log-in, another one's role, too many at once. */
  readonly refused: number;
  /** Log-ins that failed. */
  readonly failedLogins: number;
}

/** The events of lines that a recorder has logged; others would be taken for the worker's own. */
type ToldEvent =
  | 'querylog'
  | 'querylog_fault'
  | 'recorder_fault'
  | 'first_seen'
  | 'dnstap'
  | 'dnstap_fault'
  | 'bug'
  /** Where it listens from now on, and why it does not. */
  | 'web_listening'
  | 'web_fault'
  /** Somebody has changed something: who, from where, what and why. */
  | 'web_change'
  | 'web_login_refused';

/** A line for the log. */
export interface ToldLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: ToldEvent;
  readonly message: string;
}
