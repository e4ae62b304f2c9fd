import { SocketAddress } from 'node:net';
import { networkInterfaces } from 'node:os';
import t from 'tap';
import { ClientAddress, toClientAddress } from '../../src/addresses/client-address.ts';
import { ZoneNames } from '../../src/listeners/udp/zone-names.ts';
import { seededRandom } from '../support/mutate.ts';

t.test('it reads addresses as numbers', (t) => {
  const table: [text: string, family: 4 | 6, words: number[], shown?: string][] = [
    ['0.0.0.0', 4, [0, 0, 0, 0]],
    ['192.0.2.1', 4, [0xc0000201, 0, 0, 0]],
    ['255.255.255.255', 4, [0xffffffff, 0, 0, 0]],
    ['::', 6, [0, 0, 0, 0]],
    ['::1', 6, [0, 0, 0, 1]],
    ['2001:db8::', 6, [0x20010db8, 0, 0, 0]],
    ['2001:db8::53', 6, [0x20010db8, 0, 0, 0x53]],
    ['2001:DB8:1:2:3:4:5:6', 6, [0x20010db8, 0x00010002, 0x00030004, 0x00050006]],
    ['2001:db8:1:2:3:4:5::', 6, [0x20010db8, 0x00010002, 0x00030004, 0x00050000]],
    ['2001:db8::192.0.2.1', 6, [0x20010db8, 0, 0, 0xc0000201]],
    ['1:2:3:4:5:6:192.0.2.1', 6, [0x00010002, 0x00030004, 0x00050006, 0xc0000201]],
    ['fe80::1%em0', 6, [0xfe800000, 0, 0, 1]],
    ['fe80::%vlan40', 6, [0xfe800000, 0, 0, 0]],
    ['::ffff:192.0.2.1', 4, [0xc0000201, 0, 0, 0], '192.0.2.1'],
    ['::ffff:c633:6401', 4, [0xc6336401, 0, 0, 0], '198.51.100.1'],
    ['::fffe:192.0.2.1', 6, [0, 0, 0xfffe, 0xc0000201]],
  ];
  const client = new ClientAddress();
  for (const [text, family, words, shown] of table) {
    t.equal(client.set(text), true, text);
    t.equal(client.family, family, `${text}: family`);
    t.strictSame([...client.words], words, `${text}: words`);
    t.equal(client.text, shown ?? text, `${text}: text`);
  }
  t.end();
});

t.test('it takes no text that is not an address, and keeps what it had', (t) => {
  const client = new ClientAddress();
  client.set('192.0.2.7');
  const bad = [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1..2.3',
    '.1.2.3',
    '1.2.3.4 ',
    '1.2.3.x',
  ];
  bad.push(
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    ':1:2:3:4:5:6:7:8',
  );
  bad.push(
    '12345::',
    'g::',
    '::1%',
    '1:2:3:4:5:6:7:192.0.2.1',
    '::192.0.2.1:5',
    '1:',
    '::192.0.2',
    '1:2:3:4:5:6:7:',
  );
  for (const text of bad) {
    t.equal(client.set(text), false, JSON.stringify(text));
    t.equal(toClientAddress(text), undefined);
    t.equal(client.text, '192.0.2.7');
    t.equal(client.words[0], 0xc0000207);
  }
  t.end();
});

t.test('the text that was set last is known again after other ones', (t) => {
  const client = new ClientAddress();
  const mapped = '::ffff:192.0.2.9';
  for (const text of [mapped, mapped, '192.0.2.8', mapped]) t.ok(client.set(text));
  t.strictSame([client.family, client.words[0], client.text], [4, 0xc0000209, '192.0.2.9']);
  t.end();
});

t.test('a copy does not change with what it was made of', (t) => {
  const client = new ClientAddress();
  client.set('2001:db8::1');
  const copy = client.copy();
  client.set('192.0.2.1');
  t.strictSame([copy.family, copy.text, copy.words[0]], [6, '2001:db8::1', 0x20010db8]);
  t.end();
});

t.test('octets are read as the same numbers as the text', (t) => {
  const table: [octets: number[], text: string, words: number[]][] = [
    [[192, 0, 2, 1], '192.0.2.1', [0xc0000201, 0, 0, 0]],
    [[255, 255, 255, 255], '255.255.255.255', [0xffffffff, 0, 0, 0]],
    [[0x20, 1, 0x0d, 0xb8, ...zeros(11), 0x53], '2001:db8::53', [0x20010db8, 0, 0, 0x53]],
    [[...zeros(16)], '::', [0, 0, 0, 0]],
    [[...zeros(15), 1], '::1', [0, 0, 0, 1]],
    [[...zeros(10), 255, 255, 198, 51, 100, 1], '198.51.100.1', [0xc6336401, 0, 0, 0]],
    [
      [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1],
      '2001:db8:0:1::1:1',
      [0x20010db8, 1, 0, 0x10001],
    ],
    [
      [0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0],
      '1:0:2:0:3:0:4:0',
      [0x10000, 0x20000, 0x30000, 0x40000],
    ],
  ];
  const client = new ClientAddress();
  client.set('2001:db8::ffff');
  for (const [octets, text, words] of table) {
    // Not at the beginning, so that the offset counts.
    const at = Uint8Array.of(7, 7, 7, ...octets);
    if (octets.length === 4) client.setIpv4(at, 3);
    else client.setIpv6(at, 3, 0);
    t.strictSame([[...client.words], client.text], [words, text]);
    t.equal(client.family, text.includes(':') ? 6 : 4, `${text}: family`);
    t.equal(toClientAddress(text)?.text, text);
  }
  for (const octets of [zeros(4), zeros(16)]) {
    client.set('2001:db8::1');
    if (octets.length === 4) client.setIpv4(Uint8Array.from(octets), 0);
    else client.setIpv6(Uint8Array.from(octets), 0, 0);
    client.set('2001:db8::1');
    t.strictSame([...client.words], [0x20010db8, 0, 0, 1], 'the text that was set before is set anew');
  }
  t.end();
});

t.test('any IPv6 address has the text that the system gives it', (t) => {
  const random = seededRandom(5952);
  const client = new ClientAddress();
  for (let round = 0; round < 2000; round++) {
    // Many zero groups, and never an IPv4 address behind zeros, which some systems write with dots.
    const groups = Array.from({ length: 8 }, () => (random(3) === 0 ? random(0x10000) : random(2)));
    groups[0] = (groups[0] ?? 0) | 0x100;
    const octets = Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 255]));
    const written = groups.map((group) => group.toString(16)).join(':');
    const { address } = new SocketAddress({ address: written, family: 'ipv6' });
    client.setIpv6(octets, 0, 0);
    t.equal(client.text, address, written);
    const { words } = client;
    t.strictSame(toClientAddress(address)?.words, words);
  }
  t.end();
});

t.test('a link-local address has its zone, others have none', (t) => {
  const client = new ClientAddress((scope) => `em${scope}`);
  const at = (first: number, second: number, scope: number): string => {
    client.setIpv6(Uint8Array.of(first, second, ...zeros(13), 1), 0, scope);
    return client.text;
  };
  t.equal(at(0xfe, 0x80, 3), 'fe80::1%em3');
  t.equal(at(0xfe, 0xbf, 4), 'febf::1%em4');
  t.equal(at(0xfe, 0x80, 0), 'fe80::1');
  t.equal(at(0xfe, 0xc0, 3), 'fec0::1');
  t.equal(at(0x20, 0x01, 3), '2001::1');
  client.setIpv6(Uint8Array.of(0xfe, 0x80, ...zeros(13), 1), 0, 5);
  const copy = client.copy();
  client.setIpv4(Uint8Array.of(192, 0, 2, 1), 0);
  t.strictSame(
    [copy.text, client.text],
    ['fe80::1%em5', '192.0.2.1'],
    'a copy keeps it, and knows its name later',
  );
  t.equal(new ClientAddress().copy().text, '0.0.0.0');
  t.end();
});

t.test('interfaces are known by their numbers', (t) => {
  const zones = new ZoneNames();
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap((one) =>
      one.family === 'IPv6' && one.scopeid > 0 ? [[one.scopeid, name] as const] : [],
    ),
  );
  for (const [scope, name] of all) t.equal(zones.nameOf(scope), name);
  t.equal(zones.nameOf(0xfffffff), '268435455', 'what is none is told as it is');
  t.end();
});

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}
