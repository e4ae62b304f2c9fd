// Load from the bench's own client (c/client.c): percentiles of latency, and more queries than dnsperf can send.
import type { Child } from '../children.ts';
import type { Rig } from '../rig.ts';

/** One run of the client. */
export interface ClientRun {
  readonly port: number;
  /** A file of names, one a line, as dnsperf has it. */
  readonly queries: string;
  readonly seconds: number;
  /** Queries a second at even distances; as many as are answered where it is not said. */
  readonly rate?: number;
}

/** What the client counted; latencies in microseconds. */
export interface ClientReport {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  /** Answered before sending ended. */
  readonly inTime: number;
  readonly seconds: number;
  readonly meanUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
  /** The longest delay in sending a query: the client's own fault, and not part of any latency. */
  readonly lateUs: number;
  /** Replies by rcode. */
  readonly rcodes: readonly number[];
}

/** Queries outstanding where the rate is not given, as for dnsperf. */
const WINDOW = 150;

/** A client that sends until it is told to stop. */
export interface RunningClient {
  stop(): Promise<ClientReport>;
}

/** Runs the client for its time; undefined where it could not be compiled. */
export async function runClient(rig: Rig, run: ClientRun): Promise<ClientReport | undefined> {
  const child = await startChild(rig, run);
  return child === undefined ? undefined : reportOf(child);
}

/** Starts the client; undefined where it could not be compiled. `seconds` is the longest that it goes on. */
export async function startClient(rig: Rig, run: ClientRun): Promise<RunningClient | undefined> {
  const child = await startChild(rig, run);
  if (child === undefined) return undefined;
  return {
    stop: () => {
      child.signal('SIGTERM');
      return reportOf(child);
    },
  };
}

function startChild({ programs, placement, children }: Rig, run: ClientRun): Promise<Child | undefined> {
  if (programs === undefined) return Promise.resolve(undefined);
  const { port, queries, rate = 0, seconds } = run;
  return children.start([
    ...placement.load,
    programs.client,
    String(port),
    queries,
    String(rate),
    String(seconds),
    String(WINDOW),
  ]);
}

async function reportOf(child: Child): Promise<ClientReport> {
  const status = await child.ended;
  if (status !== 0) throw new Error(`the load client ended with status ${status}: ${child.errors()}`);
  const report: ClientReport = JSON.parse(child.output());
  return report;
}
