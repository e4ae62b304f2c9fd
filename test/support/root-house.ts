/** A household whose daemon runs as root, in a network namespace of its own where port 53 is free. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Test } from 'tap';
import { builtMain } from './build.ts';
import { Daemon, openHouse, tell } from './house.ts';
import type { House } from './house.ts';
import { writeQuery } from './message-writer.ts';
import { unprivileged } from './unprivileged.ts';

/** Runs a program in the network namespace of a process. */
export const inside = (pid: number, command: readonly string[]): string =>
  execFileSync('nsenter', ['-t', String(pid), '-n', ...command], { encoding: 'utf8', timeout: 10_000 });

/** Asks a server over UDP from inside a namespace; the reply in a line, or silence. */
export function askInside(pid: number, address: string, name: string): string {
  const query = Buffer.from(writeQuery({ id: 5, questions: [{ name, type: 'A' }], edns: {} })).toString(
    'hex',
  );
  const program = `const socket = require('dgram').createSocket('udp4');
    socket.on('message', (reply) => { console.log(reply.toString('hex')); process.exit(); });
    setTimeout(() => process.exit(), 1000);
    socket.send(Buffer.from('${query}', 'hex'), 53, '${address}');`;
  const reply = inside(pid, [process.execPath, '-e', program]).trim();
  return reply === '' ? 'silence' : tell(Buffer.from(reply, 'hex'));
}

/** What makes the whole impossible here. */
function obstacle(): string | undefined {
  if (unprivileged() === undefined) return 'it takes root, and a program that user nobody may read';
  try {
    execFileSync('unshare', ['-n', '-m', 'sh', '-c', 'mount -t sysfs sysfs /sys && ip link set lo up'], {
      stdio: 'ignore',
    });
    return undefined;
  } catch {
    return 'unshare(1) cannot make a network namespace here, or ip(8) is missing';
  }
}

/** For tests of the whole: skipped, with the reason, where it is impossible. */
export const asRoot = { skip: obstacle() ?? false };

/** Starts the daemon as root in a namespace of its own; `nodeOptions` take the place of those of this process. */
export async function serveInside(t: Test, house: House, nodeOptions?: string): Promise<Daemon> {
  // sysfs shows the interfaces of the namespace that it was mounted in.
  const start = 'mount -t sysfs sysfs /sys && ip link set lo up; exec "$@"';
  const program = [process.execPath, builtMain(), 'serve', '-c', house.file];
  const child = spawn('unshare', ['-n', '-m', 'sh', '-c', start, 'sh', ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: nodeOptions === undefined ? process.env : { ...process.env, NODE_OPTIONS: nodeOptions },
  });
  const daemon = new Daemon(child, house.socket);
  t.teardown(() => daemon.kill());
  await daemon.logged('ready');
  return daemon;
}

/** A line of a process's /proc status by its name, without blanks around. */
export const statusOf = (pid: number, line: string): string =>
  new RegExp(`^${line}:(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.trim() ?? '';

/** The first user id of a process. */
export const uidOf = (pid: number): string => statusOf(pid, 'Uid').split('\t')[0] ?? '';

/** Whether there is such a process, and not just its remains. */
export const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/exe`);

/** A household whose daemon runs as root, with a worker as user nobody. */
export async function openRootHouse(t: Test): Promise<House> {
  const house = await openHouse(t);
  rootSections(house);
  return house;
}

/** Writes its configuration, with some sections in place of the usual ones. */
export function rootSections(house: House, more: Record<string, string> = {}): void {
  house.configure({
    vlans: `vlans:
  kids: { listen: [127.0.40.1], subnets: [127.0.0.0/8], policy: kids }
  late: { interface: late0, policy: open }`,
    server: 'server: { state: state, user: nobody }',
    records: 'records: ["nas.example. A 192.0.2.10"]',
    ...more,
  });
}
