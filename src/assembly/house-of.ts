// The trie of all house rules: those of the configuration, and of the desk. It is built anew only where there are others: a
// change of time or a grant of what the trie knows finds it as it is.
import { compileHouseRules } from '../policy/compile-policies.ts';
import type { HouseRules } from '../policy/compile-policies.ts';
import type { Inputs } from './inputs.ts';

/** What house rules are made of. */
type HouseInputs = Pick<Inputs, 'prepared' | 'desk'>;

/** A state of the service that had house rules. */
interface Before {
  readonly inputs: HouseInputs;
  readonly house: HouseRules;
}

/** The house rules of a configuration and of a desk; those of the state before where they are the same. Throws on a bad name. */
export function houseOf({ prepared, desk }: HouseInputs, before?: Before): HouseRules {
  if (desk.sources.length === 0) return prepared.house;
  const isSame =
    before !== undefined &&
    before.inputs.prepared === prepared &&
    before.inputs.desk.sources === desk.sources;
  return isSame ? before.house : compileHouseRules([...prepared.houseSources, ...desk.sources]);
}
