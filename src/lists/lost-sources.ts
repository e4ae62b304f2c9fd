// What a change of lists would take away. Pure. The rule: what was good is not given up because a file is gone for a moment.
import type { SourceReport } from '../blocklists/compile-report.ts';
import type { Serving } from '../server/serving.ts';
import type { CompiledLists } from './compiled-lists.ts';
import { reportOf } from './compiled-lists.ts';

/** Lists, and what queries are answered from with them. */
export interface ListState {
  readonly serving: Serving;
  readonly lists: CompiledLists;
}

/**
 * The sources that cannot be read after a change and that it would make a difference for: they were read before, or a
 * policy that answered would now refuse for want of their list.
 */
export function lostSources(before: ListState, after: ListState): SourceReport[] {
  const refused = new Set(refusedFor(before.serving));
  const newlyRefused = new Set(refusedFor(after.serving).filter((list) => !refused.has(list)));
  return after.lists.meta.sources.filter(({ list, source, missing }) => {
    if (missing === undefined) return false;
    const known = reportOf(before.lists, list, source);
    return newlyRefused.has(list) || (known !== undefined && known.missing === undefined);
  });
}

/** The lists for want of which a policy answers SERVFAIL. */
function refusedFor(serving: Serving): string[] {
  return serving.policies
    .filter(({ refuseWhenMissing }) => refuseWhenMissing)
    .flatMap(({ missingLists }) => missingLists);
}
