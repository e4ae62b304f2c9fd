// vlandns clients, and what explain tells of a client that is known by a lease.
import t from 'tap';
import { openHouse } from '../../support/house.ts';

const LAPTOP = '00:00:5e:00:53:05';

t.test('clients tells who has which address, MAC, name and policy, and how that is known', async (t) => {
  const house = await openHouse(t);
  const { port } = house;
  house.write(
    'leases',
    `4102444800 ${LAPTOP} 127.0.40.5 my-laptop *
4102444800 02:00:5e:00:53:06 127.0.40.6 \u001b[31mred *
4102444800 00:00:5e:00:53:07 127.0.60.7 tv *
4102444800 00:00:5e:00:53:08 192.0.2.8 elsewhere *
nonsense
`,
  );
  house.configure({
    vlans: `vlans:
  kids:
    listen: ["127.0.40.1:${port}"]
    subnets: [127.0.40.0/24]
    policy: kids
    clients:
      - { name: laptop, mac: ${LAPTOP}, policy: open }
      - { name: phone, mac: 00:00:5e:00:53:09, policy: open }
      - { name: desk, address: 127.0.40.20, policy: open }
  servers: { listen: ["127.0.60.1:${port}"], subnets: [127.0.60.0/24], policy: open }`,
    leases: 'leases: [leases]',
  });
  const notRunning = await house.run(['explain', 'laptop', 'casino.example']);
  t.match(notRunning.stdout, /casino\.example is ALLOWED by its name for VLAN kids, policy open/);
  t.match(
    notRunning.stdout,
    /policy: {3}127\.0\.40\.5 is client laptop \(00:00:5e:00:53:05\) of VLAN kids, which has policy open/,
    'without a daemon too',
  );
  const daemon = await house.serve();
  const { stdout } = await house.run(['clients', 'kids']);
  const rows = stdout
    .split('\n')
    .map((line) => line.replaceAll(/ {2,}/g, ' | ').replaceAll(house.folder, ''));
  t.strictSame(rows.slice(0, 5), [
    'VLAN | ADDRESS | MAC | NAME | POLICY | KNOWN BY',
    'kids | 127.0.40.5 | 00:00:5e:00:53:05 | laptop "my-laptop" | open | lease in /leases',
    'kids | 127.0.40.6 | 02:00:5e:00:53:06 (private) | "\\\\u001b[31mred" | kids | lease in /leases',
    'kids | 127.0.40.20 | - | desk | open | configuration',
    'kids | - | 00:00:5e:00:53:09 | phone | open | not seen: no lease and no neighbour has its MAC',
  ]);
  t.match(
    rows[5],
    /^leases of \/leases: \/leases:5 is left out: it is not EXPIRES MAC ADDRESS NAME CLIENT-ID/,
  );
  const all = await daemon.client.clients();
  t.match(
    all.clients.find(({ vlan }) => vlan === 'servers'),
    {
      address: '127.0.60.7',
      says: 'tv',
      policy: 'open',
      neighbour: false,
      until: '2100-01-01T00:00:00.000Z',
    },
  );
  t.match(all.leases, [{ leases: 4, failures: 1 }]);
  const wrong = await house.run(['clients', 'kidz']);
  t.equal(wrong.status, 1);
  t.match(wrong.stderr, /there is no VLAN "kidz"; there are kids, servers/);
  t.equal((await house.run(['clients', 'a', 'b'])).status, 2);
  for (const who of ['laptop', LAPTOP, '127.0.40.5']) {
    const told = await house.run(['explain', who, 'casino.example']);
    t.match(told.stdout, /is client laptop \(00:00:5e:00:53:05\) of VLAN kids, which has policy open\n/, who);
    t.match(
      told.stdout,
      /client: {3}has MAC 00:00:5e:00:53:05, calls itself "my-laptop" \(lease in .*leases\)\n/,
    );
  }
  const phone = await house.run(['explain', 'phone', 'casino.example']);
  t.match(phone.stdout, /no lease or neighbour of VLAN kids tells which address phone .* policy kids holds/);
  t.match(phone.stdout, /casino\.example is BLOCKED for VLAN kids, policy kids/);
});

t.test('clients tells how many names are not given', async (t) => {
  const house = await openHouse(t);
  const { port } = house;
  house.write(
    'leases',
    `4102444800 00:00:5e:00:53:05 127.0.40.5 tv *
4102444800 00:00:5e:00:53:06 127.0.40.6 tv *
4102444800 00:00:5e:00:53:07 127.0.40.7 \u001b[31mred *
4102444800 00:00:5e:00:53:08 127.0.40.8 localhost *
`,
  );
  house.configure({
    vlans: `vlans:
  kids:
    listen: ["127.0.40.1:${port}"]
    subnets: [127.0.40.0/24]
    policy: kids
    local_names: kids.home.arpa
  servers: { listen: ["127.0.60.1:${port}"], subnets: [127.0.60.0/24], policy: open }`,
    leases: 'leases: [leases]',
  });
  const daemon = await house.serve();
  t.strictSame((await daemon.client.clients()).withheld, [{ vlan: 'kids', unfit: 2, taken: 1 }]);
  t.match(
    (await house.run(['clients'])).stdout,
    /\nlocal names that clients of VLAN kids ask for and are not given: 2 are not fit for a host, 1 are another's\n$/,
  );
  t.strictSame((await daemon.client.clients('servers')).withheld, [], 'of no other VLAN');
});
