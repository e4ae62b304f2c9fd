// Runs one command or reads one file, bounded in time and size. What is not there is no error: it is noted, and the rest
// goes on.

import { execFile } from 'node:child_process';
import { openRegular } from '../../system/regular-file.ts';
import type { SourceText } from '../facts/source-text.ts';
import type { Item } from './commands.ts';

const TIMEOUT_MS = 5000;
const MAX_OCTETS = 4 * 1024 * 1024;

/** One output, and how it was got. */
export interface Output extends SourceText {
  /** The command as one would type it, or the file that was read. */
  readonly command: string;
  /** The exit status; undefined for a file, and for what could not be run or took too long. */
  readonly status: number | undefined;
  /** What went wrong, the program's own words among it. */
  readonly note: string | undefined;
  /** It took too long or wrote too much, so that what there is may be a part of it. */
  readonly isCut: boolean;
}

/** Gets one output; never throws. */
export async function runItem({ file, run, read }: Item): Promise<Output> {
  if (run !== undefined) return runCommand(file, run);
  return readBounded(file, read ?? file);
}

function runCommand(name: string, [program, ...args]: readonly [string, ...string[]]): Promise<Output> {
  const command = [program, ...args].map((word) => (/[\s*]/.test(word) ? `'${word}'` : word)).join(' ');
  const options = {
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OCTETS,
    killSignal: 'SIGKILL',
    env: { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` },
  } as const;
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const said = stderr.trim().split('\n')[0] ?? '';
      const status = child.exitCode ?? undefined;
      const done = stdout === '' ? 'it printed nothing' : undefined;
      const note = error === null ? done : reason(error, said);
      const isCut =
        error?.killed === true || (error !== null && error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER');
      resolve({ name, command, text: stdout, status, note, isCut });
    });
    child.stdin?.end();
  });
}

function reason(error: Error & { code?: unknown; killed?: unknown }, said: string): string {
  if (error.code === 'ENOENT') return 'there is no such program here';
  if (error.killed === true || error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return `it took more than ${TIMEOUT_MS / 1000} seconds, or wrote too much`;
  return said === '' ? `it ended with ${String(error.code)}` : said;
}

async function readBounded(name: string, path: string): Promise<Output> {
  const about = { name, command: path, status: undefined, isCut: false };
  try {
    const file = await openRegular(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_OCTETS), 0, MAX_OCTETS);
      const note = bytesRead === 0 ? 'it is empty' : undefined;
      return { ...about, text: buffer.toString('utf8', 0, bytesRead), note };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const note = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it needs root' : code;
    return { ...about, text: '', note };
  }
}
