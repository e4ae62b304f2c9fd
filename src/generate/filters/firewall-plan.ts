// What every packet filter is told of: the VLANs with clients elsewhere, each told by where its packets come in, or by its
// subnets. No two may be told by the same thing.

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

/** What is only on this machine needs no packet filter. */
function isOwn({ subnets }: VlanFacts): boolean {
  return subnets.length > 0 && subnets.every(({ text }) => isLoopback(text.replace(/\/.*/, '')));
}

// Packets that come in on one interface may also be from the subnets that tell another VLAN; which one is meant, its
// addresses say: rules by interface stand for all of it.
function isSame(one: VlanFacts, other: VlanFacts): boolean {
  if (one.packetsOn !== undefined || other.packetsOn !== undefined) return one.packetsOn === other.packetsOn;
  return one.subnets.some((subnet) => other.subnets.some((each) => isOverlapping(subnet, each)));
}

/** The port that clients ask. */
export const DNS_PORT = 53;

/** What the head of an output says of what it can do. */
export const SEES_ONLY = [
  'This sees only what goes through this machine: it has to be the router of these VLANs. Take the',
  'redirection away for a VLAN where other machines are resolvers themselves.',
];
