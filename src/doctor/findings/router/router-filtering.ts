// A router with a bridge VLAN table that it does not use.

import type { Finding, Scene } from '../../finding.ts';
import { onRouter } from '../../finding.ts';
import { entriesOf, filtersVlans } from '../../questions/router-facts.ts';

/** Finds a VLAN table beside vlan-filtering=no. A router whose switch chip does the VLANs (CRS1xx, CRS2xx) wants it so. */
export function routerFiltering(scene: Scene): Finding[] {
  const [table] = entriesOf(scene, '/interface bridge vlan');
  const bridge = filtersVlans(scene);
  if (table === undefined || typeof bridge !== 'object') return [];
  if (entriesOf(scene, '/interface ethernet switch vlan').length > 0) return [];
  const name = bridge.values.get('name') ?? '<BRIDGE>';
  return [
    {
      id: 'router-filtering-off',
      layer: 'router',
      what: `the router has a VLAN table, but vlan-filtering of ${name} is off: the table and the PVIDs of its ports have no effect`,
      sure: 'possible',
      evidence: [bridge.at, table.at],
      cure: [onRouter(`/interface bridge set [find name=${name}] vlan-filtering=yes`)],
      cost: 'a wrong table cuts you off from the router: press Ctrl-X (safe mode) in its terminal before',
      prove: [onRouter('/interface bridge print', 'vlan-filtering=yes')],
    },
  ];
}
