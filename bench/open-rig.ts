// Puts together what everything is measured with: names, queries, programs, the upstream, and which servers there are.
import { Figures } from './figures.ts';
import { openBenchNames } from './names/bench-names.ts';
import { openWorkload } from './names/workload.ts';
import type { Options } from './options.ts';
import { place } from './placement.ts';
import { compilePrograms } from './programs.ts';
import type { Durations, Rig } from './rig.ts';
import { startNsd } from './servers/nsd.ts';
import type { ServerName } from './servers/setup.ts';
import { startServer } from './servers/server.ts';
import { SERVERS } from './servers/setup.ts';
import { hasIo, ioOf } from './servers/vlandns.ts';

/** So that a whole run takes less than twelve minutes, and the p99 of 1,000 q/s is not that of a handful. */
const DURATIONS: Durations = {
  saturated: 2,
  paced: 2,
  flood: 1,
  slowLatency: 2,
  fastLatency: 1,
  forwarding: 1,
};
/** So that one part takes less than a minute. */
const QUICK: Durations = {
  saturated: 0.5,
  paced: 0.5,
  flood: 0.3,
  slowLatency: 0.5,
  fastLatency: 0.3,
  forwarding: 0.3,
};

/** What is there before the rig. */
interface Means extends Pick<Rig, 'children' | 'folder' | 'tools' | 'tell'> {
  readonly notes: string[];
}

/** Opens the rig; throws where something of it does not work. */
export async function openRig(options: Options, { notes, ...means }: Means): Promise<Rig> {
  const { children, folder, tools, tell } = means;
  const placement = place(tools.taskset !== undefined);
  tell('reading the lists');
  const names = openBenchNames(options.lists, folder);
  const programs = tools.cc === undefined ? undefined : await compilePrograms(children, tools.cc, folder);
  const rig: Rig = {
    ...means,
    placement,
    names,
    programs,
    workload: openWorkload(names, folder),
    figures: new Figures(),
    servers: [],
    rounds: options.rounds,
    durations: options.quick ? QUICK : DURATIONS,
    upstream: await startNsd({ children, placement, tools }, folder),
    hasIo: hasIo(),
    note: (sentence) => {
      if (!notes.includes(sentence)) notes.push(sentence);
    },
  };
  return { ...rig, servers: await findServers(rig) };
}

/** The vlandns that the bars are about: as it runs where it can. */
export function oursOf(servers: readonly ServerName[]): ServerName {
  return servers.includes('vlandns batched') ? 'vlandns batched' : 'vlandns plain';
}

async function findServers(rig: Rig): Promise<ServerName[]> {
  const isThere: Readonly<Record<ServerName, boolean>> = {
    'vlandns batched': rig.hasIo && (await isBatched(rig)),
    'vlandns plain': true,
    unbound: rig.tools.unbound !== undefined,
    dnsmasq: rig.tools.dnsmasq !== undefined,
    'C floor': rig.programs !== undefined,
  };
  if (!isThere['vlandns batched'])
    rig.note('batched I/O was not measured: this vlandns does not have it, or it does not work here');
  return SERVERS.filter((name) => isThere[name]);
}

/** Asks a vlandns that was told to be batched whether it is. */
async function isBatched(rig: Rig): Promise<boolean> {
  try {
    const server = await startServer(rig, { name: 'vlandns batched', isLoaded: false });
    const io = await ioOf(server);
    await server.stop();
    return io === 'batched';
  } catch {
    return false; // refused to start so: left out, and told
  }
}
