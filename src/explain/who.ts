// Finds whom a person means: a VLAN by its name, its tag or its interface, a client by its name or its address. Pure.
import { isIP } from 'node:net';
import type { Config } from '../config/config.ts';
import type { Asker } from './decision.ts';

/** Finds the asker that is meant, names before numbers; a sentence says why there is none, or more than one. */
export function findAsker({ vlans }: Pick<Config, 'vlans'>, who: string): Asker | string {
  if (vlans.some(({ name }) => name === who)) return { vlan: who };
  if (isIP(who.replace(/%.*/, '')) !== 0) return { client: who };
  const meant = vlans.filter(({ id, interface: link }) => String(id) === who || link === who);
  const [first, second] = meant;
  if (second !== undefined)
    return `"${who}" is of the VLANs ${meant.map(({ name }) => name).join(' and ')}; write the name of one`;
  return first === undefined ? clientNamed(vlans, who) : { vlan: first.name };
}

function clientNamed(vlans: Config['vlans'], who: string): Asker | string {
  const clients = vlans.flatMap(({ name: vlan, clients: own }) =>
    own.flatMap(({ name, prefix, policy }) => (name === undefined ? [] : [{ name, prefix, policy, vlan }])),
  );
  const meant = clients.filter(({ name }) => name === who);
  const [first, ...others] = meant;
  if (first === undefined) {
    const names = [...new Set(clients.map(({ name }) => name))];
    const known = names.length === 0 ? '' : `, and the clients ${names.join(', ')}`;
    return `there is no VLAN "${who}"; there are ${vlans.map(({ name }) => name).join(', ')}${known}`;
  }
  // A client with several addresses is one, if all have the same VLAN and policy: any address will do.
  if (others.every(({ vlan, policy }) => vlan === first.vlan && policy === first.policy))
    return { vlan: first.vlan, client: first.prefix.text.replace(/\/.*/, '') };
  const places = meant.map(
    ({ vlan, prefix, policy }) => `${prefix.text} in VLAN ${vlan} with policy ${policy}`,
  );
  return `"${who}" is ${places.join(', and ')}; write its address`;
}
