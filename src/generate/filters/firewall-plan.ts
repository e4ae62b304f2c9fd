// What every packet filter has to know: the VLANs with clients elsewhere, each identified by the interface its packets come
// in on, or by its subnets. No two VLANs may be identified by the same.

import { isOverlapping } from '../../addresses/prefix.ts';
import type { Plan, VlanFacts } from '../plan.ts';
import { isLoopback } from '../../addresses/address-scope.ts';

/** The VLANs that packets come from, remarks on the others, and what is wrong. */
export interface FirewallPlan {
  readonly vlans: readonly VlanFacts[];
  readonly remarks: readonly string[];
  readonly faults: readonly string[];
}

/** Collects the VLANs; `nameFault` says what is wrong with the name of an interface. */
export function firewallPlanOf(plan: Plan, nameFault: (vlan: VlanFacts) => string | undefined): FirewallPlan {
  const vlans = plan.vlans.filter((vlan) => !isOwn(vlan));
  const faults = vlans.flatMap((vlan) => nameFault(vlan) ?? []);
  const clash = vlans.find((vlan, index) => vlans.slice(0, index).some((other) => isSame(vlan, other)));
  if (clash !== undefined)
    faults.push(
      `${clash.place}: its clients cannot be told from those of another VLAN, whose interface or subnets are the same; give this machine an address in each, write interface:, or name one of the VLANs`,
    );
  if (vlans.length === 0) faults.push(`${plan.file}: error: no VLAN has clients on another machine`);
  return {
    vlans,
    faults,
    remarks: plan.vlans.filter(isOwn).map(({ name }) => `VLAN ${name} is on loopback, and is not in here.`),
  };
}

/** Whether a VLAN has clients on this machine only, and so needs no packet filter. */
function isOwn({ subnets }: VlanFacts): boolean {
  return subnets.length > 0 && subnets.every(({ text }) => isLoopback(text.replace(/\/.*/, '')));
}

// A VLAN identified by its interface and one by its subnets do not clash: packets on that interface may come from those
// subnets, and their addresses say which VLAN is meant.
function isSame(one: VlanFacts, other: VlanFacts): boolean {
  if (one.packetsOn !== undefined || other.packetsOn !== undefined) return one.packetsOn === other.packetsOn;
  return one.subnets.some((subnet) => other.subnets.some((each) => isOverlapping(subnet, each)));
}

/** The port that clients ask. */
export const DNS_PORT = 53;

/** What the head of an output says about its limits. */
export const SEES_ONLY = [
  'This sees only what goes through this machine: it has to be the router of these VLANs. Take the',
  'redirection away for a VLAN where other machines are resolvers themselves.',
];
