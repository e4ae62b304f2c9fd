// Two network namespaces as a VM and the homes of its VLANs, joined by a veth pair for each VLAN, and programs in them.
// What is made here is taken down by the test's teardown.

import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { until } from '../listener-parts.ts';

const ip = (...words: string[]): string =>
  execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

/** Why there are no network namespaces here, or false. */
export function whyNoNamespaces(): string | false {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  const name = `vlandns-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
  } catch {
    return 'ip(8) is missing or cannot make a namespace';
  }
  try {
    ip('-n', name, 'link', 'add', 'try0', 'type', 'veth', 'peer', 'name', 'try1');
    return false;
  } catch {
    return 'this kernel has no veth';
  } finally {
    ip('netns', 'delete', name);
  }
}

/** A program's lines, as they come. */
interface Program {
  readonly child: ChildProcess;
  readonly lines: string[];
}

/** The VM and the homes. */
export interface Lab {
  /** Runs ip(8) in the VM, or in the homes. */
  readonly inVm: (words: string) => string;
  readonly inHome: (words: string) => string;
  runInVm(words: readonly string[]): Program;
  runInHome(words: readonly string[]): Program;
  /** The processes in the VM whose arguments have this in them. */
  processesInVm(pattern: RegExp): number[];
}

let labs = 0;

/** Makes a lab with VLANs `kids0`, which has nothing yet, and `servers0`, 198.51.100.1 in the VM and .2 at home. */
export function openLab(t: Test): Lab {
  const suffix = `${process.pid}-${++labs}`;
  const [vm, home] = [`vlandns-vm-${suffix}`, `vlandns-home-${suffix}`];
  for (const name of [vm, home]) {
    ip('netns', 'add', name);
    t.teardown(() => ip('netns', 'delete', name));
  }
  const inside =
    (name: string) =>
    (words: string): string =>
      ip('-n', name, ...words.split(' '));
  const lab: Lab = {
    inVm: inside(vm),
    inHome: inside(home),
    runInVm: (words) => runIn(t, vm, words),
    runInHome: (words) => runIn(t, home, words),
    processesInVm: (pattern) =>
      ip('netns', 'pids', vm)
        .split('\n')
        .filter((pid) => pid !== '' && pattern.test(argumentsOf(pid)))
        .map(Number),
  };
  for (const name of ['kids0', 'servers0'])
    lab.inVm(`link add ${name} type veth peer name ${name} netns ${home}`);
  for (const run of [lab.inVm, lab.inHome]) run('link set servers0 up');
  lab.inVm('addr add 198.51.100.1/24 dev servers0');
  lab.inHome('addr add 198.51.100.2/24 dev servers0');
  return lab;
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function runIn(t: Test, namespace: string, words: readonly string[]): Program {
  const node = [process.execPath, ...(words[0] === '--eval' ? [] : process.execArgv)];
  const child = spawn('ip', ['netns', 'exec', namespace, ...node, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { child, lines };
}

const ASK = `
  const message = Buffer.from('0001010000010000000000000' + '36e6f770000010001', 'hex');
  const socket = require('node:dgram').createSocket(process.argv[1].includes(':') ? 'udp6' : 'udp4');
  const send = () => socket.send(message, 53, process.argv[1]);
  const again = setInterval(send, 200);
  const end = setTimeout(() => { console.log('silence'); process.exit(0); }, 3000);
  socket.on('message', () => { console.log('answered'); process.exit(0); });
  send();
`;

/** Asks an address from the homes, again and again for 3 seconds: `answered` or `silence`. */
export async function ask(lab: Lab, address: string): Promise<string> {
  const { child, lines } = lab.runInHome(['--eval', ASK, address]);
  await until(() => child.exitCode !== null, 'the client was done');
  return lines.join('');
}

const LOAD = `
  const message = Buffer.from('0001010000010000000000000' + '36e6f770000010001', 'hex');
  const socket = require('node:dgram').createSocket('udp4');
  let sent = 0, answered = 0;
  socket.on('message', () => answered++);
  const again = setInterval(() => { sent++; socket.send(message, 53, process.argv[1]); }, 2);
  process.stdin.resume().on('end', () => {
    clearInterval(again);
    setTimeout(() => { console.log(JSON.stringify({ sent, answered })); process.exit(0); }, 500);
  });
`;

/** Asks an address from the homes about 500 times a second until it is ended; then says how much came back. */
export function openLoad(lab: Lab, address: string): () => Promise<{ sent: number; answered: number }> {
  const { child, lines } = lab.runInHome(['--eval', LOAD, address]);
  return async () => {
    child.stdin?.end();
    await until(() => lines.length > 0, 'the load was counted');
    // oxlint-disable-next-line typescript/no-unsafe-return -- our own program's line
    return JSON.parse(lines[0] ?? '');
  };
}

/** Starts to watch VLANs kids0 and servers0 in the VM; see watch-in-namespace.ts. */
export function openWatch(lab: Lab, mode: 'monitor' | 'poll') {
  const script = fileURLToPath(new URL('watch-in-namespace.ts', import.meta.url));
  const { child, lines } = lab.runInVm([script, 'kids0,servers0', mode]);
  return {
    child,
    lines,
    /** Waits for a line that matches, and forgets all that came before it. */
    told: async (pattern: RegExp): Promise<string> => {
      await until(() => lines.some((line) => pattern.test(line)), `${pattern} was told; ${lines.join('\n')}`);
      const at = lines.findIndex((line) => pattern.test(line));
      return lines.splice(0, at + 1).at(-1) ?? '';
    },
    end: async (): Promise<number | null> => {
      child.stdin?.end();
      await until(() => child.exitCode !== null, 'it ended');
      return child.exitCode;
    },
  };
}
