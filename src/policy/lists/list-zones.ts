// What decides inside a list before lists are weighed against each other: response policy zones, whose order decides where a
// list has several, and rules about every name, which are the weakest of their source.

/** The zones of all lists. Numbers are those of sources, those of effects included. */
export interface ListZones {
  /** `[number]` is the first policy zone of the same list; -1 for a source that is no policy zone. */
  readonly groups: Int32Array;
  /** Lists with more than one policy zone, by the number of the first. */
  readonly ordered: ReadonlySet<number>;
  /** Rules about every name, as members of sets: source and kind. */
  readonly roots: readonly number[];
}

/** What is needed of a source to find the zones. */
interface ZoneSource {
  readonly list: string;
  readonly format: string;
}

/** Finds the zones; `sourceOf` gives the source behind each of `count` numbers. Undefined where there are none. */
export function findZones(
  sources: readonly ZoneSource[],
  count: number,
  sourceOf: (number: number) => number,
  roots: readonly number[],
): ListZones | undefined {
  const firsts = new Map<string, number>();
  const ordered = new Set<number>();
  for (const [number, { list, format }] of sources.entries()) {
    if (format !== 'rpz') continue;
    const first = firsts.get(list);
    if (first === undefined) firsts.set(list, number);
    else ordered.add(first);
  }
  if (firsts.size === 0 && roots.length === 0) return undefined;
  const groups = Int32Array.from({ length: count }, (_, number) => {
    const source = sources[sourceOf(number)];
    return source?.format === 'rpz' ? (firsts.get(source.list) ?? -1) : -1;
  });
  return { groups, ordered, roots };
}

/** Whether the order of a source among the zones of its list decides. */
export function isOrdered(zones: ListZones | undefined, number: number): boolean {
  return zones?.ordered.has(zones.groups[number] ?? -1) === true;
}
