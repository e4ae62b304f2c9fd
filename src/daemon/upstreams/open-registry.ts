// The upstream sets of a service, with what they need of it.
import type { Config } from '../../config/config.ts';
import type { Log } from '../../log/log.ts';
import { SocketBudget } from '../../upstream/socket-budget.ts';
import type { State } from '../current.ts';
import { ObstacleLog } from './upstream-obstacles.ts';
import { UpstreamRegistry } from './upstream-registry.ts';
import type { MakeSet } from './upstream-registry.ts';

/** What of a service upstream sets need. */
interface RegistryParts {
  readonly log: Log;
  /** The state that is in effect. */
  readonly state: () => Pick<State, 'limits' | 'inputs'>;
  /** Whether an address and port are those of a listener of ours. */
  readonly isOwnAddress: (address: string, port: number) => boolean;
  /** Default: sets that ask. */
  readonly makeSet: MakeSet | undefined;
}

/** Opens a registry that has no sets yet. */
export function openRegistry({ cache }: Config, parts: RegistryParts): UpstreamRegistry {
  const { log, state, isOwnAddress, makeSet } = parts;
  const obstacles = new ObstacleLog(log, () => performance.now());
  return new UpstreamRegistry(
    {
      now: () => performance.now(),
      // Shared by all sets: what the process may have open has one bound.
      budget: new SocketBudget(() => state().limits.sockets),
      ttlLimits: {
        minSeconds: cache.minTtlSeconds,
        maxSeconds: cache.maxTtlSeconds,
        negativeSeconds: cache.negativeTtlSeconds,
      },
      isOwnAddress,
      trust: () => state().inputs.trust.context(),
      onObstacle: (set, server, obstacle) => obstacles.changed(set, server, obstacle),
    },
    makeSet,
  );
}
