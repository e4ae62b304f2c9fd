// What was changed at the desk, as it adjusts policies: names become rules of a source of the desk's, services are used as they
// are. Pure: of the same entries, network and services the same.
import { readPrefix } from '../../addresses/prefix-text.ts';
import type { PrefixNumbers } from '../../addresses/prefix.ts';
import { isLasting, scopeToText, subjectToText } from '../../desk/desk-entry.ts';
import type { DeskEntry } from '../../desk/desk-entry.ts';
import type { DeskNetwork } from '../../desk/desk-scope.ts';
import type { HouseSource } from '../../policy/compile-policies.ts';
import { deskSource, sourceKey } from '../../policy/rule-source.ts';
import type { Use } from '../../policy/verdict-table.ts';
import type { Desk } from '../adjustments.ts';
import type { DeskAdjustment } from '../clients/scoped-adjustment.ts';

/** What entries are about. */
export interface DeskSurroundings {
  readonly network: DeskNetwork;
  /** The desk's file, which rules are told by. */
  readonly file: string;
  /** The sources of a service that the configuration does not have in use; none where there is no such service. */
  serviceSources(name: string): readonly HouseSource[];
}

/** What entries come to; those that hold, in the order in which they were made. */
export function deskOf(entries: readonly DeskEntry[], surroundings: DeskSurroundings): Desk {
  const { network, file } = surroundings;
  const services = new Set(
    entries.flatMap(({ subject }) => (subject.kind === 'service' ? [subject.name] : [])),
  );
  return {
    sources: [
      ...entries.flatMap((entry) => sourceOf(entry, file)),
      ...[...services].flatMap((name) => surroundings.serviceSources(name)),
    ],
    adjustments: entries.flatMap((entry) =>
      scopesOf(entry, network).map((scope): DeskAdjustment => ({ ...adjustmentOf(entry), scope })),
    ),
  };
}

/** The source of an entry about a name: its id tells it from others. What is granted or denied blocks as it is written. */
function sourceOf({ id, kind, subject, line }: DeskEntry, file: string): HouseSource[] {
  if (subject.kind !== 'name') return [];
  const action = kind === 'allow' ? 'allow' : 'block';
  return [{ source: deskSource(id, file), rules: [{ text: subject.name, action, line }] }];
}

function adjustmentOf(entry: DeskEntry): Omit<DeskAdjustment, 'scope'> {
  const { kind, subject, untilMs } = entry;
  const isEverything = subject.kind === 'everything';
  return {
    text: adjustmentText(entry),
    uses: new Map(usesOf(entry)),
    lists: [],
    blocksAll: false,
    pauses: kind === 'pause',
    ...(isEverything && (kind === 'grant' || kind === 'deny') ? { everything: kind } : {}),
    untilMs,
  };
}

function usesOf({ id, kind, subject }: DeskEntry): [key: string, use: Use][] {
  const forced = kind === 'grant' || kind === 'deny' ? kind : undefined;
  switch (subject.kind) {
    case 'everything':
      return [];
    case 'name':
      return [[sourceKey({ kind: 'desk', name: id }), forced ?? 'as written']];
    case 'service':
      return [
        [
          sourceKey({ kind: 'service', name: subject.name }),
          forced ?? (kind === 'allow' ? 'allow' : 'as written'),
        ],
      ];
  }
}

/** `grant of youtube for VLAN kids (k7pq)`; as the client is told it, without who and why. */
function adjustmentText(entry: DeskEntry): string {
  const { id, kind, scope, subject } = entry;
  const about = kind === 'pause' ? 'pause' : `${kind} ${subjectToText(subject)}`;
  return `${about} for ${scopeToText(scope)} (${isLasting(entry) ? 'rule' : 'desk'} ${id})`;
}

/** Whom an entry is for, as the network is now; nobody where there is no such VLAN, client or policy. */
function scopesOf(
  { scope: { kind, name, mac } }: DeskEntry,
  { config, vlansOf }: DeskNetwork,
): DeskAdjustment['scope'][] {
  switch (kind) {
    case 'policy':
      return [{ policy: name }];
    case 'vlan':
      return [{ vlan: name }];
    case 'client':
      return config.vlans.flatMap((vlan) => [
        ...vlan.clients
          .filter((client) => client.name === name)
          .map(({ prefix }) => ({ vlan: vlan.name, client: { prefix, name } })),
        ...vlan.devices
          .filter((device) => device.name === name)
          .map((device) => ({ vlan: vlan.name, device: { mac: device.mac, name } })),
      ]);
    case 'address': {
      const prefix = prefixOf(name);
      if (prefix === undefined) return [];
      return vlansOf(name).map((vlan) =>
        mac === undefined ? { vlan, client: { prefix } } : { vlan, device: { mac, had: prefix } },
      );
    }
  }
}

function prefixOf(address: string): PrefixNumbers | undefined {
  const reading = readPrefix(address);
  return 'fault' in reading ? undefined : reading.value;
}
