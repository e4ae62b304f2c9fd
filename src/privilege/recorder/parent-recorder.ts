// The worker's end of the recorder: the parent starts it, ends it after the worker, and says how it is.
import type { FromParent, RecorderPast } from '../messages.ts';
import { sendToParent } from '../parent-binder.ts';

/** The recorder that the process that forked this one starts. */
export class ParentRecorder {
  #past: RecorderPast = { state: 'off', starts: 0 };
  #isWanted: boolean | undefined;
  readonly #callbacks: (() => void)[] = [];

  constructor() {
    process.on('message', (message: FromParent) => {
      if (message.kind !== 'recorder') return;
      this.#past = message;
      if (message.state === 'running') for (const callback of this.#callbacks) callback();
    });
  }

  get past(): RecorderPast {
    return this.#past;
  }

  want(isWanted: boolean): void {
    if (this.#isWanted !== isWanted) sendToParent({ kind: 'recorder', isWanted });
    this.#isWanted = isWanted;
  }

  onRunning(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  /** It outlives this process, to keep what it was sent. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
