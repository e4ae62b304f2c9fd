// What changing the lists costs clients meanwhile: the tail of latency while a million names compile, queries lost
// in a swap and a reload, and peak memory.
import { existsSync, statSync, utimesSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startClient } from '../load/client.ts';
import { forgetPeak, peakMb } from '../measure/memory.ts';
import type { Rig } from '../rig.ts';
import type { Server } from '../servers/server.ts';
import type { ServerName } from '../servers/setup.ts';
import { startServer } from '../servers/server.ts';
import { reload, snapshotOf } from '../servers/vlandns.ts';
import { tellMemory, warm } from './answers.ts';

/** Latencies while the lists compile and are swapped in. */
export const COMPILING = 'hit while lists compile, 1,000 q/s';
/** Queries while lists are swapped by a reload, and by another reload that changes nothing. */
export const RELOADING = 'hit during swap and reload, 20,000 q/s';
/** The same while a changed file is noticed. */
export const NOTICING = 'hit while a changed list is noticed, 20,000 q/s';

/** Memory before the first swap. */
export const BEFORE_SWAPS = 'before swaps';
/** Memory after the last swap. */
export const AFTER_SWAPS = 'after swaps';

const SLOW_RATE = 1000;
const FAST_RATE = 20_000;
const LONGEST_SECONDS = 60;
/** The time of a run before and after the event, so that its edges are in the run. */
const MARGIN_MS = 300;
/** A pause, so that what was swapped out can be freed. */
const IDLE_MS = 2000;

/** Measures one server that is started for this alone: the lists are touched, and others would notice. */
export async function measureChanges(rig: Rig, name: ServerName): Promise<void> {
  const server = await startServer(rig, { name, isLoaded: true });
  await warm(rig, server, { queries: () => rig.workload.hit });
  tellMemory(rig, BEFORE_SWAPS, [server]);
  await measureCompiling(rig, server);
  await measureSwaps(rig, server);
  await sleep(IDLE_MS);
  tellMemory(rig, AFTER_SWAPS, [server]);
  await server.stop();
}

/** Compiles the lists again and again while 1,000 queries a second are answered. */
async function measureCompiling(rig: Rig, server: Server): Promise<void> {
  for (let round = 0; round < rig.rounds; round++) {
    rig.tell(`compile: round ${round + 1} of ${rig.rounds}, ${server.name}`);
    forgetPeak(server.pid);
    const report = await whileAsked(rig, server, SLOW_RATE, async () => {
      touch(rig);
      const started = performance.now();
      await reload(server);
      rig.figures.add(COMPILING, server.name, { swapMs: performance.now() - started });
    });
    if (report === undefined) return;
    const { meanUs, p50Us, p99Us, p999Us, lost } = report;
    const peak = peakMb(server.pid);
    rig.figures.add(COMPILING, server.name, { meanUs, p50Us, p99Us, p999Us, lost, peakMb: peak });
  }
}

/** Swaps and reloads while 20,000 queries a second are answered. */
async function measureSwaps(rig: Rig, server: Server): Promise<void> {
  for (let round = 0; round < rig.rounds; round++) {
    rig.tell(`swap: round ${round + 1} of ${rig.rounds}, ${server.name}`);
    forgetPeak(server.pid);
    const report = await whileAsked(rig, server, FAST_RATE, async () => {
      await sleep(MARGIN_MS);
      touch(rig);
      await reload(server);
      await sleep(MARGIN_MS);
      await reload(server);
      await sleep(MARGIN_MS);
    });
    if (report === undefined) return;
    rig.figures.add(RELOADING, server.name, { lost: report.lost, peakMb: peakMb(server.pid) });
  }
  rig.tell(`swap: a changed file is noticed, ${server.name}`);
  const report = await whileAsked(rig, server, FAST_RATE, async () => {
    await sleep(MARGIN_MS);
    const before = stampOf(snapshotOf(server));
    touch(rig);
    while (stampOf(snapshotOf(server)) === before) await sleep(50);
    await sleep(MARGIN_MS);
  });
  if (report !== undefined) rig.figures.add(NOTICING, server.name, { lost: report.lost });
}

async function whileAsked(rig: Rig, { port }: Server, rate: number, happen: () => Promise<void>) {
  const run = { port, queries: rig.workload.hit, seconds: LONGEST_SECONDS, rate };
  const client = await startClient(rig, run);
  if (client === undefined) {
    rig.note('swaps were not measured: the load client needs a C compiler');
    return undefined;
  }
  await happen();
  return client.stop();
}

/** The list files are compared by size and time: the same names under a new time compile like new ones. */
function touch(rig: Rig): void {
  const now = new Date();
  utimesSync(rig.names.ownSource, now, now);
}

function stampOf(file: string): number {
  return existsSync(file) ? statSync(file).ino : 0;
}
