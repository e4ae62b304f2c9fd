// The log: pino, one event a line with a stable `event` name, written without ever making a query wait. Imports pino
// alone. A log file is reopened on SIGUSR2 and when its inode changes (newsyslog, logrotate).
import { statSync } from 'node:fs';
import { destination, pino } from 'pino';
import type { Level } from 'pino';

/** Where log lines go and from which level on. */
export interface LogTarget {
  readonly level: Level;
  /** `stdout` or a path. */
  readonly file: string;
}

/** What code that logs needs of a log. */
export interface Log {
  info(fields: { event: string } & Record<string, unknown>, message: string): void;
  warn(fields: { event: string } & Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** An open log. */
export interface OpenLog extends Log {
  /** Opens the file anew, after it was renamed. */
  reopen(): void;
  /** Writes what is buffered and stops watching the file. */
  close(): void;
}

/** How often the file's inode is looked at, in milliseconds. */
const INODE_CHECK_MS = 10_000;

/** Opens the log. A reader of stdout that goes away (EPIPE) does not end the service. */
export function openLog(target: LogTarget): OpenLog {
  const toFile = target.file !== 'stdout';
  const stream = destination({ dest: toFile ? target.file : 1, sync: false, mkdir: false, minLength: 0 });
  stream.on('error', () => {
    // Nowhere is left to say it: disk full, or logger(1) has ended.
  });
  const log = pino(
    {
      level: target.level,
      base: null,
      timestamp: isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  let inode = toFile ? inodeOf(target.file) : undefined;
  const reopen = (): void => {
    if (!toFile) return;
    stream.reopen();
    inode = undefined;
  };
  const watch = setInterval(() => {
    const now = toFile ? inodeOf(target.file) : undefined;
    if (inode !== undefined && now !== inode) reopen();
    else inode = now;
  }, INODE_CHECK_MS);
  watch.unref();
  return {
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    reopen,
    close: () => {
      clearInterval(watch);
      stream.end();
    },
  };
}

function isoTime(): string {
  return `,"time":"${new Date().toISOString()}"`;
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}
