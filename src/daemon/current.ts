// The state that is in effect, and the only place where it is exchanged: by one assignment. A change is made whole beside what
// is running; one that is not taken has opened nothing, emptied nothing, and is forgotten.
import { assemble } from '../assembly/assemble.ts';
import type { Inputs } from '../assembly/inputs.ts';
import { limitsOf } from '../assembly/limits.ts';
import type { Limits } from '../assembly/limits.ts';
import type { Serving } from '../server/serving.ts';
import type { SetDraft, UpstreamRegistry } from './upstreams/upstream-registry.ts';

/** One state of the service: what it was made of, and what was made of that. */
export interface State {
  readonly inputs: Inputs;
  /** What queries are answered from. */
  readonly serving: Serving;
  /** How much everybody may have. */
  readonly limits: Limits;
}

/** A state that could be put into effect. */
export interface Candidate {
  readonly state: State;
  /** What it was made from: the state that was in effect, and what is to be otherwise. */
  readonly base: State;
  readonly change: Partial<Inputs>;
  readonly sets: SetDraft;
}

/** Holds the state that is in effect. */
export class Current {
  readonly #registry: UpstreamRegistry;
  #state: State;
  #generation = 0;

  constructor(inputs: Inputs, registry: UpstreamRegistry) {
    this.#registry = registry;
    const { state, sets } = this.#make(inputs);
    this.#state = state;
    registry.adopt(sets);
  }

  /** What is in effect at this moment. */
  get state(): State {
    return this.#state;
  }

  /** Makes what would be with these inputs in place of those that are in effect. Nothing changes. */
  candidate(change: Partial<Inputs>): Candidate {
    const base = this.#state;
    return { ...this.#make({ ...base.inputs, ...change }, base), base, change };
  }

  /**
   * Puts a candidate into effect. Where another change came first it is made anew, so that neither is lost: an interface may
   * have got another prefix meanwhile, which then holds.
   */
  take(candidate: Candidate): void {
    const { prefixes } = this.#state.inputs;
    const isAsTried = candidate.base === this.#state;
    const hasMoved = candidate.base.inputs.prefixes !== prefixes;
    const { state, sets } = isAsTried
      ? candidate
      : this.candidate({
          ...candidate.change,
          ...(hasMoved && { prefixes: new Map([...candidate.state.inputs.prefixes, ...prefixes]) }),
        });
    this.#state = state;
    this.#registry.adopt(sets);
  }

  /** Puts these inputs into effect in place of those of now. */
  put(change: Partial<Inputs>): void {
    this.take(this.candidate(change));
  }

  #make(inputs: Inputs, before?: State): { readonly state: State; readonly sets: SetDraft } {
    const { config } = inputs.prepared;
    const sets = this.#registry.draft(config.upstreams);
    const serving = assemble({ ...inputs, ...sets, generation: ++this.#generation });
    return { state: { inputs, serving, limits: limitsOf(config, before?.limits) }, sets };
  }
}
