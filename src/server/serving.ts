// Everything that answers depend on, as one object that is replaced whole when configuration or lists change: a query that
// began with the old one finishes with it, so that none sees a mixture.
import type { NameTable } from '../dns/name-table.ts';
import type { LocalLayers } from '../local/local-layers.ts';
import type { OwnNetworks } from '../policy/own-networks.ts';
import type { Policy, Rulebook } from '../policy/policy.ts';
import type { Times } from '../schedules/times.ts';
import type { RuleSource } from '../policy/rule-source.ts';
import type { Vlan } from '../policy/vlan.ts';
import type { UpstreamSet } from '../upstream/upstream-set.ts';
import type { Refusals } from './replies/refusals.ts';

/** One state of the service. */
export interface Serving {
  /** Rises with every change, so that what was remembered under an older state is recognised. */
  readonly generation: number;
  /** When policies are others next, in milliseconds since 1970: no query is answered by this state from then on. */
  readonly validUntilMs: number;
  /** The state that the same would be at another moment, in milliseconds since 1970; what time it is at least does not matter there. */
  at(unixMs: number): Serving;
  readonly vlans: ReadonlyMap<string, Vlan>;
  /** The prefixes of all VLANs together. */
  readonly ownNetworks: OwnNetworks;
  /** By number: those of the configuration first, then what was made of them for VLANs and clients. */
  readonly policies: readonly Policy[];
  /** Those of the configuration, each once. */
  readonly configured: readonly Policy[];
  /** The schedules of policies at this moment. */
  readonly times: Times;
  readonly book: Rulebook;
  /** The replies for blocked names, with the reasons in words for the client. */
  readonly refusals: Refusals;
  /** The sources of the trie of rules, by number. */
  /** [set of the trie of rules] is 1 where it has a name that leads around the filter. */
  readonly bypassSets: Uint8Array;
  readonly ruleSources: readonly RuleSource[];
  /** The list of each source of the lists' trie, by number; those of rules that say more than their kind stand behind the real ones. */
  readonly listSources: readonly string[];
  /** The local data of VLANs that have none of their own; what a client sees is its VLAN's. */
  readonly local: LocalLayers;
  /** Zones with upstreams of their own: zone to number of the set. */
  readonly forward: NameTable;
  /** Sets by number; a number is never used for another set while the process lives, since answers are cached under it. */
  readonly upstreams: ReadonlyMap<number, UpstreamSet>;
}
