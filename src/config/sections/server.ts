// What only some systems have.

import type { FaultLog } from '../config-error.ts';
import type { Draft } from '../definition.ts';

/** Reports server.pledge where there is no such thing; `platform` is where the file is read. */
export function reportPledge(
  { pledge, written }: Draft['server'],
  faults: FaultLog,
  platform: NodeJS.Platform = process.platform,
): void {
  if (!pledge || platform === 'openbsd') return;
  faults.error(
    written.keys.pledge ?? written.at,
    'server.pledge',
    `pledge(2) and unveil(2) are calls of OpenBSD, and this is ${platform}; take it out`,
  );
}
