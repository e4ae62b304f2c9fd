// The floor in C: the cost of answering for a program that does nothing else.
import type { Rig } from '../rig.ts';
import type { Setup } from './setup.ts';

/** The command that runs it. */
export function floorCommand({ programs }: Rig, { port }: Setup): readonly string[] {
  if (programs === undefined) throw new Error('there is no C floor without a C compiler');
  return [programs.floor, String(port)];
}
