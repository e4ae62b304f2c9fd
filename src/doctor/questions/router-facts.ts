// Questions about a RouterOS export that several findings ask.

import type { RouterEntryFact } from '../facts/network-facts.ts';
import type { Scene } from '../finding.ts';

type Sources = Pick<Scene, 'evidence'>;

/** The entries of a menu. */
export function entriesOf({ evidence }: Sources, path: string): RouterEntryFact[] {
  return evidence.all('router entry').filter((entry) => entry.path === path);
}

/** The entries of the bridge VLAN table that a VLAN is in. */
export function vlanEntries(sources: Sources, id: number): RouterEntryFact[] {
  return entriesOf(sources, '/interface bridge vlan').filter(({ values }) =>
    isIn(values.get('vlan-ids') ?? '', id),
  );
}

// "40", "10,40", "30-49"
function isIn(ids: string, id: number): boolean {
  return ids.split(',').some((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return first !== undefined && last !== undefined && first <= id && id <= last;
  });
}

/** The ports of an entry, as they are written; the bridge itself may be one of them. */
export function portsOf({ values }: RouterEntryFact, which: 'tagged' | 'untagged'): string[] {
  return (values.get(which) ?? '').split(',').filter((port) => port !== '');
}

/** The names of the router's bridges. */
export function bridgesOf(sources: Sources): Set<string> {
  const named = entriesOf(sources, '/interface bridge').flatMap(({ values }) => values.get('name') ?? []);
  const used = entriesOf(sources, '/interface bridge vlan').flatMap(
    ({ values }) => values.get('bridge') ?? [],
  );
  return new Set([...named, ...used]);
}

/** Ports that carry some VLAN tagged, each with one entry that shows it. */
export function trunksOf(sources: Sources): Map<string, RouterEntryFact> {
  const bridges = bridgesOf(sources);
  return new Map(
    entriesOf(sources, '/interface bridge vlan').flatMap((entry) =>
      portsOf(entry, 'tagged')
        .filter((port) => !bridges.has(port))
        .map((port): [string, RouterEntryFact] => [port, entry]),
    ),
  );
}

/** Says whether the router's bridges use their VLAN table; undefined where no bridge was seen. */
export function filtersVlans(sources: Sources): RouterEntryFact | boolean | undefined {
  const bridges = entriesOf(sources, '/interface bridge');
  if (bridges.length === 0) return undefined;
  return bridges.some(({ values }) => values.get('vlan-filtering') === 'yes') ? true : bridges[0];
}
