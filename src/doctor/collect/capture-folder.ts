// A folder of outputs: written by --collect, or filled by hand with what was pasted from elsewhere; read by --capture.

import { constants, mkdirSync } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { foreignWriter } from '../../system/path-writers.ts';
import type { SourceText } from '../facts/source-text.ts';
import type { HostKind } from './commands.ts';
import type { Output } from './run-item.ts';

const MAX_FILE_OCTETS = 4 * 1024 * 1024;
const MAX_FILES = 500;

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/** Saves outputs and a manifest of how each was got. Only the owner may read them: they show much of a network. */
export async function saveCapture(folder: string, outputs: readonly Output[], host: HostKind): Promise<void> {
  const kept = outputs.filter(({ text }) => text !== '');
  for (const { name, text } of kept) await writeNew(join(folder, name), text);
  const entries = outputs.map(({ name, command, status, note, text }) => ({
    file: text === '' ? undefined : name,
    command,
    status,
    note,
  }));
  const manifest = { when: new Date().toISOString(), host, entries };
  await writeNew(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Makes the folder of a capture, always a new one: links in an existing folder may lead anywhere. Root refuses a parent where
 * another user could replace the folder meanwhile.
 */
export function makeCaptureFolder(folder: string): void {
  const path = resolve(folder);
  const writer = process.getuid?.() === 0 ? foreignWriter(dirname(path)) : undefined;
  if (writer !== undefined)
    throw new Error(
      `--collect: another user than root may write to ${writer.folder}; name a new folder below one that only root may write, such as /root/evening`,
    );
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const why = isThere ? `${path} is there already` : `${path} cannot be made (${reason})`;
    throw new Error(`--collect: ${why}; name a new folder, in one that is there`, { cause });
  }
}

/** Follows no link and overwrites no file. */
async function writeNew(file: string, text: string): Promise<void> {
  const opened = await open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await opened.writeFile(text);
  } finally {
    await opened.close();
  }
}

// PowerShell redirects output as UTF-16, Notepad puts a byte order mark before UTF-8.
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
