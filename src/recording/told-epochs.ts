// What a recorder has been told of what numbers mean, over one connection: each batch is understood by what was told before it.
import { FRAME } from '../querylog/messages.ts';
import { toFrame } from '../querylog/frames.ts';
import type { Epoch } from './epoch.ts';

interface Told {
  servers: number;
  reasons: number;
}

/** What has been told; of older states nothing is told any more once there was a batch of a newer one. */
export class ToldEpochs {
  #epoch: Epoch | undefined;
  #told: Told = { servers: -1, reasons: 0 };

  /** The frame that has to come before a batch of this state; undefined where the batch may come. */
  next(epoch: Epoch): Uint8Array | undefined {
    if (this.#epoch !== epoch) {
      this.#epoch = epoch;
      this.#told = { servers: -1, reasons: 0 };
    }
    const told = this.#told;
    if (told.servers < epoch.servers) {
      told.servers = epoch.servers;
      return toFrame(FRAME.STATE, epoch.notice);
    }
    if (told.reasons < epoch.named) {
      const reasons = epoch.reasonsFrom(told.reasons);
      told.reasons = epoch.named;
      return toFrame(FRAME.REASONS, { epoch: epoch.number, reasons });
    }
    return undefined;
  }
}
