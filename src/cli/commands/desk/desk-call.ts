// What the commands of the desk have in common: whom they ask, who is said to ask, and how what came of it is told.
import { userInfo } from 'node:os';
import type { DaemonClient } from '../../../api/client.ts';
import type { DeskTold, ToldEntry } from '../../../api/told-desk.ts';
import { NotRunning } from '../../../control/control-client.ts';
import { MAX_PAUSE_MS, MAX_TIMED_MS, readEnd } from '../../../desk/desk-end.ts';
import { scopeToText } from '../../../desk/desk-entry.ts';
import { MAX_REASON } from '../../../desk/desk-line.ts';
import { EXIT } from '../../../system/ending.ts';
import type { Call } from '../../command.ts';
import { report, UsageError } from '../../command.ts';
import { checkName } from '../../name-operand.ts';
import { runningDaemon } from '../../running.ts';

/** Asks the daemon to change something, and prints what came of it. */
export async function changeDesk(
  call: Call,
  change: (daemon: DaemonClient) => Promise<DeskTold>,
  text: (told: DeskTold) => string,
): Promise<number> {
  const told = await change(runningDaemon(call)).catch((error: unknown) => {
    if (!(error instanceof NotRunning)) throw error;
    const cure =
      'what is to hold for good can also be written into the configuration (policies.NAME.allow, .block)';
    throw new NotRunning(`${error.message}; nothing was changed: ${cure}`, { cause: error });
  });
  report(call, told, () => text(told) + replacedText(told));
  if (told.notKept !== undefined)
    call.complain(`vlandns: it holds, and is lost at the next start: ${told.notKept}\n`);
  return EXIT.DONE;
}

/** Who asks, by the name that they logged in with, and why. */
export function whyOf(call: Call): { readonly user?: string; readonly reason?: string } {
  const { reason } = call.options;
  if (reason !== undefined && reason.length > MAX_REASON)
    throw new UsageError(`--reason has more than ${MAX_REASON} characters; write it shorter`);
  const user = userName();
  return { ...(user === undefined ? {} : { user }), ...(reason === undefined ? {} : { reason }) };
}

function userName(): string | undefined {
  const behind = process.env['SUDO_USER'] ?? process.env['DOAS_USER'];
  if (behind !== undefined) return behind;
  try {
    return userInfo().username;
  } catch {
    // A number without a name, as in containers.
    return undefined;
  }
}

/** Throws a UsageError where a text cannot be a service, a name or everything. */
export function checkSubject(what: string): void {
  if (what.includes('.') && !what.startsWith('/')) checkName(what.replace(/^\*\./, ''));
}

/** The end that the rest of the operands says: `45m`, `until 18:00`; throws a UsageError where it is none. */
export function endIn(words: readonly string[], mostMs = MAX_TIMED_MS): string | undefined {
  if (words.length === 0) return undefined;
  const text = words.join(' ');
  const reading = readEnd(text, mostMs);
  if ('fault' in reading) throw new UsageError(reading.fault);
  return text;
}

/** The same for a pause. */
export function pauseEndIn(words: readonly string[]): string | undefined {
  return endIn(words, MAX_PAUSE_MS);
}

function replacedText({ replaced }: DeskTold): string {
  return replaced.map((entry) => `  it takes the place of: ${toldText(entry)}\n`).join('');
}

/** `grant youtube for VLAN kids until 18:00`. */
export function toldText({ kind, scope, what, until }: ToldEntry): string {
  const about =
    kind === 'pause' ? `pause of ${scopeToText(scope)}` : `${kind} ${what} for ${scopeToText(scope)}`;
  return `${about}${until === undefined ? '' : ` until ${clockText(until)}`}`;
}

/** An instant as the clock here shows it: the time, and the date where it is another day. */
export function clockText(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const [date, time] = [dateText(at), at.toTimeString().slice(0, at.getSeconds() === 0 ? 5 : 8)];
  return date === dateText(now) ? time : `${date} ${time}`;
}

function dateText(at: Date): string {
  const month = String(at.getMonth() + 1).padStart(2, '0');
  return `${at.getFullYear()}-${month}-${String(at.getDate()).padStart(2, '0')}`;
}
