// Orders about lists by name, `update` and `accept`, and their outcome source by source: the replies of the control socket.
// A name that no list has is refused.
import { readStamp } from '../lists/fetch/file-source.ts';
import { reportOf } from '../lists/compiled-lists.ts';
import { locationsOf } from '../lists/list-sources.ts';
import type { Config } from '../config/config.ts';
import type { CompiledLists } from '../lists/compiled-lists.ts';
import type { ListRefresh } from '../lists/list-refresh.ts';
import type { ListUpdates } from '../lists/list-updates.ts';
import type { SourceStatus } from '../lists/source-book.ts';

/** The state of a source after an order. */
interface OrderedSource {
  readonly list: string;
  readonly source: string;
  readonly state: 'updated' | 'unchanged' | 'accepted' | 'held' | 'failed' | 'missing';
  /** Why the order was not carried out; undefined if it was. */
  readonly message: string | undefined;
}

/** The outcome of an order. */
export interface OrderOutcome {
  readonly lists: readonly OrderedSource[];
}

/** The service whose lists are meant. */
export interface ListService {
  readonly config: Config;
  /** Those in effect. */
  readonly lists: CompiledLists;
  readonly refresh: ListRefresh;
  readonly updates: ListUpdates;
}

/** Fetches lists now, all or those named, and puts what is good into effect. */
export async function updateLists(service: ListService, names: readonly string[]): Promise<OrderOutcome> {
  const before = await readStamps(service);
  await service.updates.update(names);
  const after = await readStamps(service);
  const outcomeOf = (source: string) => (before.get(source) === after.get(source) ? 'unchanged' : 'updated');
  const lists = statusesOf(service, names).map((status) => toOrdered(service, status, outcomeOf));
  await service.updates.told.tell(lists.map(({ source }) => source));
  return { lists };
}

/** Lets what is held back of a list through, as it was told of last. */
export async function acceptList(service: ListService, name: string): Promise<OrderOutcome> {
  const accepted = new Set(await service.updates.accept(name));
  const outcomeOf = (source: string) => (accepted.has(source) ? 'accepted' : 'unchanged');
  const lists = statusesOf(service, [name]).map((status) => {
    const ordered = toOrdered(service, status, outcomeOf);
    return ordered.state === 'held'
      ? { ...ordered, message: `${status.state}; ${OTHER_THAN_TOLD}` }
      : ordered;
  });
  await service.updates.told.tell(lists.map(({ source }) => source));
  return { lists };
}

/** Why a held update was not accepted: people accept what they were shown. */
const OTHER_THAN_TOLD = 'this is not what was last shown, so it was not accepted; look again first';

function statusesOf(
  { refresh, config, lists: inEffect }: ListService,
  names: readonly string[],
): SourceStatus[] {
  const lists = config.lists.filter(({ name }) => names.length === 0 || names.includes(name));
  return refresh.statuses(lists, inEffect);
}

function toOrdered(
  { lists }: ListService,
  { list, source, code, state }: SourceStatus,
  outcomeOf: (source: string) => 'updated' | 'unchanged' | 'accepted',
): OrderedSource {
  if (code === 'ok') return { list, source, state: outcomeOf(source), message: undefined };
  const isMissing = reportOf(lists, list, source)?.missing !== undefined;
  return { list, source, state: code === 'held' ? 'held' : isMissing ? 'missing' : 'failed', message: state };
}

/** The state of each good copy, by source. */
async function readStamps({ refresh, config }: ListService): Promise<Map<string, string | undefined>> {
  const stamps = new Map<string, string | undefined>();
  for (const source of locationsOf(config.lists)) stamps.set(source, await readStamp(refresh.fileOf(source)));
  return stamps;
}
