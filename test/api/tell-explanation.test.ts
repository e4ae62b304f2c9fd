// A daemon that runs, asked for others: who is told what of which VLAN, who is put down for a change, and that no secret is told.
import t from 'tap';
import type { Test } from 'tap';
import { hashPassword } from '../../src/access/password.ts';
import type { Asker } from '../../src/access/role.ts';
import { DaemonClient } from '../../src/api/client.ts';
import type { ExplainRequest } from '../../src/api/routes.ts';
import { freePort } from '../support/free-port.ts';
import { openHouse, WITHOUT_LISTS } from '../support/house.ts';
import type { House } from '../support/house.ts';

const OF_KIDS: Asker = { role: 'parent', vlans: ['kids'], user: 'anna' };

const LEASES = [
  '4102444800 00:00:5e:00:53:01 127.0.40.2 tablet *',
  '4102444800 00:00:5e:00:53:02 127.0.60.2 nas *',
  '',
].join('\n');

async function serving(
  t: Test,
  more: Record<string, string> = {},
): Promise<{ house: House; daemon: DaemonClient }> {
  const house = await openHouse(t, { ...WITHOUT_LISTS, ...more });
  house.write('leases', LEASES);
  house.configure();
  await house.serve();
  return { house, daemon: new DaemonClient(house.socket) };
}

t.test('a decision is explained as the running service would make it', async (t) => {
  const { daemon } = await serving(t, { leases: 'leases: [{ file: leases, format: dnsmasq }]' });
  const blocked = await daemon.explain({ who: 'kids', name: 'x.casino.example' });
  t.match(blocked, {
    verdict: 'blocked',
    vlan: 'kids',
    policy: 'kids',
    matches: [{ name: 'casino.example', used: true }],
  });
  t.equal(blocked.matches[0]?.text, undefined, 'whole files are not read for it');
  const asked = await daemon.explain({ who: '127.0.40.2', name: 'www.example' });
  t.match(asked, { verdict: 'allowed', upstream: 'default', answer: { rcode: 'NOERROR' } });
  await daemon.pause({ who: 'kids', end: '10m' });
  const paused = await daemon.explain({ who: 'kids', name: 'x.casino.example' });
  t.match(paused, { verdict: 'allowed', holdsNow: [/pause/] }, 'what was changed at the desk counts');
  const later = new Date(Date.now() + 3_600_000);
  for (const at of [later.toISOString(), '2999-12-24T22:00'])
    t.match(await daemon.explain({ who: 'kids', name: 'x.casino.example', at }), { verdict: 'blocked' }, at);

  const refused: readonly (readonly [request: ExplainRequest, code: string, message: RegExp])[] = [
    [
      { who: 'kids', name: 'https://casino.example/x' },
      'bad_request',
      /is a URL, not a name; write casino\.example/,
    ],
    [{ who: 'kids', name: 'a..example' }, 'bad_request', /./],
    [{ who: 'kids', name: 'x.example', at: 'tomorrow' }, 'bad_request', /"tomorrow" is not a moment/],
    [{ who: 'kid', name: 'x.example' }, 'unknown', /there is no VLAN "kid"; there are kids, servers/],
    [{ who: '192.0.2.1', name: 'x.example' }, 'unknown', /in the subnets of no VLAN/],
  ];
  for (const [request, code, message] of refused) await t.rejects(daemon.explain(request), { code, message });
});

t.test('somebody who is for one VLAN is told nothing of another', async (t) => {
  const { daemon } = await serving(t, { leases: 'leases: [{ file: leases, format: dnsmasq }]' });
  for (const role of ['parent', 'viewer'] as const) {
    const own = daemon.as({ ...OF_KIDS, role });
    t.strictSame(
      (await own.status()).vlans.map(({ name }) => name),
      ['kids'],
    );
    const { clients } = await own.clients();
    t.strictSame(
      clients.map(({ address }) => address),
      ['127.0.40.2'],
    );
    await t.rejects(own.clients('servers'), { code: 'forbidden', message: /you are for VLAN kids/ });
    t.match(await own.explain({ who: 'kids', name: 'x.casino.example' }), { verdict: 'blocked' });
    for (const who of ['servers', '127.0.60.2'])
      await t.rejects(own.explain({ who, name: 'x.example' }), { code: 'forbidden' }, who);
    const hidden: unknown = await own
      .explain({ who: 'nobody', name: 'x.example' })
      .catch((error: unknown) => error);
    t.match(hidden, { code: 'unknown' });
    t.notMatch(String(hidden), /servers|nas/, 'not even its name');
    await t.rejects(own.configuration(), { code: 'forbidden' });
    await t.rejects(own.reload(), { code: 'forbidden' });
  }
  t.strictSame(
    (await daemon.clients()).clients
      .map(({ address }) => address)
      .toSorted((a = '', b = '') => a.localeCompare(b)),
    ['127.0.40.2', '127.0.60.2'],
  );
});

t.test('a change is put down to the user who is known, whatever the request says', async (t) => {
  const { daemon } = await serving(t);
  const own = daemon.as(OF_KIDS);
  const { entries } = await own.grant({
    who: 'kids',
    what: 'casino.example',
    end: '45m',
    user: 'root',
    reason: 'homework',
  });
  t.match(entries, [{ by: 'parent', user: 'anna', reason: 'homework' }]);
  await t.rejects(own.grant({ who: 'servers', what: 'casino.example', end: '45m' }), { code: 'forbidden' });
  await daemon.pause({ who: 'servers', end: '10m' });
  await t.rejects(
    own.resume({ who: 'servers' }),
    { code: 'forbidden' },
    'nor ends it what others began elsewhere',
  );
  await t.rejects(own.as({ role: 'viewer', vlans: [] }).revoke({ who: entries[0]?.id ?? '' }), {
    code: 'forbidden',
  });
  t.match(
    await daemon
      .as({ role: 'admin', vlans: [], user: 'ben' })
      .deny({ who: 'kids', what: 'x.example', end: '1h' }),
    {
      entries: [{ by: 'admin', user: 'ben' }],
    },
  );
});

t.test('the configuration is told as it was when it took effect, without its secrets', async (t) => {
  const hash = await hashPassword('correct horse');
  const { house, daemon } = await serving(t, {
    web: `web: { listen: "127.0.0.1:${await freePort('127.0.0.1')}", users: [{ name: anna, password: "${hash}", role: admin }] }`,
  });
  const { file, text } = await daemon.configuration();
  t.equal(file, house.file);
  t.match(text, 'kids: { block: { rules: [casino.example] } }');
  t.match(text, 'name: anna, password: (hidden), role: admin');
  t.notMatch(text, hash.slice(-20));
  house.configure({ ...WITHOUT_LISTS, web: '', expect: '# another\n' });
  t.equal((await daemon.configuration()).text, text, 'not as it is on disk');
  t.match(await daemon.reload(), { reloaded: true });
  t.match((await daemon.configuration()).text, '# another');
});
