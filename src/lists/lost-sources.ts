// The sources that a change of lists would lose. Pure. The rule: good text is not given up because a file is briefly gone.
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
 * The sources that cannot be read after a change and whose loss matters: they were read before, or a policy that answered
 * would now refuse because their list is missing.
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

/** The missing lists for which a policy answers SERVFAIL. */
function refusedFor(serving: Serving): string[] {
  return serving.configured
    .filter(({ refuseWhenMissing }) => refuseWhenMissing)
    .flatMap(({ missingLists }) => missingLists);
}
