// Puts new texts of lists into effect: tries them together, leaves out what would do harm, and takes the rest. The rule: each
// source is good or bad by itself; a bad one holds up no other, and its last good copy stays in use.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewCopy } from './fetch/source-fetch.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { CompiledLists } from './compiled-lists.ts';
import { Refused } from '../config/refused.ts';
import type { ListKeeper, StagedLists } from './list-keeper.ts';
import type { ListRefresh } from './list-refresh.ts';
import { locationsOf, urlsOf } from './list-sources.ts';
import { filesOf, harmOfStaged, pick, tryCopies } from './trials/list-trials.ts';
import type { NewCopies } from './source-copies.ts';
import { ToldHolds } from './told-holds.ts';

/** What updates need of the service whose lists they change. */
interface ListUser {
  readonly config: Config;
  /** The lists that are in effect. */
  readonly lists: CompiledLists;
  /** The expectations that hold now and would be broken with other lists, a line each. */
  wouldBreak(lists: CompiledLists): readonly string[];
  /** Serves with these lists from now on. */
  adopt(lists: CompiledLists): void;
  /** Tells what has come or failed of the lists to those whose VLANs depend on them. */
  tellOfLists(): void;
  /** Runs work when no reload and no other update is under way. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** The parts that updates work with. */
export interface UpdateParts {
  readonly user: ListUser;
  readonly keeper: ListKeeper;
  readonly refresh: ListRefresh;
  readonly log: Log;
}

/** Lists for another configuration, ready but not in effect. */
export interface ListProposal {
  readonly staged: StagedLists;
  /** What an operator should know of it, a line each. */
  readonly warnings: readonly string[];
  /** Has the next start begin with them: on disk they take the place of those before. Whoever asked puts them into effect. */
  keep(): Promise<void>;
  /** Gives them up unless they are kept: nothing is otherwise than before, and what was fetched waits for the next time. */
  refuse(): Promise<void>;
}

/** How long new copies wait for fetches that are still under way, in milliseconds. */
const GATHER_MS = 2000;

/** How long a reload waits for lists that have never been fetched, in milliseconds. */
const RELOAD_WAIT_MS = 3000;

/** Updates the lists of one service. */
export class ListUpdates {
  /** The held updates that people were shown. */
  readonly told: ToldHolds;
  readonly #parts: UpdateParts;
  #isSwept = false;

  /** Sources that are being fetched or judged, each with the promise of the end. */
  readonly #runs = new Map<string, Promise<void>>();

  constructor(parts: UpdateParts) {
    this.#parts = parts;
    this.told = new ToldHolds((source) => parts.refresh.copies.heldOf(source));
  }

  /**
   * Loads the image of the last run. If it is missing or of other lists, what lies on disk is compiled before the first query
   * can come.
   */
  async load(): Promise<void> {
    const { keeper, refresh, log, user } = this.#parts;
    const { lists } = user.config;
    await keeper.sweep();
    await refresh.open(lists);
    const loaded = await keeper.load();
    if (loaded !== undefined && 'lists' in loaded) user.adopt(loaded.lists);
    else if (loaded !== undefined)
      log.error(
        { event: 'snapshot_unusable', fault: loaded.fault },
        'the compiled lists on disk are not used; they are compiled anew',
      );
    const has = new Set(user.lists.meta.sources.map(({ list }) => list));
    if (lists.every(({ name }) => has.has(name))) return;
    const files = await refresh.gatherFirst(lists);
    const staged = await keeper.stage(lists, filesOf(files));
    if (typeof staged === 'string') {
      log.error({ event: 'compile_failed', fault: staged }, 'the lists could not be compiled');
      await refresh.copies.discard(files);
      return;
    }
    await refresh.copies.accept(files);
    await this.#keep(staged);
    user.adopt(staged.lists);
  }

  /** Fetches URLs, or what is due, and puts new copies into effect, in several rounds where some servers are slow. */
  async run(urls?: readonly string[]): Promise<void> {
    const { refresh, user } = this.#parts;
    const { lists } = user.config;
    await refresh.open(lists);
    const due = urls ?? refresh.due(lists);
    // A source whose new copy is not judged yet would be fetched again as if it had none.
    const others = urls === undefined ? due.filter((url) => this.#runs.has(url)) : [];
    const wanted = due.filter((url) => !others.includes(url));
    const done = this.#judgeAll(wanted);
    for (const url of wanted) this.#runs.set(url, done);
    try {
      await Promise.all([done, ...others.map((url) => this.#runs.get(url))]);
    } finally {
      for (const url of wanted) if (this.#runs.get(url) === done) this.#runs.delete(url);
      refresh.schedule(user.config.lists);
    }
  }

  /** Fetches URLs and judges what comes, until nothing is left. */
  async #judgeAll(wanted: readonly string[]): Promise<void> {
    const { refresh, user } = this.#parts;
    const fetched = refresh.fetch(wanted);
    for (let isLast = false; !isLast && !refresh.isClosed;) {
      await Promise.race([fetched, sleep(GATHER_MS, undefined, { ref: false })]);
      // Asked before judging: what comes meanwhile is judged in another round.
      isLast = !wanted.some((url) => refresh.isUnderWay(url));
      await user.inTurn(() => this.#judge());
      user.tellOfLists();
      refresh.schedule(user.config.lists);
    }
    await fetched;
  }

  /** Fetches lists now, all or those named; throws Refused where there is no such list. */
  async update(names: readonly string[]): Promise<void> {
    const { lists } = this.#parts.user.config;
    const named = lists.filter(({ name }) => names.length === 0 || names.includes(name));
    refuseUnknown(this.#parts.user.config, names);
    await this.run(urlsOf(named).map(({ url }) => url));
  }

  /**
   * Accepts what is held back of a list, as it was judged, and no more than was last shown; gives its sources. Throws Refused
   * where that cannot be done.
   */
  accept(name: string): Promise<string[]> {
    return this.#parts.user.inTurn(() => this.#accept(name));
  }

  async #accept(name: string): Promise<string[]> {
    const { user, keeper, refresh, log } = this.#parts;
    const { config } = user;
    refuseUnknown(config, [name]);
    const copies = new Map<string, NewCopy>();
    for (const source of locationsOf(config.lists.filter((list) => list.name === name))) {
      const held = refresh.copies.heldOf(source);
      if (held !== undefined && (await this.told.isAsTold(source))) copies.set(source, held.copy);
    }
    if (copies.size === 0) return [];
    const staged = await keeper.stage(config.lists, filesOf(copies));
    if (typeof staged === 'string') throw new Refused([`the lists could not be compiled: ${staged}`]);
    for (const source of copies.keys())
      log.info(
        { event: 'list_accepted', list: name, source, reason: refresh.copies.heldOf(source)?.reason },
        `the update of ${source} that was held back is let through`,
      );
    await this.#adopt(staged, copies);
    refresh.schedule(config.lists);
    return [...copies.keys()];
  }

  /** Makes lists for another configuration: all of them, except updates that the guard holds back. */
  async propose(config: Config): Promise<ListProposal> {
    const { refresh } = this.#parts;
    await refresh.open(config.lists);
    const missing = urlsOf(config.lists)
      .map(({ url }) => url)
      .filter((url) => !refresh.hasCopy(url));
    // Fetches that take longer continue; their copies wait for the next reload or refresh.
    await Promise.race([refresh.fetch(missing), sleep(RELOAD_WAIT_MS, undefined, { ref: false })]);
    const copies = await refresh.gather(config.lists, missing);
    try {
      return await this.#proposeWith(config, copies);
    } catch (error) {
      await refresh.putBack(copies);
      throw error;
    }
  }

  /** Leaves out of what has come what the guard holds back, until the rest is good. */
  async #proposeWith(config: Config, copies: NewCopies): Promise<ListProposal> {
    const { refresh, keeper, user } = this.#parts;
    const good = new Map(copies);
    const bad = new Map<string, string>();
    for (;;) {
      const staged = await keeper.stage(config.lists, filesOf(good));
      if (typeof staged === 'string') throw new Refused([`the lists could not be compiled: ${staged}`]);
      const { held, told, together } = harmOfStaged(config, good, staged, user.lists);
      if (held.size === 0) {
        const warnings = [...told].map(([source, reason]) => `${source}: ${reason}`);
        if (together !== undefined) warnings.push(`new copies are used: ${together}`);
        let isKept = false;
        return {
          staged,
          warnings,
          keep: async () => {
            isKept = true;
            // Held back only now: who refuses the rest has not asked about these either.
            for (const [source, reason] of bad) await this.#hold(config, source, copies, reason);
            await refresh.copies.accept(good);
            await this.#keep(staged);
            await refresh.copies.sweep(config.lists);
          },
          refuse: async () => {
            if (isKept) return;
            await staged.discard();
            await refresh.putBack(copies);
          },
        };
      }
      await staged.discard();
      for (const [source, reason] of held) {
        bad.set(source, reason);
        good.delete(source);
      }
    }
  }

  /** Judges the new copies, and puts the good ones into effect. */
  async #judge(): Promise<void> {
    const { user, refresh } = this.#parts;
    if (refresh.isClosed) return;
    const { config } = user;
    const urls = urlsOf(config.lists).map(({ url }) => url);
    const copies = await refresh.gather(config.lists, urls);
    const again = this.#heldUnderOtherCircumstances(config, copies);
    for (const [source, copy] of again) copies.set(source, copy);
    const lost = await refresh.copies.lostTexts(config.lists, copies, user.lists);
    if (lost.length > 0) {
      await refresh.putBack(copies);
      return;
    }
    if (copies.size === 0) await this.#compileAsItIs();
    else await this.#takeGood(config, copies);
    if (!this.#isSwept) await refresh.copies.sweep(config.lists);
    this.#isSwept = true;
  }

  /** Compiles what lies on disk, judged before; it differs from what is in effect only after a change of the configuration. */
  async #compileAsItIs(): Promise<void> {
    const { user, keeper } = this.#parts;
    const staged = await keeper.stage(user.config.lists);
    if (typeof staged === 'string') this.#compileFailed(staged);
    else await this.#adopt(staged, new Map());
  }

  /** Puts good new copies into effect; the rest is held back, or tried again later. */
  async #takeGood(config: Config, copies: NewCopies): Promise<void> {
    const { refresh, log } = this.#parts;
    const { best, bad, failed, told, failure } = await tryCopies(config, copies, this.#parts);
    if (failure !== undefined) this.#compileFailed(failure);
    if (best !== undefined) await this.#adopt(best.staged, best.copies);
    for (const [source, reason] of bad) {
      if (failed.has(source)) await refresh.copies.fail(pick(copies, source), reason);
      else await this.#hold(config, source, copies, reason);
    }
    for (const [source, reason] of told)
      log.warn(
        { event: 'list_blocks_needed_name', source, reason },
        `the first copy of ${source} is used, and ${reason}`,
      );
  }

  async #adopt(staged: StagedLists, copies: NewCopies): Promise<void> {
    const { user, refresh, log } = this.#parts;
    await refresh.copies.accept(copies);
    await this.#keep(staged);
    if (!staged.changed) return;
    user.adopt(staged.lists);
    const { trie } = staged.lists;
    log.info(
      { event: 'lists_updated', names: trie.entryCount, octets: trie.octets, sources: [...copies.keys()] },
      'new lists are in effect',
    );
  }

  async #keep(staged: StagedLists): Promise<void> {
    const fault = await staged.keep();
    if (fault !== undefined)
      this.#parts.log.error(
        { event: 'snapshot_not_kept', fault },
        'the compiled lists are in use, but could not be kept; the next start compiles them anew',
      );
  }

  async #hold(config: Config, source: string, copies: NewCopies, reason: string): Promise<void> {
    const copy = copies.get(source);
    if (copy === undefined) return;
    await this.#parts.refresh.copies.hold(source, { copy, reason, judgedUnder: circumstancesOf(config) });
  }

  /** Held updates that were judged under another configuration, since this one may let them through. */
  #heldUnderOtherCircumstances(config: Config, copies: NewCopies): NewCopies {
    const { refresh } = this.#parts;
    const now = circumstancesOf(config);
    return new Map(
      locationsOf(config.lists).flatMap((source) => {
        const held = copies.has(source) ? undefined : refresh.copies.heldOf(source);
        return held === undefined || held.judgedUnder === now ? [] : [[source, held.copy] as const];
      }),
    );
  }

  #compileFailed(fault: string): void {
    this.#parts.log.error(
      { event: 'compile_failed', fault },
      'the lists could not be compiled; those in effect stay',
    );
  }
}

/** A digest of what the judgement of an update depends on beside the texts of the lists. */
function circumstancesOf({ lists, policies, vlans, expect }: Config): string {
  const said = JSON.stringify({ lists, policies, vlans, expect }, (key, value: unknown) =>
    key === 'at' ? undefined : typeof value === 'bigint' ? String(value) : value,
  );
  return createHash('sha256').update(said).digest('hex').slice(0, 16);
}

function refuseUnknown({ lists }: Config, names: readonly string[]): void {
  const known = new Set(lists.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Refused(unknown.map((name) => `there is no list ${name}`));
}
