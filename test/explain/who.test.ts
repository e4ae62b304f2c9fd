// Whom people mean by what they write: VLANs by name, tag or interface, clients by name or address.
import t from 'tap';
import { findAsker } from '../../src/explain/who.ts';

const at = { line: 1, column: 1 };
const prefix = (text: string) => ({ family: 4, words: [0, 0, 0, 0], length: 32, text }) as const;
const client = (name: string | undefined, text: string, policy = 'open') => ({
  name,
  prefix: prefix(text),
  policy,
  at,
});
const NOTHING = { clients: [], devices: [], records: [], hosts: [], firstSeen: false } as const;
const vlan = (name: string, fields: object) =>
  ({ name, port: 53, subnets: 'interface', policy: 'kids', ...NOTHING, at, ...fields }) as const;

const config = {
  vlans: [
    vlan('kids', {
      id: 40,
      interface: 'em0',
      clients: [
        client('laptop', '192.0.2.23/32'),
        client('laptop', '2001:db8::23/128'),
        client('tv', '192.0.2.24/32'),
        client('tv', '192.0.2.25/32', 'strict'),
        client(undefined, '192.0.2.26/32'),
        client('rooms', '192.0.2.64/28'),
      ],
    }),
    vlan('60', { id: 50 }),
    vlan('guests', { id: 60, interface: 'vio0' }),
  ],
};

t.test('a VLAN and a client are found by what they are called', (t) => {
  for (const [who, wanted] of [
    ['kids', { vlan: 'kids' }],
    ['40', { vlan: 'kids' }],
    ['em0', { vlan: 'kids' }],
    ['60', { vlan: '60' }],
    ['vio0', { vlan: 'guests' }],
    ['192.0.2.7', { client: '192.0.2.7' }],
    ['fe80::1%em0', { client: 'fe80::1%em0' }],
    // Names of interfaces may have what no zone of node:net has.
    ['fe80::1%br_lan', { client: 'fe80::1%br_lan' }],
    ['laptop', { vlan: 'kids', client: '192.0.2.23' }],
    ['rooms', { vlan: 'kids', client: '192.0.2.64' }],
  ] as const)
    t.strictSame(findAsker(config, who), wanted, who);
  t.end();
});

t.test('what is nobody, or more than one, is told with what there is', (t) => {
  t.match(
    findAsker(config, 'kidz'),
    /^there is no VLAN "kidz"; there are kids, 60, guests, and the clients laptop, tv, rooms$/,
  );
  t.match(
    findAsker(config, 'tv'),
    /^"tv" is 192\.0\.2\.24\/32 in VLAN kids with policy open, and 192\.0\.2\.25\/32 .*strict; write its address$/,
  );
  t.match(findAsker({ vlans: [vlan('kids', {})] }, '7'), /^there is no VLAN "7"; there are kids$/);
  const twice = { vlans: [vlan('a', { interface: 'em0' }), vlan('b', { interface: 'em0' })] };
  t.match(findAsker(twice, 'em0'), /is of the VLANs a and b; write the name of one$/);
  t.end();
});
