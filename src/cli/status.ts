// vlandns status: how the running daemon is.
import type { Status } from '../service/status.ts';
import type { Call } from './command.ts';
import { columns, EXIT, report, UsageError } from './command.ts';
import { askRunning } from './running.ts';

/** Prints the state of the running daemon. */
export async function status(call: Call): Promise<number> {
  if (call.operands.length > 0)
    throw new UsageError('status takes no operands; write: vlandns status [-c FILE] [--json]');
  const answer = await askRunning<Status>(call, 'GET', '/status');
  report(call, answer, () => toText(answer));
  return EXIT.DONE;
}

function toText(told: Status): string {
  const { vlans, lists, upstreams, cache, trie } = told;
  return [
    `vlandns ${told.pid}, node ${told.node}, since ${told.startedAt}, ${told.reloads} reloads, ${toMiB(told.memory.residentOctets)} resident\n`,
    section(
      'VLAN',
      [
        'name',
        'state',
        'policy',
        'addresses',
        'queries',
        'blocked',
        'cached',
        'forwarded',
        'failed',
        'wrong source',
      ],
      vlans.map((vlan) => [
        vlan.name,
        vlan.state,
        vlan.policy ?? '-',
        vlan.listeners.map(({ address, port }) => `${address}#${port}`).join(' ') || '-',
        ...[
          vlan.counters.queries,
          vlan.counters.blocked + vlan.counters.blockedByInspection,
          vlan.counters.cacheHits,
          vlan.counters.forwarded,
          vlan.counters.failed,
          vlan.counters.sourceMismatch,
        ].map(String),
      ]),
    ),
    ...vlans.flatMap(({ name, problem }) => (problem === undefined ? [] : [`  ${name}: ${problem}\n`])),
    section(
      'list',
      ['name', 'source', 'entries', 'errors', 'state'],
      lists.map((list) => [list.list, list.source, String(list.entries), String(list.errors), list.state]),
    ),
    `  ${trie.names} names in ${toMiB(trie.octets)}\n`,
    told.heldFiles === undefined ? '' : `  what list files say now is held back: ${told.heldFiles}\n`,
    section(
      'upstream',
      ['set', 'server', 'state', 'rtt', 'sent', 'answered', 'failed'],
      upstreams.flatMap(({ name, servers }) =>
        servers.map((server) => [
          name,
          server.server,
          server.state,
          server.smoothedMs === undefined ? '-' : `${Math.round(server.smoothedMs)} ms`,
          ...[server.sent, server.answered, server.failed].map(String),
        ]),
      ),
    ),
    `\ncache: ${cache.entries} answers in ${toMiB(cache.octets)}, ${cache.hits} hits, ${cache.misses} misses\n`,
  ].join('');
}

function section(title: string, head: string[], rows: string[][]): string {
  return rows.length === 0 ? '' : `\n${title}s\n${columns([head, ...rows]).replaceAll(/^(?=.)/gm, '  ')}`;
}

function toMiB(octets: number): string {
  return `${(octets / 1_048_576).toFixed(1)} MiB`;
}
