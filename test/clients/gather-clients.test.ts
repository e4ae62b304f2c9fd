// Who is in which VLAN, by leases and neighbours that may contradict each other.
import t from 'tap';
import { PrefixMap } from '../../src/addresses/prefix-map.ts';
import { gatherClients, MOST_CLIENTS } from '../../src/clients/gather-clients.ts';
import type { VlanPlace } from '../../src/clients/gather-clients.ts';
import type { KnownLease, KnownNeighbour } from '../../src/clients/known-client.ts';
import { parsePrefix } from '../support/serving.ts';

const A = '00:00:5e:00:53:0a';
const B = '00:00:5e:00:53:0b';
const NOW = 1_000_000;

function place(name: string, link: string | undefined, ...subnets: string[]): VlanPlace {
  return { name, link, subnets: new PrefixMap(subnets.map((text) => [parsePrefix(text), 0] as const)) };
}

const KIDS = place('kids', 'em0', '192.0.2.0/25', '2001:db8:40::/64', 'fe80::/64');
const GUESTS = place('guests', 'em1', '192.0.2.128/25', '2001:db8:60::/64', 'fe80::/64');

function lease(
  address: string,
  mac: string | undefined,
  sinceMs: number,
  fields: Partial<KnownLease> = {},
): KnownLease {
  return {
    address,
    mac,
    isMacSaid: false,
    name: undefined,
    sinceMs,
    untilMs: NOW + 1000,
    file: 'leases',
    ...fields,
  };
}

function neighbour(link: string, address: string, mac: string, sinceMs: number): KnownNeighbour {
  return { link, address, mac, isFresh: true, sinceMs, seenMs: NOW };
}

/** What is known, in lines `VLAN ADDRESS MAC`, with `?` where the MAC is only said. */
async function known(leases: KnownLease[], neighbours: KnownNeighbour[] = [], vlans = [KIDS, GUESTS]) {
  const found = await gatherClients(vlans, { leases, neighbours }, NOW);
  return Array.from(found, ([vlan, clients]) =>
    Array.from(clients.values(), ({ address, mac, isMacSaid }) =>
      [vlan, address, `${mac ?? '-'}${isMacSaid ? '?' : ''}`].join(' '),
    ),
  ).flat();
}

t.test('the newest lease or neighbour of an address wins', async (t) => {
  const at = '192.0.2.7';
  for (const [what, leases, neighbours, mac] of [
    ['a lease', [lease(at, A, 5)], [], A],
    ['a neighbour', [], [neighbour('em0', at, B, 0)], B],
    ['a newer lease of another file', [lease(at, A, 5), lease(at, B, 6)], [], B],
    ['an older lease of another file', [lease(at, A, 5), lease(at, B, 4)], [], A],
    ['a neighbour that came later', [lease(at, A, 5)], [neighbour('em0', at, B, 6)], B],
    ['a neighbour that was there before', [lease(at, A, 5)], [neighbour('em0', at, B, 4)], A],
    ['of both as old, the lease', [lease(at, A, 0)], [neighbour('em0', at, B, 0)], A],
    ['a lease without MAC', [lease(at, undefined, 5)], [neighbour('em0', at, B, 0)], B],
    ['a MAC that is only said', [lease(at, A, 5, { isMacSaid: true })], [], `${A}?`],
    ['and the one that answers', [lease(at, A, 5, { isMacSaid: true })], [neighbour('em0', at, B, 0)], B],
    ['a lease that has ended', [lease(at, A, 5, { untilMs: NOW })], [], undefined],
  ] as const)
    t.strictSame(
      await known([...leases], [...neighbours]),
      mac === undefined ? [] : [`kids ${at} ${mac}`],
      what,
    );
});

t.test('what one VLAN has says nothing in another', async (t) => {
  t.strictSame(
    await known(
      [lease('192.0.2.7', A, 5), lease('192.0.2.200', A, 9), lease('198.51.100.1', A, 9)],
      [
        neighbour('em1', '192.0.2.7', B, 9),
        neighbour('em0', '2001:db8:40::7', A, 9),
        neighbour('em1', '2001:db8:40::8', A, 9),
        neighbour('em0', 'fe80::1', A, 9),
        neighbour('em1', 'fe80::1', B, 9),
      ],
    ),
    [
      `kids 192.0.2.7 ${A}`,
      `kids 2001:db8:40::7 ${A}`,
      `kids fe80::1 ${A}`,
      `guests 192.0.2.200 ${A}`,
      `guests fe80::1 ${B}`,
    ],
  );
});

t.test('a device has as many addresses as it is seen with', async (t) => {
  const six = Array.from({ length: 20 }, (_, n) => neighbour('em0', `2001:db8:40::${n + 1}`, A, 1));
  t.equal((await known([], six)).filter((line) => line.endsWith(A)).length, 20, 'such as those of RFC 8981');
});

t.test('a VLAN has a bounded number of clients, and others go on meanwhile', async (t) => {
  const all = Array.from({ length: MOST_CLIENTS + 10 }, (_, n) =>
    lease(`2001:db8:40::${(n + 1).toString(16)}`.replace(/([0-9a-f]+)([0-9a-f]{4})$/, '$1:$2'), A, 1),
  );
  let turns = 0;
  const turn = setInterval(() => turns++, 0);
  const found = await gatherClients([KIDS, GUESTS], { leases: all, neighbours: [] }, NOW);
  clearInterval(turn);
  t.equal(found.get('kids')?.size, MOST_CLIENTS);
  t.ok(turns > 3, `${turns} turns of the event loop`);
});
