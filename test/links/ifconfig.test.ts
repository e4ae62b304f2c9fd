import { readFileSync } from 'node:fs';
import t from 'tap';
import { toLinks } from '../../src/links/ifconfig.ts';
import type { LinkState } from '../../src/links/link-state.ts';

const read = (name: string) => readFileSync(new URL(`../support/links/${name}`, import.meta.url), 'utf8');
const only = (name: string, link: string): LinkState | undefined =>
  toLinks(read(name)).find((candidate) => candidate.name === link);

t.test('it reads flags, status, hardware address and what lies below', (t) => {
  const table: [file: string, name: string, expected: Partial<LinkState>][] = [
    [
      'ifconfig-vio1-not-up.txt',
      'vio1',
      {
        up: false,
        running: false,
        carrier: 'no',
        status: 'no carrier',
        driver: 'vio',
        mac: '00:00:5e:00:53:28',
      },
    ],
    ['ifconfig-em0-not-up.txt', 'em0', { up: false, carrier: 'yes', status: 'active', driver: 'em' }],
    ['ifconfig-vlan40-on-vio0.txt', 'vio0', { up: true, running: true, carrier: 'yes', addresses: [] }],
    [
      'ifconfig-vlan40-on-vio0.txt',
      'vlan40',
      {
        driver: 'vlan',
        parent: 'vio0',
        vlanId: 40,
        addresses: [{ address: '192.0.2.1', family: 4, prefixLength: 24, state: 'ready' }],
      },
    ],
    ['ifconfig-vm-static.txt', 'lo0', { carrier: 'none', up: true, running: true }],
    [
      'ifconfig-vm-static.txt',
      'vio0',
      { up: true, addresses: [{ address: '198.51.100.101', family: 4, prefixLength: 23, state: 'ready' }] },
    ],
    ['ifconfig-vm-static.txt', 'enc0', { up: false, running: false, carrier: 'yes' }],
    ['ifconfig-vm-static.txt', 'pflog0', { up: true, carrier: 'none' }],
    [
      'ifconfig-tunnels.txt',
      'tun0',
      {
        carrier: 'no',
        status: 'down',
        addresses: [{ address: '192.0.2.1', family: 4, prefixLength: 32, state: 'ready' }],
      },
    ],
    ['ifconfig-tunnels.txt', 'wg0', { carrier: 'none', up: true }],
    ['composed-many.txt', 'vio1', { up: true, carrier: 'no' }],
    ['composed-many.txt', 'em1', { mac: '00:00:5e:00:53:41' }],
    ['composed-many.txt', 'em6', { addresses: [] }],
    ['composed-many.txt', 'carp0', { parent: 'em2', carrier: 'yes', status: 'backup' }],
    ['composed-many.txt', 'bridge0', { up: true, running: true, carrier: 'none' }],
  ];
  for (const [file, name, expected] of table) t.match(only(file, name), expected, `${file}: ${name}`);
  t.equal(only('composed-many.txt', 'vlan70')?.parent, undefined, 'a vlan with `parent none` has no parent');
  t.end();
});

t.test('it reads every interface of an output and nothing else', (t) => {
  t.strictSame(
    toLinks(read('ifconfig-vm-static.txt')).map((link) => link.name),
    ['lo0', 'vio0', 'enc0', 'pflog0'],
  );
  t.equal(toLinks(read('composed-many.txt')).length, 14);
  t.strictSame(toLinks(''), []);
  t.strictSame(toLinks('ifconfig: no such interface\n\tinet 192.0.2.1 netmask 0xff000000\n'), []);
  t.equal(toLinks(read('ifconfig-vlan40-on-vio0.txt').replaceAll('\n', '\r\n')).length, 2, 'CR LF');
  t.end();
});

t.test('it reads the states of IPv6 addresses and keeps the zone', (t) => {
  t.strictSame(only('composed-many.txt', 'em4')?.addresses, [
    {
      address: 'fe80::200:5eff:fe00:5304%em4',
      family: 6,
      prefixLength: 64,
      state: 'ready',
      zoneIndex: 6,
    },
    { address: '2001:db8:60::1', family: 6, prefixLength: 64, state: 'duplicated' },
    { address: '2001:db8:60::2', family: 6, prefixLength: 64, state: 'detached', origin: 'temporary' },
    { address: '2001:db8:60::3', family: 6, prefixLength: 60, state: 'ready', origin: 'temporary' },
    { address: '198.51.100.1', family: 4, prefixLength: 24, state: 'ready' },
    { address: '198.51.100.2', family: 4, prefixLength: 32, state: 'ready' },
  ]);
  t.strictSame(
    only('composed-many.txt', 'em3')?.addresses.map((address) => address.state),
    ['tentative', 'tentative'],
  );
  t.end();
});

t.test('what is no address is none, and one without a peer behind its arrow is one', (t) => {
  const of = (flags: string, ...lines: string[]): LinkState | undefined =>
    toLinks(`x0: flags=${flags} mtu 1492\n${lines.map((line) => `\t${line}\n`).join('')}`)[0];
  const table: [line: string, expected: readonly object[]][] = [
    ['inet 0.0.0.0 --> 0.0.0.1 netmask 0xffffffff', []],
    ['inet 0.0.0.0 netmask 0xff000000 broadcast 255.255.255.255', []],
    ['inet6 :: prefixlen 64', []],
    ['inet6 :: -->  prefixlen 64', []],
    ['inet 192.0.2.9 -->  netmask 0xffffffff', [{ address: '192.0.2.9', prefixLength: 32 }]],
    ['inet 192.0.2.9 --> 192.0.2.1 netmask 0xffffff00', [{ address: '192.0.2.9', prefixLength: 24 }]],
    ['inet6 fe80::1%gif0 -->  prefixlen 64', [{ address: 'fe80::1%gif0', prefixLength: 64 }]],
    [
      'inet6 fe80::1%gif0 -->  prefixlen 64 scopeid 0x7',
      [{ address: 'fe80::1%gif0', prefixLength: 64, zoneIndex: 7 }],
    ],
    [
      'inet6 fe80::1%gif0 --> fe80::2%gif0 prefixlen 64 tentative',
      [{ address: 'fe80::1%gif0', state: 'tentative' }],
    ],
    ['inet6 2001:db8::1 -> 2001:db8::2 prefixlen 128', [{ address: '2001:db8::1', prefixLength: 128 }]],
    ['inet6 2001:db8::1 prefixlen 64 deprecated', [{ origin: 'temporary' }]],
    ['inet6 2001:db8::1 prefixlen 64 autoconf pltime 604800 vltime 2592000', [{ origin: 'autoconf' }]],
  ];
  for (const [line, expected] of table) {
    const addresses = of('8851<UP,POINTOPOINT,RUNNING,SIMPLEX,MULTICAST>', line)?.addresses ?? [];
    t.equal(addresses.length, expected.length, line);
    t.match(addresses, expected, line);
  }
  t.match(
    of('808843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,AUTOCONF4>', 'inet 192.0.2.9 netmask 0xffffff00'),
    {
      autoconfFamilies: [4],
      addresses: [{ address: '192.0.2.9', origin: 'autoconf' }],
    },
  );
  t.match(of('8851<UP,POINTOPOINT,RUNNING>'), { isPointToPoint: true });
  t.match(of('8843<UP,BROADCAST,RUNNING>', 'carp: MASTER carpdev em0 vhid 9 advbase 1 advskew 100'), {
    parent: 'em0',
    carp: { vhid: 9, advbase: 1, advskew: 100 },
  });
  t.equal(only('composed-many.txt', 'em6')?.master, 'trunk0');
  t.end();
});

t.test('the evidence is the lines that show it', (t) => {
  const evidence = only('ifconfig-vio1-not-up.txt', 'vio1')?.evidence ?? '';
  t.match(evidence, /^vio1: flags=2008802<BROADCAST,SIMPLEX,MULTICAST,LRO> mtu 1500\n/);
  t.match(evidence, /status: no carrier$/);
  t.notMatch(evidence, /priority/, 'without lines that say nothing of the link');
  t.match(only('composed-many.txt', 'em6')?.evidence, /\n\ttrunk: trunkdev trunk0\n/, 'of a member');
  t.notMatch(only('composed-many.txt', 'trunk0')?.evidence, /trunkproto/, 'not of the trunk');
  t.end();
});
