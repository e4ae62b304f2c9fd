// Whom a change is for: VLANs, clients and policies by what they are called.
import t from 'tap';
import { policiesOfScope, readScope, vlansOfScope } from '../../src/desk/desk-scope.ts';
import { NETWORK } from '../support/desk.ts';

t.test('VLANs come before clients, and those before policies', (t) => {
  for (const [text, wanted] of [
    ['kids', { kind: 'vlan', name: 'kids' }],
    ['40', { kind: 'vlan', name: 'kids' }],
    ['vio0', { kind: 'vlan', name: 'servers' }],
    ['policy:kids', { kind: 'policy', name: 'kids' }],
    ['homework', { kind: 'policy', name: 'homework' }],
    ['laptop', { kind: 'client', name: 'laptop' }],
    ['client:laptop', { kind: 'client', name: 'laptop' }],
    ['192.0.2.7', { kind: 'address', name: '192.0.2.7' }],
    ['tablet', { kind: 'client', name: 'tablet' }],
  ] as const)
    t.strictSame(readScope(text, NETWORK), { value: wanted }, text);
  t.end();
});

t.test('an address goes with the MAC of the device that is known to have it', (t) => {
  const network = {
    ...NETWORK,
    macOf: (address: string) => (address === '192.0.2.7' ? '00:00:5e:00:53:07' : undefined),
  };
  t.strictSame(readScope('192.0.2.7', network), {
    value: { kind: 'address', name: '192.0.2.7', mac: '00:00:5e:00:53:07' },
  });
  t.strictSame(readScope('192.0.2.8', network), { value: { kind: 'address', name: '192.0.2.8' } });
  t.end();
});

t.test('whom there is not is told, with who is near or all there are', (t) => {
  for (const [text, fault] of [
    ['kid', /there is no VLAN, client or policy "kid"; did you mean "kids"\?/],
    [
      'nobody',
      /there are the VLANs kids, servers, and the clients laptop, tablet, and the policies kids, homework/,
    ],
    ['vlan:laptop', /there is no vlan "laptop"/],
    ['198.51.100.7', /198\.51\.100\.7 is in the subnets of no VLAN/],
  ] as const)
    t.match(readScope(text, NETWORK), { fault }, text);
  t.end();
});

t.test('a scope concerns VLANs, and the policies of those whom it is about', (t) => {
  for (const [kind, name, vlans, policies] of [
    ['vlan', 'kids', ['kids'], ['kids']],
    ['client', 'laptop', ['kids'], ['homework']],
    ['address', '192.0.2.7', ['kids'], ['kids']],
    ['policy', 'homework', ['kids'], ['homework']],
    ['client', 'tablet', ['kids'], ['family']],
    ['policy', 'family', ['kids'], ['family']],
    ['policy', 'gone', [], []],
    ['vlan', 'gone', [], []],
  ] as const) {
    t.strictSame(vlansOfScope({ kind, name }, NETWORK), vlans, `${kind} ${name}`);
    const found = policiesOfScope({ kind, name }, NETWORK).map(({ policy }) => policy);
    t.strictSame(found, policies, `${kind} ${name}`);
  }
  t.end();
});
