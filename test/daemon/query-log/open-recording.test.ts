// Queries of a service that runs, recorded: over real sockets, with the names of clients, and over a reload.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { parsePrepared } from '../../../src/assembly/parse-prepared.ts';
import { Service } from '../../../src/daemon/service.ts';
import { ownBinder } from '../../../src/listeners/sockets/binder.ts';
import { PLAIN_IO } from '../../../src/listeners/udp/udp-io.ts';
import { RECORDER_SOCKET } from '../../../src/querylog/messages.ts';
import { freePort } from '../../support/free-port.ts';
import { ask, openHouse, until } from '../../support/house.ts';
import type { House, Sections } from '../../support/house.ts';
import { RecorderStand } from '../../support/recorder-stand.ts';

async function serve(
  t: Test,
  sections: Sections,
  prepare: (house: House) => void = () => undefined,
): Promise<{ house: House; service: Service; stand: RecorderStand }> {
  const house = await openHouse(t, { querylog: '', ...sections });
  prepare(house);
  const state = join(house.folder, 'state');
  mkdirSync(state);
  const stand = await RecorderStand.open(join(state, RECORDER_SOCKET));
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const service = new Service(await parsePrepared(house.file, () => undefined), {
    log: quiet,
    binder: ownBinder,
    udpIo: PLAIN_IO,
  });
  t.teardown(async () => {
    await service.stop();
    await service.lists.trie.lines.close();
    await stand.close();
  });
  await service.start();
  await service.updates.run();
  return { house, service, stand };
}

t.test('what clients ask is recorded with who asked, from where, and which server answered', async (t) => {
  const { house, service, stand } = await serve(t, {});
  t.equal(await ask(house.kids, 'x.casino.example'), 'NXDOMAIN ede 16');
  t.equal(await ask(house.kids, 'www.example'), 'NOERROR 192.0.2.1');
  t.equal(await ask(house.kids, 'www.example'), 'NOERROR 192.0.2.1');
  t.ok(await until(() => stand.records.length === 3), 'they were recorded');
  const usual = { client: '127.0.40.2', vlan: 'kids', policy: 'kids' };
  const [blocked, waited, cached] = stand.records;
  t.match(blocked, { ...usual, name: 'x.casino.example', step: 'BLOCKED', flags: ['BLOCKED'] });
  t.match(waited, {
    ...usual,
    name: 'www.example',
    step: 'PASSED',
    set: 'default',
    server: `udp://127.0.0.1:${house.upstreamPort}`,
  });
  t.ok((waited?.waitedUs ?? 0) > 0);
  t.match(cached, { ...usual, waitedUs: 0, server: undefined, flags: ['HIT'] });
  for (const record of stand.records) {
    t.ok(record.port > 0);
    t.ok(Math.abs(record.unixMs - Date.now()) < 60_000);
  }
  t.match(service.recording.figures, { records: 3, lost: 0, connected: true });
});

t.test('how clients are called is told, unless their queries are not', async (t) => {
  const leases = { leases: 'leases: [{ file: leases, format: dnsmasq }]' };
  const { stand } = await serve(t, leases, (house) =>
    house.write('leases', `${Math.floor(Date.now() / 1000) + 3600} 00:00:5e:00:53:01 127.0.40.2 tablet *\n`),
  );
  t.ok(await until(() => (stand.readers[0]?.clients.length ?? 0) > 0), 'it was told');
  t.strictSame(stand.readers[0]?.clients, [
    { vlan: 'kids', address: '127.0.40.2', name: 'tablet', mac: '00:00:5e:00:53:01' },
  ]);
});

t.test('a reload is another state, and its settings are told', async (t) => {
  const { house, service, stand } = await serve(t, {});
  await ask(house.kids, 'x.casino.example');
  t.ok(await until(() => stand.records.length === 1), 'before it');
  const settings = stand.readers[0]?.settings.length ?? 0;
  house.configure({
    policies: `policies:
  another: {}
  open: {}
  kids: { block: { lists: [ads], rules: [casino.example] } }`,
    vlans: `vlans:
  kids: { listen: ["127.0.40.1:${house.port}"], subnets: [127.0.40.0/24], policy: kids }
  servers: { listen: ["127.0.60.1:${house.port}"], subnets: [127.0.60.0/24], policy: open, clients: [{ address: 127.0.60.9, policy: another }] }`,
  });
  await service.reload();
  await ask(house.kids, 'x.casino.example');
  t.ok(await until(() => stand.records.length === 2), 'after it');
  t.match(stand.records, [{ policy: 'kids' }, { policy: 'kids', reason: { rule: 'casino.example' } }]);
  const epochs = stand.batches.map(({ epoch }) => epoch);
  t.ok((epochs[1] ?? 0) > (epochs[0] ?? 0));
  t.ok((stand.readers[0]?.settings.length ?? 0) > settings);
});

t.test(
  'where the page is served and nothing is logged, the recorder is told of it and of no query',
  async (t) => {
    const off = 'querylog: { mode: off }';
    const port = await freePort('127.0.0.1');
    const page = `web: { listen: "127.0.0.1:${port}" }`;
    const { house, service, stand } = await serve(t, { querylog: off, web: page });
    const wanted: boolean[] = [];
    service.recording.watch((isWanted) => void wanted.push(isWanted));
    t.ok(await until(() => stand.readers[0]?.settings.length === 1), 'it was told');
    t.match(stand.readers[0]?.settings, [
      {
        hasLog: false,
        web: {
          listen: [{ address: '127.0.0.1', port }],
          users: [],
          tokens: [],
          control: house.socket,
          configuration: house.file,
        },
      },
    ]);
    t.equal(await ask(house.kids, 'x.casino.example'), 'NXDOMAIN ede 16');
    t.match(service.recording.figures, { records: 0, connected: true });

    house.configure({ web: '' });
    await service.reload();
    t.notOk(wanted.at(-1), 'without it nobody is needed');
    t.ok(await until(() => !service.recording.figures.connected), 'and the way is closed');
    house.configure();
    await service.reload();
    t.ok(wanted.at(-1));
    t.ok(await until(() => stand.readers.at(-1)?.settings.at(-1)?.web !== undefined), 'it is told anew');
    t.strictSame(stand.records, []);
  },
);
