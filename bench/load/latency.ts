// Latencies at a rate: from the bench's own client, or where that could not be compiled from what dnsperf -v prints.
import { mean, percentile } from '../stats.ts';
import type { Rig } from '../rig.ts';
import type { ClientRun } from './client.ts';
import { runClient } from './client.ts';
import { parseDnsperf, runDnsperf } from './dnsperf.ts';

/** Latencies of one run, in microseconds. */
export interface Latencies {
  readonly meanUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly lost: number;
}

/** Measures the latencies of a run at a rate. */
export async function measureLatency(
  rig: Rig,
  run: ClientRun & { readonly rate: number },
): Promise<Latencies> {
  const report = await runClient(rig, run);
  if (report !== undefined) {
    const { meanUs, p50Us, p99Us, p999Us, lost } = report;
    return { meanUs, p50Us, p99Us, p999Us, lost };
  }
  const text = await runDnsperf(rig, { ...run, verbose: true });
  return { ...latenciesOf(parseLatencies(text)), lost: parseDnsperf(text).lost };
}

/** The latencies of `> NOERROR example.net A 0.000056` lines, in microseconds. */
export function parseLatencies(text: string): number[] {
  return [...text.matchAll(/^> [A-Z]+ \S+ \S+ ([\d.]+)$/gm)].map(([, seconds]) => Number(seconds) * 1e6);
}

function latenciesOf(values: readonly number[]): Omit<Latencies, 'lost'> {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    meanUs: mean(sorted),
    p50Us: percentile(sorted, 0.5),
    p99Us: percentile(sorted, 0.99),
    p999Us: percentile(sorted, 0.999),
  };
}
