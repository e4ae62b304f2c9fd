// What keeps the query log from what the configuration says of it, before it is begun: a path that no socket can have, a disk too small.
import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { sizeToText } from '../../config/values/size.ts';

/** Systems take no more in a socket's path, OpenBSD first, and some cut it off without a word. */
const MAX_SOCKET_PATH_OCTETS = 103;

/** The longest name of a socket of the recorder's in the state folder: that of the owner of the database, while it is made. */
const LONGEST_NAME = 'querylog.db.owner-9999999';

/** Why nothing can be recorded with a state folder; undefined where it can. */
export function recordingObstacle(state: string): string | undefined {
  const most = MAX_SOCKET_PATH_OCTETS - LONGEST_NAME.length - 1;
  const octets = Buffer.byteLength(state);
  if (octets <= most) return undefined;
  return `${state} has ${octets} octets, and with more than ${most} there is no room for the names of sockets; set server.state to a shorter path`;
}

/** What the query log would meet with a configuration, a sentence each. */
export function queryLogWarnings({
  server,
  querylog,
  policies,
}: Pick<Config, 'server' | 'querylog' | 'policies'>): string[] {
  if (policies.every(({ queryLog }) => queryLog === 'off')) return [];
  const obstacle = recordingObstacle(server.state);
  if (obstacle !== undefined) return [`server.state: queries would not be logged: ${obstacle}`];
  if (querylog.store !== undefined) return [];
  const room = roomFor(server.state);
  if (room === undefined || room >= querylog.maxOctets) return [];
  return [
    `querylog.max_size: there is room for ${sizeToText(Math.floor(room / 1024 ** 2) * 1024 ** 2)} in ${server.state}, and the query log may take ${sizeToText(querylog.maxOctets)}; write less than there is`,
  ];
}

/** Octets that a query log may have in a folder now; undefined where the system does not say. */
function roomFor(folder: string): number | undefined {
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    const { bavail, bsize } = statfsSync(there);
    const has = statSync(join(folder, 'querylog.db'), { throwIfNoEntry: false })?.size ?? 0;
    return bavail * bsize + has;
  } catch {
    // A folder that we may not look into: whoever starts the daemon may.
    return undefined;
  }
}
