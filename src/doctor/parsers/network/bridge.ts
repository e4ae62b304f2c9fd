// What iproute2 on a hypervisor says about its bridges: `bridge vlan show`, `bridge link show`, and vlan_filtering.

import type { Fact } from '../../facts/evidence.ts';
import type { HostPortFact, PortVlanFact, VlanFilteringFact } from '../../facts/network-facts.ts';
import type { Quote, SourceText } from '../../facts/source-text.ts';
import { linesOf, quote } from '../../facts/lines.ts';

// Old and new iproute2 write the first VLAN of a port behind its name, the others under it behind blanks; ranges come with
// -compressvlans; a line that grep found has no header above it.
const VLAN_LINE = /^([A-Za-z][\w.@-]*)?\s+(\d{1,4})(?:-(\d{1,4}))?((?: PVID| Egress Untagged)*)$/;

/** Reads `bridge vlan show`, with -compressvlans or without. */
export function parseBridgeVlan(source: SourceText): PortVlanFact[] {
  const facts: PortVlanFact[] = [];
  let port = '';
  for (const line of linesOf(source)) {
    const [, name, first, last, flags = ''] = VLAN_LINE.exec(line.text) ?? [];
    // A port without VLANs ("None") gives no fact, but the lines under it do not belong to the port before.
    if (name !== undefined) port = name;
    else if (/^\S/.test(line.text)) port = '';
    if (first === undefined || port === '') continue;
    facts.push({
      kind: 'port vlan',
      port,
      first: Number(first),
      last: Number(last ?? first),
      pvid: flags.includes('PVID'),
      untagged: flags.includes('Untagged'),
      at: portQuote(line, port),
    });
  }
  return facts;
}

// A line under the port's does not name the port, so the quote adds the name.
function portQuote(line: Quote, port: string): Quote {
  const at = quote(line);
  return /^\s/.test(line.text) ? { ...at, text: `${port} … ${at.text}` } : at;
}

// 7: tap107i1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master vmbr1 state forwarding priority 32 cost 2; before iproute2
// 4.20 with the state of the device behind its name: `tap107i1 state UNKNOWN : <`.
const LINK_LINE = /^\d+: ([^:@\s]+)(?:@[^:\s]+)?(?: state \S+ )?: <([A-Z0-9_,-]*)>.* master (\S+) state /;

/** Reads `bridge link show`. */
export function parseBridgeLink(source: SourceText): HostPortFact[] {
  return linesOf(source).flatMap((line): HostPortFact[] => {
    const [, port, flags = '', master] = LINK_LINE.exec(line.text) ?? [];
    if (port === undefined) return [];
    return [{ kind: 'host port', port, master, up: flags.split(',').includes('UP'), at: quote(line) }];
  });
}

const FILTERING_FILE = /\/([^/]+)\/bridge\/vlan_filtering:([01])$/;

// `grep . FILES` prints "FILE:1"; a file of one digit is for the bridge in its own name.
/** Reads whether bridges look at VLAN tags, as grep(1) prints their vlan_filtering files. */
export function parseVlanFiltering(source: SourceText): Fact[] {
  const named = /(vmbr\d+)/.exec(source.name)?.[1];
  return linesOf(source).flatMap((line): VlanFilteringFact[] => {
    const at = quote(line);
    const [, bridge, on] = FILTERING_FILE.exec(at.text) ?? [];
    if (bridge !== undefined) return [{ kind: 'vlan filtering', bridge, on: on === '1', at }];
    if (named === undefined || !/^[01]$/.test(at.text)) return [];
    return [{ kind: 'vlan filtering', bridge: named, on: at.text === '1', at }];
  });
}
