// npm run bench:log [-- --queries N] [--days N]: what the query log costs on a day of a household's traffic, N queries a day: octets a
// query on disk with indexes, microseconds of CPU a record, memory, milliseconds of each command over all days; and beside it the
// octets of the same traffic as other programs keep it.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { BatchWriter } from '../../test/support/batch-writer.ts';
import { builtMain } from '../../test/support/build.ts';
import { Household } from './household.ts';
import { AdGuardLines, PiHoleTables } from './other-formats.ts';

const DAY_MS = 86_400_000;

/** What a run of the store printed. */
interface Run {
  readonly records: number;
  readonly octets: number;
  readonly cpuUs: number;
  readonly rss: number;
  readonly answers: Readonly<Record<string, number>>;
}

const { values } = parseArgs({
  options: { queries: { type: 'string', default: '1000000' }, days: { type: 'string', default: '10' } },
});
const queries = Number(values.queries);
const folder = mkdtempSync(path.join(tmpdir(), 'vlandns-log-'));
try {
  const file = path.join(folder, 'batches');
  const others = writeTraffic(file);
  const one = run(file, 'one', 1);
  const many = run(file, 'many', Number(values.days));
  const perQuery = (octets: number): string => (octets / queries).toFixed(1);
  print(`\n${queries} queries of a household's day, node ${process.version}\n\n`);
  print(row('octets a query, with indexes', (one.octets / one.records).toFixed(1)));
  print(row('  Pi-hole FTL 6, its tables', perQuery(others.piHole)));
  print(row('  AdGuard Home 0.107, its lines', perQuery(others.adGuard)));
  print(row('us of CPU a record, start included', (one.cpuUs / one.records).toFixed(2)));
  print(row(`  over ${values.days} days`, (many.cpuUs / many.records).toFixed(2)));
  print(row('MiB of memory at most', (many.rss / 1024 / 1024).toFixed(0)));
  print(`\nms of a command over ${many.records} queries\n\n`);
  for (const [what, ms] of Object.entries(many.answers)) print(row(what, ms.toFixed(1)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Writes what the recorder is sent, each part behind its length, and the formats of others. */
function writeTraffic(file: string): { readonly adGuard: number; readonly piHole: number } {
  const household = new Household(Date.now() - DAY_MS, queries);
  const adGuard = new AdGuardLines(path.join(folder, 'querylog.json'));
  const piHole = new PiHoleTables(path.join(folder, 'pihole-FTL.db'));
  const output = openSync(file, 'w');
  const put = (octets: Uint8Array): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(octets.length);
    writeSync(output, length);
    writeSync(output, octets);
  };
  put(Buffer.from(JSON.stringify(household.told)));
  const writer = new BatchWriter();
  for (let query = 1; query <= queries; query++) {
    household.next(writer, (told) => {
      adGuard.add(told);
      piHole.add(told);
    });
    if (!writer.hasRoom || query === queries) put(writer.take(1));
  }
  closeSync(output);
  return { adGuard: adGuard.end(), piHole: piHole.end() };
}

function run(file: string, name: string, times: number): Run {
  const state = path.join(folder, name);
  mkdirSync(state);
  const built = pathToFileURL(path.join(path.dirname(builtMain()), 'recorder')).href;
  const script = fileURLToPath(new URL('recorder-run.mjs', import.meta.url));
  const told = execFileSync(process.execPath, [script, built, file, state, String(times)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as recorder-run.mjs prints it
  return JSON.parse(told.toString()) as Run;
}

function row(what: string, figure: string): string {
  return `${what.padEnd(40)}${figure.padStart(10)}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}
