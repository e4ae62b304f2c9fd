// What a person orders of the lists by name, update or accept, and what became of it source by source: the replies of the
// control socket. A name that no list has is refused.
import { readStamp } from '../lists/fetch/file-source.ts';
import { reportOf } from '../lists/compiled-lists.ts';
import { locationsOf } from '../lists/list-sources.ts';
import type { Service } from '../daemon/service.ts';
import type { SourceStatus } from '../lists/source-book.ts';

/** How a source is after an order. */
interface OrderedSource {
  readonly list: string;
  readonly source: string;
  readonly state: 'updated' | 'unchanged' | 'accepted' | 'held' | 'failed' | 'missing';
  /** Why it is not as ordered. */
  readonly message: string | undefined;
}

/** What became of an order. */
export interface OrderOutcome {
  readonly lists: readonly OrderedSource[];
}

/** Fetches lists now, all or those named, and puts what is good into effect. */
export async function updateLists(service: Service, names: readonly string[]): Promise<OrderOutcome> {
  const before = await readStamps(service);
  await service.updates.update(names);
  const after = await readStamps(service);
  const outcomeOf = (source: string) => (before.get(source) === after.get(source) ? 'unchanged' : 'updated');
  const lists = statusesOf(service, names).map((status) => toOrdered(service, status, outcomeOf));
  await service.updates.told.tell(lists.map(({ source }) => source));
  return { lists };
}

/** Lets what is held back of a list through, as it was told of last. */
export async function acceptList(service: Service, name: string): Promise<OrderOutcome> {
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

/** Why what is held back was not let through: people accept what they were told of. */
const OTHER_THAN_TOLD = 'that is not what was told of it last, and so it was not let through';

function statusesOf({ refresh, config, lists: inEffect }: Service, names: readonly string[]): SourceStatus[] {
  const lists = config.lists.filter(({ name }) => names.length === 0 || names.includes(name));
  return refresh.statuses(lists, inEffect);
}

function toOrdered(
  { lists }: Service,
  { list, source, state, isHeld }: SourceStatus,
  outcomeOf: (source: string) => 'updated' | 'unchanged' | 'accepted',
): OrderedSource {
  if (state === 'ok') return { list, source, state: outcomeOf(source), message: undefined };
  const isMissing = reportOf(lists, list, source)?.missing !== undefined;
  return { list, source, state: isHeld ? 'held' : isMissing ? 'missing' : 'failed', message: state };
}

/** The state of each good copy, by source. */
async function readStamps({ refresh, config }: Service): Promise<Map<string, string | undefined>> {
  const stamps = new Map<string, string | undefined>();
  for (const source of locationsOf(config.lists)) stamps.set(source, await readStamp(refresh.fileOf(source)));
  return stamps;
}
