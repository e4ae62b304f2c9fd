// In which order the servers of a set are asked. A server that is down comes last, and is never left out.
import type { ServerHealth } from './server-health.ts';
import type { Strategy } from './server-options.ts';

/** What the choice looks at. */
export interface Choosable {
  readonly health: ServerHealth;
}

/** Once in this many questions `fastest` begins with another server, so that its measured time stays true. */
const QUESTIONS_PER_TRIAL = 20;

/**
 * Gives the servers in the order to ask them. `turn` counts the set's questions; `random` gives 0 <= x < 1. A server not
 * yet measured counts as the fastest, so that each is measured soon.
 */
export function orderServers<Server extends Choosable>(
  servers: readonly Server[],
  strategy: Strategy,
  turn: number,
  random: () => number,
): Server[] {
  const up = servers.filter((server) => !server.health.isDown);
  const down = servers.filter((server) => server.health.isDown);
  return [...orderHealthy(up, strategy, turn, random), ...down];
}

function orderHealthy<Server extends Choosable>(
  servers: Server[],
  strategy: Strategy,
  turn: number,
  random: () => number,
): Server[] {
  switch (strategy) {
    case 'ordered':
      return servers;
    case 'random':
      return shuffle(servers, random);
    case 'fastest':
    case 'parallel': {
      servers.sort((a, b) => (a.health.smoothedMs ?? 0) - (b.health.smoothedMs ?? 0));
      const trial = Math.floor(turn / QUESTIONS_PER_TRIAL) % servers.length;
      if (turn % QUESTIONS_PER_TRIAL === 0 && trial > 0) servers.unshift(...servers.splice(trial, 1));
      return servers;
    }
  }
}

/** Fisher and Yates. */
function shuffle<Item>(items: Item[], random: () => number): Item[] {
  for (let left = items.length; left > 1; left--) {
    const [taken] = items.splice(Math.floor(random() * left), 1);
    if (taken !== undefined) items.push(taken);
  }
  return items;
}
