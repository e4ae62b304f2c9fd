// What forwarding adds: the same upstream, answering at once or late, asked directly and through each server, every name once.
import { measureLatency } from '../load/latency.ts';
import { median } from '../stats.ts';
import type { Rig } from '../rig.ts';
import { DELAY_MS, startDelayingUpstream } from '../servers/delaying-upstream.ts';
import { inRounds, startFleet, stopFleet } from '../servers/fleet.ts';

/** The two cases, and the prefix of names that makes the upstream late. */
export const FORWARDING = [
  { name: 'forwarding, upstream at once', prefix: 'u' },
  { name: `forwarding, upstream after ${DELAY_MS} ms`, prefix: 'd' },
] as const;

/** The name of the upstream asked directly. */
export const DIRECT = 'the upstream itself';

const RATE = 1000;
/** Before measuring, for a just-in-time compiler. */
const WARMING_RATE = 5000;

/** Measures the latencies of misses at 1,000 q/s. */
export async function measureForwarding(rig: Rig): Promise<void> {
  const upstream = await startDelayingUpstream(rig);
  if (upstream === undefined) {
    rig.note('forwarding was not measured: the delaying upstream needs a C compiler');
    return;
  }
  const names = rig.servers.filter((name) => name !== 'C floor');
  const servers = await startFleet(rig, names, { isLoaded: false, upstreamPort: upstream.port });
  const asked = [{ name: DIRECT, port: upstream.port }, ...servers];
  for (const { port } of servers) await ask(rig, port, { prefix: 'u', rate: WARMING_RATE });
  await inRounds(rig.rounds, asked, async ({ name, port }, round) => {
    rig.tell(`forwarding: round ${round + 1} of ${rig.rounds}, ${name}`);
    for (const kind of FORWARDING)
      rig.figures.add(kind.name, name, { ...(await ask(rig, port, { ...kind, rate: RATE })) });
  });
  for (const kind of FORWARDING) addDifferences(rig, kind.name, names);
  await stopFleet(servers);
  await upstream.child.stop();
}

function ask(rig: Rig, port: number, { prefix, rate }: { prefix: string; rate: number }) {
  const seconds = rig.durations.forwarding;
  const queries = rig.workload.unique(rate * seconds, prefix);
  return measureLatency(rig, { port, queries, seconds, rate });
}

/** Each round's median against the median of all rounds that asked the upstream itself. */
function addDifferences(rig: Rig, kind: string, names: readonly string[]): void {
  const direct = median(rig.figures.of(kind, DIRECT, 'p50Us'));
  for (const name of names)
    for (const value of rig.figures.of(kind, name, 'p50Us'))
      rig.figures.add(kind, name, { addedUs: value - direct });
}
