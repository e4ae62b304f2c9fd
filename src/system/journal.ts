// Lines for systemd's journal, which takes a priority from their beginning (sd-daemon(3)). The rule: nobody else is given one.
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

/** What a line of a level begins with: `<3>` for an error. */
export function priorityOf(level: string): string {
  return `<${PRIORITIES[level] ?? PRIORITIES['info']}>`;
}

/** Each line of a text with the priority of what it tells, in our own form: a warning says that it is one. */
export function withPriorities(text: string): string {
  return text.replaceAll(/^(?=.)/gm, (_, at: number) => {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end === -1 ? undefined : end);
    return priorityOf(line.includes(': warning: ') ? 'warn' : 'error');
  });
}
