// Load from dnsperf, and its figures.
import type { Rig } from '../rig.ts';
import { pathOf } from '../tools.ts';

/** One run of dnsperf. */
export interface DnsperfRun {
  readonly port: number;
  /** Its file of names and types. */
  readonly queries: string;
  readonly seconds: number;
  /** Queries a second; as many as are answered where it is not said. */
  readonly rate?: number;
  /** Ends after the last query of the file instead of beginning again. */
  readonly once?: boolean;
  /** Prints every query with its latency. */
  readonly verbose?: boolean;
}

/** What dnsperf counted. */
export interface DnsperfReport {
  readonly sent: number;
  readonly completed: number;
  readonly lost: number;
  /** Replies by rcode: `NOERROR`. */
  readonly codes: Readonly<Record<string, number>>;
  /** The mean size of replies. */
  readonly replyOctets: number;
  readonly seconds: number;
}

/**
 * Sockets to send from, and queries outstanding over all of them. With 1 socket its buffer overflowed, with 8 dnsperf itself
 * was slower. 150 keep every server 95 % busy, and fit the default receive buffer, which dnsmasq does not change.
 */
const SOCKETS = 4;
const OUTSTANDING = 150;

/** What a socket's buffers may hold, so that nothing is lost on the client's side. */
const BUFFER_KIB = 1024;

/** How long a reply is waited for, in seconds. */
const TIMEOUT_SECONDS = 1;

/** Runs dnsperf where the load runs; gives what it printed. */
export function runDnsperf(rig: Rig, run: DnsperfRun): Promise<string> {
  const options = {
    '-s': '127.0.0.1',
    '-p': String(run.port),
    '-d': run.queries,
    '-l': String(run.seconds),
    '-c': String(SOCKETS),
    '-q': String(OUTSTANDING),
    '-t': String(TIMEOUT_SECONDS),
    '-b': String(BUFFER_KIB),
  };
  return rig.children.run([
    ...rig.placement.load,
    pathOf(rig.tools, 'dnsperf'),
    ...Object.entries(options).flat(),
    ...(run.rate === undefined ? [] : ['-Q', String(run.rate)]),
    ...(run.once === true ? ['-n', '1'] : []),
    ...(run.verbose === true ? ['-v'] : []),
  ]);
}

/** Reads the statistics at the end of dnsperf's output; throws where they are not there. */
export function parseDnsperf(text: string): DnsperfReport {
  const number = (pattern: RegExp): number => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`dnsperf did not tell ${pattern.source}:\n${text}`);
    return Number(found);
  };
  return {
    sent: number(/Queries sent: +(\d+)/),
    completed: number(/Queries completed: +(\d+)/),
    lost: number(/Queries lost: +(\d+)/),
    codes: parseCodes(/Response codes: +(.*)/.exec(text)?.[1] ?? ''),
    replyOctets: number(/Average packet size: .*response (\d+)/),
    seconds: number(/Run time \(s\): +([\d.]+)/),
  };
}

/** `NOERROR 991 (99.10%), NXDOMAIN 9 (0.90%)` */
function parseCodes(text: string): Record<string, number> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+) (\d+) \(/g)].map(([, code = '', count]) => [code, Number(count)]),
  );
}
