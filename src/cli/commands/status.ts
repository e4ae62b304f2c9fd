// vlandns status: the state of the running daemon.
import { ownVersion } from '../../packaged/own-version.ts';
import type { Status } from '../../status/status.ts';
import { obstacleText } from '../../upstream/obstacle.ts';
import type { Call } from '../command.ts';
import { columns, noOperands, report } from '../command.ts';
import { EXIT } from '../../system/ending.ts';
import { queryLogText } from '../text/query-log-text.ts';
import { webText } from '../text/web-text.ts';
import { runningDaemon } from '../running.ts';

type Vlan = Status['vlans'][number];

/** Prints the state of the running daemon. */
export async function status(call: Call): Promise<number> {
  noOperands(call, 'vlandns status [-c FILE] [--json]');
  const answer = await runningDaemon(call).status(call.json ? {} : { told: 'people' });
  report(call, answer, () => toText(answer));
  return EXIT.DONE;
}

function toText(told: Status): string {
  const { trie } = told;
  return [
    `vlandns ${told.pid}, node ${told.node}, version ${told.version}, since ${told.startedAt}, ${told.reloads} reloads, `,
    `${toMiB(told.memory.residentOctets)} resident, ${told.io.mode} I/O${told.io.reason === undefined ? '' : ` (${told.io.reason})`}\n`,
    versionLine(told),
    crashLine(told),
    ...told.warnings.map((warning) => `warning: ${warning}\n`),
    vlanSection(told),
    scheduleSection(told),
    listenerSection(told),
    section(
      'list',
      ['name', 'source', 'entries', 'errors', 'state'],
      told.lists.map((list) => [
        list.list,
        list.source,
        String(list.entries),
        String(list.errors),
        list.state,
      ]),
    ),
    ...told.observed.map(
      ({ list, queries }) => `  ${list}: only observed; it would have blocked ${queries} queries\n`,
    ),
    `  ${trie.names} names in ${toMiB(trie.octets)}\n`,
    upstreamSection(told),
    queryLogText(told.queryLog, Date.now()),
    webText(told.web),
    leaseSection(told),
    processLines(told),
  ].join('');
}

/** What schedules do now and next; an older daemon tells of none. */
function scheduleSection({ policies, timeZone }: Partial<Pick<Status, 'policies' | 'timeZone'>>): string {
  const rows = (policies ?? []).flatMap(({ name, schedules }) =>
    schedules === undefined
      ? []
      : [[name, schedules.active.map(({ text }) => text).join(', ') || '-', schedules.next?.text ?? '-']],
  );
  return rows.length === 0 ? '' : section(`${timeZone} schedule`, ['policy', 'now', 'next'], rows);
}

/** Names both versions where the program on disk was updated after the daemon's start. */
function versionLine({ version }: Partial<Status>): string {
  const own = ownVersion();
  return version === own
    ? ''
    : `warning: ${version === undefined ? 'an older version' : `version ${version}`} runs, and ${own} is installed: restart vlandns to use it\n`;
}

function crashLine({ worker }: Status): string {
  if (worker?.lastCrash === undefined) return '';
  const { how, at } = worker.lastCrash;
  return `the worker has crashed ${worker.crashes} times since vlandns was started, last at ${at} (${how})\n`;
}

/** Which addresses are not served, and out of how many; an older daemon does not report them. */
function unboundText(unbound: Vlan['unbound'] = [], listeners: Vlan['listeners'] = []): string | undefined {
  if (unbound.length === 0) return undefined;
  const which = unbound.map(({ address, port }) => `${address}#${port}`).join(' ');
  return `not bound: ${unbound.length} of ${unbound.length + listeners.length} addresses: ${which}`;
}

function changesText(linkChanges: number, isFlapping: boolean): string | undefined {
  if (linkChanges === 0) return undefined;
  const times = linkChanges === 1 ? 'once' : `${linkChanges} times`;
  return `its link has come or gone ${times}${isFlapping ? ', and is flapping now' : ''}`;
}

/** What adjusts the policy now; an older daemon does not report it. */
function holdsText(holdsNow: Vlan['holdsNow'] = []): string | undefined {
  return holdsNow.length === 0 ? undefined : `now: ${holdsNow.join('; ')}`;
}

/** Who has tried to get around the filter; an older daemon does not report it. */
function bypassText(bypass: Vlan['bypass'] | undefined): string | undefined {
  const ways = Object.entries(bypass?.ways ?? {});
  if (bypass === undefined || ways.length === 0) return undefined;
  const total = ways.reduce((sum, [, count]) => sum + count, 0);
  const byWay = ways.map(([way, count]) => `${way} ${count}`).join(', ');
  const who = bypass.clients.slice(0, 3).map(({ address, name, tries }) => {
    return `${address}${name === undefined ? '' : ` (${name})`} ${tries}`;
  });
  return `attempts to get around the filter: ${total} (${byWay}), most by ${who.join(', ')}`;
}

function vlanSection({ vlans, links }: Status): string {
  const head = 'name|state|policy|addresses|queries|blocked|cached|forwarded|failed|wrong source'.split('|');
  const rows = vlans.map(({ name, state, policy = '-', listeners, counters }) => [
    name,
    state,
    policy,
    listeners.map(({ address, port }) => `${address}#${port}`).join(' ') || '-',
    ...[
      counters.queries,
      counters.blocked + counters.blockedByInspection,
      counters.cacheHits,
      counters.forwarded,
      counters.failed,
      counters.sourceMismatch,
    ].map(String),
  ]);
  const remarks = vlans.flatMap(({ name, problem, note, linkChanges, isFlapping, ...vlan }) => {
    const unbound = unboundText(vlan.unbound, vlan.listeners);
    const further = problem === undefined ? undefined : `\`vlandns doctor ${name}\` looks further`;
    const told = [
      unbound,
      problem,
      further,
      note,
      changesText(linkChanges, isFlapping),
      bypassText(vlan.bypass),
      holdsText(vlan.holdsNow),
    ];
    return told.flatMap((text) => (text === undefined ? [] : [`  ${name}: ${text}\n`]));
  });
  if (!vlans.some((vlan) => vlan.interface !== undefined))
    return section('VLAN', head, rows) + remarks.join('');
  const how = links === 'monitor' ? 'followed as the system tells of them' : 'looked for every 2 seconds';
  return `${section('VLAN', head, rows)}${remarks.join('')}  changed links and addresses are ${how}\n`;
}

function listenerSection({ vlans, wholeSystemDrops }: Status): string {
  const head = 'address|receive buffer|send buffer|dropped by the system|TCP open|TCP refused'.split('|');
  const rows = vlans.flatMap(({ listeners }) =>
    listeners.map((listener) => [
      `${listener.address}#${listener.port}`,
      toMiB(listener.receiveBufferOctets),
      toMiB(listener.sendBufferOctets),
      String(listener.kernelDrops ?? '-'),
      String(listener.openConnections),
      String(listener.refusedConnections),
    ]),
  );
  const drops =
    wholeSystemDrops === undefined
      ? ''
      : `  ${wholeSystemDrops} datagrams were dropped by the system for full buffers, of all its sockets\n`;
  return section('listener', head, rows) + drops;
}

function upstreamSection({ upstreams }: Status): string {
  const head = ['set', 'server', 'state', 'rtt', 'sent', 'answered', 'failed'];
  const rows = upstreams.flatMap(({ name, servers }) =>
    servers.map(({ server, state, smoothedMs, sent, answered, failed }) => [
      name,
      server,
      // A server counts as up until it fails, so `up` says nothing about one that was never asked.
      sent === 0 && state === 'up' ? 'not asked yet' : state,
      smoothedMs === undefined ? '-' : `${Math.round(smoothedMs)} ms`,
      ...[sent, answered, failed].map(String),
    ]),
  );
  const remarks = upstreams.flatMap(({ servers }) =>
    servers.flatMap(({ server, obstacle }) =>
      obstacle === undefined ? [] : [`  ${server} cannot be asked: ${obstacleText(obstacle)}\n`],
    ),
  );
  return section('upstream', head, rows) + remarks.join('');
}

/** Files of leases; an older daemon tells of none. What is wrong with one is among the warnings. */
function leaseSection({ leases = [] }: Partial<Pick<Status, 'leases'>>): string {
  const rows = leases.map(({ file, leases: count, read = 'never', fault, failures }) => [
    file,
    String(count),
    read,
    fault === undefined ? 'ok' : 'faulty',
    String(failures),
  ]);
  return section('lease file', ['file', 'leases', 'read', 'state', 'failures'], rows);
}

function processLines({ cache, localRecords, waiting, tcpConnections, gc, loopDelay, log }: Status): string {
  const lost = log.lostLines === 0 ? 'no line lost' : `${log.lostLines} lines lost`;
  const late = log.waitingOctets === 0 ? '' : `, ${log.waitingOctets} octets not written yet`;
  return [
    '\n',
    `cache: ${cache.entries} answers in ${toMiB(cache.octets)}, ${cache.hits} hits, ${cache.misses} misses, ${cache.evicted} evicted\n`,
    `local data: ${localRecords} records\n`,
    `open: ${waiting} questions that wait, ${tcpConnections} TCP connections\n`,
    `garbage collection: ${gc.count} pauses, ${gc.totalMs.toFixed(0)} ms in all, the longest ${gc.longestMs.toFixed(1)} ms\n`,
    `event loop: late by ${loopDelay.p99Ms.toFixed(1)} ms (p99) and ${loopDelay.maxMs.toFixed(1)} ms at most in the last minutes, ${loopDelay.longestMs.toFixed(1)} ms since start\n`,
    `log: ${lost}${late}\n`,
  ].join('');
}

function section(title: string, head: string[], rows: string[][]): string {
  return rows.length === 0 ? '' : `\n${title}s\n${columns([head, ...rows]).replaceAll(/^(?=.)/gm, '  ')}`;
}

function toMiB(octets: number): string {
  return `${(octets / 1_048_576).toFixed(1)} MiB`;
}
