// The recorder gives way to the process that answers queries: on one core it would make them wait.
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** The nice value. Of a processor that all want, it has a third of what another one has; with 10, it never came to its end in time. */
const NICE = 5;

/** Lowers the priority of this process, which is in a session of its own. What the system does not allow stays as it is. */
export function lowerPriority(): void {
  try {
    setPriority(NICE);
    // Where Linux groups processes by session, the nice value counts in the session alone, and this is the session's own.
    if (process.platform === 'linux') writeFileSync('/proc/self/autogroup', String(NICE));
  } catch {
    // Linux without such groups; and a system that allows no change is no reason to record nothing.
  }
}
