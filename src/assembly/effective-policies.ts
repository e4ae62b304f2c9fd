// The policies that clients get: those of the configuration, each with what adjusts it for a VLAN or a client. The rule: whoever
// has the same policy and the same adjustments shares one compiled policy.
import { adjustmentsKey } from '../policy/adjustment.ts';
import { compilePolicy } from '../policy/compile-policies.ts';
import type { CompileContext, PolicyOptions } from '../policy/compile-policies.ts';
import type { Policy } from '../policy/policy.ts';
import { isInside } from '../addresses/prefix.ts';
import type { PrefixNumbers } from '../addresses/prefix.ts';
import type { Adjusted } from './adjustments.ts';
import type { AdjustmentScope, ScopedAdjustment } from './clients/scoped-adjustment.ts';

/** Compiles policies as they are asked for. */
export class EffectivePolicies {
  /** By number: those of the configuration in its order, then others as they were asked for. */
  readonly all: Policy[] = [];
  /** Those of the configuration, with what adjusts everybody who has them. */
  readonly configured: readonly Policy[];
  readonly #options: ReadonlyMap<string, PolicyOptions>;
  readonly #adjusted: Adjusted;
  readonly #context: CompileContext;
  readonly #made = new Map<string, Policy>();

  constructor(policies: readonly PolicyOptions[], adjusted: Adjusted, context: CompileContext) {
    this.#options = new Map(policies.map((options) => [options.name, options]));
    this.#adjusted = adjusted;
    this.#context = context;
    this.configured = policies.map(({ name }) => this.of(name));
  }

  /** The policy of that name, with what adjusts it in a VLAN, and there for the clients of a prefix. */
  of(name: string, vlan?: string, clients?: PrefixNumbers): Policy {
    const asked = { name, vlan, clients };
    const adjustments = this.#adjusted.adjustments.filter(({ scope }) => holdsFor(scope, asked));
    const key = `${name} ${adjustmentsKey(adjustments)}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const policy = this.#compile(name, adjustments);
    this.#made.set(key, policy);
    return policy;
  }

  #compile(name: string, adjustments: readonly ScopedAdjustment[]): Policy {
    const options = this.#options.get(name);
    if (options === undefined) throw new Error(`policy ${name} was not checked`);
    const changesAtMs = Math.min(
      this.#adjusted.nextChangeMs.get(name) ?? Infinity,
      ...adjustments.map(({ untilMs }) => untilMs),
    );
    const known = [...this.all, ...(this.#context.known ?? [])];
    const policy = compilePolicy(
      options,
      { number: this.all.length, adjustments, changesAtMs },
      { ...this.#context, known },
    );
    this.all.push(policy);
    return policy;
  }
}

interface Asked {
  readonly name: string;
  readonly vlan: string | undefined;
  readonly clients: PrefixNumbers | undefined;
}

function holdsFor(scope: AdjustmentScope, { name, vlan, clients }: Asked): boolean {
  if ('policy' in scope) return scope.policy === name;
  if (scope.vlan !== vlan) return false;
  return scope.client === undefined || (clients !== undefined && isInside(clients, scope.client.prefix));
}
