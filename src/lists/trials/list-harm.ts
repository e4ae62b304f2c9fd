// What harm new copies of sources would do in the lists compiled with them: what the guard says about each, and which names
// that devices or this service need they would block. Pure.
import { checkUpdate } from '../fetch/list-guard.ts';
import { ANY_BLOCK, BIT, bitsAbout, bitsOf } from '../../policy/verdict-table.ts';
import { sourceBehind } from '../../blocklists/compile-report.ts';
import type { ImageMeta, SourceReport } from '../../blocklists/compile-report.ts';
import { CUT, isBlock, kindOfMember, sourceOfMember } from '../../blocklists/rule.ts';
import { Matches } from '../../blocklists/trie/matches.ts';
import type { Config, List } from '../../config/config.ts';
import { parseName } from '../../dns/name-text.ts';
import { NameView } from '../../dns/name-view.ts';
import { TYPE } from '../../dns/numbers.ts';
import type { Rulebook } from '../../policy/policy.ts';
import { fallenRules } from '../../policy/standing-rules.ts';
import type { PathRule } from '../../policy/standing-rules.ts';
import type { CompiledLists } from '../compiled-lists.ts';
import { reportOf } from '../compiled-lists.ts';
import { noveltyOf } from './list-novelties.ts';
import type { NeededName } from './never-block.ts';
import { toRulebook } from '../rulebook.ts';

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
  /** What takes effect with a warning, because without a first copy the list would be missing. */
  readonly told: ReadonlyMap<string, string>;
  /** Harm that they do together, where it is not known which of them does it. */
  readonly together?: string;
}

/** Says which new copies do harm. */
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
      const begins =
        previous === undefined || kind === 'file'
          ? undefined
          : noveltyOf(location, change.before, change.after);
      const reason = checkUpdate({ previous, next, ...bounds }) ?? blocked.get(location) ?? begins;
      if (reason !== undefined)
        (isFirst(previous, reason, blocked.get(location)) ? told : held).set(location, reason);
    }
  }
  const together = crowdedOut(change);
  return { held, told, ...(together === undefined ? {} : { together }) };
}

/** Says so where rules of unchanged sources have no room any more beside the new copies. */
function crowdedOut({ config, sources, before, after }: ListChange): string | undefined {
  for (const { name, sources: own } of config.lists)
    for (const { location } of own) {
      if (sources.has(location)) continue;
      const now = reportOf(after, name, location)?.withoutRoom ?? 0;
      const was = reportOf(before, name, location);
      const more = was === undefined ? 0 : now - (was.withoutRoom ?? 0);
      if (more > 0) return `it would leave no room for ${more} rules of ${location}`;
    }
  return undefined;
}

/** Whether the only fault is that a first copy blocks a needed name. */
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
  const [sayBefore, sayAfter] = [new ListVerdicts(before), new ListVerdicts(after)];
  for (const { name, what } of needed) {
    if (list.guard.mayBlock.some((free) => name === free || name.endsWith(`.${free}`))) continue;
    view.setWire(parseName(name));
    const now = sayAfter.on(view, list.name);
    if (!now.isBlocked || sayBefore.on(view, list.name).isBlocked) continue;
    const culprits = changed.filter(({ location }) => now.blockedBy.has(location));
    // Where none of them blocks it, one has lost an exception to a rule of another source.
    for (const { location } of culprits.length > 0 ? culprits : changed)
      if (!reasons.has(location)) reasons.set(location, `it would block ${name}, ${what}`);
  }
  return reasons;
}

/** What a list by itself says about a name, and which of its sources block it. */
interface ListVerdict {
  readonly isBlocked: boolean;
  readonly blockedBy: ReadonlySet<string>;
}

/** Gives the verdicts of single lists. */
class ListVerdicts {
  readonly #meta: ImageMeta;
  readonly #book: Rulebook;
  readonly #matches = new Matches();

  constructor(lists: CompiledLists) {
    this.#meta = lists.meta;
    this.#book = toRulebook({ trie: lists.trie }, lists);
  }

  /** Judges a query for a name's IPv4 addresses, and if that is not blocked, an alias that leads to the name. */
  on(name: NameView, list: string): ListVerdict {
    const asked = this.#on(name, list, TYPE.A);
    return asked.isBlocked ? asked : this.#on(name, list, TYPE.CNAME);
  }

  #on(name: NameView, list: string, qtype: number): ListVerdict {
    const blockedBy = new Set<string>();
    let seen = 0;
    const own = this.#rulesOnPath(name).filter((rule) => this.#reportOf(rule)?.list === list);
    const fallen = fallenRules(this.#book, name, qtype, own);
    for (const [index, rule] of own.entries()) {
      const { source, kind, depth, isWhole } = rule;
      // A name that has to be asked for over TCP is not lost.
      if (fallen[index] !== undefined || this.#book.effects[source]?.answer === 'tcp') continue;
      const bits = bitsAbout(bitsOf(kind, 'as written'), isWhole || depth === name.labelCount);
      if (bits !== 0 && isBlock(kind)) blockedBy.add(this.#reportOf(rule)?.source ?? '');
      seen |= bits;
    }
    return { isBlocked: isBlockedBy(seen), blockedBy };
  }

  #reportOf({ source }: PathRule): SourceReport | undefined {
    return this.#meta.sources[sourceBehind(this.#meta, source)];
  }

  #rulesOnPath(name: NameView): PathRule[] {
    const { lists, expressions, zones } = this.#book;
    const matches = this.#matches;
    lists.match(name, matches);
    const named = Array.from({ length: matches.count }, (_, at) =>
      lists
        .membersOf(matches.setIds[at] ?? 0)
        .map((member) => ({ ...member, depth: matches.depths[at] ?? 0, isWhole: false })),
    ).flat();
    const numbers = expressions?.index.matching(name, name.suffixHash(0)) ?? [];
    return [
      ...named,
      ...numbers.map((number) =>
        toWhole(expressions?.members[number] ?? 0, expressions?.depths[number] ?? 0),
      ),
      ...(zones?.roots ?? []).map((member) => toWhole(member, 0)),
    ];
  }
}

function toWhole(member: number, depth: number): PathRule {
  // It applies to the name itself as well as to names below.
  return { source: sourceOfMember(member), kind: kindOfMember(member) & ~CUT, depth, isWhole: true };
}

/** The precedence within lists: `$important` first, and exceptions before blocks. */
function isBlockedBy(seen: number): boolean {
  if ((seen & BIT.IMPORTANT_ALLOW_HERE) !== 0) return false;
  if ((seen & BIT.IMPORTANT_BLOCK_HERE) !== 0) return true;
  return (seen & BIT.ALLOW_HERE) === 0 && (seen & ANY_BLOCK) !== 0;
}
