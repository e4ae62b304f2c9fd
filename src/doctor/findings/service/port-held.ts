// Another program holds the port of a listener. Local resolvers of OpenBSD, which hold 127.0.0.1, have cures of their own.

import type { SocketFact } from '../../facts/service-facts.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import { isNode } from '../../program-names.ts';
import type { Subject } from '../../questions/subject.ts';

/** What to do about a program that is known to hold port 53. */
const CURES: Readonly<Record<string, (address: string) => readonly Step[]>> = {
  named: (address) => [
    {
      on: 'this machine',
      say: `in named.conf: \`listen-on { 127.0.0.1; };\` leaves ${address} alone; or stop named`,
    },
  ],
  dnsmasq: () => [{ on: 'this machine', say: 'in dnsmasq.conf: `port=0` leaves it DHCP only' }],
  unwind: () => [
    {
      on: 'this machine',
      say: 'unwind(8) listens on 127.0.0.1 always: give the VLAN the address of its interface instead, and keep unwind as an upstream (`127.0.0.1`)',
    },
    here(
      'rcctl disable unwind && rcctl stop unwind',
      'or do without it: /etc/resolv.conf then needs other servers',
    ),
  ],
  unbound: (address) => [
    {
      on: 'this machine',
      say: `in /var/unbound/etc/unbound.conf: \`interface: 127.0.0.1@5353\` leaves ${address} alone; as an upstream it is \`127.0.0.1:5353\``,
    },
    here('unbound-checkconf && rcctl restart unbound'),
  ],
};

const RESOLVERS = new Set(['unwind', 'unbound']);

/** Finds programs other than resolvers of this machine on the port of a listener. */
export function portHeld(scene: Scene): Finding[] {
  return findings(scene, 'port-held', (program) => !RESOLVERS.has(program));
}

/** Finds unwind(8) or unbound(8) on the address of a listener. */
export function localResolver(scene: Scene): Finding[] {
  return findings(scene, 'local-resolver', (program) => RESOLVERS.has(program));
}

function findings(scene: Scene, id: string, isMeant: (program: string) => boolean): Finding[] {
  const { evidence, subjects } = scene;
  // Subjects have their addresses without zones.
  const bound = new Set(evidence.all('served vlan').flatMap(({ addresses }) => addresses.map(withoutZone)));
  return subjects.flatMap((subject) =>
    subject.listen.flatMap(({ address, port }): Finding[] => {
      if (bound.has(address)) return [];
      const holders = evidence
        .all('socket')
        .filter((one) => one.port === port && isHeldBy(one, address, subject) && isMeant(one.program))
        // vlandns is listed as a node process; others may be too, and nothing here tells them apart.
        .filter(({ program }) => program !== '?' && !isNode(program));
      const [first] = holders;
      return first === undefined
        ? []
        : [finding(id, subject, `${address} port ${port}`, [first, ...holders.slice(1)])];
    }),
  );
}

function isHeldBy(socket: SocketFact, address: string, { interface: name }: Subject): boolean {
  if (socket.address === '*') return socket.families.includes(address.includes(':') ? 6 : 4);
  const [held = '', zone = name] = socket.address.split('%');
  return held === address && zone === name;
}

function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}

function finding(
  id: string,
  subject: Subject,
  where: string,
  holders: readonly [SocketFact, ...SocketFact[]],
): Finding {
  const [first] = holders;
  const { program, processId } = first;
  const [address = ''] = where.split(' ');
  const transports = [
    ...new Set(holders.filter((one) => one.program === program).map(({ transport }) => transport)),
  ];
  const cures = CURES[program]?.(address) ?? [
    { on: 'this machine', say: `stop ${program}, or configure it to leave ${where} alone` } as const,
  ];
  const wild = holders.some((one) => one.address === '*') ? ' (as one who listens on all addresses)' : '';
  return {
    id,
    layer: 'listener',
    ...whose(subject),
    what: `${program}${processId === undefined ? '' : ` (process ${processId})`} holds ${where}/${transports.join(' and ')}${wild}, so vlandns cannot`,
    sure: 'certain',
    evidence: holders.slice(0, 4).map(({ at }) => at),
    cure: cures,
    prove: [here('vlandns status', `the VLAN is serving on ${address}; it is tried again by itself`)],
  };
}
