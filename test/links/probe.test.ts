import { readFileSync } from 'node:fs';
import t from 'tap';
import { toLinks } from '../../src/links/ifconfig.ts';
import type { LinkFault } from '../../src/links/link-fault.ts';
import type { LinkState } from '../../src/links/link-state.ts';
import { probe } from '../../src/links/probe.ts';

const read = (name: string) =>
  toLinks(readFileSync(new URL(`../support/links/${name}`, import.meta.url), 'utf8'));
const onOpenbsd = (name: string, links: LinkState[], vlanId?: number) =>
  probe(name, { links, platform: 'openbsd', ...(vlanId === undefined ? {} : { vlanId }) });

t.test('on OpenBSD it says what is wrong, why, and what cures it', (t) => {
  const table: [file: string, name: string, fault: LinkFault, why: RegExp, cure: RegExp][] = [
    [
      'ifconfig-vio1-not-up.txt',
      'vio1',
      'down',
      /not up.*on vio\(4\) an interface that is not up prints `no carrier`, so this says nothing about the wire/,
      /`ifconfig vio1 up`.*\/etc\/hostname\.vio1/,
    ],
    [
      'ifconfig-em0-not-up.txt',
      'em0',
      'down',
      /not up.*although `status: active` shows that there is a wire/,
      /ifconfig em0 up/,
    ],
    ['ifconfig-vm-static.txt', 'enc0', 'down', /not up/, /ifconfig enc0 up/],
    ['ifconfig-vm-static.txt', 'em0', 'absent', /no interface em0; there are: vio0$/, /hostname\.em0/],
    [
      'ifconfig-vm-static.txt',
      'vlan40',
      'absent',
      /no interface vlan40/,
      /vnetid 40 parent IF.*netstart vlan40/,
    ],
    [
      'ifconfig-vlan40-on-vio0.txt',
      'vio0',
      'no address',
      /no address/,
      /inet autoconf.*sh \/etc\/netstart vio0/,
    ],
    ['ifconfig-tunnels.txt', 'tun0', 'no carrier', /`status: down`/, /cable/],
    [
      'composed-many.txt',
      'vio1',
      'no carrier',
      /up but has no carrier.*vio\(4\) asks the host/,
      /link_down=1\n2\..*tap<VMID>i<N>.*\n3\..*`qm set <VMID> --netN e1000=00:00:5E:00:53:28,bridge=vmbrN,tag=40`.*10-15 %.*reboot of the VM/,
    ],
    ['composed-many.txt', 'vlan60', 'no carrier', /vlan60 lies on vio1, which is up but/, /hostname\.vio1/],
    ['composed-many.txt', 'vlan70', 'no carrier', /no parent interface/, /vnetid 70 parent IF/],
    ['composed-many.txt', 'vlan80', 'down', /vlan80 lies on em9, which is not up/, /ifconfig em9 up/],
    ['composed-many.txt', 'em1', 'no carrier', /em1 is up but has no link \(`status: no carrier`\)/, /cable/],
    ['composed-many.txt', 'em2', 'no address', /up and has a link, but no address/, /no DHCP server/],
    ['composed-many.txt', 'em3', 'tentative', /tentative/, /bound by itself/],
    ['composed-many.txt', 'em5', 'no address', /another machine uses 2001:db8:70::1/, /another address/],
  ];
  for (const [file, name, fault, why, cure] of table) {
    const found = onOpenbsd(name, read(file), 40);
    t.match(found, { usable: false, fault }, `${file}: ${name}: ${fault}`);
    if (found.usable) continue;
    t.match(found.why, why);
    t.match(found.cure, cure);
  }
  t.end();
});

t.test('what can be served on is usable', (t) => {
  const table: [file: string, name: string][] = [
    ['ifconfig-vlan40-on-vio0.txt', 'vlan40'],
    ['ifconfig-vm-static.txt', 'lo0'],
    ['ifconfig-vm-static.txt', 'vio0'],
    ['ifconfig-tunnels.txt', 'wg0'],
    ['composed-many.txt', 'em4'],
    ['composed-many.txt', 'trunk0'],
    ['composed-many.txt', 'carp0'],
  ];
  for (const [file, name] of table)
    t.match(onOpenbsd(name, read(file)), { usable: true }, `${file}: ${name}`);
  t.end();
});

t.test('an interface that only shows an address of zeros has none to bind', (t) => {
  const [pppoe] = toLinks(
    'pppoe0: flags=8851<UP,POINTOPOINT,RUNNING,SIMPLEX,MULTICAST> mtu 1492\n\tdev: em1 state: initial\n\tinet 0.0.0.0 --> 0.0.0.1 netmask 0xffffffff\n',
  );
  t.ok(pppoe);
  t.match(onOpenbsd('pppoe0', pppoe === undefined ? [] : [pppoe]), { usable: false, fault: 'no address' });
  t.end();
});

t.test('it never says more than the lines show', (t) => {
  const notUp = onOpenbsd('vio1', read('ifconfig-vio1-not-up.txt'));
  t.notMatch(notUp, { cure: /e1000/ }, 'an interface that is not up is no reason to change the NIC model');
  t.notMatch(notUp, { cure: /link_down/ });
  const unknown = onOpenbsd(
    'vlan60',
    read('composed-many.txt').filter((link) => link.name !== 'vio1'),
  );
  t.match(unknown, { usable: false, fault: 'no carrier' });
  t.notMatch(unknown, { cure: /e1000/ }, 'nothing is known of a parent that is not shown');
  const untagged = onOpenbsd(
    'vio1',
    read('composed-many.txt').filter((link) => link.name === 'vio1'),
  );
  t.match(untagged, { cure: /tag=<VLAN id>/ }, 'an unknown tag stays a blank to fill in');
  t.match(untagged, { evidence: /^vio1: flags=2008843<UP.*status: no carrier/s });
  t.end();
});

t.test('on Linux it says so in terms of ip(8)', (t) => {
  const eth0: LinkState = {
    name: 'eth0',
    driver: 'eth',
    up: true,
    running: true,
    carrier: 'yes',
    addresses: [{ address: '192.0.2.1', family: 4, prefixLength: 24, state: 'ready' }],
    evidence: 'eth0',
  };
  const address = { address: '2001:db8::1', family: 6, prefixLength: 64 } as const;
  const table: [change: Partial<LinkState>, fault: LinkFault, cure: RegExp][] = [
    [{ name: 'eth1' }, 'absent', /ip link add/],
    [{ up: false, carrier: 'none' }, 'down', /ip link set eth0 up/],
    [{ carrier: 'no' }, 'no carrier', /veth/],
    [{ running: false }, 'down', /ip link set eth0 up/],
    [{ addresses: [] }, 'no address', /ip addr add/],
    [{ addresses: [{ ...address, state: 'tentative' }] }, 'tentative', /by itself/],
    [{ addresses: [{ ...address, state: 'duplicated' }] }, 'no address', /one of the two/],
  ];
  t.match(probe('eth0', { links: [eth0], platform: 'linux' }), { usable: true });
  for (const [change, fault, cure] of table) {
    const found = probe('eth0', { links: [{ ...eth0, ...change }], platform: 'linux' });
    t.match(found, { usable: false, fault, cure }, fault);
  }
  const linkLocal = { address: 'fe80::1%eth0', family: 6, prefixLength: 64, state: 'ready' } as const;
  t.match(probe('eth0', { links: [{ ...eth0, addresses: [linkLocal] }], platform: 'linux' }), {
    usable: true,
    note: 'eth0 has only a link-local address so far',
  });
  t.end();
});
