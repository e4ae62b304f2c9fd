// From an interface of the VM to the host: the line of `qm config`, the tap, and the port of the VLAN-aware bridge, matched
// by hardware address.

import type { Evidence } from '../facts/evidence.ts';
import type { HostPortFact, VmNicFact } from '../facts/network-facts.ts';
import type { Quote } from '../facts/source-text.ts';
import type { Subject } from './subject.ts';

/** How an interface of the VM is connected to the host's bridge. */
export interface Wire {
  readonly nic: VmNicFact;
  /** The lines that show that this is the interface's card. */
  readonly shown: readonly Quote[];
  /** `tapVMIDiN`; undefined where the VM's id is not known. */
  readonly tap: string | undefined;
  /** The port that is in the bridge: the tap, or with the firewall `fwprVMIDpN`. */
  readonly port: string | undefined;
}

/** Finds the card of a subject by hardware address, or by its tag where nothing of the VM was seen. */
export function wireOf(
  { link, parent, interface: name, id, card }: Subject,
  evidence: Evidence,
): Wire | undefined {
  if (card !== undefined) return toWire(card, [], evidence);
  const cards = evidence.all('vm nic');
  const attached = evidence.all('nic').find((one) => one.name === (parent?.name ?? name));
  const below = parent ?? link;
  const mac = below?.mac ?? attached?.mac;
  if (mac === undefined) {
    const [nic, ...more] = cards.filter(({ tag }) => tag !== undefined && tag === id);
    return nic === undefined || more.length > 0 ? undefined : toWire(nic, [], evidence);
  }
  const nic = cards.find((one) => one.mac === mac);
  if (nic === undefined) return undefined;
  const shown = below?.lines.filter(({ text }) => text.toLowerCase().includes(mac)) ?? [];
  return toWire(nic, shown.length > 0 || attached === undefined ? shown : [attached.at], evidence);
}

function toWire(nic: VmNicFact, shown: readonly Quote[], evidence: Evidence): Wire {
  const vmId = nic.vmId ?? onlyVm(nic.index, evidence);
  if (vmId === undefined) return { nic, shown, tap: undefined, port: undefined };
  const known = { ...nic, vmId };
  const tap = `tap${vmId}i${nic.index}`;
  const hasChain = nic.firewall && !isDirect(evidence, tap, nic);
  return { nic: known, shown, tap, port: hasChain ? `fwpr${vmId}p${nic.index}` : tap };
}

/**
 * Whether the tap is in the bridge itself, without the chain of firewall=1: the nftables firewall makes none, and without it
 * the iptables(8) firewall cannot block frames.
 */
function isDirect(evidence: Evidence, tap: string, { bridge, tag }: VmNicFact): boolean {
  const master = hostPort(evidence, tap)?.master;
  return master !== undefined && (master === bridge || master === `${bridge}v${tag}`);
}

// Where the file does not say which VM it is for, the taps do, if only one has that number.
function onlyVm(index: number, evidence: Evidence): number | undefined {
  const ports = [...evidence.all('host port'), ...evidence.all('port vlan')].map(({ port }) => port);
  const ids = new Set(
    ports.flatMap((port) => {
      const [, id, number] = /^tap(\d+)i(\d+)$/.exec(port) ?? [];
      return number === String(index) && id !== undefined ? [Number(id)] : [];
    }),
  );
  return ids.size === 1 ? [...ids][0] : undefined;
}

/** The state of a device of the host; undefined also for one that exists, since `bridge link` lists only ports. */
export function hostPort(evidence: Evidence, name: string | undefined): HostPortFact | undefined {
  const found = evidence.all('host port').filter(({ port }) => port === name);
  return found.find(({ master }) => master !== undefined) ?? found[0];
}

/** The VM's id for a command. */
export function vmIdText({ nic }: Wire): string {
  return nic.vmId === undefined ? '<VMID>' : String(nic.vmId);
}

/** The command that sets the card again, with some of its options changed; undefined takes one out. */
export function qmSet(
  wire: Wire,
  changes: Readonly<Record<string, string | undefined>>,
  model?: string,
): string {
  const { nic } = wire;
  const options = new Map<string, string>();
  for (const part of nic.value.split(',').slice(1)) {
    const [key = '', ...value] = part.split('=');
    if (key !== 'macaddr') options.set(key, value.join('='));
  }
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) options.delete(key);
    else options.set(key, value);
  }
  const first = `${model ?? nic.model}=${nic.mac.toUpperCase()}`;
  const rest = [...options].map(([key, value]) => `,${key}=${value}`).join('');
  // `trunks=10;20` would end the command in a shell.
  const text = `${first}${rest}`;
  return `qm set ${vmIdText(wire)} --net${nic.index} ${text.includes(';') ? `'${text}'` : text}`;
}

/** A full stop and start, which changed hardware needs: OpenBSD does not see cards that come and go. */
export function qmRestart(wire: Wire): string {
  return `qm shutdown ${vmIdText(wire)} && qm start ${vmIdText(wire)}`;
}
