// The time, and the newest of vlandns' files: a file cannot be from the future, so an earlier clock is wrong.

import { stat } from 'node:fs/promises';
import type { Config } from '../../config/config.ts';

/** Gives the text of date.txt: the time, and the newest file with its own. */
export async function clockText(config: Config | undefined): Promise<string> {
  const now = `${new Date().toISOString()}\n`;
  if (config === undefined) return now;
  const files = [
    config.file,
    ...config.lists.flatMap(({ sources }) =>
      sources.flatMap((source) => (source.kind === 'file' ? [source.location] : [])),
    ),
  ];
  const made = await Promise.all(files.map(async (file) => ({ file, ms: await modifiedMs(file) })));
  const [newest] = made.toSorted((a, b) => b.ms - a.ms);
  if (newest === undefined || newest.ms === 0) return now;
  return `${now}file ${new Date(newest.ms).toISOString()} of ${newest.file}\n`;
}

async function modifiedMs(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
