// The log: pino, one event a line with a stable `event` name, written without ever making a query wait. Imports pino
// alone, for its lines; its own way of writing them (sonic-boom) ends with a pipe that nobody reads.
import { pino } from 'pino';
import type { Level } from 'pino';
import { LineQueue } from './line-queue.ts';
import { LogFile } from './log-file.ts';
import { openStandardOutput } from './standard-output.ts';
import { isJournal, priorityOf } from '../system/journal.ts';
import { toPrintable } from '../system/printable.ts';

/** Where log lines go and from which level on. */
export interface LogTarget {
  readonly level: Level;
  /** `stdout` or a path. */
  readonly file: string;
}

/** The part of a log that code which logs needs. */
export interface Log {
  info(fields: { event: string } & Record<string, unknown>, message: string): void;
  warn(fields: { event: string } & Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** Figures about the writing of the log. */
export interface LogCounts {
  /** Lines that were not written for want of room or of a reader, since start. */
  readonly lostLines: number;
  /** Octets of lines that are not written yet. */
  readonly waitingOctets: number;
}

/** An open log. */
export interface OpenLog extends Log {
  readonly counts: LogCounts;
  /** Looks now whether the file was renamed, and opens it again. */
  reopen(): void;
  /** Writes the waiting lines, for at most a second, and closes the file. */
  close(): Promise<void>;
}

/** How long the end may wait for the last lines, in milliseconds. */
const CLOSE_MS = 1000;

/** Opens the log; throws where the file cannot be opened. A reader of stdout that goes away or hangs changes nothing. */
export function openLog(target: LogTarget): OpenLog {
  const file = target.file === 'stdout' ? undefined : new LogFile(target.file, tellFault);
  const queue = new LineQueue(file ?? openStandardOutput(), tellLoss);
  const hasPriorities = file === undefined && isJournal(1);
  const log = pino(
    {
      level: target.level,
      base: null,
      timestamp: isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => queue.add(`${hasPriorities ? linePriority(line) : ''}${toPrintable(line)}`) },
  );
  function tellLoss(lines: number): void {
    log.error(
      { event: 'log_lines_lost', lines },
      `${lines} lines of the log are lost: they could not be written in time`,
    );
  }
  function tellFault(error: unknown): void {
    log.error(
      { event: 'log_not_reopened', err: error },
      `${target.file} cannot be opened again; it is tried again later`,
    );
  }
  return {
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    counts: queue,
    reopen: () => file?.reopen(),
    close: () => queue.close(CLOSE_MS),
  };
}

function isoTime(): string {
  return `,"time":"${new Date().toISOString()}"`;
}

/** By the level, which each line begins with. */
function linePriority(line: string): string {
  return priorityOf(/^\{"level":"(\w+)"/.exec(line)?.[1] ?? '');
}
