// What all measurements use: made once in main.ts and passed down.
import type { Children } from './children.ts';
import type { Figures } from './figures.ts';
import type { BenchNames } from './names/bench-names.ts';
import type { Workload } from './names/workload.ts';
import type { Placement } from './placement.ts';
import type { Programs } from './programs.ts';
import type { Nsd } from './servers/nsd.ts';
import type { ServerName } from './servers/setup.ts';
import type { Tools } from './tools.ts';

/** How long each kind of run takes, in seconds. */
export interface Durations {
  readonly saturated: number;
  readonly paced: number;
  readonly flood: number;
  readonly slowLatency: number;
  readonly fastLatency: number;
  readonly forwarding: number;
}

/** The means of a run. */
export interface Rig {
  readonly children: Children;
  /** A folder that is gone afterwards. */
  readonly folder: string;
  readonly placement: Placement;
  readonly tools: Tools;
  /** Undefined where there is no C compiler. */
  readonly programs: Programs | undefined;
  readonly names: BenchNames;
  readonly workload: Workload;
  readonly figures: Figures;
  /** The servers that can be measured here, in the order of the tables. */
  readonly servers: readonly ServerName[];
  readonly rounds: number;
  readonly durations: Durations;
  /** What everything is forwarded to. */
  readonly upstream: Nsd;
  /** Whether vlandns has `server.io`. */
  readonly hasIo: boolean;
  /** Tells the user how far it is. */
  readonly tell: (line: string) => void;
  /** Keeps a sentence for the results. */
  readonly note: (sentence: string) => void;
}
