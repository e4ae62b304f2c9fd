// A folder of outputs: written by --collect, or filled by hand with what was pasted from elsewhere; read by --capture.

import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceText } from '../source-text.ts';
import type { HostKind } from './commands.ts';
import type { Output } from './run-item.ts';

const MAX_FILE_OCTETS = 4 * 1024 * 1024;
const MAX_FILES = 500;

/** Saves outputs and a manifest of how each was got. Only the owner may read them: they show much of a network. */
export async function saveCapture(folder: string, outputs: readonly Output[], host: HostKind): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept = outputs.filter(({ text }) => text !== '');
  for (const { name, text } of kept) await writeFile(join(folder, name), text, { mode: 0o600 });
  const entries = outputs.map(({ name, command, status, note, text }) => ({
    file: text === '' ? undefined : name,
    command,
    status,
    note,
  }));
  const manifest = { when: new Date().toISOString(), host, entries };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
}

// PowerShell writes what it is told to redirect in UTF-16, Notepad puts a mark before UTF-8.
function toText(octets: Buffer): string {
  const text = octets.toString(octets[0] === 0xff && octets[1] === 0xfe ? 'utf16le' : 'utf8');
  return text.replace(/^\ufeff/, '');
}

/** Reads all files of a folder and of the folders in it; what is too large or is no text is left out and named. */
export async function readCapture(folder: string): Promise<{ sources: SourceText[]; leftOut: string[] }> {
  const names = (await readdir(folder, { recursive: true })).toSorted();
  const sources: SourceText[] = [];
  const leftOut: string[] = [];
  for (const name of names.slice(0, MAX_FILES)) {
    const path = join(folder, name);
    const { size, isFile } = await stat(path).then(
      (found) => ({ size: found.size, isFile: found.isFile() }),
      () => ({ size: 0, isFile: false }),
    );
    if (!isFile || size === 0) continue;
    const text = size > MAX_FILE_OCTETS ? '\0' : await readFile(path).then(toText, () => '\0');
    if (text.includes('\0')) leftOut.push(name);
    else sources.push({ name, text });
  }
  return { sources, leftOut: [...leftOut, ...names.slice(MAX_FILES)] };
}
