// npm run bench: vlandns beside unbound, dnsmasq and a floor in C, in one run on one machine. The ratios are the result;
// README.md says what is measured and how.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Children } from './children.ts';
import { watchOthers } from './measure/others.ts';
import { openRig, oursOf } from './open-rig.ts';
import type { Options } from './options.ts';
import { parseOptions, PARTS, UsageError } from './options.ts';
import { measureParts } from './parts.ts';
import { keepResults } from './report/keep-results.ts';
import { thisMachine, versionsOf } from './report/machine.ts';
import { formatReport } from './report/report.ts';
import { toResults } from './report/results.ts';
import { findTools, missingTools } from './tools.ts';

/** Results of fewer rounds are not kept. */
const KEPT_ROUNDS = 5;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (process.platform !== 'linux')
    return complain('the bench reads processor time and memory from /proc: it needs Linux');
  const folder = mkdtempSync(join(tmpdir(), 'vlandns-bench-'));
  const children = new Children();
  const leaveNothing = (): void => {
    children.killAll();
    rmSync(folder, { recursive: true, force: true });
  };
  // However the bench ends, also where its output is no longer read.
  process.once('exit', leaveNothing);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(130));
  try {
    return await run(parseOptions(args), children, folder);
  } catch (error) {
    if (error instanceof UsageError) return complain(error.message, 2);
    throw error;
  } finally {
    leaveNothing();
  }
}

async function run(options: Options, children: Children, folder: string): Promise<number> {
  const startedMs = performance.now();
  const othersPercent = watchOthers();
  const tools = findTools(process.env['PATH'] ?? '');
  const missing = missingTools(tools);
  if (options.lists !== undefined && !existsSync(options.lists))
    throw new UsageError(`there is no folder ${options.lists}`);
  if (missing.isFatal) return complain(missing.told.join('\n'));
  const notes = [...missing.told];
  const rig = await openRig(options, { children, folder, tools, notes, tell });
  await measureParts(rig, options.parts);
  await rig.upstream.stop();
  const results = toResults(rig.figures, {
    date: new Date().toISOString(),
    minutes: Math.ceil((performance.now() - startedMs) / 60_000),
    rounds: options.rounds,
    othersPercent: othersPercent(),
    machine: thisMachine(),
    versions: versionsOf(tools),
    placement: rig.placement.told,
    names: rig.names.told,
    notes,
    ours: oursOf(rig.servers),
  });
  process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : formatReport(results));
  const isWhole = !options.quick && options.rounds >= KEPT_ROUNDS && options.parts.size === PARTS.length;
  if (isWhole) await keepResults(results);
  return 0;
}

/** Shows the progress; on a terminal each line replaces the one before. */
function tell(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
}

function complain(text: string, status = 1): number {
  process.stderr.write(`bench: ${text}\n`);
  return status;
}
