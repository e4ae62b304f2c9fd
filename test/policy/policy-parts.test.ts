import t from 'tap';
import { parseName } from '../../src/dns/name-text.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { ClientAddress } from '../../src/addresses/client-address.ts';
import { Pattern } from '../../src/policy/pattern.ts';
import { PrefixMap } from '../../src/addresses/prefix-map.ts';
import type { Address, PrefixNumbers } from '../../src/addresses/prefix.ts';
import { SPECIAL, SpecialNames } from '../../src/policy/special-names.ts';
import { selectPolicy } from '../../src/policy/vlan.ts';
import { makeRandom } from '../support/rule-model.ts';
import { makeServing, parsePrefix } from '../support/serving.ts';

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

/** The address as one number. */
function toBigInt({ family, words }: { family: 4 | 6; words: ArrayLike<number> }): bigint {
  const used = Array.from(words).slice(0, family === 4 ? 1 : 4);
  return used.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

t.test('the longest prefix that holds an address is found', (t) => {
  const prefixes = [
    '0.0.0.0/0',
    '10.0.0.0/8',
    '10.1.0.0/16',
    '10.1.2.3/32',
    '2001:db8::/32',
    '2001:db8::1/128',
    'fe80::/10',
  ];
  const map = new PrefixMap(prefixes.map((text, index) => [parsePrefix(text), index] as const));
  const table: [address: string, prefix: string | undefined][] = [
    ['192.0.2.1', '0.0.0.0/0'],
    ['10.255.255.255', '10.0.0.0/8'],
    ['11.0.0.0', '0.0.0.0/0'],
    ['10.1.2.4', '10.1.0.0/16'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['::ffff:10.1.2.3', '10.1.2.3/32'],
    ['2001:db8::2', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['2001:db9::1', undefined],
    ['febf::1%em0', 'fe80::/10'],
    ['fec0::1', undefined],
    ['::a01:203', undefined],
  ];
  for (const [address, prefix] of table) t.equal(prefixes[map.find(addressOf(address))], prefix, address);
  t.equal(new PrefixMap([]).find(addressOf('192.0.2.1')), -1, 'no prefixes');
  t.end();
});

t.test('100,000 lookups agree with arithmetic on whole numbers', (t) => {
  const random = makeRandom(8);
  const words = (): [number, number, number, number] => [
    random(2 ** 32),
    random(2 ** 32),
    random(2 ** 32),
    random(2 ** 32),
  ];
  let held = 0;
  for (let round = 0; round < 500; round++) {
    const prefixes = Array.from({ length: 1 + random(12) }, (): PrefixNumbers => {
      const family = random(2) === 0 ? 4 : 6;
      const [first, ...rest] = words();
      const width = family === 4 ? 32 : 128;
      const length = random(3) === 0 ? random(4) : random(width + 1);
      return { family, length, words: family === 4 ? [first, 0, 0, 0] : [first, ...rest] };
    });
    const map = new PrefixMap(prefixes.map((prefix, index) => [prefix, index] as const));
    for (let i = 0; i < 200; i++) {
      const near = prefixes[random(prefixes.length)];
      const family = near?.family ?? 4;
      const flipped = near === undefined || random(3) === 0 ? words() : ([...near.words] as const);
      const address: Address = { family, words: Uint32Array.from(flipped) };
      if (random(2) === 0) address.words[random(family === 4 ? 1 : 4)]! ^= 1 << random(32);
      if (family === 4) address.words.fill(0, 1);
      const value = toBigInt(address);
      const width = family === 4 ? 32 : 128;
      const holding = prefixes.filter(
        (prefix) =>
          prefix.family === family &&
          value >> BigInt(width - prefix.length) === toBigInt(prefix) >> BigInt(width - prefix.length),
      );
      const longest = Math.max(-1, ...holding.map(({ length }) => length));
      const found = map.find(address);
      if (found >= 0) held++;
      if ((prefixes[found]?.length ?? -1) !== longest || (found >= 0 && !holding.includes(prefixes[found]!)))
        t.fail(`${value} in ${JSON.stringify(prefixes)}: prefix ${found}`);
    }
  }
  t.ok(held > 30_000, `${held} held`);
  t.end();
});

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
    t.ok(special.isCanary(viewOf(name)), name);
  for (const name of ['icloud.com', 'a.mask.icloud.com', 'resolver.arpa', 'net'])
    t.notOk(special.isCanary(viewOf(name)), name);
  t.end();
});
