/**
 * The battery: scripted upstreams, one server in front of them, and all cases. Also a command, for comparing servers:
 *
 *   npm run build && node --import=./scripts/typescript.mjs test/end-to-end/battery.ts --server unbound
 *
 * --server vlandns|unbound|bind|dnsmasq (several with commas), --group LETTERS, --case TEXT, --main FILE,
 * --io auto|plain|batched
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import type { Case, Group } from './case.ts';
import { cacheCases } from './cache.cases.ts';
import { errorCases } from './extended-errors.cases.ts';
import { forwardingCases } from './forwarding.cases.ts';
import { localCases } from './local-records.cases.ts';
import { policyCases } from './policy.cases.ts';
import { runCase } from './run-case.ts';
import { specialNameCases } from './special-names.cases.ts';
import { tcpCases } from './tcp.cases.ts';
import { upstreamCases } from './upstream.cases.ts';
import { runWireFile } from './wire-cases.ts';
import { wellFormedCases } from './well-formed.cases.ts';
import { type ServerUnderTest, type UpstreamPorts } from '../support/daemon.ts';
import { freePort } from '../support/free-port.ts';
import { readWireFiles } from '../support/hex.ts';
import { startBind } from '../support/peer-bind.ts';
import { startDnsmasq } from '../support/peer-dnsmasq.ts';
import { startUnbound } from '../support/peer-unbound.ts';
import { openScriptedUpstream, ScriptBook } from '../support/scripted-upstream.ts';
import { eachItsAddress, records } from '../support/upstream-scripts.ts';
import { type Program, startVlandns } from '../support/vlandns.ts';

/** Cases that run at once. */
const CONCURRENCY = 24;

/** How long one case may take, whatever it waits for. */
const CASE_MS = 40_000;

export const GROUPS: readonly Group[] = [
  { letter: 'w', title: 'well-formedness (RFC 8906)', cases: wellFormedCases },
  { letter: 't', title: 'TCP', cases: tcpCases },
  { letter: 'f', title: 'forwarding', cases: forwardingCases },
  { letter: 'c', title: 'caching', cases: cacheCases },
  { letter: 'u', title: 'upstream misbehaviour', cases: upstreamCases },
  { letter: 'e', title: 'extended errors', cases: errorCases },
  { letter: 's', title: 'special names', cases: specialNameCases, ours: true },
  { letter: 'p', title: 'policy', cases: policyCases, ours: true },
  { letter: 'l', title: 'local data', cases: localCases, ours: true },
];

/** What came of one case. */
export interface Score {
  readonly group: string;
  readonly name: string;
  readonly faults: readonly string[];
  readonly tookMs: number;
}

/** A server in front of its scripted upstreams. */
export interface Stand {
  readonly server: ServerUnderTest;
  readonly book: ScriptBook;
  close(): Promise<void>;
}

type Starter = (folder: string, ports: UpstreamPorts) => Promise<ServerUnderTest>;

const STARTERS: Readonly<Record<string, Starter>> = {
  unbound: startUnbound,
  bind: startBind,
  dnsmasq: startDnsmasq,
};

/** Starts the upstreams and a server in a folder of its own; `program` says how, where that is vlandns. */
export async function openStand(name: string, program: Program): Promise<Stand> {
  const folder = mkdtempSync(path.join(os.tmpdir(), `battery-${name}-`));
  const book = new ScriptBook();
  book.set('ready.example.net.', records('@ 60 A 192.0.2.1')('ready.example.net.'));
  const open = (upstream: string) => openScriptedUpstream(book, upstream);
  const upstreams = await Promise.all(['default', 'sick', 'first', 'second'].map(open));
  const [main0 = 0, sick = 0, first = 0, second = 0] = upstreams.map((upstream) => upstream.port);
  const nobody = await freePort();
  const ports: UpstreamPorts = {
    default: [main0],
    sick: [sick],
    pair: [first, second],
    closed: [nobody, second],
    dead: [nobody],
  };
  const start: Starter = STARTERS[name] ?? ((to, of) => startVlandns(to, of, program));
  const closeAll = (): void => {
    for (const upstream of upstreams) upstream.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const server = await start(folder, ports);
    const close = async (): Promise<void> => {
      await server.stop();
      closeAll();
    };
    return { server, book, close };
  } catch (error) {
    closeAll();
    throw error;
  }
}

/** Runs the cases of the groups named (and whose name holds `text`) and gives their scores in order. */
export async function runBattery(stand: Stand, letters: string, text = ''): Promise<Score[]> {
  const strict = stand.server.name === 'vlandns';
  const jobs: { group: string; name: string; run: () => Promise<string[]> }[] = [];
  for (const group of GROUPS) {
    if (!letters.includes(group.letter) || (group.ours === true && !strict)) continue;
    for (const one of group.cases) {
      if ((one.ours === true && !strict) || !one.name.includes(text)) continue;
      jobs.push({ group: group.letter, name: one.name, run: () => runOne(stand, group, one) });
    }
  }
  if (letters.includes('m')) jobs.push(...wireJobs(stand, text));
  const scores: Score[] = Array.from({ length: jobs.length });
  const queue = jobs.entries();
  const work = async (): Promise<void> => {
    for (const [index, { group, name, run }] of queue) {
      const tooLong = sleep(CASE_MS, ['the case takes too long'], { ref: false });
      const started = performance.now();
      const faults = await Promise.race([run(), tooLong]);
      scores[index] = { group, name, faults, tookMs: performance.now() - started };
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return scores;
}

function runOne(stand: Stand, group: Group, one: Case): Promise<string[]> {
  const setting = { server: stand.server, book: stand.book, strict: stand.server.name === 'vlandns' };
  return runCase(setting, group.letter, one);
}

function wireJobs(stand: Stand, text: string) {
  const strict = stand.server.name === 'vlandns';
  stand.book.set('wire.example.', eachItsAddress('wire.example.'));
  const to = stand.server.endpoints['servers'] ?? { address: '127.0.0.1', port: 0 };
  return readWireFiles(new URL('../wire/', import.meta.url)).flatMap((file) =>
    file.transports
      .map((transport) => ({
        group: 'm',
        name: `${file.name} over ${transport}`,
        run: async () => {
          try {
            return await runWireFile(file, transport, to, strict);
          } catch (error) {
            return [`the case failed: ${error instanceof Error ? error.message : String(error)}`];
          }
        },
      }))
      .filter(({ name }) => name.includes(text)),
  );
}

/** Passed and all cases of each group, one line a group. */
function scoreLines(scores: readonly Score[]): string[] {
  const letters = [...new Set(scores.map(({ group }) => group))].toSorted();
  return [...letters, ''].map((letter) => {
    const those = scores.filter(({ group }) => letter === '' || group === letter);
    const passed = those.filter(({ faults }) => faults.length === 0).length;
    return `${letter === '' ? 'all' : letter.padEnd(3)} ${passed} of ${those.length}`;
  });
}

function toIo(text: string): 'auto' | 'plain' | 'batched' {
  if (text !== 'auto' && text !== 'plain' && text !== 'batched')
    throw new Error(`--io ${text}: write auto, plain or batched`);
  return text;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      server: { type: 'string', default: 'vlandns' },
      group: { type: 'string', default: 'wmtfcuespl' },
      case: { type: 'string', default: '' },
      main: { type: 'string', default: 'dist/main.js' },
      io: { type: 'string', default: 'auto' },
    },
  });
  for (const name of values.server.split(',')) {
    const stand = await openStand(name, { main: path.resolve(values.main), io: toIo(values.io) });
    const started = performance.now();
    const scores = await runBattery(stand, values.group, values.case);
    const tookMs = performance.now() - started;
    const alive = stand.server.isAlive();
    await stand.close();
    const failed = scores.filter(({ faults }) => faults.length > 0);
    const lines = failed.map(
      ({ group, name: one, faults }) => `  ${group} ${one}\n      ${faults.join('\n      ')}`,
    );
    const slowest = scores.toSorted((a, b) => b.tookMs - a.tookMs).slice(0, 5);
    lines.push('  slowest:');
    lines.push(
      ...slowest.map(({ group, name: one, tookMs: ms }) => `    ${(ms / 1000).toFixed(1)} s ${group} ${one}`),
    );
    process.stdout.write(
      `${[`${name}${alive ? '' : ' (died)'}, ${(tookMs / 1000).toFixed(1)} s`, ...lines, ...scoreLines(scores)].join('\n')}\n\n`,
    );
  }
}

if (process.argv[1] === import.meta.filename) await main();
