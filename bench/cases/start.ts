// From the start to the first answer: with the snapshot of the lists and without, and how long compiling and loading take.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompileReport } from '../../src/blocklists/compile-report.ts';
import { builtMain } from '../../test/support/build.ts';
import { residentMb } from '../measure/memory.ts';
import type { Rig } from '../rig.ts';
import { inRounds } from '../servers/fleet.ts';
import type { Server } from '../servers/server.ts';
import type { ServerName } from '../servers/setup.ts';
import { startServer } from '../servers/server.ts';
import { snapshotOf } from '../servers/vlandns.ts';

/** A start of a server that has run before. */
export const START = 'start';
/** A start of vlandns that has to compile the lists. */
export const START_ANEW = 'start without a snapshot';
/** Compiling and loading, each alone in a fresh process. */
export const LISTS = 'lists';

/** Starts servers with the million names, each in every round. */
export async function measureStarts(rig: Rig, ours: ServerName): Promise<void> {
  const others = rig.servers.filter((name) => name === 'unbound' || name === 'dnsmasq');
  await inRounds(rig.rounds, [ours, ...others], async (name, round) => {
    rig.tell(`start: round ${round + 1} of ${rig.rounds}, ${name}`);
    const server = await startServer(rig, { name, isLoaded: true });
    if (name === ours) await measureOurs(rig, server);
    else await file(rig, START, server);
  });
}

async function measureOurs(rig: Rig, server: Server): Promise<void> {
  await file(rig, START_ANEW, server);
  await file(rig, START, await startServer(rig, server.setup));
  await measureLists(rig, snapshotOf(server));
}

async function file(rig: Rig, name: string, server: Server): Promise<void> {
  const { firstAnswerMs, pid } = server;
  rig.figures.add(name, server.name, { firstAnswerMs, rssMb: residentMb(pid) });
  await server.stop();
}

/** Loads the snapshot and compiles the lists as the service does, by the compiled program's own modules. */
async function measureLists(rig: Rig, snapshot: string): Promise<void> {
  const load = `const started = performance.now();
    const image = await readImage(${JSON.stringify(snapshot)});
    if ('fault' in image) throw new Error(image.fault);
    process.stdout.write(String(performance.now() - started));`;
  const sources = rig.names.sources.map((path) => ({
    list: 'million',
    source: path,
    file: path,
    format: 'auto',
  }));
  const job = { output: join(rig.folder, 'compiled.trie'), key: 'bench', sources };
  const compile = `process.stdout.write(JSON.stringify(compile(${JSON.stringify(job)})));`;
  const snapshotMs = Number(await runInside(rig, 'readImage', 'trie/image-reader.js', load));
  const report: CompileReport = JSON.parse(await runInside(rig, 'compile', 'compile.js', compile));
  rig.figures.add(LISTS, 'vlandns', {
    snapshotMs,
    compileMs: report.elapsedMs,
    compilePeakMb: report.peakRssOctets / 1e6,
  });
}

function runInside(rig: Rig, name: string, module: string, script: string): Promise<string> {
  const url = pathToFileURL(join(builtMain(), '../blocklists', module)).href;
  const source = `import { ${name} } from ${JSON.stringify(url)};\n${script}`;
  return rig.children.run([
    ...rig.placement.server,
    process.execPath,
    '--input-type=module',
    '--eval',
    source,
  ]);
}
