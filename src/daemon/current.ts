// The state that is in effect, and the only place where it is exchanged: by one assignment. A change is made whole beside what
// is running; one that is not taken has opened nothing, emptied nothing, and is forgotten.
import { assemble } from '../assembly/assemble.ts';
import { houseOf } from '../assembly/house-of.ts';
import type { Inputs } from '../assembly/inputs.ts';
import { limitsOf } from '../assembly/limits.ts';
import type { Limits } from '../assembly/limits.ts';
import type { HouseRules } from '../policy/compile-policies.ts';
import type { Serving } from '../server/serving.ts';
import type { SetDraft, UpstreamRegistry } from './upstreams/upstream-registry.ts';

/** One state of the service: what it was made of, and what was made of that. */
export interface State {
  readonly inputs: Inputs;
  /** The moment that it was made for, in milliseconds since 1970. */
  readonly unixMs: number;
  /** The rules of the house, which stay while the desk and the configuration have the same. */
  readonly house: HouseRules;
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

/** What states are made with. */
export interface CurrentParts {
  readonly registry: UpstreamRegistry;
  /** Gives the time that states are made for, in milliseconds since 1970. */
  readonly unixMs: () => number;
  /** What time it is at least, in milliseconds since 1970; with a clock that shows less, every schedule holds. Default: any. */
  readonly knownMs?: number;
  /** Told of each state that is put into effect, but for the first. */
  readonly onTaken?: (state: State) => void;
}

/** Holds the state that is in effect. */
export class Current {
  readonly #registry: UpstreamRegistry;
  readonly #unixMs: () => number;
  readonly #knownMs: number | undefined;
  readonly #onTaken: CurrentParts['onTaken'];
  #state: State;
  #generation = 0;

  constructor(inputs: Inputs, parts: CurrentParts) {
    const { registry } = parts;
    this.#registry = registry;
    this.#unixMs = parts.unixMs;
    this.#knownMs = parts.knownMs;
    this.#onTaken = parts.onTaken;
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
    this.#onTaken?.(state);
  }

  /** Puts what holds now into effect, where the time has come for other policies, or the clock was set back. */
  renew(): void {
    const now = this.#unixMs();
    const { unixMs, serving } = this.#state;
    if (now >= serving.validUntilMs || now < unixMs) this.put({});
  }

  /** Puts these inputs into effect in place of those of now. */
  put(change: Partial<Inputs>): void {
    this.take(this.candidate(change));
  }

  #make(inputs: Inputs, before?: State): { readonly state: State; readonly sets: SetDraft } {
    const { config } = inputs.prepared;
    const sets = this.#registry.draft(config.upstreams);
    const house = houseOf(inputs, before);
    const unixMs = this.#unixMs();
    const generation = ++this.#generation;
    const known = this.#knownMs === undefined ? {} : { knownMs: this.#knownMs };
    const policies = before?.inputs.lists === inputs.lists ? before.serving.policies : undefined;
    const serving = assemble({ ...inputs, ...sets, house, unixMs, ...known, generation, known: policies });
    return { state: { inputs, unixMs, house, serving, limits: limitsOf(config, before?.limits) }, sets };
  }
}
