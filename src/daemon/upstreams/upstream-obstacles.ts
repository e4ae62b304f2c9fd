// Upstreams that this machine cannot ask at all, told: a warning of `check` before anybody asks, and a line of the log when it
// begins and when it ends.
import { networkInterfaces } from 'node:os';
import type { Config, Position } from '../../config/config.ts';
import type { Log } from '../../log/log.ts';
import { lackedFamily, obstacleText } from '../../upstream/obstacle.ts';
import type { Interfaces } from '../../upstream/obstacle.ts';

/** How often one upstream is told of at most, in milliseconds. */
const TELL_MS = 60_000;

/** A warning for each upstream of a configuration whose family this machine lacks. */
export function familyWarnings(
  config: Config,
  interfaces: Interfaces = networkInterfaces(),
): { readonly at: Position; readonly message: string }[] {
  return config.upstreams.flatMap(({ name, servers }) =>
    servers.flatMap((server) => {
      const family = server.kind === 'system' ? undefined : lackedFamily(server.address, interfaces);
      if (family === undefined) return [];
      const message = `upstreams.${name}: ${server.text} cannot be asked: this machine has no ${family} address to ask from; give it one, or take this server out`;
      return [{ at: server.at, message }];
    }),
  );
}

/** Logs when an upstream cannot be asked, and when it can again, each not too often. */
export class ObstacleLog {
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #told = new Map<string, { atMs: number; isOpen: boolean; untold: number }>();

  constructor(log: Log, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** Takes a change: a new obstacle, or undefined when there is none any more. */
  changed(set: string, server: string, obstacle: string | undefined): void {
    const key = `${set} ${server}`;
    const told = this.#told.get(key) ?? { atMs: -TELL_MS, isOpen: false, untold: 0 };
    this.#told.set(key, told);
    if (obstacle === undefined) {
      if (!told.isOpen) return;
      told.isOpen = false;
      this.#log.info({ event: 'upstream_can_be_asked', set, server }, 'an upstream can be asked again');
      return;
    }
    told.untold++;
    const nowMs = this.#nowMs();
    if (nowMs - told.atMs < TELL_MS) return;
    this.#log.warn(
      { event: 'upstream_cannot_be_asked', set, server, code: obstacle, times: told.untold },
      `an upstream cannot be asked: ${obstacleText(obstacle)}`,
    );
    told.atMs = nowMs;
    told.isOpen = true;
    told.untold = 0;
  }
}
