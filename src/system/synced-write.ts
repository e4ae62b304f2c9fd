// Writes small files so that they are whole or absent, after a power cut too: to another name, synced, renamed.
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a text to `file` by way of `aside`, which is in the same folder and is renamed; others may read it unless `mode` says not. */
export async function writeSynced(file: string, aside: string, text: string, mode = 0o644): Promise<void> {
  try {
    const opened = await open(aside, 'w', mode);
    try {
      await opened.writeFile(text);
      await opened.sync();
    } finally {
      await opened.close();
    }
    await rename(aside, file);
  } catch (error) {
    await Promise.allSettled([rm(aside, { force: true })]);
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Makes renames survive a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
