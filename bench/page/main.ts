// npm run bench:page: what the page costs. The processor time of a query with nobody at the page, with ten pages open and with an attacker, in
// rounds by turns; requests a second of one core; memory of the recorder; octets; and, where there is a Chromium, how it feels on a slow phone.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import type { ClientRequest } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DaemonClient } from '../../src/api/client.ts';
import { noBrowser } from '../../test/support/browser.ts';
import { builtMain } from '../../test/support/build.ts';
import { freePort } from '../../test/support/free-port.ts';
import { writeQuery } from '../../test/support/message-writer.ts';
import { Children } from '../children.ts';
import { cpuTimeOf } from '../measure/cpu.ts';
import { lookAt } from './in-browser.ts';
import { openSender } from './sender.ts';

const RATE = 3000;
const ROUNDS = 5;
const ROUND_MS = 5000;
const SETTLE_MS = 1500;
const PAGES = 10;
const ATTACKERS = 1000;
const REQUESTS = 5000;
const AT_ONCE = 8;

const folder = mkdtempSync(path.join(os.tmpdir(), 'page-'));
const children = new Children();
try {
  await measure();
} finally {
  children.killAll();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const [dns, web] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
  const socket = path.join(folder, 'v.sock');
  writeFileSync(path.join(folder, 'vlandns.yaml'), configuration(dns, web));
  await children.start([process.execPath, builtMain(), 'serve', '-c', path.join(folder, 'vlandns.yaml')]);
  const client = new DaemonClient(socket);
  const { worker, recorder } = await pidsOf(client);
  const origin = `http://127.0.0.1:${web}`;
  const query = writeQuery({ id: 7, questions: [{ name: 'nas.home.arpa', type: 'A' }] });
  const sender = await openSender(dns, query, RATE);
  const costs: Record<string, number[]> = { nobody: [], pages: [], attacker: [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, begin] of Object.entries({
      nobody: () => () => undefined,
      pages: () => openPages(web),
      attacker: () => attack(web),
    })) {
      const end = begin();
      await sleep(SETTLE_MS);
      const before = { ...(await sender.counts()), cpuMs: cpuTimeOf(worker).totalMs };
      await sleep(ROUND_MS);
      const after = { ...(await sender.counts()), cpuMs: cpuTimeOf(worker).totalMs };
      costs[name]?.push(((after.cpuMs - before.cpuMs) * 1000) / (after.answered - before.answered));
      end();
      await sleep(SETTLE_MS);
    }
  await sender.close();
  const median = (name: string): number => (costs[name] ?? []).toSorted((a, b) => a - b)[ROUNDS >> 1]!;
  const nobody = median('nobody');
  print(`\nnode ${process.version}, ${RATE} queries a second, medians of ${ROUNDS} rounds by turns\n\n`);
  print(row('us of the worker a query, nobody at the page', nobody.toFixed(1)));
  print(row(`  with ${PAGES} pages open (at most 1.05 x)`, `${(median('pages') / nobody).toFixed(2)} x`));
  print(
    row(`  with ${ATTACKERS} connections of an attacker`, `${(median('attacker') / nobody).toFixed(2)} x`),
  );
  print(
    row(
      'requests a second of one core for status (2,000)',
      (await requestsASecond(web, recorder)).toFixed(0),
    ),
  );
  const end = openPages(web);
  await sleep(SETTLE_MS);
  print(row(`MiB of the recorder with ${PAGES} pages open (90)`, residentMiB(recorder).toFixed(0)));
  end();
  const octets = octetsOfPage();
  print(row('octets of the first load, br (60 KiB)', String(octets.first)));
  print(row('  of all', String(octets.all)));
  if (noBrowser !== false) return print(`${noBrowser}: how it feels is not measured\n`);
  const seen = await lookAt(origin);
  print(row('ms to the first paint, processor 4 x as slow (1000)', seen.firstPaintMs.toFixed(0)));
  print(row('ms of the slowest interaction (100)', seen.interactionMs.toFixed(0)));
  print(row('layout shift (0)', seen.shift.toFixed(4)));
}

function configuration(dns: number, web: number): string {
  return `vlans:
  kids: { listen: ["127.0.0.1:${dns}"], subnets: [127.0.0.0/8], policy: kids }
policies: { kids: { block: { services: [youtube], rules: [casino.example] } } }
upstreams: { default: ["127.0.0.1:9"] }
records: ["nas.home.arpa. 300 A 192.0.2.10"]
limits: { rate: 0 }
server: { state: state }
control: { socket: v.sock }
web: { listen: ["127.0.0.1:${web}"] }
log: { level: error }
`;
}

/** The processes, once the page is served. */
async function pidsOf(client: DaemonClient): Promise<{ readonly worker: number; readonly recorder: number }> {
  for (let tries = 0; tries < 200; tries++) {
    const status = await client.status().catch(() => undefined);
    const figures = status?.queryLog.figures;
    if (status !== undefined && figures !== undefined && (status.web?.listening.length ?? 0) > 0)
      return { worker: status.pid, recorder: figures.pid };
    await sleep(100);
  }
  throw new Error('the page is not served');
}

/** Pages that follow status and log; gives what closes them. */
function openPages(port: number): () => void {
  const requests: ClientRequest[] = Array.from({ length: PAGES }, () =>
    get({ port, host: '127.0.0.1', path: '/api/v1/events?topics=status,log' }, (response) =>
      response.resume(),
    ),
  );
  for (const request of requests) request.on('error', () => undefined);
  return () => {
    for (const request of requests) request.destroy();
  };
}

function attack(port: number): () => void {
  const program = fileURLToPath(new URL('attacker.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, String(port), String(ATTACKERS)], { stdio: 'ignore' });
  return () => void child.kill('SIGKILL');
}

/** By the processor time that requests over connections that stay take. */
async function requestsASecond(port: number, recorder: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', path: '/api/v1/status', agent }, (response) => {
        response.resume();
        response.on('end', resolve);
      }).on('error', reject);
    });
  const some = async (count: number): Promise<void> => {
    let left = count;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (left-- > 0) await one();
      }),
    );
  };
  await some(REQUESTS / 5);
  const before = cpuTimeOf(recorder).totalMs;
  await some(REQUESTS);
  const ms = cpuTimeOf(recorder).totalMs - before;
  agent.destroy();
  return (REQUESTS * 1000) / ms;
}

function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

/** What a browser loads at first, and all that it may load. */
function octetsOfPage(): { readonly first: number; readonly all: number } {
  const page = path.join(path.dirname(builtMain()), 'page');
  const sizes = readdirSync(page)
    .filter((name) => name.endsWith('.br'))
    .map((name) => ({ name, octets: statSync(path.join(page, name)).size }));
  const sum = (files: typeof sizes): number => files.reduce((total, { octets }) => total + octets, 0);
  return { first: sum(sizes.filter(({ name }) => /^(index|main|icon)/.test(name))), all: sum(sizes) };
}

function row(what: string, value: string): string {
  return `${what.padEnd(56)}${value.padStart(10)}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}
