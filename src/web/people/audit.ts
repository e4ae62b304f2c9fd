// A line for each thing that somebody changed, tried to change, or logged in for: who, from where, what, why. The rule: what others have written
// is quoted, so that it neither adds a line nor steers what shows it.
import type { Known } from './who.ts';

const MOST_TEXT = 500;

/** `anna (parent) from 192.0.2.7: POST /grant {"who":"kids",…}`. */
export function auditLine(
  { asker, by }: Known,
  from: string,
  {
    route,
    asked,
    refusal,
  }: { readonly route: string; readonly asked: object; readonly refusal?: string | undefined },
): string {
  const who =
    by === 'nobody'
      ? 'somebody at this machine'
      : `${quoted(asker.user ?? '')} (${asker.role}${by === 'token' ? ', token' : ''})`;
  const what = Object.keys(asked).length === 0 ? '' : ` ${shortened(JSON.stringify(asked))}`;
  const end = refusal === undefined ? '' : `: refused: ${shortened(quoted(refusal))}`;
  return `${who} from ${from}: ${route}${what}${end}`;
}

/** A log-in that failed. */
export function loginLine(user: string, from: string, why: string): string {
  return `${quoted(user.slice(0, 64))} from ${from}: ${why}`;
}

function quoted(text: string): string {
  return /^[\w.@-]+$/.test(text) ? text : JSON.stringify(text);
}

function shortened(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}
