// The names of the files of a source: always the same for a URL or path, and recognisable by people.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/** The form of the names; other files in the folder are left alone. */
const OWN_FILE = /^[0-9a-f]{16}-[0-9a-z._-]*\.(?:txt|json|held)$/;

/** The name of a new copy; one that is found later was not finished. */
const LEFTOVER = /^[0-9a-f]{16}-[0-9a-z._-]*\.new$/;

/** The most of a host's or a file's name that a name shows, in characters. */
const SHOWN = 80;

/** A name for a source: enough of a digest to be unique, and the host or the file for people. */
export function stemOf(source: string): string {
  const digest = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const shown = URL.canParse(source) ? new URL(source).hostname : basename(source);
  return `${digest}-${shown
    .toLowerCase()
    .replace(/[^0-9a-z._-]/g, '')
    .slice(0, SHOWN)}`;
}

/** The names of all files that may be kept of a source: its last good copy, what is held back, and a record of each. */
export function namesOf(source: string): string[] {
  return ['.txt', '.json', '.held', '.held.json'].map((ending) => `${stemOf(source)}${ending}`);
}

/** Whether a file belongs to some source. */
export function isOwnFile(name: string): boolean {
  return OWN_FILE.test(name);
}

/** Whether a file is an unfinished copy of an earlier process. */
export function isLeftover(name: string): boolean {
  return LEFTOVER.test(name);
}
