// The worker as the web server asks it: over the control socket, as the one who asks here. The rule: status is asked for at most once a second
// for each set of VLANs, whoever asks, since a page that is open must cost the answering of queries nothing that counts.
import { ASKER_HEADER, toAskerHeader } from '../access/asker-header.ts';
import type { Asker } from '../access/role.ts';
import { exchange, toControlError } from '../control/control-client.ts';

/** How long the worker may take, in milliseconds: fetching lists takes as long as their servers. */
const PATIENCE_MS = 120_000;
const STATUS_PATIENCE_MS = 5000;

/** How long a status is good for, in milliseconds. */
const STATUS_MS = 1000;

/** The most sets of VLANs whose status is kept. */
const MOST_KEPT = 64;

interface KeptStatus {
  readonly atMs: number;
  readonly text: Promise<string>;
}

/** Asks one daemon. */
export class DaemonAsks {
  readonly #socket: string;
  readonly #now: () => number;
  readonly #statuses = new Map<string, KeptStatus>();

  constructor(socket: string, now: () => number = () => performance.now()) {
    this.#socket = socket;
    this.#now = now;
  }

  /** The JSON or text of a reply; throws NotRunning or a ControlError. */
  async ask(method: 'GET' | 'POST', path: string, asker: Asker, timeoutMs = PATIENCE_MS): Promise<string> {
    const headers = { [ASKER_HEADER]: toAskerHeader(asker) };
    const { status, text } = await exchange(this.#socket, method, { path, timeoutMs, headers });
    if (status === 200) return text;
    throw toControlError(text);
  }

  /** The status as this asker may know it, at most a second old. */
  status({ role, vlans }: Asker): Promise<string> {
    const key = JSON.stringify([role, vlans]);
    const kept = this.#statuses.get(key);
    if (kept !== undefined && this.#now() - kept.atMs < STATUS_MS) return kept.text;
    const text = this.ask('GET', '/status', { role, vlans }, STATUS_PATIENCE_MS);
    this.#statuses.delete(key);
    this.#statuses.set(key, { atMs: this.#now(), text });
    const [oldest] = this.#statuses.keys();
    if (this.#statuses.size > MOST_KEPT && oldest !== undefined) this.#statuses.delete(oldest);
    // A failure is told to those who wait for it, and asked again by the next.
    text.catch(() => this.#statuses.delete(key));
    return text;
  }
}
