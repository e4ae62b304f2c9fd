// Where batches go beside the store: whoever follows the log, and collectors. The rule: nobody waits for them, the store least of all.
import type { DnstapFigures, WebFigures } from '../querylog/figures.ts';
import type { RecorderSettings } from '../querylog/messages.ts';
import type { Batch } from './batch.ts';

/** Takes batches as they come. */
export interface BatchOutlet {
  /** Whether anybody wants them. */
  readonly isWanted: boolean;
  /** Takes a batch; what it cannot take it counts as lost. */
  take(batch: Batch): void;
}

/** What serves the page. */
export interface PageSide {
  /** Goes by other settings from now on. */
  apply(settings: RecorderSettings): void;
  /** Undefined where there is no page. */
  readonly figures: WebFigures | undefined;
  close(): Promise<void> | void;
}

/** A collector of dnstap. */
export interface Collector extends BatchOutlet {
  /** Goes by other settings from now on. */
  apply(settings: RecorderSettings): void;
  readonly figures: DnstapFigures | undefined;
  close(): Promise<void> | void;
}
