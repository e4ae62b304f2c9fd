// Compares the texts of two files: a server without validators sends a whole list that has not changed.
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** How much of each is in memory at a time, in octets. */
const CHUNK = 256 * 1024;

/** Compares two files octet by octet; false where one of them cannot be read. */
export async function hasSameText(one: string, other: string): Promise<boolean> {
  const opened: FileHandle[] = [];
  try {
    for (const file of [one, other]) opened.push(await open(file, 'r'));
    const [a, b] = opened;
    return a !== undefined && b !== undefined && (await areEqual(a, b));
  } catch {
    // A missing or unreadable file is not known to be the same.
    return false;
  } finally {
    await Promise.all(opened.map((handle) => handle.close()));
  }
}

async function areEqual(a: FileHandle, b: FileHandle): Promise<boolean> {
  const size = (await a.stat()).size;
  if (size !== (await b.stat()).size) return false;
  const [left, right] = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
  for (let at = 0; at < size; at += CHUNK) {
    const wanted = Math.min(CHUNK, size - at);
    await a.read(left, 0, wanted, at);
    await b.read(right, 0, wanted, at);
    if (left.compare(right, 0, wanted, 0, wanted) !== 0) return false;
  }
  return true;
}
