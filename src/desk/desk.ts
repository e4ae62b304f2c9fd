// The desk of a running service: what was changed holds at once, is kept on disk, ends by itself, and is logged with who and why.
// The rule: it takes effect before it is written, and whoever asked hears when both are done.
import { randomInt } from 'node:crypto';
import type { Log } from '../log/log.ts';
import { withSpent } from './allowance.ts';
import { holdsAt, isAboutSame, isLasting, nextChangeOf, NOTHING_CHANGED } from './desk-entry.ts';
import type { DeskEntry, DeskState, Role } from './desk-entry.ts';
import type { DeskZone } from './desk-end.ts';
import { DeskFile } from './desk-file.ts';
import { logBegin, logEnd, logFaults } from './desk-log.ts';
import { vlansOfScope } from './desk-scope.ts';
import type { DeskNetwork } from './desk-scope.ts';
import { inFileOrder, MAX_RULES, MAX_TIMED } from './desk-text.ts';

/** What a desk works with. */
export interface DeskParts {
  /** The state folder. */
  readonly folder: string;
  readonly log: Log;
  readonly zone: () => DeskZone;
  readonly network: () => DeskNetwork;
  /** Puts what now holds into effect, at once. */
  readonly onChange: () => void;
  /** Milliseconds since 1970; default `Date.now()`. */
  readonly now?: () => number;
}

/** A change that somebody asks for. */
export type DeskDraft = Omit<DeskEntry, 'id' | 'line' | 'fromMs'>;

/** Who ends something. */
export interface EndedBy {
  readonly role: Role;
  readonly user?: string | undefined;
}

/** What came of a change. */
export interface DeskOutcome {
  readonly entries: readonly DeskEntry[];
  /** Entries that had to go for it. */
  readonly replaced: readonly DeskEntry[];
  /** Why it is not on disk, and lost with a restart; undefined where it is. */
  readonly notKept: string | undefined;
}

/** The longest that a timer waits, in milliseconds: the clock may be set meanwhile. */
const MAX_WAIT_MS = 30_000;

/** Holds what was changed at the desk. */
export class Desk {
  /** Why what is changed cannot be kept now; undefined where it can. */
  fault: string | undefined;
  readonly #parts: DeskParts;
  readonly #file: DeskFile;
  readonly #now: () => number;
  #state = NOTHING_CHANGED;
  /** The ids of what held when it was last put into effect. */
  #inEffect = '';
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#file = new DeskFile(parts.folder);
    this.#now = parts.now ?? Date.now;
  }

  /** The path of its file. */
  get path(): string {
    return this.#file.path;
  }

  get state(): DeskState {
    return this.#state;
  }

  /** The time that it goes by, in milliseconds since 1970. */
  now(): number {
    return this.#now();
  }

  /** The entries that hold at an instant, in the order in which they were made. */
  holding(unixMs: number): DeskEntry[] {
    return this.#state.entries
      .filter((entry) => holdsAt(entry, unixMs))
      .toSorted((one, other) => one.fromMs - other.fromMs);
  }

  /** Takes what is on disk, where somebody else has written it: at the start, at a reload, and before each change. */
  read(): void {
    const reading = this.#file.readChanged();
    if (reading === undefined) return;
    logFaults(this.#parts.log, this.path, reading);
    const isWhole = 'state' in reading && reading.faults.length === 0;
    if ('state' in reading && !areEmpty(reading.state, this.#state)) this.#hold(reading.state);
    this.fault = 'unreadable' in reading ? `${this.path}: ${reading.unreadable}` : this.fault;
    this.settle();
    // What was not understood is put aside at once, and the file is whole again.
    if (!isWhole) void this.#keep();
  }

  /** Adds an entry, in the place of what was there about the same; gives why not where there is no room. */
  async add(draft: DeskDraft): Promise<DeskOutcome | { readonly full: string }> {
    this.read();
    const fromMs = this.#now();
    const entry: DeskEntry = { ...draft, id: this.#newId(), fromMs, line: 0 };
    const replaced = this.#state.entries.filter((other) => isAboutSame(entry, other));
    const full = this.#fullness(entry, replaced);
    if (full !== undefined) return { full };
    this.#exchange(replaced, entry);
    for (const ended of replaced) logEnd(this.#parts.log, ended, { how: 'replaced', ...draft });
    logBegin(this.#parts.log, entry);
    const notKept = await this.#keep();
    return { entries: [entry], replaced, notKept };
  }

  /** Ends entries before their time. */
  async end(entries: readonly DeskEntry[], by: EndedBy): Promise<DeskOutcome> {
    this.#exchange(entries, undefined);
    for (const entry of entries) logEnd(this.#parts.log, entry, { how: 'revoked', ...by });
    return { entries, replaced: [], notKept: await this.#keep() };
  }

  /** Ends what has ended by itself by now. */
  settle(): void {
    const nowMs = this.#now();
    const ended = this.#state.entries.filter(({ untilMs }) => untilMs <= nowMs);
    if (ended.length > 0) {
      this.#exchange(ended, undefined);
      for (const entry of ended) logEnd(this.#parts.log, entry, { how: 'its time was over' });
      void this.#keep();
    } else if (this.#inEffect !== this.#idsAt(nowMs)) this.#hold(this.#state);
    this.#arm(nowMs);
  }

  /** Waits until all is written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#file.settled();
  }

  /** Takes entries out, and one in, and puts that into effect; where that fails nothing has changed. */
  #exchange(out: readonly DeskEntry[], added: DeskEntry | undefined): void {
    const { entries, spent: spentBefore } = this.#state;
    const ids = new Set(out.map(({ id }) => id));
    const [atMs, zone] = [this.#now(), this.#parts.zone()];
    const spent = out.reduce(
      (sum, entry) =>
        withSpent(sum, entry, { atMs, zone, vlans: vlansOfScope(entry.scope, this.#parts.network()) }),
      spentBefore,
    );
    const rest = entries.filter(({ id }) => !ids.has(id));
    this.#hold({ entries: added === undefined ? rest : [...rest, added], spent });
    this.#arm(atMs);
  }

  #hold(state: DeskState): void {
    const before = this.#state;
    this.#state = { ...state, entries: inFileOrder(state.entries) };
    try {
      this.#parts.onChange();
      this.#inEffect = this.#idsAt(this.#now());
    } catch (error) {
      this.#state = before;
      throw error;
    }
  }

  #idsAt(unixMs: number): string {
    return this.holding(unixMs)
      .map(({ id }) => id)
      .join(' ');
  }

  async #keep(): Promise<string | undefined> {
    const fault = await this.#file.write(this.#state);
    if (fault !== undefined && this.fault === undefined)
      this.#parts.log.error(
        { event: 'desk_not_kept', file: this.path, reason: fault },
        `${this.path} cannot be written (${fault}): what was changed at the desk holds until the next start only`,
      );
    this.fault = fault;
    return fault;
  }

  #arm(nowMs: number): void {
    clearTimeout(this.#timer);
    const next = nextChangeOf(this.#state.entries, nowMs);
    if (next === Infinity || this.#isClosed) return;
    this.#timer = setTimeout(() => this.settle(), Math.min(next - nowMs, MAX_WAIT_MS));
    this.#timer.unref();
  }

  #newId(): string {
    const taken = new Set(this.#state.entries.map(({ id }) => id));
    for (;;) {
      const id = LETTERS.charAt(randomInt(LETTERS.length)) + Array.from({ length: 3 }, randomSign).join('');
      if (!taken.has(id)) return id;
    }
  }

  #fullness(entry: DeskEntry, replaced: readonly DeskEntry[]): string | undefined {
    const alike = this.#state.entries.filter(
      (other) => isLasting(other) === isLasting(entry) && !replaced.includes(other),
    );
    const most = isLasting(entry) ? MAX_RULES : MAX_TIMED;
    const [oldest] = alike.toSorted((one, other) => one.fromMs - other.fromMs);
    if (oldest === undefined || alike.length < most) return undefined;
    const what = isLasting(entry) ? 'rules' : 'grants, denials and pauses';
    return `there are ${most} ${what} at the desk, and no more may be; the oldest is ended by: vlandns revoke ${oldest.id}`;
  }
}

function areEmpty(...states: readonly DeskState[]): boolean {
  return states.every(({ entries, spent }) => entries.length + spent.length === 0);
}

/** Letters and digits that are not taken for each other. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz';
const SIGNS = `${LETTERS}23456789`;

function randomSign(): string {
  return SIGNS.charAt(randomInt(SIGNS.length));
}
