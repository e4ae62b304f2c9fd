// Lines for systemd's journal, which reads a priority at their beginning (sd-daemon(3)). The rule: only the journal gets one.
import { fstatSync } from 'node:fs';

/** Priorities of syslog(3) by the names of our levels. */
const PRIORITIES: Readonly<Record<string, number>> = {
  fatal: 2,
  error: 3,
  warn: 4,
  info: 6,
  debug: 7,
  trace: 7,
};

/** Whether a descriptor leads to the journal: systemd names the device and inode of what it gave us. */
export function isJournal(descriptor: number, stream = process.env['JOURNAL_STREAM']): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    // Closed.
    return false;
  }
}

/** The first characters of a line of that level: `<3>` for an error. */
export function priorityOf(level: string): string {
  return `<${PRIORITIES[level] ?? PRIORITIES['info']}>`;
}

/** Puts a priority before each line of messages in our own form: those that say `: warning: ` are warnings, others errors. */
export function withPriorities(text: string): string {
  return text.replaceAll(/^(?=.)/gm, (_, at: number) => {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end === -1 ? undefined : end);
    return priorityOf(line.includes(': warning: ') ? 'warn' : 'error');
  });
}
