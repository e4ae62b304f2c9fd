// Waiting without a fixed time.
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so, 20 s at most, and says whether it is. */
export async function until(isSo: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 800 && !isSo(); tries++) await sleep(25);
  return isSo();
}
