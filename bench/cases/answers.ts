// Measures answered queries: processor time of the server for each, queries a second, latency.
import type { FigureName } from '../figures.ts';
import { runClient } from '../load/client.ts';
import type { DnsperfRun } from '../load/dnsperf.ts';
import { parseDnsperf, runDnsperf } from '../load/dnsperf.ts';
import { measureLatency } from '../load/latency.ts';
import { costOf, cpuTimeOf } from '../measure/cpu.ts';
import { residentMb } from '../measure/memory.ts';
import type { Rig } from '../rig.ts';
import { inRounds } from '../servers/fleet.ts';
import type { Server } from '../servers/server.ts';

/** The loads under which a case is measured, as the tables call them. */
export const LOADS = {
  /** dnsperf, as many queries as are answered. */
  dnsperf: 'dnsperf',
  /** dnsperf at a rate. */
  paced: 'dnsperf, 20,000 q/s',
  /** The bench's own client, which sends more than dnsperf can. */
  flood: 'own client',
  /** The same at rates. */
  slow: '1,000 q/s',
  fast: '20,000 q/s',
} as const;

/** A load of LOADS. */
export type Load = keyof typeof LOADS;

const PACED_RATE = 20_000;
const SLOW_RATE = 1000;

/** A kind of query. */
export interface AnswerCase {
  readonly name: string;
  /** The file of a round's queries; the same names for every server. */
  readonly queries: (round: number) => string;
  /** Every name only once: what was asked once is cached. */
  readonly once?: boolean;
  /** The rcode that all replies have to have; others are noted. */
  readonly rcode?: 'NOERROR' | 'NXDOMAIN';
  readonly loads: readonly Load[];
}

/** Memory after everything that was asked of servers with the million names. */
export const STEADY = 'after everything, 1 M names';

/** Where the values of a case under a load are filed. */
export function loadName(name: string, load: Load): string {
  return `${name}, ${LOADS[load]}`;
}

/** Measures servers in turn, after each has been asked everything once, and their memory at the end: `after NAME`. */
export async function measureAnswers(rig: Rig, servers: readonly Server[], kind: AnswerCase): Promise<void> {
  await inRounds(1, servers, async (server) => {
    rig.tell(`${kind.name}: warming ${server.name}`);
    await warm(rig, server, kind);
  });
  const files = Array.from({ length: rig.rounds }, (_, round) => kind.queries(round));
  await inRounds(rig.rounds, servers, async (server, round) => {
    rig.tell(`${kind.name}: round ${round + 1} of ${rig.rounds}, ${server.name}`);
    for (const load of kind.loads) await measure(rig, { server, kind, queries: files[round] ?? '' }, load);
  });
  tellMemory(rig, `after ${kind.name}`, servers);
}

/** Files what servers have resident now. */
export function tellMemory(rig: Rig, name: string, servers: readonly Server[]): void {
  for (const server of servers) rig.figures.add(name, server.name, { rssMb: residentMb(server.pid) });
}

/** Fills the cache, and lets a just-in-time compiler do its work. */
export async function warm(
  rig: Rig,
  { port }: Server,
  { queries, once = false }: Pick<AnswerCase, 'queries' | 'once'>,
): Promise<void> {
  const run = { port, queries: queries(-1) };
  await runDnsperf(rig, { ...run, seconds: 30, rate: PACED_RATE, once: true });
  if (!once) await runDnsperf(rig, { ...run, seconds: rig.durations.saturated });
}

/** One server about to be measured. */
interface Turn {
  readonly server: Server;
  readonly kind: AnswerCase;
  readonly queries: string;
}

async function measure(rig: Rig, turn: Turn, load: Load): Promise<void> {
  const { name } = turn.server;
  const values = await valuesUnder(rig, turn, load);
  rig.figures.add(loadName(turn.kind.name, load), name, values);
}

type Values = Partial<Record<FigureName, number>>;

function valuesUnder(rig: Rig, turn: Turn, load: Load): Promise<Values> {
  const { durations } = rig;
  const once = turn.kind.once ?? false;
  const run = { port: turn.server.port, queries: turn.queries };
  switch (load) {
    case 'dnsperf':
      return underDnsperf(rig, turn, { ...run, seconds: durations.saturated, once });
    case 'paced':
      return underDnsperf(rig, turn, { ...run, seconds: durations.paced, rate: PACED_RATE });
    case 'flood':
      return underFlood(rig, turn);
    case 'slow':
      return latencies(rig, turn, { seconds: durations.slowLatency, rate: SLOW_RATE });
    case 'fast':
      return latencies(rig, turn, { seconds: durations.fastLatency, rate: PACED_RATE });
  }
}

async function underDnsperf(rig: Rig, { server, kind }: Turn, run: DnsperfRun): Promise<Values> {
  const askedBefore = await rig.upstream.queries();
  const before = cpuTimeOf(server.pid);
  const report = parseDnsperf(await runDnsperf(rig, run));
  const after = cpuTimeOf(server.pid);
  const asked = (await rig.upstream.queries()) - askedBefore;
  const { completed: answered, codes, seconds } = report;
  if (server.name === 'C floor') return { ...costOf(before, after, { answered, seconds }), ...rates(report) };
  const right = codes[kind.rcode ?? ''] ?? 0;
  if (kind.rcode !== undefined && right < answered)
    rig.note(`${server.name}, ${kind.name}: ${answered - right} of ${answered} replies not ${kind.rcode}`);
  return {
    ...costOf(before, after, { answered, seconds }),
    ...rates(report),
    replyOctets: report.replyOctets,
    nxdomainPercent: ((codes['NXDOMAIN'] ?? 0) / answered) * 100,
    upstreamPercent: (asked / answered) * 100,
  };
}

function rates({ completed, seconds, lost }: { completed: number; seconds: number; lost: number }): Values {
  return { queriesPerSecond: completed / seconds, lost };
}

async function underFlood(rig: Rig, { server, queries }: Turn): Promise<Values> {
  const before = cpuTimeOf(server.pid);
  const report = await runClient(rig, { port: server.port, queries, seconds: rig.durations.flood });
  if (report === undefined) return {};
  const { answered, inTime, seconds, lost } = report;
  return {
    ...costOf(before, cpuTimeOf(server.pid), { answered, seconds }),
    ...rates({ completed: inTime, seconds, lost }),
  };
}

async function latencies(
  rig: Rig,
  { server, queries }: Turn,
  run: { seconds: number; rate: number },
): Promise<Values> {
  return { ...(await measureLatency(rig, { ...run, port: server.port, queries })) };
}
