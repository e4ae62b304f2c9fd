// Several servers at once: those that are measured against each other run at the same time, and take turns.
import type { Rig } from '../rig.ts';
import type { Server, Wanted } from './server.ts';
import type { ServerName } from './setup.ts';
import { startServer } from './server.ts';

/** Starts servers one after another. */
export async function startFleet(
  rig: Rig,
  names: readonly ServerName[],
  wanted: Omit<Wanted, 'name'>,
): Promise<Server[]> {
  const servers: Server[] = [];
  for (const name of names) {
    rig.tell(`starting ${name}${wanted.isLoaded ? ' with the million names' : ''}`);
    servers.push(await startServer(rig, { ...wanted, name }));
  }
  return servers;
}

/** Stops them all. */
export async function stopFleet(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}

/**
 * Runs something for each server in turn, and so on for every round. Each round begins with another server, so that none is
 * always measured when the machine is warm.
 */
export async function inRounds<T>(
  rounds: number,
  servers: readonly T[],
  run: (server: T, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const first = round % Math.max(servers.length, 1);
    for (const server of [...servers.slice(first), ...servers.slice(0, first)]) await run(server, round);
  }
}
