// Expectations: each is about one client of one VLAN, or about a VLAN as a whole.

import type { Expectation, Vlan } from '../config.ts';
import type { Prefix } from '../../addresses/prefix.ts';
import type { FaultLog } from '../config-error.ts';
import type { Draft } from '../definition.ts';
import { readPrefix } from '../../addresses/prefix-text.ts';
import { isInside } from '../../addresses/prefix.ts';
import type { Names } from './names.ts';

type DraftExpectation = Draft['expect'][number];

/** Gives the expectations that can be evaluated. */
export function finishExpectations(
  draft: Draft['expect'],
  vlans: readonly Vlan[],
  names: Names,
  faults: FaultLog,
): Expectation[] {
  return draft.flatMap((expectation) => {
    const { vlan, client, name, type, at: moment, is } = expectation;
    const { at, setting, keys } = expectation.written;
    if (keys.vlan === undefined && keys.client === undefined)
      faults.error(at, setting, 'says nobody; write vlan: NAME, client: ADDRESS, or both');
    const known = vlan === undefined || names.vlans.refer(vlan, keys.vlan ?? at, `${setting}.vlan`);
    if (client !== undefined && known) reportClient(expectation, client, vlans, { setting, faults });
    return name === undefined || is === undefined ? [] : [{ vlan, client, name, type, moment, is, at }];
  });
}

/** A client must be in the given VLAN, or in exactly one. VLANs with followed subnets may have any client. */
function reportClient(
  expectation: DraftExpectation,
  client: string,
  vlans: readonly Vlan[],
  report: { readonly setting: string; readonly faults: FaultLog },
): void {
  const reading = readPrefix(client);
  if ('fault' in reading) return;
  const said = vlans.filter(({ name }) => name === expectation.vlan);
  const candidates = (expectation.vlan === undefined ? vlans : said).filter((vlan) =>
    mayHave(vlan, reading.value),
  );
  const at = expectation.written.keys.client ?? expectation.written.at;
  const setting = `${expectation.written.setting}.client`;
  if (candidates.length === 0) {
    const whose = expectation.vlan === undefined ? 'every VLAN' : `VLAN ${expectation.vlan}`;
    report.faults.error(
      at,
      setting,
      `${client} lies outside the subnets of ${whose}; write the address of a client`,
    );
  }
  const certain = candidates.filter(({ subnets }) => subnets !== 'interface').map(({ name }) => name);
  if (expectation.vlan === undefined && certain.length > 1)
    report.faults.error(
      at,
      setting,
      `${client} may be in VLANs ${certain.join(' and ')}; write vlan: NAME beside it`,
    );
}

function mayHave(vlan: Vlan, client: Prefix): boolean {
  return vlan.subnets === 'interface' || vlan.subnets.some((subnet) => isInside(client, subnet));
}
