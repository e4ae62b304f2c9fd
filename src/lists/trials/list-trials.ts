// Tries new copies of sources out, together and apart, until it is known which of them are good. Nothing takes effect here.
import type { Config } from '../../config/config.ts';
import type { CompiledLists } from '../compiled-lists.ts';
import { harmOf } from './list-harm.ts';
import type { Harmful } from './list-harm.ts';
import type { ListKeeper, StagedLists } from '../list-keeper.ts';
import { neededNames } from './never-block.ts';
import { sortOut } from './sort-out.ts';
import type { Harm } from './sort-out.ts';
import type { NewCopies } from '../source-copies.ts';

/** What copies are tried with. */
export interface TrialParts {
  readonly keeper: ListKeeper;
  /** Who uses the lists: tells what other ones would break. */
  readonly user: {
    /** Those in effect. */
    readonly lists: CompiledLists;
    wouldBreak(lists: CompiledLists): readonly string[];
  };
}

/** The outcome of a trial. */
interface TrialOutcome {
  /** What is good, compiled; undefined where nothing is. */
  readonly best: { readonly staged: StagedLists; readonly copies: NewCopies } | undefined;
  /** Why the others are not, by source. */
  readonly bad: ReadonlyMap<string, string>;
  /** Those of them about which nothing could be found out. */
  readonly failed: ReadonlySet<string>;
  /** Warnings about sources that are good all the same. */
  readonly told: ReadonlyMap<string, string>;
  /** Why lists could not be compiled, where they could not. */
  readonly failure: string | undefined;
}

/** Finds out which copies are good; whoever called takes the best into effect, or discards it. */
export async function tryCopies(
  config: Config,
  copies: NewCopies,
  { keeper, user }: TrialParts,
): Promise<TrialOutcome> {
  let best: TrialOutcome['best'];
  const told = new Map<string, string>();
  let failure: string | undefined;
  const tryOut = async (chosen: readonly string[]): Promise<Harm | undefined> => {
    const some = new Map(chosen.flatMap((source) => [...pick(copies, source)]));
    const staged = await keeper.stage(config.lists, filesOf(some));
    if (typeof staged === 'string') {
      failure = staged;
      return { alone: new Map(), together: `the lists could not be compiled: ${staged}`, isFailure: true };
    }
    const harmful = harmOfStaged(config, some, staged, user.lists);
    for (const [source, reason] of harmful.told) told.set(source, reason);
    const harm = toHarm(harmful) ?? brokenBy(staged, user);
    if (harm !== undefined) {
      await staged.discard();
      return harm;
    }
    await best?.staged.discard();
    best = { staged, copies: some };
    return undefined;
  };
  const { bad, failed } = await sortOut([...copies.keys()], tryOut);
  for (const source of bad.keys()) told.delete(source);
  return { best, bad, failed, told, failure };
}

function toHarm({ held, together }: Harmful): Harm | undefined {
  return held.size === 0 && together === undefined ? undefined : { alone: held, together };
}

/** What new copies would do by themselves in the lists that were compiled with them. */
export function harmOfStaged(
  config: Config,
  copies: NewCopies,
  staged: StagedLists,
  before: CompiledLists,
): Harmful {
  if (!staged.changed) return { held: new Map(), told: new Map() };
  const sources = new Set(copies.keys());
  return harmOf({
    config,
    sources,
    before,
    after: staged.lists,
    needed: neededNames(config),
  });
}

/** The expectations that lists would break, which no single source can be blamed for. */
function brokenBy(staged: StagedLists, user: TrialParts['user']): Harm | undefined {
  const broken = staged.changed ? user.wouldBreak(staged.lists) : [];
  if (broken.length === 0) return undefined;
  const together = broken.map((line) => `an expectation would break: ${line}`).join('; ');
  return { alone: new Map(), together };
}

/** The files of copies, as the keeper takes them. */
export function filesOf(copies: NewCopies): Map<string, string> {
  return new Map([...copies].map(([source, { file }]) => [source, file]));
}

/** One of the copies, or none. */
export function pick(copies: NewCopies, source: string): NewCopies {
  const copy = copies.get(source);
  return new Map(copy === undefined ? [] : [[source, copy]]);
}
