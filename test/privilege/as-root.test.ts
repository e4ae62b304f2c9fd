// The whole as root, in a network namespace of its own: who runs as whom, what a worker may do, and who follows whom.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { builtMain } from '../support/build.ts';
import { until } from '../support/house.ts';
import {
  askInside,
  inside,
  isAlive,
  asRoot,
  openRootHouse,
  rootSections,
  serveInside,
  statusOf,
  uidOf,
} from '../support/root-house.ts';
import { unprivileged } from '../support/unprivileged.ts';

t.jobs = 2;

/** Whether another program could bind port 53 of an address, for UDP and TCP. */
function canBind(pid: number, address: string): boolean {
  const program = `require('dgram').createSocket('udp4').on('error', () => process.exit(1)).bind(53, '${address}', () =>
    require('net').createServer().on('error', () => process.exit(1)).listen(53, '${address}', () => process.exit(0)))`;
  try {
    inside(pid, [process.execPath, '-e', program]);
    return true;
  } catch {
    return false;
  }
}

t.test(
  'as root: the worker answers on port 53 as an unprivileged user, and is replaced when it dies',
  asRoot,
  async (t) => {
    const house = await openRootHouse(t);
    const daemon = await serveInside(t, house);
    const nobody = unprivileged();
    const first = (await daemon.status()).pid;
    t.not(first, daemon.pid);
    t.equal(uidOf(first), String(nobody?.uid));
    t.equal(uidOf(daemon.pid), '0');
    t.equal(lstatSync(join(house.folder, 'state/lists.trie')).uid, nobody?.uid);
    t.equal(lstatSync(house.socket).mode & 0o777, 0o660);
    t.equal(askInside(daemon.pid, '127.0.40.1', 'ads.example'), 'NXDOMAIN ede 15');
    t.equal(askInside(daemon.pid, '127.0.40.1', 'nas.example'), 'NOERROR 192.0.2.10');

    rootSections(house, {
      policies: 'policies: { open: {}, kids: { block: { lists: [ads], rules: [nas2.example] } } }',
    });
    t.match(await daemon.reload(), { reloaded: true });
    t.equal(askInside(daemon.pid, '127.0.40.1', 'nas2.example'), 'NXDOMAIN ede 16');

    // An address that comes after root was dropped is bound all the same.
    inside(daemon.pid, ['ip', 'link', 'add', 'late0', 'type', 'veth', 'peer', 'name', 'other0']);
    inside(daemon.pid, ['ip', 'addr', 'add', '192.0.2.77/24', 'dev', 'late0']);
    for (const link of ['late0', 'other0']) inside(daemon.pid, ['ip', 'link', 'set', link, 'up']);
    await daemon.logged('vlan_healed');
    t.equal(askInside(daemon.pid, '192.0.2.77', 'nas.example'), 'NOERROR 192.0.2.10');

    process.kill(first, 'SIGKILL');
    await daemon.logged('ready', 2);
    const second = (await daemon.status()).pid;
    t.not(second, first);
    t.equal(uidOf(second), String(nobody?.uid));
    t.equal(askInside(daemon.pid, '127.0.40.1', 'nas2.example'), 'NXDOMAIN ede 16');
    t.match(daemon.events('worker_died'), [{ msg: /SIGKILL/ }]);
    t.equal(askInside(daemon.pid, '192.0.2.77', 'nas.example'), 'NOERROR 192.0.2.10');
    const status = await daemon.status();
    t.match(status.worker, { crashes: 1, lastCrash: { how: 'SIGKILL' } });
    t.equal(status.links, 'monitor');

    t.notOk(canBind(daemon.pid, '127.0.40.1'), 'the port is ours');
    rootSections(house, {
      vlans: 'vlans: { late: { interface: late0, policy: open } }',
      policies: 'policies: { open: {} }',
      lists: '',
    });
    t.strictSame((await daemon.reload()).faults, []);
    t.ok(
      await until(() => canBind(daemon.pid, '127.0.40.1')),
      'a VLAN that is taken out leaves its port to others',
    );

    t.equal(await daemon.stop(), 0);
    t.ok(await until(() => !isAlive(second)));
    t.notOk(existsSync(house.socket));
  },
);

t.test('as root: a worker does not outlive its parent, nor a wrong start its message', asRoot, async (t) => {
  const house = await openRootHouse(t);
  const daemon = await serveInside(t, house);
  const { pid } = await daemon.status();
  await daemon.kill();
  t.ok(await until(() => !isAlive(pid)), 'the worker ends');
  const again = await serveInside(t, house);
  t.equal(
    askInside(again.pid, '127.0.40.1', 'nas.example'),
    'NOERROR 192.0.2.10',
    'and a new start takes over',
  );
  t.equal(await again.stop(), 0);

  rootSections(house, { server: 'server: { state: state, user: no-such-user }' });
  t.match(await house.run(['serve']), { status: 1, stderr: /server\.user: there is no user "no-such-user"/ });
  rootSections(house, { server: 'server: { state: state, user: nobody, carrier: strict }' });
  const strict = await house.run(['serve']);
  t.equal(strict.status, 1);
  t.match(strict.stderr, /VLAN late cannot be served: .*late0/);
  t.notOk(existsSync(house.socket));
});

/** What an intruder in the worker's place would try; prints what he could do. */
const INTRUSION = `
const fs = require('fs');
const [config, folder, state, socket, program, parent] = process.argv.slice(1);
const tries = {
  'write the configuration': () => fs.appendFileSync(config, ' '),
  'replace the configuration': () => fs.renameSync(config, config + '.old'),
  'write beside it': () => fs.writeFileSync(folder + '/planted', ''),
  'write the program': () => fs.appendFileSync(program, ' '),
  'take the control socket away': () => fs.unlinkSync(socket),
  'write to /etc': () => fs.writeFileSync('/etc/vlandns-planted', ''),
  'kill the parent': () => process.kill(Number(parent), 0),
  'read the parent': () => fs.readFileSync('/proc/' + parent + '/environ'),
  'open what the parent has open': () => fs.readdirSync('/proc/' + parent + '/fd'),
  'become root': () => process.setuid(0),
  'become root again': () => process.seteuid(0),
  'write its state': () => fs.writeFileSync(state + '/own', ''),
};
const done = Object.entries(tries).flatMap(([what, act]) => { try { act(); return [what]; } catch { return []; } });
console.log(JSON.stringify(done));
`;

t.test('as root: a worker can write its state and nothing else, and has no way back', asRoot, async (t) => {
  const house = await openRootHouse(t);
  const daemon = await serveInside(t, house);
  const { pid } = await daemon.status();
  const uid = String(unprivileged()?.uid);
  t.equal(
    statusOf(pid, 'Uid'),
    [uid, uid, uid, uid].join('\t'),
    'real, effective, saved and filesystem user',
  );
  t.equal(statusOf(pid, 'Groups'), '');
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) t.match(statusOf(pid, set), /^0+$/, set);
  if (existsSync('/usr/bin/setpriv')) t.equal(statusOf(pid, 'NoNewPrivs'), '1');
  const files = readdirSync(`/proc/${pid}/fd`)
    .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
    .filter((path) => path.startsWith('/') && !path.startsWith('/dev/') && !path.startsWith(house.folder));
  t.strictSame(files, [], 'it has no file open that is not its own');

  const things = [
    house.file,
    house.folder,
    join(house.folder, 'state'),
    house.socket,
    builtMain(),
    daemon.pid,
  ];
  const { stdout } = spawnSync(process.execPath, ['-e', INTRUSION, ...things.map(String)], {
    ...unprivileged(),
    cwd: '/',
    encoding: 'utf8',
  });
  t.equal(stdout, '["write its state"]\n');
  t.equal(await daemon.stop(), 0);
});
