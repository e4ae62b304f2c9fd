// How a file is at the moment, as one text: two looks that differ mean that it has changed. Nothing of it is read.
import { stat } from 'node:fs/promises';

/** A text that differs when a file has changed, been replaced, come or gone. */
export async function readFileState(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    // Absent, or in a folder that we may not look into; who reads it says so.
    return 'absent';
  }
}
