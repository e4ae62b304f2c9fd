import type { NetworkInterfaceInfo } from 'node:os';
import t from 'tap';
import { readLinks } from '../../src/links/read-links.ts';
import { readLinuxLinks } from '../../src/links/sysfs.ts';

const inet = (address: string, cidr: string): NetworkInterfaceInfo => ({
  address,
  cidr,
  netmask: '',
  family: 'IPv4',
  mac: '00:00:5e:00:53:01',
  internal: false,
});

t.test('it reads flags, carrier and addresses of each interface', async (t) => {
  const root = t.testdir({
    net: {
      lo: {
        flags: '0x9\n',
        carrier: '1\n',
        operstate: 'unknown\n',
        address: '00:00:00:00:00:00\n',
        type: '772\n',
      },
      eth0: {
        flags: '0x1003\n',
        carrier: '1\n',
        operstate: 'up\n',
        address: '00:00:5e:00:53:01\n',
        type: '1\n',
        master: { uevent: 'DEVTYPE=vrf\n' },
      },
      eth1: {
        flags: '0x1003\n',
        carrier: '0\n',
        operstate: 'down\n',
        address: '00:00:5e:00:53:02\n',
        type: '1\n',
      },
      'vlan.40': { flags: '0x1002\n', operstate: 'down\n', address: '00:00:5e:00:53:03\n', type: '1\n' },
      tun0: { flags: '0x1091\n', operstate: 'unknown\n', type: '65534\n' },
      bonding_masters: {},
    },
    if_inet6: [
      '00000000000000000000000000000001 01 80 10 80       lo',
      'fe8000000000000002005efffe005301 02 40 20 80     eth0',
      '20010db8000000000001000000000001 02 40 00 c0     eth0',
      '20010db8000000010000000000000001 02 30 00 88     eth0',
      '20010db8000000000000000000000000 02 40 00 44     eth0',
      '20010db8000100020003000400050006 02 40 00 a0     eth0',
      '20010db8000100020003000400050007 02 40 00 00     eth0',
      '20010db8000100020003000400050008 02 40 00 01     eth0',
      '00000000000000000000000000000000 02 40 00 80     eth0',
      '',
    ].join('\n'),
  });
  const links = await readLinuxLinks([], {
    classNet: `${root}/net`,
    ifInet6: `${root}/if_inet6`,
    networkInterfaces: () => ({ eth0: [inet('192.0.2.1', '192.0.2.1/25'), inet('0.0.0.0', '0.0.0.0/8')] }),
  });
  const byName = new Map(links.map((link) => [link.name, link]));
  t.strictSame([...byName.keys()].toSorted(), ['eth0', 'eth1', 'lo', 'tun0', 'vlan.40']);
  t.match(byName.get('lo'), { up: true, running: true, carrier: 'none' });
  t.equal(byName.get('lo')?.mac, undefined);
  t.equal(byName.get('eth0')?.master, undefined, 'in a VRF it keeps its addresses');
  t.match(byName.get('tun0'), { isPointToPoint: true });
  t.match(byName.get('eth0'), {
    up: true,
    running: true,
    carrier: 'yes',
    mac: '00:00:5e:00:53:01',
    driver: 'eth',
  });
  t.match(byName.get('eth1'), { up: true, carrier: 'no', status: 'down' });
  t.match(byName.get('vlan.40'), { up: false, carrier: 'none', driver: 'vlan' });
  t.match(byName.get('tun0'), { up: true, running: true, carrier: 'none' });
  t.strictSame(byName.get('eth0')?.addresses, [
    { address: '192.0.2.1', family: 4, prefixLength: 25, state: 'ready' },
    {
      address: 'fe80::200:5eff:fe00:5301%eth0',
      zoneIndex: 2,
      family: 6,
      prefixLength: 64,
      state: 'ready',
    },
    { address: '2001:db8::1:0:0:1', family: 6, prefixLength: 64, state: 'tentative' },
    { address: '2001:db8:0:1::1', family: 6, prefixLength: 48, state: 'duplicated' },
    { address: '2001:db8::', family: 6, prefixLength: 64, state: 'ready', origin: 'autoconf' },
    { address: '2001:db8:1:2:3:4:5:6', family: 6, prefixLength: 64, state: 'ready', origin: 'temporary' },
    { address: '2001:db8:1:2:3:4:5:7', family: 6, prefixLength: 64, state: 'ready', origin: 'autoconf' },
    { address: '2001:db8:1:2:3:4:5:8', family: 6, prefixLength: 64, state: 'ready', origin: 'temporary' },
  ]);
  t.strictSame(byName.get('lo')?.addresses, [
    { address: '::1', family: 6, prefixLength: 128, state: 'ready' },
  ]);
  t.match(byName.get('eth1')?.evidence, /eth1: flags=0x1003 operstate=down carrier=0/);
});

t.test('without IPv6 in the system there are no IPv6 addresses', async (t) => {
  const root = t.testdir({ net: { eth0: { flags: '0x1003', carrier: '1', operstate: 'up' } } });
  const links = await readLinuxLinks([], {
    classNet: `${root}/net`,
    ifInet6: `${root}/absent`,
    networkInterfaces: () => ({}),
  });
  t.match(links, [{ name: 'eth0', addresses: [] }]);
});

t.test('the system this runs on has a loopback interface that can be served on', async (t) => {
  const links = await readLinks();
  t.ok(
    links.some((link) => link.up && link.addresses.some((address) => address.address === '127.0.0.1')),
    'found by the reader for this platform',
  );
  const others = await readLinks(undefined, 'darwin');
  t.ok(others.some((link) => link.up && link.addresses.some((address) => address.address === '127.0.0.1')));
});
