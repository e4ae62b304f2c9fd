// Whom an adjustment of policies is for, and until when it holds.
import type { PrefixNumbers } from '../../addresses/prefix.ts';
import type { Adjustment } from '../../policy/adjustment.ts';

/** Whom an adjustment is for: everybody with a policy, a VLAN, or clients of it by their addresses. */
export type AdjustmentScope = { readonly policy: string } | VlanScope;

/** A VLAN, or of it the clients in a prefix. */
interface VlanScope {
  readonly vlan: string;
  readonly client?: { readonly prefix: PrefixNumbers; readonly name?: string | undefined };
}

/** A device in a VLAN, wherever it is: by its MAC, and by the address that it had for as long as no other is known to have it. */
interface DeviceScope {
  readonly vlan: string;
  readonly device: {
    readonly mac: string;
    readonly had?: PrefixNumbers | undefined;
    readonly name?: string | undefined;
  };
}

/** An adjustment as the desk has it: where devices are is found out when it is put into effect. */
export interface DeskAdjustment extends Adjustment {
  readonly scope: AdjustmentScope | DeviceScope;
  /** Milliseconds since 1970; Infinity: until it is taken back. */
  readonly untilMs: number;
}

/** An adjustment, for whom, and until when. */
export interface ScopedAdjustment extends Adjustment {
  readonly scope: AdjustmentScope;
  /** Milliseconds since 1970; Infinity: until it is taken back. */
  readonly untilMs: number;
}
