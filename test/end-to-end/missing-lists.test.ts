/** Lists that are not there at the very first start: the trouble of the VLANs that use them, and of no other. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { request } from 'node:http';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ask, openHouse, until } from '../support/house.ts';
import type { House } from '../support/house.ts';

t.setTimeout(300_000);

const ANSWERED = 'NOERROR 192.0.2.1';
const NOT_READY = 'SERVFAIL ede 14';

/** The values of the metrics, by series. */
async function metricsOf(house: House): Promise<Map<string, string>> {
  const [response]: [NodeJS.ReadableStream] = await new Promise((resolve, reject) => {
    request({ socketPath: house.socket, path: '/metrics' }, (came) => resolve([came]))
      .on('error', reject)
      .end();
  });
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return new Map(
    text.split('\n').map((line) => [line.replace(/ \S+$/, ''), line.replace(/^.* /, '')] as const),
  );
}

t.test('a first start without a list serves the others, and everybody is told', async (t) => {
  const house = await openHouse(t);
  rmSync(join(house.folder, 'ads.txt'));
  house.configure({
    lists: 'lists: { ads: ads.txt, far: "http://127.0.0.1:1/far.txt" }',
    policies: 'policies: { open: {}, kids: { block: { lists: [ads, far], rules: [casino.example] } } }',
  });
  t.match(await house.run(['check', '--rcd']), {
    status: 0,
    stderr: /warning: .*file not found: .*ads\.txt/,
  });
  const daemon = await house.serve();
  t.equal(await ask(house.servers, 'www.example'), ANSWERED, 'the VLAN that is not filtered');
  t.equal(await ask(house.kids, 'www.example'), NOT_READY);
  t.match(await daemon.logged('vlan_bound'), {
    vlan: 'kids',
    msg: /^VLAN kids answers SERVFAIL: .*never read were lists ads .*there is no such file.*, far/,
  });
  await until(async () => (await daemon.status()).lists.every(({ hasFailed }) => hasFailed));
  const told = await daemon.status();
  t.match(told.vlans, [
    {
      name: 'kids',
      state: 'refusing',
      problem: /127\.0\.0\.1:1 refuses the connection.*`vlandns lists update far`.*when_lists_missing: allow/,
      missingLists: [{ list: 'ads' }, { list: 'far' }],
    },
    { name: 'servers', state: 'serving', problem: undefined, missingLists: [] },
  ]);
  t.match(await house.run(['status']), { status: 0, stdout: /kids +refusing[^]*servers +serving/ });
  const metrics = await metricsOf(house);
  t.equal(metrics.get('vlandns_vlan_up{vlan="kids"}'), '0');
  t.equal(metrics.get('vlandns_vlan_up{vlan="servers"}'), '1');
  t.equal(metrics.get('vlandns_vlan_missing_lists{vlan="kids"}'), '2');
  t.match(await house.run(['reload']), {
    status: 0,
    stdout: /VLAN kids answers SERVFAIL: [^]*\nreloaded\n$/,
  });
  t.match(await house.run(['explain', 'kids', 'www.example']), { status: 0, stdout: /is NOT DECIDED/ });

  house.write('ads.txt', 'ads.example\n');
  house.configure({
    policies: 'policies: { open: {}, kids: { block: { lists: [ads], rules: [casino.example] } } }',
  });
  t.match(await house.run(['reload']), { status: 0, stdout: 'reloaded\n' });
  t.equal(await ask(house.kids, 'www.example'), ANSWERED);
  t.match((await daemon.status()).vlans, [{ state: 'serving' }, { state: 'serving' }]);
  t.match(await daemon.logged('vlan_healed'), { vlan: 'kids', msg: 'VLAN kids is served' });
});

t.test('a VLAN with one address held is served in part, by all who tell', async (t) => {
  const house = await openHouse(t);
  const holder = createSocket('udp4').bind(house.port, '127.0.60.9');
  await once(holder, 'listening');
  house.configure({
    vlans: `vlans:
  kids: { listen: ["127.0.40.1:${house.port}"], subnets: [127.0.40.0/24], policy: kids }
  servers: { listen: ["127.0.60.1:${house.port}", "127.0.60.9:${house.port}"], subnets: [127.0.60.0/24], policy: open }`,
  });
  const daemon = await house.serve();
  t.match(await daemon.logged('vlan_in_part'), {
    vlan: 'servers',
    unbound: [`127.0.60.9 port ${house.port}`],
    msg: /^VLAN servers is served in part: 127\.0\.60\.9 port \d+\/udp is in use/,
  });
  t.match((await daemon.status()).vlans, [
    { state: 'serving', unbound: [] },
    { state: 'in part', unbound: [{ address: '127.0.60.9', code: 'EADDRINUSE' }] },
  ]);
  t.match(await house.run(['status']), {
    stdout: new RegExp(`servers: not bound: 1 of 2 addresses: 127\\.0\\.60\\.9#${house.port}\n`),
  });
  const metrics = await metricsOf(house);
  t.equal(metrics.get('vlandns_vlan_up{vlan="servers"}'), '0');
  t.equal(metrics.get('vlandns_vlan_unbound_addresses{vlan="servers"}'), '1');
  t.equal(await ask(house.servers, 'www.example'), ANSWERED);
  holder.close();
  t.match(await daemon.logged('vlan_healed'), { vlan: 'servers' });
});

t.test('explain has the daemon ask, and names what a name is blocked for', async (t) => {
  const house = await openHouse(t);
  await house.serve();
  const { status, stdout } = await house.run(['explain', 'servers', 'www.example']);
  t.equal(status, 0);
  t.match(stdout, /is ALLOWED for VLAN servers[^]*\nanswer: {3}from the upstream: NOERROR, A 192\.0\.2\.1\n/);
  t.match(await house.run(['explain', 'servers', 'www.example']), {
    stdout: /\nanswer: {3}from the cache: /,
  });
  t.match(await house.run(['explain', 'kids', 'https://www.example/']), {
    status: 2,
    stderr: /write www\.example\n/,
  });
});
