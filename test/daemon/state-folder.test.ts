// A state folder on a disk that can only be read: what is there is served, and it is said.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { builtMain } from '../support/build.ts';
import { ask, Daemon, openHouse, until, WITHOUT_LISTS } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { asRoot, askInside, openRootHouse, serveInside } from '../support/root-house.ts';

const REMOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"';

/** Starts the daemon with its state mounted to be read only. */
async function serveReadOnly(
  house: House,
  kill: (work: () => Promise<unknown>) => void,
  net = '',
): Promise<Daemon> {
  const program = [process.execPath, builtMain(), 'serve', '-c', house.file];
  const command = `${REMOUNT} ${net} && exec "$@"`;
  const args = [
    '-m',
    ...(net === '' ? [] : ['-n']),
    'sh',
    '-c',
    command,
    join(house.folder, 'state'),
    ...program,
  ];
  const child = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'], env: process.env });
  const daemon = new Daemon(child, house.socket);
  kill(() => daemon.kill());
  await daemon.logged('ready');
  return daemon;
}

function metricsOf(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path: '/metrics' }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
    });
    asking.on('error', reject).end();
  });
}

t.test('a start on a disk that can only be read serves what lies there, and says so', asRoot, async (t) => {
  const house = await openHouse(t);
  const first = await house.serve();
  t.match(await metricsOf(house.socket), /^vlandns_state_writable 1$/m);
  await first.stop();
  const daemon = await serveReadOnly(house, (work) => t.teardown(work));
  t.match(await ask(house.kids, 'ads.example'), /NXDOMAIN/, 'the lists are in effect');
  t.match(daemon.events('state_read_only'), [
    { level: 'error', folder: join(house.folder, 'state'), reason: /EROFS/ },
  ]);
  const status = await daemon.status();
  t.match(status.state, { isWritable: false, fault: /EROFS/ });
  t.match(status.warnings, [/nothing can be kept in .*state .*lists are not refreshed/]);
  t.match(await metricsOf(house.socket), /^vlandns_state_writable 0$/m);
  house.configure({
    policies: 'policies: { open: {}, kids: { block: { lists: [ads], rules: [new.example] } } }',
  });
  t.match(await daemon.reload(), { reloaded: true }, 'the rules of the house can be changed');
  t.match(await ask(house.kids, 'new.example'), /NXDOMAIN/);
  t.strictSame(daemon.events('bug'), []);
});

t.test('a start on such a disk is not refused where nothing was ever kept', asRoot, async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  house.configure();
  mkdirSync(join(house.folder, 'state'));
  const daemon = await serveReadOnly(house, (work) => t.teardown(work));
  t.match(await ask(house.kids, 'casino.example'), /NXDOMAIN/, 'the rules of the house are in effect');
  t.match((await daemon.status()).state, { isWritable: false, fault: /EROFS/ });
});

t.test('a worker that dies then comes back', asRoot, async (t) => {
  const house = await openRootHouse(t);
  const first = await serveInside(t, house);
  await first.stop();
  const net = '&& mount -t sysfs sysfs /sys && ip link set lo up';
  const daemon = await serveReadOnly(house, (work) => t.teardown(work), net);
  t.equal(askInside(daemon.pid, '127.0.40.1', 'ads.example'), 'NXDOMAIN ede 15');
  process.kill((await daemon.status()).pid, 'SIGKILL');
  await daemon.logged('ready', 2);
  t.ok(await until(() => askInside(daemon.pid, '127.0.40.1', 'ads.example') === 'NXDOMAIN ede 15'));
  t.match((await daemon.status()).state, { isWritable: false });
});
