// Writing small files so that they are whole or not there, through a power cut too: aside, synced, renamed.
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a text to `file` by way of `aside`, which is in the same folder and gone afterwards. */
export async function writeSynced(file: string, aside: string, text: string): Promise<void> {
  try {
    const opened = await open(aside, 'w', 0o644);
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

/** Makes renames last through a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
