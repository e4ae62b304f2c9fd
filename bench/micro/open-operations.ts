// The operations of one tree of sources, this one or another beside it. The other has to have bench/micro with the same
// functions; each tree has modules of its own, so that neither's calls are compiled for the other's objects.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as houseModule from './house.ts';
import type * as listsModule from './lists.ts';
import { loggedOperations } from './logged.ts';
import type * as operationsModule from './operations.ts';
import type { Operation } from './operations.ts';

const CACHED = 20_000;
const DEFAULT_LISTS = '../shared/data/lists';

/** Operations by name, and what their lists were made of. */
export interface OpenedOperations {
  readonly from: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** What a household is made of. */
interface HouseholdOptions {
  /** Default: ../shared/data/lists where it is there, else made-up names alone. */
  readonly listsFolder?: string | undefined;
  /** The services that it blocks. Default: all. An older tree that knows no services blocks none. */
  readonly services?: readonly string[] | undefined;
}

/** Puts a household of the tree at `root` together. Rejects where it has no bench/micro. */
export async function openOperations(
  root: string,
  { listsFolder, services }: HouseholdOptions,
): Promise<OpenedOperations> {
  const load = (file: string): string => pathToFileURL(join(resolve(root), 'bench/micro', file)).href;
  // oxlint-disable typescript/no-unsafe-type-assertion -- the same functions, or an older version of them
  const { cacheAnswer, openHouse } = (await import(load('house.ts'))) as typeof houseModule;
  const { makeNames, openBenchLists } = (await import(load('lists.ts'))) as typeof listsModule;
  const { operationsOn } = (await import(load('operations.ts'))) as typeof operationsModule;
  // oxlint-enable typescript/no-unsafe-type-assertion
  const lists = await openBenchLists(listsFolder ?? (existsSync(DEFAULT_LISTS) ? DEFAULT_LISTS : undefined));
  const house = await openHouse(lists.trie, lists.sources, services);
  const cached = makeNames(CACHED, 2).map((name) => `www.${name}.example`);
  for (const name of cached) cacheAnswer(house, name);
  const operations = operationsOn(house, { blocked: lists.blocked, cached });
  // Another tree may be too old to have a log.
  const logged = root === '.' ? loggedOperations(house, operations) : {};
  return { from: lists.from, operations: { ...operations, ...logged } };
}
