// `qm config VMID` of Proxmox, or /etc/pve/qemu-server/VMID.conf, and the firewall of that VM.

import type { VmFirewallFact, VmNicFact } from '../../facts/network-facts.ts';
import type { Quote, SourceText } from '../../facts/source-text.ts';
import { linesOf, quote, toMac } from '../../facts/lines.ts';

const NET = /^net(\d+): (.+)$/;

/** Reads the network cards. Snapshots, which follow under `[name]`, are not what runs. */
export function parseQmConfig(source: SourceText): VmNicFact[] {
  const lines = linesOf(source);
  const end = lines.findIndex(({ text }) => text.startsWith('['));
  const vmId = toVmId(source);
  return lines
    .slice(0, end === -1 ? undefined : end)
    .map(quote)
    .flatMap((at) => toVmNic(at, vmId) ?? []);
}

// From the prompt above a pasted output, or from the file's name (qm-config-107.txt, 107.conf, 107.fw), ignoring a date in it.
function toVmId({ name, text }: SourceText): number | undefined {
  const digits = /\bqm config (\d{3,9})\b/.exec(text)?.[1] ?? /(?:^|\D)(\d{3,9})(?:\.\w+)?$/.exec(name)?.[1];
  return digits === undefined || /^20\d{6}$/.test(digits) ? undefined : Number(digits);
}

// net1: virtio=BC:24:11:00:00:01,bridge=vmbr1,firewall=1,link_down=1,tag=40,trunks=10;20
function toVmNic(at: Quote, vmId: number | undefined): VmNicFact | undefined {
  const [, index, value] = NET.exec(at.text) ?? [];
  if (index === undefined || value === undefined) return undefined;
  const [first = '', ...rest] = value.split(',');
  const [model = '', macText] = first.split('=');
  const options = new Map(rest.map((part): [string, string] => split(part, '=')));
  const mac = toMac(macText) ?? toMac(options.get('macaddr'));
  if (mac === undefined) return undefined;
  const tag = options.get('tag');
  return {
    kind: 'vm nic',
    vmId,
    index: Number(index),
    model: model === 'model' ? (macText ?? '') : model,
    mac,
    bridge: options.get('bridge'),
    tag: tag !== undefined && /^\d+$/.test(tag) ? Number(tag) : undefined,
    trunks: options.get('trunks'),
    firewall: options.get('firewall') === '1',
    linkDown: options.get('link_down') === '1',
    value,
    at,
  };
}

function split(part: string, by: string): [string, string] {
  const at = part.indexOf(by);
  return at === -1 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
}

/** Reads /etc/pve/firewall/VMID.fw. The policy for what comes in is DROP unless it says otherwise. */
export function parseVmFirewall(source: SourceText): VmFirewallFact[] {
  const lines = linesOf(source).map(quote);
  const option = (name: string): Quote | undefined =>
    lines.find(({ text }) => new RegExp(`^${name}:`, 'i').test(text));
  const enable = option('enable');
  const policy = /(ACCEPT|DROP|REJECT)$/.exec(option('policy_in')?.text ?? '')?.[1];
  const at = enable ?? lines.find(({ text }) => text.startsWith('['));
  if (at === undefined) return [];
  return [
    {
      kind: 'vm firewall',
      vmId: toVmId(source),
      enabled: /^enable: *1$/i.test(enable?.text ?? ''),
      policyIn: policy === 'ACCEPT' || policy === 'REJECT' ? policy : 'DROP',
      letsDnsIn: lines.some(({ text }) => letsDnsIn(text)),
      at,
    },
  ];
}

// IN DNS(ACCEPT) -source ...; IN ACCEPT -p udp -dport 53; IN ACCEPT -i net1; GROUP dns (whose rules are elsewhere)
function letsDnsIn(line: string): boolean {
  if (/^(?:IN DNS\(ACCEPT\)|GROUP )/i.test(line)) return true;
  if (!/^IN ACCEPT\b/i.test(line)) return false;
  const port = / -dport (\S+)/.exec(line)?.[1];
  return port === undefined ? !/ -p (?!udp)/.test(line) : port.split(',').includes('53');
}
