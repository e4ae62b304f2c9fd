// vlandns lists: every source of every list as a table, what the lists have in common, and updates on demand.
import type { Config } from '../../config/config.ts';
import { formatFault } from '../../config/config-error.ts';
import { nearest } from '../../config/values/nearest.ts';
import { readConfig } from '../../config/reader.ts';
import { NotRunning } from '../../control/control-client.ts';
import { InvalidConfig } from '../../config/refused.ts';
import { readListStats } from '../../lists/told/list-stats.ts';
import { readListTable } from '../../lists/told/list-table.ts';
import type { ToldLists } from '../../lists/told/list-table.ts';
import { acceptanceOf } from '../../lists/told-holds.ts';
import type { OrderOutcome } from '../../api/list-orders.ts';
import type { Call } from '../command.ts';
import { report, UsageError } from '../command.ts';
import { EXIT } from '../../system/ending.ts';
import { statsToText } from '../text/list-stats-text.ts';
import { tableToText } from '../text/list-table-text.ts';
import { runningDaemon } from '../running.ts';
import { table } from '../text/table.ts';

const FORM = 'write: vlandns lists [stats [NAME] | update [NAME] | accept NAME] [-c FILE] [--json]';

/** Prints the table, or does what the first operand says. */
export async function lists(call: Call): Promise<number> {
  const [what, name, ...more] = call.operands;
  if (more.length > 0) throw new UsageError(`too many operands; ${FORM}`);
  const config = readValidConfig(call.configFile);
  if (name !== undefined) checkListName(config, name);
  switch (what) {
    case undefined:
      return printTable(call, config);
    case 'stats':
      return printStats(call, config, name);
    case 'update':
      return change(call, 'update', name);
    case 'accept':
      if (name === undefined) throw new UsageError(`accept takes the name of a list; ${FORM}`);
      return change(call, 'accept', name);
    default:
      throw new UsageError(`"${what}" is nothing that can be done with lists; ${FORM}`);
  }
}

async function printTable(call: Call, config: Config): Promise<number> {
  const { told, notRunning } = await askStatus(call);
  const nowMs = Date.now();
  const read = await readListTable(config, told, nowMs);
  report(call, read, () => tableToText(read, nowMs, notRunning));
  return EXIT.DONE;
}

/** What the daemon reports about its lists, or why it cannot be asked. */
async function askStatus(call: Call): Promise<{ told?: ToldLists; notRunning?: string }> {
  try {
    return { told: await runningDaemon(call).status({ told: 'people' }) };
  } catch (error) {
    if (error instanceof NotRunning) return { notRunning: error.message };
    throw error;
  }
}

async function printStats(call: Call, config: Config, name: string | undefined): Promise<number> {
  const stats = await readListStats(config.server.state, name);
  if (typeof stats === 'string') {
    call.complain(`vlandns: ${stats}\n`);
    return EXIT.NOT_SO;
  }
  report(call, stats, () => statsToText(stats));
  return EXIT.DONE;
}

/** Asks the daemon to fetch, or to accept what was held back; status 1 where that failed for a source. */
async function change(call: Call, verb: 'update' | 'accept', name: string | undefined): Promise<number> {
  const daemon = runningDaemon(call);
  const outcome = await (verb === 'accept' && name !== undefined
    ? daemon.acceptList(name)
    : daemon.updateLists(name === undefined ? [] : [name]));
  report(call, outcome, () => outcomeToText(outcome));
  return outcome.lists.some(({ state }) => NOT_THROUGH.has(state)) ? EXIT.NOT_SO : EXIT.DONE;
}

/** States of an outcome in which the order failed for the source. */
const NOT_THROUGH: ReadonlySet<string> = new Set(['held', 'failed', 'missing']);

function outcomeToText({ lists: outcomes }: OrderOutcome): string {
  if (outcomes.length === 0) return 'nothing to do\n';
  const rows = outcomes.map(({ list, state, source, message }) => [
    list,
    state,
    message === undefined ? source : `${source}: ${message}`,
  ]);
  const held = new Set(outcomes.filter(({ state }) => state === 'held').map(({ list }) => list));
  return [...table(rows, new Set()), ...[...held].map((list) => `${list}: ${acceptanceOf(list)}`)]
    .map((line) => `${line}\n`)
    .join('');
}

function checkListName(config: Config, name: string): void {
  const known = config.lists.map((list) => list.name);
  if (known.includes(name)) return;
  const meant = nearest(name, known);
  const suggestion = meant === undefined ? '' : `; did you mean "${meant}"?`;
  const all = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  throw new UsageError(
    `there is no list "${name}"${suggestion === '' ? `; ${all}` : `${suggestion} (${all})`}`,
  );
}

function readValidConfig(file: string): Config {
  const { config, faults } = readConfig(file, { mayLackLists: true });
  if (config === undefined) throw new InvalidConfig(faults.map(formatFault));
  return config;
}
