// Metrics over TCP, where the configuration wants them. The rule: DNS does not depend on them; an address that cannot be
// listened on is told, and tried again.
import { reasonOf } from '../system/system-error.ts';
import type { Config } from '../config/config.ts';
import { endpointToText } from '../config/grammar/endpoint.ts';
import type { ControlReply } from '../control/control-server.ts';
import { openMetricsServer } from '../control/metrics-server.ts';
import type { MetricsServer } from '../control/metrics-server.ts';
import type { Log } from '../log/log.ts';

/** How soon it is tried again, in milliseconds. */
const RETRY_MS = 10_000;

/** What an outlet works with. */
export interface OutletParts {
  readonly log: Log;
  readonly tell: () => Promise<ControlReply>;
  /** Called with the reason why nobody can ask now, or undefined when they can. */
  readonly onFault: (fault: string | undefined) => void;
}

/** Listens for Prometheus, and tries again where that fails. */
export class MetricsOutlet {
  readonly #listen: NonNullable<Config['metrics']>['listen'];
  readonly #parts: OutletParts;
  #server: MetricsServer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #fault: string | undefined;

  constructor(listen: NonNullable<Config['metrics']>['listen'], parts: OutletParts) {
    this.#listen = listen;
    this.#parts = parts;
  }

  async open(): Promise<void> {
    try {
      const server = await openMetricsServer(this.#listen, this.#parts.tell);
      if (this.#isClosed) server.close();
      this.#server = server;
      this.#note(undefined);
    } catch (error) {
      const { address, port } = this.#listen;
      this.#note(
        `metrics.listen: ${endpointToText(address, port)} cannot be listened on: ${reasonOf(error)}`,
      );
      if (this.#isClosed) return;
      this.#timer = setTimeout(() => void this.open(), RETRY_MS);
      this.#timer.unref();
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#server?.close();
  }

  #note(fault: string | undefined): void {
    if (fault !== undefined && fault !== this.#fault)
      this.#parts.log.error({ event: 'metrics_not_served', fault }, fault);
    this.#fault = fault;
    this.#parts.onFault(fault);
  }
}
