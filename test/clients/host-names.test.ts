// Who has which name: who came first keeps it, whatever others say.
import t from 'tap';
import { HostNames } from '../../src/clients/host-names.ts';
import type { KnownClient } from '../../src/clients/known-client.ts';

const NOBODY = { nameOf: () => undefined, names: [] };

/** A client with a lease: host number, which is the last octet of its address and of its MAC unless said otherwise, and a name. */
function client(host: number, name?: string, fields: Partial<KnownClient> = {}): KnownClient {
  return {
    address: `192.0.2.${host}`,
    mac: `00:00:5e:00:53:${host}`,
    isMacSaid: false,
    name,
    file: 'leases',
    isNeighbour: false,
    sinceMs: host,
    untilMs: Infinity,
    ...fields,
  };
}

function namesOf(
  names: HostNames,
  clients: KnownClient[],
  named = NOBODY as Parameters<HostNames['assign']>[1],
) {
  const assigned = names.assign(new Map(clients.map((one) => [one.address, one])), named);
  return Object.fromEntries(
    Array.from(assigned, ([address, name]) => [address.replace('192.0.2.', ''), name]),
  );
}

t.test('of two that say one name, who came first has it', (t) => {
  const names = new HostNames();
  t.strictSame(namesOf(names, [client(12, 'tv'), client(11, 'TV.lan')]), { 11: 'tv' });
  t.strictSame(names.withheld, { unfit: 0, taken: 1 });
  t.end();
});

t.test('a later client does not take the name, nor if the server gives it to that one', (t) => {
  const names = new HostNames();
  t.strictSame(namesOf(names, [client(12, 'tv')]), { 12: 'tv' });
  t.strictSame(
    namesOf(names, [client(12, 'tv'), client(11, 'tv')]),
    { 12: 'tv' },
    'although its lease is older',
  );
  t.strictSame(
    namesOf(names, [client(12), client(11, 'tv')]),
    { 12: 'tv' },
    'dnsmasq takes it from the first',
  );
  t.strictSame(namesOf(names, [client(11, 'tv')]), { 11: 'tv' }, 'the first has left');
  t.strictSame(
    namesOf(names, [client(11, 'box'), client(12, 'tv')]),
    { 11: 'box', 12: 'tv' },
    'it is free again',
  );
  t.end();
});

t.test('one client has a name at all its addresses; a MAC that is only said proves nothing', (t) => {
  const names = new HostNames();
  const six = { address: '2001:db8::11', mac: client(11).mac };
  t.strictSame(namesOf(names, [client(11, 'tv'), client(30, 'tv', six)]), { 11: 'tv', '2001:db8::11': 'tv' });
  t.strictSame(namesOf(names, [client(11, 'tv'), client(30, 'tv', { ...six, isMacSaid: true })]), {
    11: 'tv',
  });
  t.end();
});

t.test('configured names are of the clients that have them; names that are none are given to nobody', (t) => {
  const names = new HostNames();
  const named = {
    nameOf: ({ address }: KnownClient) => (address === '192.0.2.20' ? 'Home Laptop' : undefined),
    names: ['Home Laptop', 'printer'],
  };
  const clients = [
    client(10, 'home-laptop'),
    client(11, 'printer'),
    client(12, 'wpad'),
    client(20, 'x'),
    client(21),
  ];
  t.strictSame(namesOf(names, clients, named), { 20: 'home-laptop' });
  t.strictSame(names.withheld, { unfit: 1, taken: 2 });
  t.strictSame(
    namesOf(names, [client(13, 'tv', { file: undefined })]),
    {},
    'a neighbour without lease has none',
  );
  t.end();
});
