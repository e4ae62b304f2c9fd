// What local data has for a question: the aliases that its name leads through, and what the last name has. The rule: where a
// chain ends is said here and nowhere else; it is filled again for each question and allocates nothing.
import type { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import { MAX_LOCAL_CHAIN } from './alias-check.ts';
import type { LocalNames, LocalNode, LocalSet } from './local-data.ts';

/** Where a name leads. */
export const CHAIN = {
  /** Local data does not have it. */
  NONE: 0,
  /** To an answer that is all here. */
  ENDS: 1,
  /** To a name that is not here, which then stands in the target. */
  LEADS_OUT: 2,
} as const;

const NO_SET: LocalSet = [];

/** One chain at a time: sets[i] are records of owners[i], for i below `length`; the first owner is for its giver to say. */
export class LocalChain {
  readonly sets: LocalSet[] = Array.from({ length: MAX_LOCAL_CHAIN + 1 }, () => NO_SET);
  /** Undefined: the name of the question. */
  readonly owners: (Uint8Array | undefined)[] = Array.from({ length: MAX_LOCAL_CHAIN + 1 }, () => undefined);
  length = 0;
  /** Whether the last name, owners[length], has nothing of the type that is asked for. */
  endsEmpty = false;

  /** Forgets the chain. */
  clear(): void {
    this.length = 0;
    this.endsEmpty = false;
  }

  /** Follows a name for a type; `target` is filled with what its aliases lead to, and may be the name itself. */
  follow(data: LocalNames, name: NameView, qtype: number, target: NameView): number {
    this.clear();
    let node: LocalNode | undefined = data.find(name);
    if (node === undefined) return CHAIN.NONE;
    while (node !== undefined) {
      const alias: LocalSet | undefined = qtype === TYPE.CNAME ? undefined : node.get(TYPE.CNAME);
      if (alias === undefined) return this.#end(node.get(qtype));
      // As many aliases as are followed: the answer ends with the last of them.
      if (this.length === MAX_LOCAL_CHAIN) return CHAIN.ENDS;
      const leadsTo = alias[0]!.rdata;
      this.sets[this.length++] = alias;
      this.owners[this.length] = leadsTo;
      target.setWire(leadsTo);
      node = data.find(target);
    }
    return CHAIN.LEADS_OUT;
  }

  #end(set: LocalSet | undefined): number {
    if (set === undefined) this.endsEmpty = true;
    else this.sets[this.length++] = set;
    return CHAIN.ENDS;
  }
}
