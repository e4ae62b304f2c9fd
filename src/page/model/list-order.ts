// Lists as they are shown: each with its sources, those that somebody has to look at first. Pure.
import type { Status } from '../../status/status.ts';

type Source = Status['lists'][number];
/** How a source is, for programs. */
export type SourceCode = Source['code'];

/** A list with its sources. */
export interface ShownList {
  readonly name: string;
  readonly sources: readonly Source[];
  /** The state of the source that needs most to be looked at. */
  readonly code: SourceCode;
  readonly isHeld: boolean;
  readonly entries: number;
  /** Queries that it would have blocked, where it is only observed. */
  readonly observed: number | undefined;
}

/** What needs to be looked at most comes first. */
const ORDER: readonly SourceCode[] = ['held', 'failed', 'missing', 'fetching', 'due', 'ok'];

/** The lists: those that need to be looked at first, else as they are configured. */
export function shownLists({ lists, observed }: Pick<Status, 'lists' | 'observed'>): ShownList[] {
  const names = [...new Set([...lists.map(({ list }) => list), ...observed.map(({ list }) => list)])];
  return names
    .map((name): ShownList => {
      const sources = lists.filter(({ list }) => list === name);
      const code = ORDER.find((one) => sources.some((source) => source.code === one)) ?? 'ok';
      return {
        name,
        sources,
        code,
        isHeld: sources.some(({ isHeld }) => isHeld),
        entries: sources.reduce((sum, { entries }) => sum + entries, 0),
        observed: observed.find(({ list }) => list === name)?.queries,
      };
    })
    .toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** What is as it should be, or will be by itself, keeps its place. */
function rankOf({ code }: ShownList): number {
  return code === 'held' || code === 'failed' || code === 'missing' ? ORDER.indexOf(code) : ORDER.length;
}

/** What of lists makes a difference to who looks at them: read anew when it changes. */
export function markOf({ lists, observed }: Pick<Status, 'lists' | 'observed'>): string {
  return JSON.stringify([
    lists.map(({ list, source, code, state, entries, fetchedAt }) => [
      list,
      source,
      code,
      state,
      entries,
      fetchedAt,
    ]),
    observed,
  ]);
}
