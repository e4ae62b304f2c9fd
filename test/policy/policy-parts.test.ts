import t from 'tap';
import { parseName } from '../../src/dns/name-text.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { ClientAddress } from '../../src/addresses/client-address.ts';
import { Pattern } from '../../src/policy/rules/pattern.ts';
import { SPECIAL, SpecialNames } from '../../src/policy/special-names.ts';
import { selectPolicy } from '../../src/policy/vlan.ts';
import { makeServing } from '../support/serving.ts';

function viewOf(name: string): NameView {
  const view = new NameView();
  view.setWire(parseName(name));
  return view;
}

function addressOf(text: string): ClientAddress {
  const address = new ClientAddress();
  if (!address.set(text)) throw new Error(`${text} is no address`);
  return address;
}

t.test('the VLAN names the policy, unless the client is an exception', (t) => {
  const { vlans } = makeServing({
    policies: { kids: {}, homework: {}, teen: {}, open: {} },
    vlans: {
      kids: {
        subnets: ['192.0.2.0/24', '2001:db8:40::/64'],
        policy: 'kids',
        clients: {
          '192.0.2.128/25': 'teen',
          '192.0.2.200/32': 'homework',
          '2001:db8:40::7/128': 'homework',
          '198.51.100.1/32': 'open',
        },
      },
      servers: { subnets: ['198.51.100.0/24'], policy: 'open' },
    },
  });
  const table: [vlan: string, client: string, policy: string | undefined][] = [
    ['kids', '192.0.2.1', 'kids'],
    ['kids', '::ffff:192.0.2.1', 'kids'],
    ['kids', '192.0.2.129', 'teen'],
    ['kids', '192.0.2.200', 'homework'],
    ['kids', '2001:db8:40::7', 'homework'],
    ['kids', '2001:db8:40::8', 'kids'],
    ['kids', '2001:db8:41::8', undefined],
    ['kids', '198.51.100.1', undefined],
    ['servers', '198.51.100.1', 'open'],
    ['servers', '192.0.2.1', undefined],
  ];
  for (const [name, client, policy] of table) {
    const vlan = vlans.get(name);
    if (vlan === undefined) throw new Error(`no VLAN ${name}`);
    t.equal(selectPolicy(vlan, addressOf(client))?.name, policy, `${client} in ${name}`);
  }
  t.end();
});

t.test('a pattern is tried on the whole name, without case, in linear time', (t) => {
  const table: [pattern: string, name: string, wanted: boolean][] = [
    ['/^ad[0-9]+\\./', 'ad12.example.org', true],
    ['/^ad[0-9]+\\./', 'bad12.example.org', false],
    ['/AD/', 'an-ad.example.org', true],
    ['/\\.example$/', 'a.example', true],
    ['/\\.example$/', 'a.example.org', false],
    ['/a/b/', 'x', false],
    ['/^(a+)+$/', `${'a'.repeat(250)}!`, false],
    ['/^(a|aa)+$/', 'a'.repeat(250), true],
  ];
  for (const [text, name, wanted] of table) {
    const pattern = new Pattern(text);
    t.equal(pattern.matches(name), wanted, `${text} on ${name}`);
    t.equal(pattern.matches(name), wanted, 'a second time');
    t.equal(pattern.text, text);
  }
  t.throws(() => new Pattern('/(/'));
  t.end();
});

t.test('each special zone is answered as its RFC says', (t) => {
  const special = new SpecialNames();
  const table: [name: string, kind: number, zone?: string][] = [
    ['localhost', SPECIAL.LOOPBACK, 'localhost'],
    ['a.b.LOCALHOST', SPECIAL.LOOPBACK, 'localhost'],
    ['localhost.example', SPECIAL.NONE],
    ['invalid', SPECIAL.ABSENT, 'invalid'],
    ['a.test', SPECIAL.ABSENT, 'test'],
    ['facebookwkhpilnemxj7.onion', SPECIAL.ABSENT, 'onion'],
    ['printer.local', SPECIAL.ABSENT, 'local'],
    ['notlocal', SPECIAL.NONE],
    ['nas.home.arpa', SPECIAL.EMPTY_ZONE, 'home.arpa'],
    ['home.arpa', SPECIAL.EMPTY_ZONE, 'home.arpa'],
    ['arpa', SPECIAL.NONE],
    ['resolver.arpa', SPECIAL.NODATA, 'resolver.arpa'],
    ['_dns.resolver.arpa', SPECIAL.NODATA, 'resolver.arpa'],
    ['1.2.3.10.in-addr.arpa', SPECIAL.EMPTY_ZONE, '10.in-addr.arpa'],
    ['1.1.15.172.in-addr.arpa', SPECIAL.NONE],
    ['1.1.16.172.in-addr.arpa', SPECIAL.EMPTY_ZONE, '16.172.in-addr.arpa'],
    ['1.1.31.172.in-addr.arpa', SPECIAL.EMPTY_ZONE, '31.172.in-addr.arpa'],
    ['1.1.32.172.in-addr.arpa', SPECIAL.NONE],
    ['1.1.168.192.in-addr.arpa', SPECIAL.EMPTY_ZONE, '168.192.in-addr.arpa'],
    ['1.1.169.192.in-addr.arpa', SPECIAL.NONE],
    ['1.1.63.100.in-addr.arpa', SPECIAL.NONE],
    ['1.1.64.100.in-addr.arpa', SPECIAL.EMPTY_ZONE, '64.100.in-addr.arpa'],
    ['1.1.127.100.in-addr.arpa', SPECIAL.EMPTY_ZONE, '127.100.in-addr.arpa'],
    ['1.1.128.100.in-addr.arpa', SPECIAL.NONE],
    ['1.0.0.127.in-addr.arpa', SPECIAL.EMPTY_ZONE, '127.in-addr.arpa'],
    ['1.0.0.0.in-addr.arpa', SPECIAL.EMPTY_ZONE, '0.in-addr.arpa'],
    ['1.1.254.169.in-addr.arpa', SPECIAL.EMPTY_ZONE, '254.169.in-addr.arpa'],
    ['1.2.0.192.in-addr.arpa', SPECIAL.EMPTY_ZONE, '2.0.192.in-addr.arpa'],
    ['1.100.51.198.in-addr.arpa', SPECIAL.EMPTY_ZONE, '100.51.198.in-addr.arpa'],
    ['1.113.0.203.in-addr.arpa', SPECIAL.EMPTY_ZONE, '113.0.203.in-addr.arpa'],
    ['255.255.255.255.in-addr.arpa', SPECIAL.EMPTY_ZONE, '255.255.255.255.in-addr.arpa'],
    ['254.255.255.255.in-addr.arpa', SPECIAL.NONE],
    ['8.8.8.8.in-addr.arpa', SPECIAL.NONE],
    [`${'0.'.repeat(32)}ip6.arpa`, SPECIAL.EMPTY_ZONE],
    [`1.${'0.'.repeat(31)}ip6.arpa`, SPECIAL.EMPTY_ZONE],
    [`2.${'0.'.repeat(31)}ip6.arpa`, SPECIAL.NONE],
    ['1.0.0.d.f.ip6.arpa', SPECIAL.EMPTY_ZONE, 'd.f.ip6.arpa'],
    ['1.c.f.ip6.arpa', SPECIAL.NONE],
    ['1.8.e.f.ip6.arpa', SPECIAL.EMPTY_ZONE, '8.e.f.ip6.arpa'],
    ['1.b.e.f.ip6.arpa', SPECIAL.EMPTY_ZONE, 'b.e.f.ip6.arpa'],
    ['1.c.e.f.ip6.arpa', SPECIAL.NONE],
    ['1.8.b.d.0.1.0.0.2.ip6.arpa', SPECIAL.EMPTY_ZONE, '8.b.d.0.1.0.0.2.ip6.arpa'],
    ['example.com', SPECIAL.NONE],
    ['.', SPECIAL.NONE],
  ];
  for (const [name, kind, zone] of table) {
    const view = viewOf(name);
    t.equal(special.find(view), kind, name);
    if (zone !== undefined) t.ok(view.suffixEquals(special.label, parseName(zone)), `${name} is in ${zone}`);
  }
  t.end();
});

t.test('canaries are single names', (t) => {
  const special = new SpecialNames();
  for (const name of ['use-application-dns.net', 'Mask.iCloud.com', 'mask-h2.icloud.com'])
    t.ok(special.canary(viewOf(name)), name);
  for (const name of ['icloud.com', 'a.mask.icloud.com', 'resolver.arpa', 'net'])
    t.notOk(special.canary(viewOf(name)), name);
  t.end();
});
