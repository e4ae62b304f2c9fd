// The collector of dnstap that the settings name: a stream to it is opened, and another one where they name another.
import { hostname } from 'node:os';
import { ownVersion } from '../../packaged/own-version.ts';
import type { DnstapFigures } from '../../querylog/figures.ts';
import type { RecorderSettings } from '../../querylog/messages.ts';
import type { Batch } from '../batch.ts';
import type { Collector } from '../outlets.ts';
import { DnstapSender, toCollector } from './dnstap-sender.ts';
import { toTapped } from './tapped-batch.ts';

/** What it tells of: that a collector takes queries, or why it does not. */
export interface CollectorTeller {
  warn(text: string): void;
  inform(text: string): void;
}

/** Gives batches on to a collector of dnstap, where there is one. */
export class DnstapCollector implements Collector {
  readonly #tell: CollectorTeller;
  #to: string | undefined;
  #sender: DnstapSender | undefined;
  /** What senders before this one have sent and lost. */
  #past = { sent: 0, lost: 0 };

  constructor(tell: CollectorTeller) {
    this.#tell = tell;
  }

  get isWanted(): boolean {
    return this.#sender !== undefined;
  }

  get figures(): DnstapFigures | undefined {
    const sender = this.#sender;
    if (sender === undefined) return undefined;
    const { sent, lost, fault } = sender;
    return {
      isConnected: fault === undefined,
      sent: this.#past.sent + sent,
      lost: this.#past.lost + lost,
      fault,
    };
  }

  apply({ dnstap }: RecorderSettings): void {
    if (dnstap === this.#to) return;
    void this.#end();
    this.#to = dnstap;
    const collector = dnstap === undefined ? undefined : toCollector(dnstap);
    if (collector === undefined) return;
    this.#sender = new DnstapSender({
      collector,
      teller: { identity: hostname(), version: `vlandns ${ownVersion()}` },
      onState: (fault) => {
        if (fault === undefined) this.#tell.inform(`dnstap goes to ${dnstap}`);
        else
          this.#tell.warn(`dnstap does not get to ${dnstap}: ${fault}; queries are not told to it meanwhile`);
      },
    });
  }

  take(batch: Batch): void {
    this.#sender?.send(toTapped(batch));
  }

  close(): Promise<void> {
    return this.#end();
  }

  async #end(): Promise<void> {
    const sender = this.#sender;
    this.#sender = undefined;
    this.#to = undefined;
    if (sender === undefined) return;
    this.#past = { sent: this.#past.sent + sender.sent, lost: this.#past.lost + sender.lost };
    await sender.close();
  }
}
