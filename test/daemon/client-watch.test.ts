// Clients that are known by their hardware addresses, in the real process: leases come, move and end while queries are asked.
import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { toNeighbours } from '../../src/clients/neighbours/neighbour-text.ts';
import { Service } from '../../src/daemon/service.ts';
import { ownBinder } from '../../src/listeners/sockets/binder.ts';
import { PLAIN_IO } from '../../src/listeners/udp/udp-io.ts';
import { readStatus } from '../../src/status/read-status.ts';
import { Vitals } from '../../src/status/vitals.ts';
import { ask, openHouse, until, WITHOUT_LISTS } from '../support/house.ts';
import type { Daemon, House } from '../support/house.ts';

t.jobs = 3;

const LAPTOP = '00:00:5e:00:53:05';
const OTHER = '00:00:5e:00:53:06';
const BLOCKED = 'NXDOMAIN ede 16';
const ANSWERED = 'NOERROR 192.0.2.1';

/** A lease of dnsmasq that ends in 2100. */
const lease = (mac: string, address: string, name = '*'): string =>
  `4102444800 ${mac} ${address} ${name} *\n`;

/** A household whose VLAN kids has a laptop, which may visit casino.example. */
async function houseWithLaptop(t: Test, leases: string): Promise<{ house: House; daemon: Daemon }> {
  const house = await openHouse(t);
  house.write('leases', leases);
  house.configure({
    vlans: `vlans:
  kids:
    listen: ["127.0.40.1:${house.port}"]
    subnets: [127.0.40.0/24]
    policy: kids
    clients: [{ name: laptop, mac: ${LAPTOP}, policy: open }]
  servers: { listen: ["127.0.60.1:${house.port}"], subnets: [127.0.60.0/24], policy: strict }`,
    policies: `policies:
  open: {}
  strict: { block: { rules: [casino.example] } }
  kids: { block: { lists: [ads], rules: [casino.example] } }`,
    leases: 'leases: [leases]',
  });
  return { house, daemon: await house.serve() };
}

/** What the casino is for an address of a VLAN. */
function casino(house: House, vlan: 'kids' | 'servers', host: number): Promise<string> {
  const to = house[vlan];
  return ask({ ...to, source: to.address.replace(/\d+$/, String(host)) }, 'casino.example');
}

t.test('a client that a lease makes known by its MAC has its policy, wherever its lease goes', async (t) => {
  const { house } = await houseWithLaptop(t, lease(LAPTOP, '127.0.40.5', 'wpad'));
  t.equal(await casino(house, 'kids', 5), ANSWERED, 'from the first query on');
  t.equal(await casino(house, 'kids', 6), BLOCKED, 'another client');
  house.write('leases', lease(LAPTOP, '127.0.40.7') + lease(OTHER, '127.0.40.5', 'laptop'));
  t.ok(await until(async () => (await casino(house, 'kids', 7)) === ANSWERED), 'it has another address');
  t.equal(await casino(house, 'kids', 5), BLOCKED, 'its old address is of a device that says the same name');
});

t.test('in another VLAN a client has no policy of this one, nor does who comes after it', async (t) => {
  const { house } = await houseWithLaptop(t, lease(LAPTOP, '127.0.40.5'));
  t.equal(await casino(house, 'kids', 5), ANSWERED);
  house.write('leases', lease(LAPTOP, '127.0.60.5') + lease(OTHER, '127.0.40.5'));
  t.ok(
    await until(async () => (await casino(house, 'kids', 5)) === BLOCKED),
    'its address is of another one',
  );
  t.equal(await casino(house, 'servers', 5), BLOCKED);
});

t.test('what is changed for a client at the desk goes with the device, in its VLAN', async (t) => {
  const { house, daemon } = await houseWithLaptop(
    t,
    lease(OTHER, '127.0.40.6') + lease(LAPTOP, '127.0.40.5'),
  );
  const grant = { what: 'casino.example', end: '1h' };
  const told = await daemon.client.grant({ who: '127.0.40.6', ...grant });
  t.match(told, { entries: [{ scope: { name: '127.0.40.6', mac: OTHER } }] });
  t.equal(await casino(house, 'kids', 6), ANSWERED);
  await daemon.client.deny({ who: 'laptop', what: 'other.example', end: '1h' });
  const other = (host: number): Promise<string> =>
    ask({ ...house.kids, source: `127.0.40.${host}` }, 'other.example');
  t.equal(await other(5), BLOCKED, 'by the name that the configuration gives a device');
  house.write('leases', lease(OTHER, '127.0.40.7') + lease(LAPTOP, '127.0.40.6'));
  t.ok(await until(async () => (await casino(house, 'kids', 7)) === ANSWERED), 'it has another address');
  t.equal(await other(6), BLOCKED, 'and so has the laptop');
  t.equal(await other(5), ANSWERED, 'whose old address nobody has');
  const THIRD = '00:00:5e:00:53:0a';
  house.write(
    'leases',
    lease(OTHER, '127.0.60.7') + lease(THIRD, '127.0.40.6') + lease(LAPTOP, '127.0.40.7'),
  );
  t.ok(
    await until(async () => (await casino(house, 'kids', 6)) === BLOCKED),
    'somebody else has its address',
  );
  t.equal(await casino(house, 'servers', 7), BLOCKED, 'and in another VLAN it has nothing of this one');
  await daemon.client.revoke({ who: told.entries[0]?.id ?? '' });
  house.write('leases', lease(OTHER, '127.0.40.9'));
  t.ok(await until(async () => (await other(7)) === ANSWERED), 'the leases were read');
  t.equal(await casino(house, 'kids', 9), BLOCKED, 'it has ended');
});

t.test('a neighbour whom nobody knows is looked for as soon as it asks', async (t) => {
  const house = await openHouse(t);
  let neighbours = '';
  house.configure({
    vlans: `vlans:
  kids:
    listen: ["127.0.40.1:${house.port}"]
    subnets: [127.0.40.0/24]
    policy: kids
    clients: [{ name: laptop, mac: ${LAPTOP}, policy: open }]`,
    policies: `policies:
  open: {}
  kids: { block: { rules: [casino.example] } }`,
    lists: '',
  });
  let looks = 0;
  const service = new Service(await parsePrepared(house.file, () => undefined), {
    log: { info: () => {}, warn: () => {}, error: () => {} },
    binder: ownBinder,
    udpIo: PLAIN_IO,
    readLinks: () => Promise.resolve([]),
    readNeighbours: () => {
      looks++;
      return Promise.resolve(toNeighbours(neighbours));
    },
  });
  t.teardown(() => service.stop());
  await service.start();
  neighbours = [
    `127.0.40.5 dev lo lladdr ${LAPTOP} REACHABLE`,
    `127.0.40.6 dev lo lladdr ${OTHER} REACHABLE`,
  ].join('\n');
  t.equal(await casino(house, 'kids', 5), BLOCKED, 'its first question, which tells of it');
  // It is looked every ten seconds anyway.
  t.ok(await until(async () => (await casino(house, 'kids', 5)) === ANSWERED, 7000), 'it is known');
  t.equal(looks, 2, 'one look at the start, and one for it');
  for (let tries = 0; tries < 50; tries++) await casino(house, 'kids', 6);
  t.equal(looks, 2, 'who is known to be no such device is not looked for');
});

t.test('that neighbours cannot be asked for is told where anybody depends on them', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const configure = (clients: string): void =>
    house.configure({
      vlans: `vlans:
  kids: { listen: ["127.0.40.1:${house.port}"], subnets: [127.0.40.0/24], policy: kids${clients} }`,
    });
  configure(`, clients: [{ name: laptop, mac: ${LAPTOP}, policy: open }]`);
  const service = new Service(await parsePrepared(house.file, () => undefined), {
    log: { info: () => {}, warn: () => {}, error: () => {} },
    binder: ownBinder,
    udpIo: PLAIN_IO,
    readLinks: () => Promise.resolve([]),
    readNeighbours: () => Promise.reject(new Error('there is no ip')),
  });
  t.teardown(() => service.stop());
  await service.start();
  const vitals = new Vitals({ lostLines: 0, waitingOctets: 0 }, () => ({ state: 'off', starts: 0 }));
  t.teardown(() => vitals.close());
  t.match(await readStatus(service, vitals), {
    neighbours: { fault: 'there is no ip' },
    warnings: ['the neighbours cannot be asked for: there is no ip; leases alone tell who has which address'],
  });
  configure(`, clients: [{ name: laptop, address: 127.0.40.5, policy: open }]`);
  await service.reload();
  t.match(await readStatus(service, vitals), { neighbours: { fault: undefined }, warnings: [] });
});

t.test('while a file is gone or cut, what was read holds; a warning tells of it', async (t) => {
  const { house, daemon } = await houseWithLaptop(t, lease(LAPTOP, '127.0.40.5'));
  const file = join(house.folder, 'leases');
  writeFileSync(file, `${lease(OTHER, '127.0.40.6')}4102444800 ${LAPTOP} 127.0`);
  t.match(await daemon.logged('leases_fault'), { fault: /midst of a lease; the 1 leases .* hold/ });
  t.equal(await casino(house, 'kids', 5), ANSWERED);
  renameSync(file, `${file}.old`);
  t.match(await daemon.logged('leases_fault', 2), { fault: /no such file; the 1 leases .* hold/ });
  const told = await daemon.status();
  t.match(told.leases, [{ file, leases: 1, fault: /no such file; the 1 leases .* hold/, failures: 2 }]);
  t.match(told.warnings, [/^leases of .*leases: it cannot be read: there is no such file; the 1 leases/]);
  t.match((await house.run(['status'])).stdout, /lease files\n.*\n +\S*leases +1 +2\S* +faulty +2\n/);
  t.equal(await casino(house, 'kids', 5), ANSWERED);
  writeFileSync(file, lease(OTHER, '127.0.40.5'));
  t.match(await daemon.logged('leases_good'), { leases: 1 });
  t.ok(await until(async () => (await casino(house, 'kids', 5)) === BLOCKED), 'it is whole again');
  const good = await daemon.status();
  t.match(good, { leases: [{ leases: 1, fault: undefined, failures: 2 }], warnings: [] });
  rmSync(`${file}.old`);
  t.strictSame(daemon.events('bug'), []);
});

t.test('what ends is gone, and a reload brings what it names', async (t) => {
  const { house, daemon } = await houseWithLaptop(t, lease(LAPTOP, '127.0.40.5'));
  t.equal(await casino(house, 'kids', 5), ANSWERED);
  const soon = Math.ceil(Date.now() / 1000) + 3;
  house.write('leases', `${soon} ${LAPTOP} 127.0.40.5 * *\n`);
  t.ok(await until(async () => (await casino(house, 'kids', 5)) === BLOCKED), 'the lease has ended');
  t.ok(Date.now() >= soon * 1000, 'not before its end');
  house.write(
    'kea.csv',
    `address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n`,
  );
  appendFileSync(join(house.folder, 'kea.csv'), `127.0.40.8,${OTHER},,3600,4102444800,1,0,0,,0\n`);
  house.configure({
    vlans: `vlans:
  kids:
    listen: ["127.0.40.1:${house.port}"]
    subnets: [127.0.40.0/24]
    policy: kids
    clients: [{ mac: 0000.5E00.5306, policy: open }, { address: 127.0.40.9, mac: 00-00-5e-00-53-09, policy: open }]
  servers: { listen: ["127.0.60.1:${house.port}"], subnets: [127.0.60.0/24], policy: open }`,
    leases: 'leases: [leases, { file: kea.csv, format: kea }]',
  });
  t.match(await daemon.reload(), { reloaded: true });
  t.equal(await casino(house, 'kids', 8), ANSWERED, 'from the first query after the reload on');
  t.equal(await casino(house, 'kids', 9), ANSWERED, 'by its address');
});

t.test(
  'names of leases are told to the clients of their VLAN, and to another where that is configured',
  async (t) => {
    const house = await openHouse(t);
    const configure = (showTo: string): void =>
      house.configure({
        vlans: `vlans:
  kids:
    listen: ["127.0.40.1:${house.port}"]
    subnets: [127.0.40.0/24]
    policy: kids
    clients: [{ name: Home Laptop, mac: ${LAPTOP}, policy: open }]
    local_names: { zone: kids.home.arpa, show_to: [${showTo}] }
  servers: { listen: ["127.0.60.1:${house.port}"], subnets: [127.0.60.0/24], policy: open, local_names: servers.home.arpa }`,
        leases: 'leases: [leases]',
      });
    house.write(
      'leases',
      lease(OTHER, '127.0.40.6', 'TV') +
        lease(LAPTOP, '127.0.40.5', 'x') +
        lease('00:00:5e:00:53:07', '127.0.40.7', 'tv') +
        lease('00:00:5e:00:53:08', '127.0.40.8', 'wpad') +
        lease('00:00:5e:00:53:09', '127.0.60.9', 'nas'),
    );
    configure('');
    const daemon = await house.serve();
    for (const [vlan, name, answer] of [
      ['kids', 'tv.kids.home.arpa', 'NOERROR 127.0.40.6'],
      ['kids', 'home-laptop.kids.home.arpa', 'NOERROR 127.0.40.5'],
      ['kids', 'x.kids.home.arpa', 'NXDOMAIN'],
      ['kids', 'wpad.kids.home.arpa', 'NXDOMAIN'],
      ['kids', 'nas.servers.home.arpa', 'NXDOMAIN'],
      ['servers', 'nas.servers.home.arpa', 'NOERROR 127.0.60.9'],
      ['servers', 'tv.kids.home.arpa', 'NXDOMAIN'],
    ] as const)
      t.equal(await ask(house[vlan], name), answer, `${name} for ${vlan}`);
    const pointer = '6.40.0.127.in-addr.arpa';
    t.equal(await ask(house.kids, pointer, 'PTR'), 'NOERROR', 'the name of the address');
    t.equal(await ask(house.servers, pointer, 'PTR'), 'NXDOMAIN', 'which is none of another VLAN');
    house.write('leases', lease(OTHER, '127.0.40.16', '*') + lease('00:00:5e:00:53:07', '127.0.40.7', 'tv'));
    t.ok(
      await until(async () => (await ask(house.kids, 'tv.kids.home.arpa')) === 'NOERROR 127.0.40.16'),
      'who had the name keeps it, although the server gives it to the later one',
    );
    configure('servers');
    t.match(await daemon.reload(), { reloaded: true });
    t.equal(await ask(house.servers, 'tv.kids.home.arpa'), 'NOERROR 127.0.40.16', 'as configured');
    t.match(
      (await daemon.client.clients('kids')).clients.find(({ address }) => address === '127.0.40.16'),
      { localName: 'tv.kids.home.arpa', policy: 'kids' },
    );
  },
);
