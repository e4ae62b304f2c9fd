// What is known of every source of a list: when its copy was fetched, what went wrong since, when it is due. The rule: a
// failure of one source touches no other.
import type { SourceReport } from '../blocklists/compile-report.ts';
import { dueAtMs } from './fetch/refresh-plan.ts';
import type { RefreshHistory } from './fetch/refresh-plan.ts';
import type { List, ListSource } from '../config/config.ts';

/**
 * How a source is, for programs: as it should be; its copy older than its refresh interval; its last update held back; its last
 * update failed; being fetched for the first time; never read.
 */
type SourceCode = 'ok' | 'due' | 'held' | 'failed' | 'fetching' | 'missing';

/** How a source is. */
export interface SourceStatus {
  readonly list: string;
  readonly source: string;
  readonly format: string;
  readonly entries: number;
  readonly skipped: number;
  readonly errors: number;
  readonly code: SourceCode;
  /** The same for people: `ok`, or what is wrong and what is used meanwhile. */
  readonly state: string;
  /** Whether its last update is held back. */
  readonly isHeld: boolean;
  /** Whether the lists in effect have it. */
  readonly isRead: boolean;
  /** Whether its last update failed or is held back; false for a source that is fresh or not fetched yet. */
  readonly hasFailed: boolean;
  readonly fetchedAt: string | undefined;
  /** When it is fetched next; undefined for a file, which is watched instead. */
  readonly dueAt?: string | undefined;
}

/** The report of a source that is not in the lists in effect. */
const NOT_READ = { format: 'auto', entries: 0, skipped: 0, errors: 0, missing: 'not read yet' } as const;

const NEVER_FETCHED: RefreshHistory = {
  fetchedAtMs: undefined,
  failures: 0,
  failedAtMs: undefined,
  isHeld: false,
};

/** What is known of the sources of one service, by URL or path. */
export class SourceBook {
  readonly #history = new Map<string, RefreshHistory>();
  /** Why a source's last update is not in use. */
  readonly #faults = new Map<string, { readonly text: string; readonly isHeld: boolean }>();
  /** A random number in [0, 1): how far into its jitter window the next fetch falls; drawn again after each fetch. */
  readonly #chances = new Map<string, number>();

  /** Whether a source was entered before. */
  knows(url: string): boolean {
    return this.#history.has(url);
  }

  /** Enters a source with when its copy was fetched; undefined where there is none. */
  enter(url: string, fetchedAtMs: number | undefined): void {
    this.#history.set(url, { ...NEVER_FETCHED, fetchedAtMs });
  }

  hasCopy(url: string): boolean {
    return this.#historyOf(url).fetchedAtMs !== undefined;
  }

  /** Why a source's last update is not in use. */
  faultOf(url: string): string | undefined {
    return this.#faults.get(url)?.text;
  }

  /** Notes that a source is in order; `nowMs` is when it was fetched, undefined for a file. */
  succeeded(url: string, nowMs: number | undefined): void {
    this.#history.set(url, { ...NEVER_FETCHED, fetchedAtMs: nowMs });
    this.#chances.delete(url);
    this.#faults.delete(url);
  }

  failed(url: string, nowMs: number, fault: { readonly text: string; readonly isHeld: boolean }): void {
    const history = this.#historyOf(url);
    const failures = history.failures + 1;
    this.#history.set(url, { ...history, failures, failedAtMs: nowMs, isHeld: fault.isHeld });
    this.#chances.delete(url);
    this.#faults.set(url, fault);
  }

  /** Whether a source's last update is held back. */
  isHeld(url: string): boolean {
    return this.#faults.get(url)?.isHeld === true;
  }

  /** When a source is to be fetched next, in milliseconds since 1970. */
  dueAtMs(url: string, refreshMs: number, nowMs: number): number {
    const random = this.#chances.get(url) ?? Math.random();
    this.#chances.set(url, random);
    return dueAtMs(this.#historyOf(url), { nowMs, refreshMs, random });
  }

  /** The state of a source of a list, given its report in the lists in effect. */
  statusOf(
    { name, refreshMs }: Pick<List, 'name' | 'refreshMs'>,
    { kind, location: source }: Pick<ListSource, 'kind' | 'location'>,
    report: SourceReport | undefined,
  ): SourceStatus {
    const { fetchedAtMs } = this.#historyOf(source);
    const fault = this.#faults.get(source);
    const { format, entries, skipped, errors, missing } = report ?? NOT_READ;
    return {
      list: name,
      source,
      format,
      entries,
      skipped,
      errors,
      code: codeOf(fault, missing),
      state: fault?.text ?? missing ?? 'ok',
      isHeld: fault?.isHeld === true,
      isRead: missing === undefined,
      hasFailed: fault !== undefined,
      fetchedAt: fetchedAtMs === undefined ? undefined : new Date(fetchedAtMs).toISOString(),
      dueAt:
        kind === 'file' ? undefined : new Date(this.dueAtMs(source, refreshMs, Date.now())).toISOString(),
    };
  }

  #historyOf(url: string): RefreshHistory {
    return this.#history.get(url) ?? NEVER_FETCHED;
  }
}

function codeOf(fault: { readonly isHeld: boolean } | undefined, missing: string | undefined): SourceCode {
  if (fault !== undefined) return fault.isHeld ? 'held' : 'failed';
  return missing === undefined ? 'ok' : 'missing';
}
