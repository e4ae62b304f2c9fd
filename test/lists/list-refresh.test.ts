// Lists from files and from a real HTTP server, as a service in this process keeps them; the host of a list by its name
// over TLS, as a process.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import type { Test } from 'tap';
import { ownBinder } from '../../src/listeners/sockets/binder.ts';
import { PLAIN_IO } from '../../src/listeners/udp/udp-io.ts';
import type { Log } from '../../src/log/log.ts';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { ListRefresh } from '../../src/lists/list-refresh.ts';
import type * as ServiceModule from '../../src/daemon/service.ts';
import { builtMain } from '../support/build.ts';
import { ask, openHouse, until } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { freePort } from '../support/free-port.ts';
import { records } from '../support/upstream-scripts.ts';

t.jobs = 4;

// The service as it was built, and children without this process's loader: each compilation starts ten times as fast.
process.execArgv = [];
const module = pathToFileURL(join(dirname(builtMain()), 'daemon/service.js')).href;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built from that very file
const { Service } = (await import(module)) as typeof ServiceModule;

const BLOCKED_BY_LIST = 'NXDOMAIN ede 15';
const ANSWERED = 'NOERROR 192.0.2.1';
const MANY = Array.from({ length: 100 }, (_, n) => `0.0.0.0 ads${n}.example\n`).join('');

/** A server of one list whose answer can be changed, and what it was asked. */
class ListServer {
  readonly asked: IncomingMessage['headers'][] = [];
  status = 200;
  body = MANY;
  etag = '"one"';
  type = 'text/plain';
  readonly answer: RequestListener = (request, response) => {
    this.asked.push(request.headers);
    const known = request.headers['if-none-match'] === this.etag && this.status === 200;
    response.writeHead(known ? 304 : this.status, { etag: this.etag, 'content-type': this.type });
    response.end(known ? undefined : this.body);
  };

  /** Serves another text from now on. */
  change(body: string, etag: string, type = 'text/plain'): void {
    this.body = body;
    this.etag = etag;
    this.type = type;
  }
}

async function listen(t: Test, server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Has every list fetched every so often, which a configuration takes from a minute on only. */
async function prepareFor(house: House, refreshMs: number) {
  const prepared = await parsePrepared(house.file, () => {});
  const lists = prepared.config.lists.map((list) => ({ ...list, refreshMs }));
  return { ...prepared, config: { ...prepared.config, lists } };
}

/** Starts a service in this process. */
async function openService(t: Test, house: House, refreshMs = 3_600_000) {
  const events: Record<string, unknown>[] = [];
  const note = (fields: Record<string, unknown>): void => void events.push(fields);
  const log: Log = { info: note, warn: note, error: note };
  const service = new Service(await prepareFor(house, refreshMs), {
    log,
    binder: ownBinder,
    udpIo: PLAIN_IO,
  });
  t.teardown(() => service.stop());
  await service.start();
  await service.updates.run();
  const logged = (event: string) => events.filter((fields) => fields['event'] === event);
  const stateOf = (list: string) =>
    service.refresh.statuses(service.config.lists, service.lists).find((source) => source.list === list)
      ?.state;
  return { service, logged, stateOf };
}

const twoVlans = (url: string): { policies: string; lists: string } => ({
  policies: `policies:
  open: { block: { lists: [far] }, when_lists_missing: allow }
  kids: { block: { lists: [ads, far] } }`,
  lists: `lists: { ads: ads.txt, far: "${url}" }`,
});

t.test(
  'a list that cannot be fetched at first refuses its own VLAN only, until the server is back',
  async (t) => {
    const house = await openHouse(t);
    const port = await freePort();
    house.configure({
      vlans: `vlans:
  kids: { listen: ["127.0.40.1:${house.port}"], subnets: [127.0.40.0/24], policy: kids }
  lenient: { listen: ["127.0.50.1:${house.port}"], subnets: [127.0.50.0/24], policy: lenient }
  servers: { listen: ["127.0.60.1:${house.port}"], subnets: [127.0.60.0/24], policy: open }`,
      policies: `policies:
  open: {}
  lenient: { block: { lists: [far] }, when_lists_missing: allow }
  kids: { block: { lists: [ads, far] } }`,
      lists: `lists: { ads: ads.txt, far: "http://127.0.0.1:${port}/far.txt" }`,
      expect: 'expect: [{ vlan: kids, name: ads1.example, is: blocked }]',
    });
    const lenient = { address: '127.0.50.1', port: house.port, source: '127.0.50.2' };
    const { logged, stateOf } = await openService(t, house, 1000);
    t.equal(await ask(house.kids, 'www.example'), 'SERVFAIL ede 14');
    t.equal(await ask(house.kids, 'ads.example'), BLOCKED_BY_LIST, 'what is known to be blocked is');
    t.equal(await ask(lenient, 'ads1.example'), ANSWERED);
    t.equal(await ask(house.servers, 'www.example'), ANSWERED);
    t.match(stateOf('far'), /not fetched: .*refuses the connection/);
    t.strictSame(logged('expectation_broken'), [], 'what cannot be told yet is not broken');
    const server = new ListServer();
    await listen(t, createServer(server.answer), port);
    t.ok(
      await until(async () => (await ask(house.kids, 'www.example')) === ANSWERED, 30_000),
      'it heals by itself',
    );
    t.equal(await ask(house.kids, 'ads1.example'), BLOCKED_BY_LIST);
    t.equal(await ask(lenient, 'ads1.example'), BLOCKED_BY_LIST);
    t.equal(stateOf('far'), 'ok');
  },
);

t.test('updates: fetched, unchanged, and held back where they would do harm', async (t) => {
  const house = await openHouse(t);
  const server = new ListServer();
  const port = await listen(t, createServer(server.answer));
  house.configure({
    ...twoVlans(`http://127.0.0.1:${port}/far.txt`),
    expect: 'expect: [{ vlan: kids, name: school.example, is: allowed }]',
  });
  const { service, logged, stateOf } = await openService(t, house);
  const update = () => service.updates.update([]);
  t.equal(await ask(house.kids, 'ads1.example'), BLOCKED_BY_LIST);
  t.equal(server.asked[0]?.['if-none-match'], undefined);

  await update();
  t.equal(server.asked[1]?.['if-none-match'], '"one"', 'asked with what is known');
  t.equal(stateOf('far'), 'ok', 'and unchanged');
  t.equal(logged('lists_updated').length, 1);

  for (const [what, body, type, reason] of [
    ['a web page', '<!doctype html><html>Log in</html>', 'text/html', /a web page, not a list/],
    ['most of it gone', '0.0.0.0 ads1.example\n', 'text/plain', /held back: shrank by 99 %/],
    ['mostly errors', `${MANY}${'!!! ??? \u0000\n-- --\n'.repeat(90)}`, 'text/plain', /held back: /],
    [
      'a broken expectation',
      `${MANY}0.0.0.0 school.example\n`,
      'text/plain',
      /held back: an expectation would break: .*vlandns\.yaml:\d+:\d+: error: .*school\.example is blocked .*far/,
    ],
  ] as const) {
    server.change(body, `"${what}"`, type);
    await update();
    t.match(stateOf('far'), reason, what);
    t.equal(await ask(house.kids, 'ads2.example'), BLOCKED_BY_LIST, `the last good one stays: ${what}`);
    t.equal(await ask(house.kids, 'school.example'), ANSWERED, what);
  }
  t.strictSame(
    readdirSync(join(house.folder, 'state/sources')).filter((name) => name.endsWith('.new')),
    [],
    'what was held back is not left lying about',
  );
  server.change(`${MANY}0.0.0.0 new.example\n`, '"good"');
  await update();
  t.equal(stateOf('far'), 'ok');
  t.equal(await ask(house.kids, 'new.example'), BLOCKED_BY_LIST);
  server.status = 500;
  await update();
  t.match(stateOf('far'), /not fetched: .*500/);
  t.equal(await ask(house.kids, 'new.example'), BLOCKED_BY_LIST);
});

t.test(
  'a disk that refuses compiled lists or copies is told, and the server is not asked over and over',
  async (t) => {
    const house = await openHouse(t);
    const server = new ListServer();
    const port = await listen(t, createServer(server.answer));
    house.configure(twoVlans(`http://127.0.0.1:${port}/far.txt`));
    const state = join(house.folder, 'state');
    server.status = 500;
    const { service, logged, stateOf } = await openService(t, house);
    const obstacles = Array.from({ length: 40 }, (_, n) =>
      join(state, `lists.trie.next-${process.pid}-${n}`),
    );
    for (const obstacle of obstacles) mkdirSync(join(obstacle, 'in-the-way'), { recursive: true });
    server.status = 200;
    await service.updates.update([]);
    t.match(stateOf('far'), /not used: the lists could not be compiled: .*lists\.trie/);
    t.ok(logged('compile_failed').length > 0);
    t.strictSame(service.refresh.due(service.config.lists), [], 'it waits before the next try');
    t.equal(server.asked.length, 2);

    for (const obstacle of obstacles) rmSync(obstacle, { recursive: true });
    const copy = service.refresh.fileOf(`http://127.0.0.1:${port}/far.txt`);
    mkdirSync(join(copy, 'in-the-way'), { recursive: true });
    await service.updates.update([]);
    t.match(stateOf('far'), /not kept on disk: /);
    t.equal(logged('list_not_kept').length, 1);
    rmSync(copy, { recursive: true });
    server.change(MANY, '"two"');
    await service.updates.update([]);
    t.equal(stateOf('far'), 'ok');
    t.equal(await ask(house.kids, 'ads1.example'), BLOCKED_BY_LIST);
  },
);

t.test('the clock rings when something is due, and not before', async (t) => {
  const house = await openHouse(t);
  const server = new ListServer();
  const port = await listen(t, createServer(server.answer));
  const urls = Array.from({ length: 12 }, (_, n) => `"http://127.0.0.1:${port}/${n}.txt"`);
  house.configure({ ...twoVlans('none'), lists: `lists: { ads: ads.txt, far: [${urls.join(', ')}] }` });
  const { lists } = (await prepareFor(house, 1500)).config;
  let rung = 0;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const refresh = new ListRefresh({
    folder: join(house.folder, 'copies'),
    log,
    lookup: () => {},
    onDue: () => rung++,
  });
  t.teardown(() => refresh.close());
  const update = async (): Promise<void> => {
    const due = refresh.due(lists);
    await refresh.fetch(due);
    await refresh.copies.accept(await refresh.gather(lists, due));
  };
  await refresh.open(lists);
  await update();
  for (let round = 1; round <= 3; round++) {
    refresh.schedule(lists);
    t.ok(await until(() => rung === round));
    const before = server.asked.length;
    await update();
    t.ok(server.asked.length > before, 'a list was fetched');
  }
});

t.test('a refused reload leaves no trace in what the interface VLANs know', async (t) => {
  const house = await openHouse(t);
  const port = await freePort();
  const vlans = (name: string): string => `vlans:
  here: { interface: ${name}, policy: kids }
  servers: { listen: ["127.0.60.1:${house.port}"], subnets: [127.0.60.0/24], policy: open }`;
  // Both VLANs read the loopback's prefixes; the second configuration gives VLAN here an interface with others.
  const other = Object.keys(networkInterfaces()).find((name) => !name.startsWith('lo'));
  const loopback = process.platform === 'linux' ? 'lo' : 'lo0';
  const server = `server: { state: state, port: ${port} }`;
  house.configure({ vlans: vlans(loopback), server });
  const { service } = await openService(t, house);
  const here = { address: '127.0.0.1', port, source: '127.0.0.1' };
  t.equal(await ask(here, 'ads.example'), BLOCKED_BY_LIST);
  if (other === undefined) t.pass('the reload is tried', { skip: 'this machine has one interface only' });
  house.configure({
    vlans: vlans(other ?? loopback),
    server,
    expect: 'expect: [{ vlan: servers, name: www.example, is: blocked }]',
  });
  await t.rejects(service.reload(), { name: 'Refused' });
  house.write('ads.txt', 'ads.example\nmore.example\n');
  await service.updates.run();
  t.equal(await ask(here, 'more.example'), BLOCKED_BY_LIST);
});

t.test('files are watched: lists and hosts take effect, and what is gone or harmful does not', async (t) => {
  const house = await openHouse(t);
  house.write('hosts', '192.0.2.50 printer.home.arpa\n');
  house.configure({
    hosts: 'hosts: [hosts]',
    expect: 'expect: [{ vlan: kids, name: school.example, is: allowed }]',
  });
  const daemon = await house.serve();
  t.equal(await ask(house.kids, 'printer.home.arpa'), 'NOERROR 192.0.2.50');
  house.write('hosts', '192.0.2.51 printer.home.arpa\n');
  house.write('ads.txt', 'ads.example\nmore.example\n');
  await daemon.logged('lists_updated');
  t.equal(await ask(house.kids, 'more.example'), BLOCKED_BY_LIST);
  t.ok(await until(async () => (await ask(house.kids, 'printer.home.arpa')) === 'NOERROR 192.0.2.51'));

  rmSync(join(house.folder, 'ads.txt'));
  t.match(await daemon.logged('list_not_read'), { reason: /ads\.txt cannot be read/ });
  t.equal(
    await ask(house.kids, 'more.example'),
    BLOCKED_BY_LIST,
    'a list that is gone for a moment still holds',
  );
  t.match((await daemon.status()).lists, [{ state: /ads\.txt cannot be read.*the last good copy is used/ }]);

  house.write('ads.txt', 'school.example\n');
  await daemon.logged('list_held');
  t.equal(await ask(house.kids, 'school.example'), ANSWERED, 'one that breaks an expectation does not');
  const { stdout } = await house.run(['status']);
  t.match(stdout, /held back: an expectation would break: .*school\.example is blocked .*list ads/);

  house.write('ads.txt', 'good.example\n');
  await daemon.logged('lists_updated', 2);
  t.match((await daemon.status()).lists, [{ state: 'ok', isHeld: false }]);
  t.equal(await ask(house.kids, 'good.example'), BLOCKED_BY_LIST);
  t.strictSame(daemon.events('bug'), []);
});

t.test('the host of a list is looked up at our upstreams, and no verdict stands in the way', async (t) => {
  const house = await openHouse(t);
  const certificate = makeCertificate(house.folder);
  if (certificate === undefined) {
    t.pass('it is tried', { skip: 'openssl is needed to make a certificate' });
    t.end();
    return;
  }
  const server = new ListServer();
  const port = await listen(t, createTlsServer(certificate, server.answer));
  house.book.set('lists.example.', records('@ 300 A 127.0.0.1')('lists.example.'));
  const kids = (rules: string): string =>
    `policies: { open: {}, kids: { block: { lists: [ads, far], rules: [${rules}] }, rebind_protection: true } }`;
  house.configure({
    policies: kids('lists.example'),
    lists: `lists: { ads: ads.txt, far: "https://lists.example:${port}/far.txt" }`,
  });
  const daemon = await house.serve({
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(house.folder, 'cert.pem') },
  });
  await daemon.logged('lists_updated');
  t.equal(await ask(house.kids, 'lists.example'), 'NXDOMAIN ede 16', 'clients may not ask for it');
  t.equal(await ask(house.kids, 'ads1.example'), BLOCKED_BY_LIST, 'and the list is there');
  t.ok(house.book.asked('lists.example.').length > 0);
  const { stdout } = await house.run(['explain', 'kids', 'ads1.example']);
  t.match(
    stdout,
    new RegExp(
      `\\* far: block ads1\\.example +\\(https://lists\\.example:${port}/far\\.txt:2: 0\\.0\\.0\\.0 ads1`,
    ),
  );
});

function makeCertificate(folder: string): { key: Buffer; cert: Buffer } | undefined {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=lists.example', '-addext', 'subjectAltName=DNS:lists.example'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  try {
    execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  } catch {
    return undefined; // not installed
  }
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
