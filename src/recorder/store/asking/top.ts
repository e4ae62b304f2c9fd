// Rankings. Names come from the rankings of whole groups of blocks where the filter is one that they know, clients and lists from the
// sums of whole hours; only what is left at the edges, or what only records know, is counted record by record.
import type { Ranked, TopSubject } from '../../../querylog/history.ts';
import { FLAG } from '../../../querylog/record-layout.ts';
import { vlanTest } from '../../wanted.ts';
import type { Block } from '../packed/block.ts';
import { GROUP_BLOCKS, eachRanked } from '../packed/ranking.ts';
import type { BlockPlace } from '../packed/stored-block.ts';
import { HOUR_MS } from '../packed/sums.ts';
import { Counts } from '../packed/term-list.ts';
import type { OpenLog } from '../sqlite/open-log.ts';
import type { HistoryFilter } from '../../../querylog/history.ts';
import type { Selection } from './selection.ts';
import { blocksOf, eachMatch } from './selection.ts';

/** What something had. */
interface Counted {
  queries: number;
  blocked: number;
}

/** Counts by what is ranked. */
class Tally<Key> {
  readonly #counts = new Map<Key, Counted>();

  add(key: Key, queries: number, blocked: number): void {
    const counted = this.#counts.get(key);
    if (counted === undefined) this.#counts.set(key, { queries, blocked });
    else {
      counted.queries += queries;
      counted.blocked += blocked;
    }
  }

  /** By what `toWhat` makes of keys, which may be the same of several; the most first, then by name. */
  ranked(limit: number, toWhat: (key: Key) => string): readonly Ranked[] {
    const most = [...this.#counts].filter(([, { queries }]) => queries > 0);
    most.sort(([, a], [, b]) => b.queries - a.queries);
    const least = most[limit - 1]?.[1].queries ?? 0;
    return most
      .filter(([, { queries }]) => queries >= least)
      .slice(0, limit * 2)
      .map(([key, counted]) => ({ what: toWhat(key), ...counted }))
      .toSorted((a, b) => b.queries - a.queries || (a.what < b.what ? -1 : 1))
      .slice(0, limit);
  }

  each(tell: (key: Key, counted: Counted) => void): void {
    for (const [key, counted] of this.#counts) tell(key, counted);
  }
}

/** What is asked for. */
export interface Asked {
  readonly selection: Selection;
  readonly filter: HistoryFilter;
  readonly limit: number;
}

export function top(log: OpenLog, subject: TopSubject, asked: Asked): readonly Ranked[] {
  if (subject === 'names') return topNames(log, asked);
  return subject === 'clients' ? topClients(log, asked) : topLists(log, asked);
}

function topNames(log: OpenLog, { selection, filter, limit }: Asked): readonly Ranked[] {
  const counts = new Counts();
  const { groups, rest } = wholeGroups(log, selection);
  const count = (name: number, queries: number, blocked: number): void => {
    if (filter.blocked === undefined) counts.add(name, queries, blocked);
    else if (filter.blocked) counts.add(name, blocked, blocked);
    else counts.add(name, queries - blocked);
  };
  for (const group of groups) for (const vlan of rankedVlans(filter)) eachRanked(group, vlan, count);
  for (const block of rest) {
    const isBlocked = blockedOf(log, block);
    eachMatch(block, selection, log.manners, (at) => {
      counts.add(block.nameTerms[block.names[at]!]!, 1, isBlocked[block.manners[at]!]);
    });
  }
  const tally = new Tally<number>();
  const least = leastOf(counts, limit);
  for (let number = 0; number < counts.ids.length; number++) {
    const queries = counts.first(number);
    if (queries >= least) tally.add(counts.ids[number]!, queries, counts.second(number));
  }
  return tally.ranked(limit, (id) => log.names.text(id));
}

/** The VLANs whose rankings are meant; undefined stands for that of all. */
function rankedVlans({ vlan, within }: HistoryFilter): readonly (string | undefined)[] {
  if (within === undefined) return [vlan];
  return [...new Set(within)].filter((name) => vlan === undefined || name === vlan);
}

/** What the last one of a ranking has: fewer do not come into it. */
function leastOf(counts: Counts, limit: number): number {
  const all = Uint32Array.from(counts.ids, (_, number) => counts.first(number)).toSorted();
  return Math.max(all[Math.max(all.length - limit, 0)] ?? 1, 1);
}

/** Rankings of groups that are meant as a whole, and the blocks that are to be read. */
function wholeGroups(
  log: OpenLog,
  selection: Selection,
): { readonly groups: readonly Uint8Array[]; readonly rest: readonly Block[] } {
  const byGroup = new Map<number, BlockPlace[]>();
  for (const place of log.blocks.places) {
    const group = Math.floor(place.seq / GROUP_BLOCKS);
    const places = byGroup.get(group);
    if (places === undefined) byGroup.set(group, [place]);
    else places.push(place);
  }
  const isWhole = ({ fromMs, toMs }: BlockPlace): boolean =>
    fromMs >= selection.sinceMs && toMs < selection.untilMs;
  const groups: Uint8Array[] = [];
  const rest: Block[] = [];
  for (const [group, places] of byGroup) {
    const knows = selection.names === undefined && selection.clients === undefined;
    const ranking = knows && places.every(isWhole) ? log.blocks.ranking(group) : undefined;
    if (ranking !== undefined) groups.push(ranking);
    else
      rest.push(
        ...places.filter((place) => isMeant(place, selection)).map((place) => log.blocks.read(place)),
      );
  }
  const open = log.segments.map(({ block }) => block).filter((block) => isMeant(block, selection));
  return { groups, rest: [...rest, ...open] };
}

function isMeant(
  { fromMs, toMs }: Pick<BlockPlace, 'fromMs' | 'toMs'>,
  { sinceMs, untilMs }: Selection,
): boolean {
  return toMs >= sinceMs && fromMs < untilMs;
}

/** By a block's own number of manners, 1 for those that are blocked. */
function blockedOf(log: OpenLog, { mannerTerms }: Block): Uint8Array {
  return Uint8Array.from(mannerTerms, (id) => ((log.manners.manner(id).flags & FLAG.BLOCKED) === 0 ? 0 : 1));
}

function topClients(log: OpenLog, asked: Asked): readonly Ranked[] {
  const tally = new Tally<number>();
  countSorts(log, asked, (sort, client, count) => {
    if (client !== 0) tally.add(client, count, log.manners.sortOf(sort).blocked ? count : 0);
  });
  // One address may have had several names: they are told as one, by the name that it has in most queries.
  const named = new Tally<string>();
  tally.each((id, { queries, blocked }) => {
    const client = log.clients.client(id);
    if (client !== undefined) named.add(client.name ?? client.address, queries, blocked);
  });
  return named.ranked(asked.limit, (what) => what);
}

function topLists(log: OpenLog, asked: Asked): readonly Ranked[] {
  const tally = new Tally<string>();
  countSorts(log, asked, (sort, _client, count) => {
    const { lists, blocked } = log.manners.sortOf(sort);
    for (const list of lists) tally.add(list, count, blocked ? count : 0);
  });
  return tally.ranked(asked.limit, (what) => what);
}

/** Tells how many queries each sort and client had: whole hours from the sums, the rest from the records. */
function countSorts(
  log: OpenLog,
  { selection, filter }: Asked,
  tell: (sort: number, client: number, count: number) => void,
): void {
  const { sinceMs, untilMs, names, clients } = selection;
  const { blocked } = filter;
  const isVlan = vlanTest(filter);
  const fromHour = Math.ceil(sinceMs / HOUR_MS);
  const toHour = untilMs === Infinity ? Number.MAX_SAFE_INTEGER : Math.floor(untilMs / HOUR_MS);
  if (names !== undefined || toHour <= fromHour) {
    countRecords(log, selection, tell);
    return;
  }
  log.sums.each([fromHour, toHour], log.segments, (_hour, sort, client, count) => {
    const kept = log.manners.sortOf(sort);
    const isOther = !isVlan(kept.vlan) || (blocked !== undefined && kept.blocked !== blocked);
    if (!isOther && (clients === undefined || clients.has(client))) tell(sort, client, count);
  });
  countRecords(log, { ...selection, untilMs: fromHour * HOUR_MS }, tell);
  if (untilMs !== Infinity) countRecords(log, { ...selection, sinceMs: toHour * HOUR_MS }, tell);
}

function countRecords(
  log: OpenLog,
  selection: Selection,
  tell: (sort: number, client: number, count: number) => void,
): void {
  for (const block of blocksOf(log, selection)) {
    const { mannerTerms, clientTerms, manners, clients } = block;
    const counts = new Map<number, number>();
    eachMatch(block, selection, log.manners, (at) => {
      const key = manners[at]! * 65536 + clients[at]!;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
    for (const [key, count] of counts)
      tell(log.manners.manner(mannerTerms[key >>> 16]!).sort, clientTerms[key & 0xffff]!, count);
  }
}
