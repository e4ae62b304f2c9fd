// What new copies of sources would do, looked at in the lists that were compiled with them: what the guard says of each, and
// the names that devices or this service need. Pure.
import { checkUpdate } from '../blocklists/fetch/list-guard.ts';
import { ANY_BLOCK, BIT, bitsAbout, bitsOf } from '../policy/verdict-table.ts';
import { isAllow } from '../blocklists/rule.ts';
import { Matches } from '../blocklists/trie/matches.ts';
import type { Config, List } from '../config/config.ts';
import { parseName } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import type { CompiledLists } from './assemble.ts';
import { reportOf } from './list-keeper.ts';
import type { NeededName } from './never-block.ts';

/** New copies by their sources, and the lists without and with them. */
export interface ListChange {
  readonly config: Config;
  readonly sources: ReadonlySet<string>;
  readonly before: CompiledLists;
  readonly after: CompiledLists;
  readonly needed: readonly NeededName[];
}

/** What is wrong with new copies, by source, each in a sentence without a full stop. */
export interface Harmful {
  /** What must not take effect. */
  readonly held: ReadonlyMap<string, string>;
  /** What takes effect all the same, because without a first copy the list would be missing. */
  readonly told: ReadonlyMap<string, string>;
}

/** Says which new copies do harm by themselves. */
export function harmOf(change: ListChange): Harmful {
  const held = new Map<string, string>();
  const told = new Map<string, string>();
  for (const list of change.config.lists) {
    const blocked = blockedNames(list, change);
    for (const { kind, location } of list.sources) {
      const next = reportOf(change.after, list.name, location);
      if (next === undefined || !change.sources.has(location)) continue;
      const before = reportOf(change.before, list.name, location);
      const previous = before?.missing === undefined ? before : undefined;
      const bounds = { ...list.guard, isOwnFile: kind === 'file' };
      const reason = checkUpdate({ previous, next, ...bounds }) ?? blocked.get(location);
      if (reason !== undefined)
        (isFirst(previous, reason, blocked.get(location)) ? told : held).set(location, reason);
    }
  }
  return { held, told };
}

/** Whether all that is wrong is that a first copy blocks a name that is needed. */
function isFirst(previous: unknown, reason: string, blocked: string | undefined): boolean {
  return previous === undefined && reason === blocked;
}

/** By source, the needed names that a list begins to block: its verdict alone, whatever policies and other lists say. */
function blockedNames(
  list: List,
  { config, sources, before, after, needed }: ListChange,
): Map<string, string> {
  const reasons = new Map<string, string>();
  const changed = list.sources.filter(({ location }) => sources.has(location));
  const blocks = config.policies.some(({ block }) => block.lists.some(({ name }) => name === list.name));
  if (changed.length === 0 || !blocks) return reasons;
  const view = new NameView();
  for (const { name, what } of needed) {
    if (list.guard.mayBlock.some((free) => name === free || name.endsWith(`.${free}`))) continue;
    view.setWire(parseName(name));
    const now = verdictOf(list.name, after, view);
    if (!now.isBlocked || verdictOf(list.name, before, view).isBlocked) continue;
    const culprits = changed.filter(({ location }) => now.blockedBy.has(location));
    // Where none of them blocks it, one has lost the exception that stood against another source.
    for (const { location } of culprits.length > 0 ? culprits : changed)
      if (!reasons.has(location)) reasons.set(location, `it would block ${name}, ${what}`);
  }
  return reasons;
}

/** What a list by itself says about a name, and which of its sources block it. */
function verdictOf(
  list: string,
  { trie, meta }: CompiledLists,
  name: NameView,
): { readonly isBlocked: boolean; readonly blockedBy: ReadonlySet<string> } {
  const matches = new Matches();
  const blockedBy = new Set<string>();
  let seen = 0;
  trie.match(name, matches);
  for (let at = 0; at < matches.count; at++) {
    for (const { source, kind } of trie.membersOf(matches.setIds[at] ?? 0)) {
      const report = meta.sources[source];
      if (report?.list !== list) continue;
      const bits = bitsAbout(bitsOf(kind, 'as written'), matches.depths[at] === name.labelCount);
      if (bits !== 0 && !isAllow(kind)) blockedBy.add(report.source);
      seen |= bits;
    }
  }
  return { isBlocked: isBlockedBy(seen), blockedBy };
}

/** The order of lists: `$important` first, and exceptions before what they are exceptions from. */
function isBlockedBy(seen: number): boolean {
  if ((seen & BIT.IMPORTANT_ALLOW_HERE) !== 0) return false;
  if ((seen & BIT.IMPORTANT_BLOCK_HERE) !== 0) return true;
  return (seen & BIT.ALLOW_HERE) === 0 && (seen & ANY_BLOCK) !== 0;
}
