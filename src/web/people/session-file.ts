// Sessions over a restart: a file in the state folder, for the recorder's user alone, written aside and renamed. The rule: one that cannot be read or
// written costs log-ins, and nothing else.
import { readFileSync } from 'node:fs';
import { writeSynced } from '../../system/synced-write.ts';
import type { KeptSession } from './sessions.ts';

/** Its name. */
export const SESSION_FILE = 'web-sessions.json';

const VERSION = 1;
const PRIVATE = 0o600;

/** The sessions of a file; none where there is none, or it is not ours. */
export function readSessions(file: string): KeptSession[] {
  try {
    const told: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const isOurs = typeof told === 'object' && told !== null && 'version' in told && told.version === VERSION;
    if (!isOurs || !('sessions' in told) || !Array.isArray(told.sessions)) return [];
    return told.sessions.filter((one): one is KeptSession => isSession(one));
  } catch {
    // Absent, or broken: whoever was logged in logs in again.
    return [];
  }
}

/** Writes the sessions to a file; rejects with the system's error. */
export function writeSessions(file: string, sessions: readonly KeptSession[]): Promise<void> {
  return writeSynced(file, `${file}.new`, `${JSON.stringify({ version: VERSION, sessions })}\n`, PRIVATE);
}

function isSession(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const isText = (key: string): boolean => typeof Reflect.get(value, key) === 'string';
  const isNumber = (key: string): boolean => Number.isFinite(Reflect.get(value, key));
  return ['hash', 'user', 'mark'].every(isText) && ['beganMs', 'usedMs'].every(isNumber);
}
