// A name as an operand: one that is none is an error of usage.
import { faultOfName } from '../config/grammar/mistaken-name.ts';
import { UsageError } from './command.ts';

/** Throws a UsageError where an operand is not a name. */
export function checkName(name: string): void {
  const fault = faultOfName(name);
  if (fault !== undefined) throw new UsageError(fault);
}
