/**
 * Lists mean what the servers make of them that they come from: unbound, BIND, PowerDNS, Knot Resolver and dnsmasq are started on
 * lists made at random, vlandns on the same, and both are asked thousands of questions.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import type { Test } from 'tap';

import { builtMain } from '../support/build.ts';
import type { ServerUnderTest } from '../support/daemon.ts';
import { askMany } from './ask-many.ts';
import { DIFFERENCES } from './differences.ts';
import type { Case, Difference } from './differences.ts';
import { bindRpz, dnsmasq, knotRpz, pdnsRpz, unboundRpz, unboundZones, vlandns } from './server.ts';
import type { Setting, StartPeer } from './server.ts';
import { openUpstream, upstreamOutcome } from './upstream.ts';
import { dnsmasqUniverse, rpzAddressUniverse, rpzUniverse, unboundUniverse } from './worlds.ts';
import type { Universe } from './worlds.ts';

t.setTimeout(240_000);

/** Worlds of each format; each has twelve names and five types. */
const WORLDS = Number(process.env['VLANDNS_WORLDS'] ?? 170);
const NAMES_JUDGED_BY_ADDRESS = 2000;
/** Differences that are shown in full where they are not meant. */
const SHOWN = 10;

interface Comparison {
  readonly what: string;
  readonly format: string;
  readonly universe: (upstreamPort: number) => Universe;
  /** By the name of the program. */
  readonly peers: Readonly<Record<string, StartPeer>>;
}

const COMPARISONS: readonly Comparison[] = [
  {
    what: 'one response policy zone',
    format: 'rpz',
    universe: () => rpzUniverse(1, WORLDS, 1),
    peers: { unbound: unboundRpz, named: bindRpz, pdns_recursor: pdnsRpz, kresd: knotRpz },
  },
  {
    what: 'two response policy zones',
    format: 'rpz',
    universe: () => rpzUniverse(2, WORLDS, 2),
    peers: { unbound: unboundRpz, named: bindRpz, pdns_recursor: pdnsRpz },
  },
  {
    what: 'a response policy zone that judges addresses',
    format: 'rpz',
    universe: () => rpzAddressUniverse(3, NAMES_JUDGED_BY_ADDRESS),
    peers: { unbound: unboundRpz, named: bindRpz, pdns_recursor: pdnsRpz },
  },
  {
    what: "unbound's local zones",
    format: 'unbound',
    universe: () => unboundUniverse(4, WORLDS),
    peers: { unbound: unboundZones },
  },
  {
    what: "dnsmasq's settings for domains",
    format: 'dnsmasq',
    universe: (upstreamPort) => dnsmasqUniverse(5, WORLDS, upstreamPort),
    peers: { dnsmasq },
  },
];

function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // said where it is skipped
  }
}

/** Starts a server on the lists of a universe, and gives what it says to every question. */
async function outcomesOf(
  universe: Universe,
  upstreamPort: number,
  start: (setting: Setting) => Promise<ServerUnderTest>,
): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lists-'));
  const server = await start({ folder, upstreamPort, lists: universe.lists });
  const questions = universe.worlds.flatMap((world) => world.questions);
  try {
    const outcomes = await askMany(server.endpoints['all']!, questions);
    return outcomes.map((outcome, index) => {
      const { name, type } = questions[index]!;
      return outcome === upstreamOutcome(name, type) ? 'UP' : outcome;
    });
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function casesOf(universe: Universe, theirs: readonly string[], ours: readonly string[]): Case[] {
  return universe.worlds
    .flatMap((world) => world.questions.map((question) => ({ world, ...question })))
    .map((asked, index) => ({ ...asked, theirs: theirs[index]!, ours: ours[index]! }));
}

function tell({ world, name, type, theirs, ours }: Case): string {
  return `${name} ${type}: theirs ${theirs}, ours ${ours}; of ${JSON.stringify(world.lines.map((lines) => lines.slice(0, 8)))}`;
}

function judge(t: Test, server: string, cases: readonly Case[], seen: Set<Difference>): void {
  const known = DIFFERENCES.filter(({ servers }) => servers.includes(server));
  const unlike = cases.filter(({ theirs, ours }) => theirs !== ours);
  const unknown = unlike.filter((one) => {
    const difference = known.find(({ isIt }) => isIt(one));
    if (difference !== undefined) seen.add(difference);
    return difference === undefined;
  });
  t.comment(
    `${cases.length} questions, ${unlike.length} answered otherwise, for reasons that are written down`,
  );
  t.strictSame(unknown.slice(0, SHOWN).map(tell), [], `${server}: ${unknown.length} without a reason`);
}

t.test('lists mean what their own servers make of them', async (t) => {
  const upstream = await openUpstream();
  t.teardown(() => upstream.close());
  const seen = new Set<Difference>();
  let tried = true;
  for (const { what, format, universe: make, peers } of COMPARISONS) {
    const universe = make(upstream.port);
    const ours = await outcomesOf(universe, upstream.port, (setting) =>
      vlandns(setting, format, builtMain()),
    );
    for (const [program, start] of Object.entries(peers)) {
      const skip = isInstalled(program) ? false : `${program} is not installed`;
      tried &&= skip === false;
      await t.test(`${what}, beside ${program}`, { skip }, async (t) => {
        const theirs = await outcomesOf(universe, upstream.port, start);
        judge(t, program, casesOf(universe, theirs, ours), seen);
      });
    }
  }
  t.test(
    'every difference that is written down is seen',
    { skip: tried ? false : 'not all are installed' },
    (t) => {
      t.strictSame(
        DIFFERENCES.filter((difference) => !seen.has(difference)).map(({ why }) => why),
        [],
      );
      t.end();
    },
  );
});
