// vlandns check: whether the configuration, its lists and its expectations hold, without touching a running daemon.
import type { SourceReport } from '../../blocklists/compile-report.ts';
import { SKIPPED } from '../../blocklists/formats/line-format.ts';
import { formatFault } from '../../config/config-error.ts';
import { misreadByRc } from '../../generate/system/rc-script.ts';
import type { LinkState } from '../../links/link-state.ts';
import { probe } from '../../links/probe.ts';
import { chooseUdpIo, refusalOf } from '../../listeners/udp/udp-io.ts';
import { startFaults } from '../../privilege/start-check.ts';
import { ownUpstreams } from '../../daemon/upstreams/own-upstreams.ts';
import { remarksOnFamilies, remarksOnPlaces } from '../../config/sections/clients.ts';
import { webReach } from '../../config/sections/web/web-reach.ts';
import { prefixesByName, prefixesOfLink, subnetsOf } from '../../assembly/interface-prefixes.ts';
import { readPrepared } from '../../assembly/parse-prepared.ts';
import { brokenExpectations } from '../../explain/expectations.ts';
import { formatBroken } from '../../explain/broken.ts';
import { buildOffline } from '../../explain/offline.ts';
import type { Offline } from '../../explain/offline.ts';
import { queryLogWarnings } from '../../daemon/query-log/query-log-room.ts';
import { familyWarnings } from '../../daemon/upstreams/upstream-obstacles.ts';
import type { Config } from '../../config/config.ts';
import type { Call } from '../command.ts';
import { checkAgainst } from './check-against.ts';
import { noOperands, UsageError } from '../command.ts';
import { EXIT } from '../../system/ending.ts';

/** What check finds, as lines `FILE:LINE:COL: error: …` and `… warning: …`. */
interface Findings {
  readonly errors: string[];
  readonly warnings: string[];
}

/** Status 2 for an invalid configuration, 1 where it is valid but something it says is not so. */
export async function check(call: Call): Promise<number> {
  noOperands(
    call,
    'vlandns check [--against FILE|DIR [--names FILE|--log SPAN] [--limit N]] [--rcd] [-c FILE] [--json]',
  );
  const { against, names, limit, log } = call.options;
  if (against !== undefined) return checkAgainst(call, against);
  if (names !== undefined || limit !== undefined || log !== undefined)
    throw new UsageError(
      '--names, --log and --limit belong to --against; write: vlandns check --against FILE',
    );
  // rc.d asks whether the daemon would start, and it starts without the file of a list.
  const { prepared, faults } = await readPrepared(call.configFile, {
    mayLackLists: call.options.rcd === true,
  });
  const findings: Findings = {
    errors: faults.filter(({ severity }) => severity === 'error').map(formatFault),
    warnings: faults.filter(({ severity }) => severity === 'warning').map(formatFault),
  };
  inspectArguments(call, findings);
  if (prepared !== undefined) {
    const { config } = prepared;
    const offline = await buildOffline(prepared);
    inspect(config, offline, findings);
    inspectStart(call, config, findings);
    findings.errors.push(...ownUpstreams(config, offline.links));
    await offline.close();
    await inspectIo(config, findings);
  }
  print(call, findings);
  if (prepared === undefined) return EXIT.USAGE;
  return findings.errors.length > 0 ? EXIT.NOT_SO : EXIT.DONE;
}

function inspect(config: Config, offline: Offline, findings: Findings): void {
  const { serving, lists, fault, clockFault } = offline;
  if (fault !== undefined)
    findings.errors.push(`${config.file}: error: lists: they could not be compiled: ${fault}`);
  if (clockFault !== undefined) findings.warnings.push(`${config.file}: warning: ${clockFault}`);
  for (const report of lists.meta.sources) findings.warnings.push(...sourceWarnings(config, report));
  for (const broken of brokenExpectations(serving, config)) {
    const line = formatBroken(config, broken);
    if (broken.undecided) findings.warnings.push(line);
    else findings.errors.push(line);
  }
  for (const { at, message } of familyWarnings(config))
    findings.warnings.push(`${config.file}:${at.line}:${at.column}: warning: ${message}`);
  const prefixes = prefixesByName(
    offline.links,
    config.vlans.map((vlan) => vlan.interface),
  );
  for (const { at, message } of webReach(config, (vlan) => subnetsOf(vlan, prefixes)))
    findings.warnings.push(`${config.file}:${at.line}:${at.column}: warning: web.listen: ${message}`);
  for (const warning of queryLogWarnings(config))
    findings.warnings.push(`${config.file}: warning: ${warning}`);
  for (const vlan of config.vlans) {
    const { line, column } = vlan.at;
    for (const warning of listenWarnings(vlan, offline.links))
      findings.warnings.push(`${config.file}:${line}:${column}: warning: vlans.${vlan.name}: ${warning}`);
    findings.warnings.push(...clientWarnings(config.file, vlan, offline.links));
  }
}

/**
 * Checks what a start needs beside DNS: users, folders, files. A caller who is not root may not be the one who starts vlandns,
 * unless rc.d asks.
 */
function inspectStart({ options }: Call, config: Config, findings: Findings): void {
  const question = { uid: process.getuid?.() ?? 0, isStarter: options.rcd === true };
  for (const fault of startFaults(config, question)) findings.errors.push(`${config.file}: error: ${fault}`);
}

/**
 * Checks the paths by which rc.subr(8) has to find the daemon. They matter only where rc.d starts it: a fault when rc.d asks,
 * a warning on the system that has rc.d, and nothing elsewhere.
 */
function inspectArguments({ configFile, options }: Call, { errors, warnings }: Findings): void {
  const fault = misreadByRc([...process.argv.slice(0, 2), configFile]);
  if (fault === undefined) return;
  if (options.rcd === true) errors.push(`${configFile}: error: ${fault}`);
  else if (process.platform === 'openbsd') warnings.push(`${configFile}: warning: ${fault}`);
}

/** Tries batched I/O, only where the service would not start without it. */
async function inspectIo({ file, server }: Config, findings: Findings): Promise<void> {
  if (server.io !== 'batched') return;
  const refusal = refusalOf(server.io, await chooseUdpIo(server.io));
  if (refusal !== undefined) findings.errors.push(`${file}: error: ${refusal}`);
}

/** Warnings about a source: missing, or with lines that are not understood or left out. */
function sourceWarnings(config: Config, report: SourceReport): string[] {
  const { list, source, missing, entries, errors, examples, skippedFor, skippedExamples = {} } = report;
  if (missing !== undefined)
    return [`${config.file}: warning: lists.${list}: ${source} has not been read yet`];
  const warnings = entries === 0 ? [`${source}: warning: it has no entries that can be used`] : [];
  for (const { line, text, reason } of examples)
    warnings.push(`${source}:${line}:1: warning: ${reason}: ${text}`);
  if (errors > examples.length)
    warnings.push(`${source}: warning: ${errors} lines in all could not be understood`);
  for (const [reason, lines] of Object.entries(skippedFor)) {
    if (reason === SKIPPED.local) continue;
    const example = skippedExamples[reason];
    const such = example === undefined ? '' : `, such as line ${example.line}: ${example.text}`;
    warnings.push(`${source}: warning: lines left out, ${reason}: ${lines}${such}`);
  }
  return warnings;
}

/** Warnings about exceptions that miss their clients, judged by the prefixes that the VLAN's interface has now. */
function clientWarnings(file: string, vlan: Config['vlans'][number], links: readonly LinkState[]): string[] {
  if (vlan.subnets !== 'interface') return [];
  const subnets = prefixesOfLink(links, vlan.interface);
  const remarks = [...remarksOnPlaces(vlan, subnets), ...remarksOnFamilies(vlan, subnets)];
  return remarks.map(
    ({ at, message }) => `${file}:${at.line}:${at.column}: warning: vlans.${vlan.name}.clients: ${message}`,
  );
}

/** Why a VLAN could not be served at this moment. */
function listenWarnings(vlan: Config['vlans'][number], links: readonly LinkState[]): string[] {
  if (vlan.interface === undefined) {
    const present = new Set(links.flatMap(({ addresses }) => addresses.map(({ address }) => address)));
    return (vlan.listen ?? [])
      .filter(({ address }) => !present.has(address) && !address.startsWith('127.'))
      .map(({ address }) => `no interface of this machine has the address ${address} now`);
  }
  const view = { links, platform: process.platform, ...(vlan.id === undefined ? {} : { vlanId: vlan.id }) };
  const found = probe(vlan.interface, view);
  return found.usable ? [] : [`${found.why}; ${found.cure}`];
}

function print(call: Call, findings: Findings): void {
  const ok = findings.errors.length === 0;
  if (call.json) {
    call.print(`${JSON.stringify({ ok, ...findings }, null, 2)}\n`);
    return;
  }
  for (const line of [...findings.errors, ...findings.warnings]) call.complain(`${line}\n`);
  call.print(ok ? `${call.configFile}: ok\n` : `${call.configFile}: ${count(findings.errors.length)}\n`);
}

function count(errors: number): string {
  return errors === 1 ? '1 error' : `${errors} errors`;
}
