/**
 * Runs a server under test as a child process: free port, ready when it answers, its log kept, ended by its pid.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';

import { writeQuery } from './message-writer.ts';
import { askUdp, type Endpoint, sleep } from './wire-client.ts';

/** Ports on 127.0.0.1 of the scripted upstreams behind a server, by the zone that is forwarded to them. */
export interface UpstreamPorts {
  /** Everything that is in no other zone. */
  readonly default: readonly number[];
  /** `sick.example`: one upstream that mostly misbehaves. */
  readonly sick: readonly number[];
  /** `pair.example`: two, asked in this order. */
  readonly pair: readonly number[];
  /** `closed.example`: first a port where nobody listens, then an upstream. */
  readonly closed: readonly number[];
  /** `dead.example`: only a port where nobody listens. */
  readonly dead: readonly number[];
}

/** A server that the battery runs against. */
export interface ServerUnderTest {
  readonly name: string;
  readonly pid: number;
  /** Where each VLAN is asked; servers other than vlandns have only `servers` and `six`. */
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** All that the process wrote so far. */
  log(): string;
  isAlive(): boolean;
  stop(): Promise<void>;
}

/** How to start a server. */
export interface Start {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** A name that it can answer once it serves. */
  readonly readyName: string;
}

/** Starts a server and waits, 15 s at most, until it answers on every endpoint. */
export async function startServer(start: Start): Promise<ServerUnderTest> {
  const child = spawn(start.command, start.args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // A test that ends in the middle must not leave it behind.
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const lines: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  child.on('error', (error) => lines.push(error.message));
  const server: ServerUnderTest = {
    name: start.name,
    pid: child.pid ?? 0,
    endpoints: start.endpoints,
    log: () => lines.join(''),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    stop: () => stop(child),
  };
  for (const endpoint of Object.values(start.endpoints))
    await waitUntilReady(server, endpoint, start.readyName);
  return server;
}

async function waitUntilReady(server: ServerUnderTest, endpoint: Endpoint, name: string): Promise<void> {
  const query = writeQuery({ id: 1, questions: [{ name, type: 'A' }] });
  for (let tries = 0; tries < 75; tries++) {
    if (!server.isAlive()) break;
    const [reply] = await askUdp(endpoint, [query], { waitMs: 200 });
    if (reply !== undefined) return;
  }
  await server.stop();
  throw new Error(`${server.name} does not answer on ${endpoint.address}:${endpoint.port}\n${server.log()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(timer);
}

/** Open file descriptors of a process and its children (Linux), or undefined where the system does not tell. */
export function descriptorCount(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return undefined; // no /proc, or not ours to read
  }
}

/** Waits until `isSo` holds, 20 s at most, and says whether it does. */
export async function eventually(isSo: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 400 && !isSo(); tries++) await sleep(50);
  return isSo();
}
