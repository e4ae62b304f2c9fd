// Collects the evidence of this machine: everything at once, and counters before and after a pause, since only their
// difference says anything.

import { existsSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import { readdir } from 'node:fs/promises';
import { readLinuxLinks } from '../../links/sysfs.ts';
import type { Config } from '../../config/config.ts';
import { clockText } from './clock.ts';
import type { HostKind, Item } from './commands.ts';
import { counters, items, secondName } from './commands.ts';
import { tryUpstreams } from './reach.ts';
import { redact } from './redact.ts';
import type { Output } from './run-item.ts';
import { runItem } from './run-item.ts';

/** The pause between two samples of a counter, in milliseconds. */
const PAUSE_MS = 2000;
/** More VMs than this are not looked at: nobody has their DNS server among so many cards. */
const MAX_VMS = 64;

/** What collecting needs from outside. */
export interface CollectOptions {
  readonly config: Config | undefined;
  /** Asks the running daemon for its status as JSON; the reason as text where there is none. */
  readonly readStatus: () => Promise<string>;
  /** Whose certificates the daemon believes. */
  readonly trust: () => SecureContext;
}

/** What this machine is; undefined where doctor knows no commands for it. */
export function hostKind(platform: NodeJS.Platform = process.platform): HostKind | undefined {
  if (platform === 'openbsd') return 'openbsd';
  if (platform !== 'linux') return undefined;
  return existsSync('/etc/pve/qemu-server') ? 'proxmox' : 'linux';
}

/** Collects everything of a machine. */
export async function collect(
  kind: HostKind,
  { config, readStatus, trust }: CollectOptions,
): Promise<Output[]> {
  const startedMs = performance.now();
  const first = await Promise.all(counters[kind].map(runItem));
  const own = kind === 'proxmox' ? [...items.proxmox, ...(await vmItems())] : items[kind];
  const rest = await Promise.all(own.map(runItem));
  const ours = await Promise.all([
    made('date.txt', 'the clock', clockText(config)),
    ...(config === undefined ? [] : [runItem({ file: 'vlandns.yaml', read: config.file })]),
    ...(config === undefined || kind === 'proxmox'
      ? []
      : [
          made('upstream-reach.txt', 'a query to each upstream', tryUpstreams(config, trust)),
          made('status.json', 'vlandns status --json', readStatus()),
        ]),
    ...(kind === 'linux' && first[0]?.text === '' ? [made('links.json', '/sys/class/net', linksText())] : []),
  ]);
  const leftMs = PAUSE_MS - (performance.now() - startedMs);
  if (first.length > 0 && leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
  const second = await Promise.all(
    counters[kind].map((item) => runItem({ ...item, file: secondName(item.file) })),
  );
  return [...rest, ...ours, ...first, ...second].map((output) => ({
    ...output,
    text: redact(output.name, output.text),
  }));
}

async function made(name: string, command: string, text: Promise<string>): Promise<Output> {
  return { name, command, text: await text, status: undefined, note: undefined, isCut: false };
}

// Where there is no ip(8), as in small containers, sysfs says the same.
async function linksText(): Promise<string> {
  return JSON.stringify(await readLinuxLinks(), null, 1);
}

// The configuration files say what `qm config` does, for all VMs at once.
async function vmItems(): Promise<Item[]> {
  const files = await readdir('/etc/pve/qemu-server').catch(() => []);
  const ids = files.flatMap((file) => /^(\d+)\.conf$/.exec(file)?.[1] ?? []);
  return ids.slice(0, MAX_VMS).flatMap((id) => [
    { file: `qm-config-${id}.txt`, read: `/etc/pve/qemu-server/${id}.conf` },
    { file: `${id}.fw`, read: `/etc/pve/firewall/${id}.fw` },
  ]);
}
