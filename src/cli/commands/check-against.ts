// vlandns check --against: the names that two configurations decide differently. Nothing is fetched, and no running daemon
// is asked.
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseForDaemon } from '../../assembly/parse-prepared.ts';
import { NamesToTry } from '../../explain/names-to-try.ts';
import { compareLocal } from '../../explain/compare/local-diff.ts';
import type { LocalDiff } from '../../explain/compare/local-diff.ts';
import { buildOffline } from '../../explain/offline.ts';
import type { Offline } from '../../explain/offline.ts';
import { compareVerdicts } from '../../explain/verdict-diff.ts';
import type { PolicyDiff, Side, VerdictDiff } from '../../explain/verdict-diff.ts';
import type { Call } from '../command.ts';
import { report, UsageError } from '../command.ts';
import { EXIT } from '../../system/ending.ts';
import { countText, table } from '../text/table.ts';
import { checkLog } from './querylog/check-log.ts';

/** How many names of each kind are printed for each policy, unless `--limit` says otherwise. */
const LIMIT = 20;

/** The result of the comparison. */
interface Told extends VerdictDiff {
  /** The configuration that `-c` names, and the one that it is compared with. */
  readonly config: string;
  readonly against: string;
  /** Local data that differ. */
  readonly local: readonly LocalDiff[];
  /** What the comparison leaves out, a sentence each. */
  readonly remarks: readonly string[];
}

/** Compares; status 1 where any name is decided differently. */
export async function checkAgainst(call: Call, target: string): Promise<number> {
  const limit = toLimit(call.options.limit);
  const against = toConfigFile(resolve(target));
  const warn = (line: string): void => call.complain(`${line}\n`);
  const before = await open(against, warn);
  const after = await open(call.configFile, warn);
  const { log: span } = call.options;
  if (span !== undefined) {
    const sides = {
      before: { file: against, serving: before.serving },
      after: { file: call.configFile, serving: after.serving },
    };
    const status = await checkLog(call, { ...sides, span, limit });
    await Promise.all([before.offline.close(), after.offline.close()]);
    return status;
  }
  const names = new NamesToTry();
  const { names: file } = call.options;
  const diff = compareVerdicts(
    before,
    after,
    (take) =>
      file === undefined
        ? names.ofConfigs([after.config, before.config], take)
        : names.ofFile(resolve(file), take),
    limit,
  );
  await Promise.all([before.offline.close(), after.offline.close()]);
  const local = await compareLocal(before.config, after.config, limit);
  const remarks = [
    ...sidesOf(before, after),
    ...(names.skippedLines === 0 ? [] : [`${countText(names.skippedLines)} lines of ${file} are no names`]),
  ];
  const told: Told = { config: call.configFile, against, ...diff, local, remarks };
  report(call, told, () => toText(told));
  return diff.policies.some(differs) || local.length > 0 ? EXIT.NOT_SO : EXIT.DONE;
}

/** A side with lists that have to be closed. */
interface OpenSide extends Side {
  readonly offline: Offline;
}

async function open(file: string, warn: (line: string) => void): Promise<OpenSide> {
  const prepared = await parseForDaemon(file, warn);
  const offline = await buildOffline(prepared);
  if (offline.fault !== undefined)
    throw new Error(`${file}: the lists could not be compiled: ${offline.fault}`);
  return { config: prepared.config, serving: offline.serving, offline };
}

function toConfigFile(target: string): string {
  return statSync(target, { throwIfNoEntry: false })?.isDirectory() === true
    ? join(target, 'vlandns.yaml')
    : target;
}

function toLimit(text: string | undefined): number {
  if (text === undefined) return LIMIT;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(
    `--limit ${text} is not a number; write: vlandns check --against FILE --limit ${LIMIT}`,
  );
}

/** Remarks on what only one side has, and on lists that could not be read. */
function sidesOf(before: OpenSide, after: OpenSide): string[] {
  const sides = [
    [after, before],
    [before, after],
  ] as const;
  return sides.flatMap(([{ config, offline }, { config: other }]) => [
    ...onlyIn(config.policies, other.policies).map((name) => `policy ${name} is only in ${config.file}`),
    ...onlyIn(config.vlans, other.vlans).map((name) => `VLAN ${name} is only in ${config.file}`),
    ...offline.lists.meta.sources.flatMap(({ list, source, missing }) =>
      missing === undefined
        ? []
        : [`list ${list} of ${config.file} is compared without ${source}, of which there is no copy on disk`],
    ),
  ]);
}

function onlyIn(here: readonly { readonly name: string }[], there: readonly { readonly name: string }[]) {
  const known = new Set(there.map(({ name }) => name));
  return here.map(({ name }) => name).filter((name) => !known.has(name));
}

function differs({ newlyBlocked, newlyAllowed }: PolicyDiff): boolean {
  return newlyBlocked.count + newlyAllowed.count > 0;
}

function toText({ config, against, tried, policies, local, remarks }: Told): string {
  return [
    `what ${config} decides otherwise than ${against}, ${countText(tried)} names tried:`,
    ...remarks,
    ...policies.flatMap((policy) => ['', ...policyLines(policy)]),
    ...local.flatMap((place) => ['', ...localLines(place)]),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function policyLines(policy: PolicyDiff): string[] {
  const { before, after, at, who, newlyBlocked, newlyAllowed } = policy;
  const title =
    (before === after ? `policy ${after}` : `${who.join(', ')}: policy ${after} instead of ${before}`) +
    (at === undefined ? '' : `, beyond that from ${at}`);
  if (!differs(policy)) return [`${title}: no difference`];
  const rows = [
    ...newlyBlocked.first.map(({ name, after: why }) => ['  blocked', name, why]),
    ...newlyAllowed.first.map(({ name, before: was, after: why }) => [
      '  allowed',
      name,
      `${why}; before: ${was}`,
    ]),
  ];
  const untold =
    newlyBlocked.count + newlyAllowed.count - newlyBlocked.first.length - newlyAllowed.first.length;
  return [
    `${title}: ${countText(newlyBlocked.count)} newly blocked, ${countText(newlyAllowed.count)} newly allowed`,
    ...table(rows, new Set()),
    ...(untold === 0 ? [] : [`  and ${countText(untold)} more (--limit)`]),
  ];
}

function localLines({ vlan, count, first }: LocalDiff): string[] {
  const where = vlan === undefined ? 'local data of all VLANs' : `local data of VLAN ${vlan}`;
  return [
    `${where}: ${countText(count)} names with other records`,
    ...table(
      first.map(({ name, before, after }) => ['  records', name, `${after}; before: ${before}`]),
      new Set(),
    ),
    ...(count === first.length ? [] : [`  and ${countText(count - first.length)} more (--limit)`]),
  ];
}
