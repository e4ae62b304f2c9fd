// The parts of a run: which servers each needs, and what they are asked.
import type { AnswerCase } from './cases/answers.ts';
import { measureAnswers, STEADY, tellMemory } from './cases/answers.ts';
import { measureForwarding } from './cases/forwarding.ts';
import { measureStarts } from './cases/start.ts';
import { measureChanges } from './cases/swap.ts';
import { oursOf } from './open-rig.ts';
import type { Part } from './options.ts';
import type { Rig } from './rig.ts';
import { startFleet, stopFleet } from './servers/fleet.ts';
import type { ServerName } from './servers/setup.ts';

/** Names asked once in a run: more than any server gets through. */
const UNIQUE_ASKED = 200_000;
const MIXED_ASKED = 400_000;

/** Measures these parts. */
export async function measureParts(rig: Rig, parts: ReadonlySet<Part>): Promise<void> {
  await measureLoaded(rig, parts);
  if (parts.has('unlisted')) await measureUnlisted(rig);
  if (parts.has('forwarding')) await measureForwarding(rig);
  if (parts.has('swap')) await measureChanges(rig, oursOf(rig.servers));
  if (parts.has('start')) await measureStarts(rig, oursOf(rig.servers));
}

/** What is asked of servers that have the million names. */
async function measureLoaded(rig: Rig, parts: ReadonlySet<Part>): Promise<void> {
  const cases = loadedCases(rig).filter(({ part }) => parts.has(part));
  if (cases.length === 0) return;
  const servers = await startFleet(rig, rig.servers, { isLoaded: true });
  for (const { kind } of cases) {
    const asked = servers.filter(({ name }) => name !== 'C floor' || kind.name === 'hit');
    await measureAnswers(rig, asked, kind);
  }
  tellMemory(rig, STEADY, servers);
  await stopFleet(servers);
}

/** The floor is asked hits only: it does the same whatever it is asked. */
function loadedCases({ workload }: Rig): { part: Part; kind: AnswerCase }[] {
  return [
    {
      part: 'hit',
      kind: {
        name: 'hit',
        queries: () => workload.hit,
        rcode: 'NOERROR',
        loads: ['dnsperf', 'flood', 'paced', 'slow', 'fast'],
      },
    },
    {
      part: 'blocked',
      kind: {
        name: 'blocked',
        queries: () => workload.blocked,
        rcode: 'NXDOMAIN',
        loads: ['dnsperf', 'flood', 'paced'],
      },
    },
    {
      part: 'mixed',
      kind: {
        name: 'mixed',
        queries: (round) => (round === -1 ? workload.popular : workload.mixed(MIXED_ASKED)),
        loads: ['dnsperf'],
      },
    },
    {
      part: 'miss',
      kind: {
        name: 'miss',
        queries: (round) => workload.unique(round === -1 ? UNIQUE_ASKED / 20 : UNIQUE_ASKED),
        once: true,
        rcode: 'NOERROR',
        loads: ['dnsperf'],
      },
    },
  ];
}

/** Cached answers without any names, for what the names cost. */
async function measureUnlisted(rig: Rig): Promise<void> {
  const names: ServerName[] = rig.servers.filter((name) => name !== 'C floor');
  const servers = await startFleet(rig, names, { isLoaded: false });
  await measureAnswers(rig, servers, {
    name: 'unlisted',
    queries: () => rig.workload.hit,
    rcode: 'NOERROR',
    loads: ['dnsperf'],
  });
  await stopFleet(servers);
}
