// What was changed at the desk, by the VLANs that it makes a difference in. Pure.
import type { ToldEntry } from '../../api/told-desk.ts';
import type { ToldClient } from '../../explain/told/clients.ts';

/** A VLAN, as far as entries are about it. */
interface VlanOf {
  readonly name: string;
  readonly policy: string | undefined;
}

/** Whether an entry is about a VLAN, one of its devices, or a policy that is in use there. */
export function isAbout(
  { scope }: Pick<ToldEntry, 'scope'>,
  vlan: VlanOf,
  clients: readonly ToldClient[],
): boolean {
  if (scope.kind === 'vlan') return scope.name === vlan.name;
  const own = clients.filter((client) => client.vlan === vlan.name);
  switch (scope.kind) {
    case 'policy':
      return scope.name === vlan.policy || own.some(({ policy }) => policy === scope.name);
    case 'client':
      return own.some(({ name }) => name === scope.name);
    case 'address':
      return own.some(
        ({ address, mac }) => address === scope.name || (mac !== undefined && mac === scope.mac),
      );
  }
}

/** Those that end by themselves, the next one to end first; and those that stay. */
export function inOrder(entries: readonly ToldEntry[]): {
  readonly timed: readonly ToldEntry[];
  readonly lasting: readonly ToldEntry[];
} {
  return {
    timed: entries
      .filter(({ until }) => until !== undefined)
      .toSorted((a, b) => Date.parse(a.until ?? '') - Date.parse(b.until ?? '')),
    lasting: entries.filter(({ until }) => until === undefined),
  };
}

/** The pause of a VLAN. */
export function pauseOf(vlan: string, entries: readonly ToldEntry[]): ToldEntry | undefined {
  return entries.find(({ kind, scope }) => kind === 'pause' && scope.kind === 'vlan' && scope.name === vlan);
}
