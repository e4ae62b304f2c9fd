// What was looked at and what could not be: where no fault is found, that is the answer.

import type { Evidence, Fact } from './facts/evidence.ts';
import type { Finding } from './finding.ts';
import type { Quote } from './facts/source-text.ts';

/** A part of the path for which evidence may be missing. */
export interface Part {
  readonly name: string;
  readonly seen: boolean;
  /** Where to get it, and commands whose output belongs under which name; empty where it was seen. */
  readonly get: readonly string[];
  readonly on: 'this machine' | 'host' | 'router' | 'DHCP server';
}

interface PartRow {
  readonly name: string;
  readonly kinds: readonly Fact['kind'][];
  readonly on: Part['on'];
  readonly get: readonly string[];
  /** The only system that has it; undefined where all do. */
  readonly system?: 'openbsd' | 'linux';
}

const PARTS: readonly PartRow[] = [
  {
    name: 'router: bridge VLAN table, DHCP',
    kinds: ['router entry'],
    on: 'router',
    get: ['ssh admin@<ROUTER> /export > export.rsc', '(RouterOS 6: /export hide-sensitive)'],
  },
  {
    name: 'host: the card of the VM',
    kinds: ['vm nic'],
    on: 'host',
    get: ['qm config <VMID> > qm-config-<VMID>.txt'],
  },
  {
    name: 'host: bridge, tap, firewall chain',
    kinds: ['host port'],
    on: 'host',
    get: ['ip -d link show > ip-link.txt'],
  },
  {
    name: 'host: VLANs of the ports',
    kinds: ['port vlan'],
    on: 'host',
    get: ['bridge -compressvlans vlan show > bridge-vlan.txt'],
  },
  {
    name: 'host: whether bridges look at tags',
    kinds: ['vlan filtering'],
    on: 'host',
    get: ['grep . /sys/class/net/*/bridge/vlan_filtering /dev/null > vlan-filtering.txt'],
  },
  {
    name: 'interfaces and addresses',
    kinds: ['link'],
    on: 'this machine',
    get: ['ifconfig -A > ifconfig.txt'],
  },
  {
    name: 'hostname.if files',
    kinds: ['hostname list', 'hostname file'],
    on: 'this machine',
    get: ['head -n 50 /etc/hostname.* /dev/null > hostname-if.txt'],
    system: 'openbsd',
  },
  {
    name: 'cards and drivers',
    kinds: ['nic'],
    on: 'this machine',
    get: ['dmesg > dmesg.txt'],
    system: 'openbsd',
  },
  {
    name: 'pf rules',
    kinds: ['pf rule', 'pf state'],
    on: 'this machine',
    get: ['pfctl -sr > pfctl-sr.txt', 'pfctl -si > pfctl-si.txt'],
    system: 'openbsd',
  },
  {
    name: 'who listens',
    kinds: ['socket'],
    on: 'this machine',
    get: ['fstat -n > fstat.txt'],
    system: 'openbsd',
  },
  {
    name: 'who listens',
    kinds: ['socket'],
    on: 'this machine',
    get: ['ss -lnutp > ss.txt'],
    system: 'linux',
  },
  {
    name: 'the running daemon',
    kinds: ['served vlan', 'not running'],
    on: 'this machine',
    get: ['vlandns status --json > status.json'],
  },
  {
    name: 'what DHCP gives',
    kinds: ['dhcp'],
    on: 'DHCP server',
    get: ['cp /etc/dhcpd.conf .', 'or kea-dhcp4.conf, dnsmasq.conf and dnsmasq.d, export.rsc'],
  },
  {
    name: 'upstreams, tried now',
    kinds: ['reach', 'upstream'],
    on: 'this machine',
    get: ['vlandns doctor --collect DIR'],
  },
];

/** The parts of the path, each with whether it was seen. */
export function partsOf(evidence: Evidence): Part[] {
  const system = evidence.all('link')[0]?.system ?? 'openbsd';
  return PARTS.filter((part) => part.system === undefined || part.system === system).map(
    ({ name, kinds, on, get }): Part => ({
      name,
      on,
      seen: kinds.some((kind) => evidence.has(kind)),
      get:
        system === 'linux' && get[0]?.startsWith('ifconfig') === true ? ['ip -d -s addr > ip-addr.txt'] : get,
    }),
  );
}

/** What looks like a fault and is none; given only where a finding is about the link or the driver of a card. */
export function notFaults(evidence: Evidence, findings: readonly Finding[]): { quote: Quote; why: string }[] {
  const about = findings.filter(({ layer }) => layer === 'link' || layer === 'driver');
  return evidence.all('interrupt mode').flatMap(({ mode, device, at }) => {
    const nic = evidence.all('nic').find((one) => one.at.text.includes(` at ${device}:`));
    const isOfCard = about.some(
      ({ interface: name, what }) => name === nic?.name || what.includes(`${nic?.name} `),
    );
    return nic !== undefined && mode === 'msix per-VQ' && isOfCard
      ? [{ quote: at, why: 'the normal interrupt mode of virtio' }]
      : [];
  });
}
