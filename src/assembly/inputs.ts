// All that a state of the service is made of, as one value. The rule: it is never altered; a change is another value, and what
// nobody puts into effect leaves no trace.
import type { Prefix } from '../addresses/prefix.ts';
import type { KnownClients } from '../clients/gather-clients.ts';
import type { CompiledLists } from '../lists/compiled-lists.ts';
import type { NameLayers } from '../local/name-layer.ts';
import type { Desk } from './adjustments.ts';
import type { Prepared } from './prepare.ts';
import type { Trust } from './trust.ts';

/** What a state of the service is made of. */
export interface Inputs {
  /** The configuration, and what was made of it: house rules, local data, forward zones. */
  readonly prepared: Prepared;
  readonly lists: CompiledLists;
  /** The prefixes of interfaces by their names: facts, whichever configuration is in effect. */
  readonly prefixes: InterfacePrefixes;
  /** What was changed at the desk. */
  readonly desk: Desk;
  /** Who is known to be in which VLAN, by the VLANs' names. */
  readonly clients: KnownClients;
  /** The names that they have by their leases: what is in there changes by itself, at any time. */
  readonly nameLayers: NameLayers;
  /** Whose certificates are believed. */
  readonly trust: Trust;
}

/** Prefixes by the name of the interface whose addresses lie in them. */
export type InterfacePrefixes = ReadonlyMap<string, readonly Prefix[]>;
