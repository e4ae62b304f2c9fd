// Questions about a VLAN-aware bridge that several findings ask.

import type { Evidence } from '../facts/evidence.ts';
import { onHost } from '../finding.ts';
import type { Step } from '../finding.ts';
import type { HostPortFact, PortVlanFact } from '../facts/network-facts.ts';
import type { Quote } from '../facts/source-text.ts';
import type { Wire } from './wiring.ts';

/** The VLANs of a port. */
export function vlansOf(evidence: Evidence, port: string | undefined): PortVlanFact[] {
  return evidence.all('port vlan').filter((one) => one.port === port);
}

/** Says whether a line is about a VLAN. */
export function covers({ first, last }: PortVlanFact, id: number): boolean {
  return first <= id && id <= last;
}

/** Whether a bridge looks at tags; undefined where that is not known. */
export function isVlanAware(evidence: Evidence, bridge: string | undefined): boolean | undefined {
  return evidence.all('vlan filtering').find((one) => one.bridge === bridge)?.on;
}

/** The ports of a bridge that lead out of the host: not those of VMs and containers. */
export function uplinksOf(evidence: Evidence, bridge: string | undefined): HostPortFact[] {
  const ports = evidence
    .all('host port')
    .filter(({ port, master }) => master === bridge && !/^(?:tap|fwpr|fwln|veth|vmbr)/.test(port));
  return ports.filter(({ port }, index) => ports.findIndex((other) => other.port === port) === index);
}

/** Whether the host has Open vSwitch, whose ports the evidence read here does not show. */
export function usesOpenVswitch(evidence: Evidence): boolean {
  return evidence.all('host port').some(({ port, master }) => [port, master].includes('ovs-system'));
}

/** The tag that Proxmox removes and adds for a card, where its bridge is VLAN-aware and the port has VLANs. */
export function tagged(
  evidence: Evidence,
  wire: Wire | undefined,
): { tag: number; port: string; lines: PortVlanFact[]; card: Quote } | undefined {
  if (wire?.port === undefined || wire.nic.tag === undefined) return undefined;
  if (isVlanAware(evidence, wire.nic.bridge) === false) return undefined;
  const lines = vlansOf(evidence, wire.port);
  return lines.length === 0 ? undefined : { tag: wire.nic.tag, port: wire.port, lines, card: wire.nic.at };
}

/** Gives a VM's port its VLAN, as Proxmox does: tagged on the bridge, untagged towards the VM. */
export function putIntoVlan(port: string, tag: number): Step {
  return onHost(
    `bridge vlan add dev ${port} vid ${tag} pvid untagged`,
    'until the next start of the VM, which sets it anew',
  );
}
