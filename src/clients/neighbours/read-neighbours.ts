// Asks the system for its neighbours, by the tools that it has for that: each may take a bounded time and say a bounded amount.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { reasonOf } from '../../system/system-error.ts';
import type { Neighbour } from './neighbour.ts';
import { toNeighbours } from './neighbour-text.ts';

/** Gives the neighbours; rejects with an Error that says which tool failed. */
export type ReadNeighbours = () => Promise<Neighbour[]>;

/** A tool with its words. */
type Command = readonly [program: string, ...words: string[]];

const TIMEOUT_MS = 2000;
const MOST_OCTETS = 8 * 1024 * 1024;

/** What is asked, by system: all of the commands of the first row that is there. */
const OPENBSD: readonly Command[] = [
  ['/usr/sbin/arp', '-an'],
  ['/usr/sbin/ndp', '-an'],
];
/** Where iproute2 may be installed, and what shows the neighbours of IPv4 where it is not. */
const LINUX: readonly Command[] = [
  ['/sbin/ip', 'neigh'],
  ['/usr/sbin/ip', 'neigh'],
  ['/bin/ip', 'neigh'],
  ['/usr/bin/ip', 'neigh'],
  ['/usr/sbin/arp', '-an'],
];

/** Reads the tables of this system. */
export async function readNeighbours(platform: NodeJS.Platform = process.platform): Promise<Neighbour[]> {
  if (platform === 'linux') return toNeighbours(await firstOf(LINUX));
  const outputs = await Promise.all(OPENBSD.map((command) => outputOf(command)));
  return outputs.flatMap((output) => toNeighbours(output));
}

/** What the first of these that is installed prints. */
async function firstOf(commands: readonly Command[]): Promise<string> {
  for (const command of commands) {
    try {
      return await outputOf(command);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  throw new Error('there is neither ip(8) nor arp(8)');
}

async function outputOf([program, ...words]: Command): Promise<string> {
  try {
    const options = { timeout: TIMEOUT_MS, maxBuffer: MOST_OCTETS, env: { LC_ALL: 'C' } };
    return (await promisify(execFile)(program, words, options)).stdout;
  } catch (error) {
    if (isAbsent(error)) throw error;
    const line = reasonOf(error)
      .trim()
      .replaceAll(/\s*\n\s*/g, ': ');
    throw new Error(`${program} ${words.join(' ')} failed: ${line}`, { cause: error });
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
