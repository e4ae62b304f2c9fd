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
}

/** How the sending of dnstap is. Counts are since the recorder's start. */
export interface DnstapFigures {
  readonly isConnected: boolean;
  /** Queries that were sent, and those that were lost for want of a collector that takes them. */
  readonly sent: number;
  readonly lost: number;
  readonly fault?: string | undefined;
}

/** A line for the log. */
export interface ToldLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly message: string;
}
