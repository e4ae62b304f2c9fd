// vlandns as its users run it: the compiled program, its defaults, one VLAN on loopback.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtMain } from '../../test/support/build.ts';
import { askDaemon } from '../../src/control/control-client.ts';
import type { Rig } from '../rig.ts';
import type { Server } from './server.ts';
import type { Setup } from './setup.ts';

/** How datagrams are received and sent: `server.io` of the configuration. */
export type Io = 'batched' | 'plain';

/** Whether the program has `server.io` at all. */
export function hasIo(): boolean {
  const { stdout } = spawnSync(process.execPath, [builtMain(), 'schema'], { encoding: 'utf8' });
  const schema: { properties?: { server?: { properties?: Record<string, unknown> } } } = JSON.parse(stdout);
  return schema.properties?.server?.properties?.['io'] !== undefined;
}

/** Configures vlandns; gives the command that runs it. */
export function vlandnsCommand(rig: Rig, setup: Setup, io: Io): readonly string[] {
  const file = join(setup.folder, 'vlandns.yaml');
  writeFileSync(file, configuration(rig, setup, io));
  return [process.execPath, builtMain(), 'serve', '-c', file];
}

/**
 * One client asks everything, so limits a client are off; as in the others nothing is prefetched or served stale. What the
 * policy does by default it does here too: `inspect` is on although the others have nothing like it.
 */
function configuration(rig: Rig, { folder, port, upstreamPort, isLoaded }: Setup, io: Io): string {
  const sources = rig.names.sources.map((file) => `      - ${JSON.stringify(file)}\n`).join('');
  return `vlans:
  bench: { listen: ["127.0.0.1:${port}"], subnets: [127.0.0.0/8], policy: house }
policies:
  house: { answer: nxdomain${isLoaded ? ', block: { lists: [million] }' : ''} }
${isLoaded ? `lists:\n  million:\n    sources:\n${sources}` : ''}upstreams: { default: ["127.0.0.1:${upstreamPort}"] }
cache: { size: 32MiB, prefetch: false, serve_stale: 0s }
limits: { rate: 0, burst: 0, in_flight: 0, in_flight_per_client: 0 }
server: { state: ${JSON.stringify(join(folder, 'state'))}${rig.hasIo ? `, io: ${io}` : ''} }
log: { level: error }
control: { socket: ${JSON.stringify(controlSocket(folder))} }
`;
}

/** The image of the lists that are in effect. */
export function snapshotOf({ setup }: Server): string {
  return join(setup.folder, 'state', 'lists.trie');
}

/** The I/O that a running vlandns says it uses, as its status has it. */
export async function ioOf({ setup }: Server): Promise<unknown> {
  const status = await askDaemon(controlSocket(setup.folder), 'GET', '/status');
  return fieldOf(fieldOf(status, 'io'), 'mode');
}

/** Does what `vlandns reload` does, without the processor time of that command; throws where it was refused. */
export async function reload({ setup }: Server): Promise<void> {
  const outcome = await askDaemon(controlSocket(setup.folder), 'POST', '/reload');
  if (fieldOf(outcome, 'reloaded') !== true)
    throw new Error(`vlandns did not reload: ${JSON.stringify(outcome)}`);
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}

function controlSocket(folder: string): string {
  return join(folder, 'control.sock');
}
