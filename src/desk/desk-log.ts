// What is logged of the desk: every change with who and why, and what of its file is not used.
import type { Log } from '../log/log.ts';
import { entryToText, isLasting, subjectToText } from './desk-entry.ts';
import type { DeskEntry, Role } from './desk-entry.ts';
import type { FileReading } from './desk-file.ts';

/** How something ended, and who ended it, where somebody did. */
interface Ending {
  readonly how: 'replaced' | 'revoked' | 'its time was over';
  readonly role?: Role | undefined;
  readonly user?: string | undefined;
}

/** Lines of a file that are told one by one. */
const MAX_TOLD = 20;

/** Logs that something was changed. */
export function logBegin(log: Log, entry: DeskEntry): void {
  const { kind, role, user, reason, untilMs } = entry;
  const until = isLasting(entry) ? undefined : new Date(untilMs).toISOString();
  const event = isLasting(entry) ? 'rule_added' : `${kind}_began`;
  log.info(
    { event, ...fieldsOf(entry), until, by: role, user, reason },
    `${entryToText(entry)}${until === undefined ? '' : ` until ${until}`}`,
  );
}

/** Logs that something has ended. */
export function logEnd(log: Log, entry: DeskEntry, { how, role, user }: Ending): void {
  const event = isLasting(entry) ? 'rule_removed' : `${entry.kind}_ended`;
  log.info(
    {
      event,
      ...fieldsOf(entry),
      how,
      ...(how === 'its time was over' ? {} : { endedBy: role, endedByUser: user }),
      by: entry.role,
      user: entry.user,
      reason: entry.reason,
    },
    `${entryToText(entry)} has ended: ${how}`,
  );
}

function fieldsOf(entry: DeskEntry) {
  const { id, kind, scope, subject } = entry;
  return { id, kind, [scope.kind]: scope.name, what: subjectToText(subject) };
}

/** Logs what of the file is not used. */
export function logFaults(log: Log, path: string, reading: FileReading): void {
  if ('unreadable' in reading) {
    log.error(
      { event: 'desk_file_unreadable', file: path, reason: reading.unreadable },
      `${path} is not used (${reading.unreadable}); what was changed at the desk before goes on to hold`,
    );
    return;
  }
  const { faults } = reading;
  for (const { line, fault, text } of faults.slice(0, MAX_TOLD))
    log.warn(
      { event: 'desk_line_ignored', file: path, line, fault, text: text.slice(0, 200) },
      `${path}:${line}: ${fault}; the line is not used, and kept in ${path}.aside`,
    );
  if (faults.length > MAX_TOLD)
    log.warn(
      { event: 'desk_line_ignored', file: path, count: faults.length },
      `${path}: ${faults.length} lines in all are not used`,
    );
}
