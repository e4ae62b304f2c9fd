// No upstream of a set answers. One server down among several is not reported: the set still answers.

import type { Quote } from '../../facts/source-text.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here } from '../../finding.ts';
import { pingCommand, upstreamAddress } from '../../questions/upstream-address.ts';

interface Tried {
  readonly down: Quote[];
  up: number;
  readonly servers: string[];
}

/** Finds upstream sets without a server that answers, by what the daemon counted and by what was tried now. */
export function upstreamUnreachable({ evidence, config }: Scene): Finding[] {
  const sets = new Map<string, Tried>();
  const note = (name: string, server: string, at: Quote, isDown: boolean): void => {
    const set = sets.get(name) ?? { down: [], up: 0, servers: [] };
    sets.set(name, set);
    if (isDown) set.down.push(at);
    else set.up++;
    if (isDown && !set.servers.includes(server)) set.servers.push(server);
  };
  for (const { set, server, state, answered, at } of evidence.all('upstream'))
    // The daemon counts a server as up until it has been asked, so `up` without an answer says nothing.
    if (state === 'down' || answered > 0) note(set, server, at, state === 'down');
  for (const { server, ok, at } of evidence.all('reach'))
    for (const set of setsOf(server)) note(set, server, at, !ok);
  return [...sets].flatMap(([name, { down, up, servers }]): Finding[] => {
    if (up > 0 || down.length === 0) return [];
    return [
      {
        id: 'upstream-unreachable',
        layer: 'upstream',
        what: `no server of the upstream set ${name} answers (${servers.join(', ')}): what is neither local nor cached fails`,
        sure: 'certain',
        evidence: down,
        cure: cureOf(servers[0] ?? '', down, evidence),
        prove: [here('vlandns status', 'a server of the set is up, and `answered` grows')],
      },
    ];
  });

  function setsOf(server: string): string[] {
    const found = (config?.upstreams ?? []).filter(({ servers }) =>
      servers.some(({ text }) => text === server),
    );
    return found.length === 0 ? ['default'] : found.map(({ name }) => name);
  }
}

function cureOf(server: string, down: readonly Quote[], evidence: Scene['evidence']): Step[] {
  const { scheme, address, port } = upstreamAddress(server) ?? {
    scheme: 'udp',
    address: '<SERVER>',
    port: 53,
  };
  const isOpenbsd = evidence.all('link').some(({ system }) => system === 'openbsd');
  const isUnrouted = down.some(({ text }) => /E(?:NET|HOST)UNREACH$/.test(text));
  const tcp = scheme === 'tcp' ? ' +tcp' : '';
  return [
    isUnrouted
      ? here(routeCommand(address, isOpenbsd), 'this machine knows no way there')
      : here(pingCommand(address, isOpenbsd), 'no answer: the route, then the packet filter and the router'),
    scheme === 'tls'
      ? here(
          `nc -z -w 3 ${address} ${port}`,
          `port ${port} may be blocked on the way out: another upstream, or plain DNS`,
        )
      : here(
          `dig${port === 53 ? '' : ` -p ${port}`}${tcp} @${address} . NS`,
          `port ${port} may be blocked or redirected on the way out`,
        ),
  ];
}

function routeCommand(address: string, isOpenbsd: boolean): string {
  if (!isOpenbsd) return `ip route get ${address}`;
  return `route -n get ${address.includes(':') ? '-inet6 ' : ''}${address}`;
}
