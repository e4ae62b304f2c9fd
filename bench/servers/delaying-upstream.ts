// The upstream that answers at once or late (c/upstream.c), for what forwarding adds.
import { freePort } from '../../test/support/free-port.ts';
import type { Child } from '../children.ts';
import type { Rig } from '../rig.ts';
import { firstAnswer } from './first-answer.ts';

/** How late it answers names that begin with "d", in milliseconds. */
export const DELAY_MS = 20;

/** Starts it; undefined where there is no C compiler. */
export async function startDelayingUpstream(
  rig: Rig,
): Promise<{ readonly port: number; readonly child: Child } | undefined> {
  if (rig.programs === undefined) return undefined;
  const port = await freePort();
  const child = await rig.children.start([
    ...rig.placement.load,
    rig.programs.upstream,
    String(port),
    String(DELAY_MS),
  ]);
  if ((await firstAnswer(port, () => child.hasEnded())) === undefined)
    throw new Error(`the delaying upstream does not answer: ${child.errors()}`);
  return { port, child };
}
