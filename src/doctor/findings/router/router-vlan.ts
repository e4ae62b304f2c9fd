// The router's bridge VLAN table: the VLAN is not in it, or the port to the host is not tagged for it.

import type { RouterEntryFact } from '../../facts/network-facts.ts';
import type { Finding, Scene } from '../../finding.ts';
import { onRouter, whose } from '../../finding.ts';
import {
  bridgesOf,
  entriesOf,
  filtersVlans,
  portsOf,
  trunksOf,
  vlanEntries,
} from '../../questions/router-facts.ts';
import type { Subject } from '../../questions/subject.ts';
import { wireOf } from '../../questions/wiring.ts';

/** Finds VLANs that no port, or not every port that carries the other VLANs, is tagged for. */
export function routerVlan(scene: Scene): Finding[] {
  const table = entriesOf(scene, '/interface bridge vlan');
  // Without filtering the table is not used: router-filtering.ts.
  if (table.length === 0 || typeof filtersVlans(scene) === 'object') return [];
  return scene.subjects.flatMap((subject) => {
    if (subject.id === undefined) return [];
    const own = vlanEntries(scene, subject.id);
    if (own.length === 0)
      // For a card with a tag, an access port somewhere is not enough.
      return isAccessVlan(scene, subject.id) && wireOf(subject, scene.evidence)?.nic.tag === undefined
        ? []
        : [lacking(scene, subject, subject.id, table)];
    return notTagged(scene, subject, subject.id, own);
  });
}

// A port's PVID makes an untagged entry by itself.
function isAccessVlan(scene: Scene, id: number): boolean {
  return entriesOf(scene, '/interface bridge port').some(({ values }) => values.get('pvid') === String(id));
}

function lacking(scene: Scene, subject: Subject, id: number, table: readonly RouterEntryFact[]): Finding {
  const [bridge = '<BRIDGE>'] = bridgesOf(scene);
  const trunks = [...trunksOf(scene).keys()];
  const port = trunks.length === 1 ? trunks[0] : '<PORT>';
  return {
    id: 'router-lacks-vlan',
    layer: 'router',
    ...whose(subject),
    what: `the router's bridge VLAN table has no VLAN ${id}`,
    sure: 'likely',
    evidence: table.map(({ at }) => at),
    cure: [onRouter(`/interface bridge vlan add bridge=${bridge} tagged=${bridge},${port} vlan-ids=${id}`)],
    prove: [onRouter(`/interface bridge vlan print where vlan-ids=${id}`, `${port} is under CURRENT-TAGGED`)],
  };
}

function notTagged(scene: Scene, subject: Subject, id: number, own: readonly RouterEntryFact[]): Finding[] {
  const [entry] = own;
  if (entry === undefined || !wantsTag(scene, subject, id, own)) return [];
  const bridges = bridgesOf(scene);
  const ports = own.flatMap((one) => portsOf(one, 'tagged')).filter((port) => !bridges.has(port));
  const others = scene.subjects.flatMap((other) =>
    other.id === undefined || other.id === id ? [] : [other.id],
  );
  const missing = [...trunksOf(scene)].filter(
    ([port]) =>
      !ports.includes(port) &&
      !isUntagged(scene, port, id, own) &&
      (ports.length === 0 || others.some((other) => isTaggedFor(scene, port, other))),
  );
  if (missing.length === 0 && (ports.length > 0 || trunksOf(scene).size > 0)) return [];
  const names = missing.map(([port]) => port);
  const port = names.length === 1 ? names[0] : '<PORT>';
  const tagged = [...own.flatMap((one) => portsOf(one, 'tagged')), port].join(',');
  return [
    {
      id: 'router-port-not-tagged',
      layer: 'router',
      ...whose(subject),
      what:
        ports.length === 0
          ? `no port of the router is tagged for VLAN ${id}: its frames do not leave for the host`
          : `${names.join(', ')} of the router carries other VLANs of the configuration tagged, but not VLAN ${id}; if the host hangs there, the VLAN does not reach it`,
      sure: ports.length === 0 ? 'likely' : 'possible',
      evidence: [...own.map(({ at }) => at), ...missing.map(([, { at }]) => at)],
      cure: [
        onRouter(
          `/interface bridge vlan set [find vlan-ids=${entry.values.get('vlan-ids') ?? id}] tagged=${tagged}`,
        ),
      ],
      prove: [
        onRouter(`/interface bridge vlan print where vlan-ids=${id}`, `${port} is under CURRENT-TAGGED`),
      ],
    },
  ];
}

// A card with a tag needs tagged frames, one without needs untagged ones; where the card is not known, a VLAN that is
// untagged somewhere may be right.
function wantsTag(scene: Scene, subject: Subject, id: number, own: readonly RouterEntryFact[]): boolean {
  const wire = wireOf(subject, scene.evidence);
  if (wire !== undefined) return wire.nic.tag !== undefined || subject.link?.vlanId !== undefined;
  return !own.some((entry) => portsOf(entry, 'untagged').length > 0) && !isAccessVlan(scene, id);
}

function isUntagged(scene: Scene, port: string, id: number, own: readonly RouterEntryFact[]): boolean {
  return own.some((entry) => portsOf(entry, 'untagged').includes(port)) || hasPvid(scene, port, id);
}

function isTaggedFor(scene: Scene, port: string, id: number): boolean {
  return vlanEntries(scene, id).some((entry) => portsOf(entry, 'tagged').includes(port));
}

function hasPvid(scene: Scene, port: string, id: number): boolean {
  return entriesOf(scene, '/interface bridge port').some(
    ({ values }) => values.get('interface') === port && values.get('pvid') === String(id),
  );
}
