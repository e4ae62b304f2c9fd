// The servers under test, all started and stopped alike: a free port, ready when it answers, one process each.
import type { ServerName, Setup } from './setup.ts';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import type { Child } from '../children.ts';
import type { Rig } from '../rig.ts';
import { dnsmasqCommand } from './dnsmasq.ts';
import { firstAnswer } from './first-answer.ts';
import { floorCommand } from './floor.ts';
import { unboundCommand } from './unbound.ts';
import { vlandnsCommand } from './vlandns.ts';

/** A server that answers. */
export interface Server {
  readonly name: ServerName;
  readonly pid: number;
  readonly setup: Setup;
  readonly port: number;
  /** From the start of the process to its first answer. */
  readonly firstAnswerMs: number;
  stop(): Promise<void>;
}

/** How to start a server, by configuring it for a setup. */
const COMMANDS: Readonly<Record<ServerName, (rig: Rig, setup: Setup) => readonly string[]>> = {
  'vlandns batched': (rig, setup) => vlandnsCommand(rig, setup, 'batched'),
  'vlandns plain': (rig, setup) => vlandnsCommand(rig, setup, 'plain'),
  unbound: unboundCommand,
  dnsmasq: dnsmasqCommand,
  'C floor': floorCommand,
};

/** What to start. */
export interface Wanted {
  readonly name: ServerName;
  readonly isLoaded: boolean;
  /** Another upstream than the usual one. */
  readonly upstreamPort?: number;
}

/** Starts a server in a folder of its own, or again in that of one that was stopped. */
export async function startServer(rig: Rig, wanted: Wanted | Setup): Promise<Server> {
  const port = await freePort();
  const folder = 'folder' in wanted ? wanted.folder : join(rig.folder, `server-${port}`);
  mkdirSync(folder, { recursive: true });
  const setup = { upstreamPort: rig.upstream.port, ...wanted, folder, port };
  const command = COMMANDS[setup.name](rig, setup);
  const startedMs = performance.now();
  const child = await rig.children.start([...rig.placement.server, ...command]);
  const firstAnswerMs = (await answers(child, setup)) - startedMs;
  return { name: setup.name, pid: child.pid, setup, port, firstAnswerMs, stop: () => child.stop() };
}

async function answers(child: Child, { name, port }: Setup): Promise<number> {
  const at = await firstAnswer(port, () => child.hasEnded());
  if (at !== undefined) return at;
  await child.stop();
  throw new Error(`${name} does not answer: ${child.errors()}${child.output()}`);
}
