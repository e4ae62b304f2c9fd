// What a run of doctor comes to, as it is printed, sent and shown.
import type { Ranked } from './diagnose.ts';
import type { Quote } from './facts/source-text.ts';
import type { Part } from './looked-at.ts';

/** What one run of doctor found. */
export interface Diagnosis {
  /** What was looked at: VLANs by name, or without a configuration interfaces or cards. */
  readonly vlans: readonly {
    readonly name: string;
    readonly id: number | undefined;
    readonly interface: string | undefined;
  }[];
  readonly findings: readonly Ranked[];
  readonly notFaults: readonly { quote: Quote; why: string }[];
  readonly parts: readonly Part[];
  readonly notes: readonly string[];
}
