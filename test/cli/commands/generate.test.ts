/** `vlandns generate` and `check --rcd` as people run them, and commands that are in the output, on the running daemon. */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { builtMain } from '../../support/build.ts';
import { Daemon, openHouse, runHere, runProgram, until, WITHOUT_LISTS } from '../../support/house.ts';

t.jobs = 2;

const isInstalled = (program: string): boolean => spawnSync(program, ['-V']).error === undefined;

t.test('usage errors say what there is, and print nothing', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  for (const [args, said] of [
    [[], /what: dhcpd, rad, kea, .*login\.conf\.d; write: vlandns generate WHAT/],
    [['dhcp'], /nothing is generated under "dhcp"; did you mean "dhcpd"\? there are: dhcpd, rad/],
    [['constructor'], /nothing is generated under "constructor"/],
    [['dhcpd', 'kdis'], /there is no VLAN "kdis"; did you mean "kids"\? there are: kids, servers/],
    [['rc.d', 'kids'], /generate rc\.d is for all VLANs; write: vlandns generate rc\.d -c /],
    [['hostname.if'], /a file for each interface; write: vlandns generate hostname\.if kids\|servers/],
    [['dhcpd', '--json'], /without --json/],
    [['dhcpd', '--rcd'], /generate does not take --rcd/],
  ] as const) {
    const { status, stdout, stderr } = await house.runHere(['generate', ...args]);
    t.equal(status, 2, args.join(' '));
    t.equal(stdout, '', args.join(' '));
    t.match(stderr, said, args.join(' '));
  }
  house.configure({ limits: 'limits: { rat: 0 }' });
  const invalid = await house.runHere(['generate', 'rc.d']);
  t.match(invalid, { status: 2, stdout: '', stderr: /error: limits\.rat/ }, 'an invalid configuration');
});

t.test('what is not known is a refusal with a reason and no output', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  house.configure({
    vlans:
      'vlans: { kids: { interface: nosuch0, policy: kids }, servers: { interface: nosuch1, policy: open } }',
  });
  const { status, stdout, stderr } = await house.runHere(['generate', 'dhcpd']);
  t.equal(status, 1);
  t.equal(stdout, '');
  t.match(stderr, /vlandns\.yaml:1:10: error: vlans\.kids: .*nosuch0[^]*vlans\.servers: .*nosuch1/);
});

t.test('an output for one VLAN has that one alone, and says how it was made', async (t) => {
  const house = await openHouse(t);
  house.configure({
    vlans: `vlans:
  kids: { listen: 192.0.2.2, subnets: [192.0.2.0/24], policy: kids }
  servers: { listen: 198.51.100.2, subnets: [198.51.100.0/24], policy: open }`,
    lists: 'lists: { ads: gone.txt }',
  });
  const all = await house.run(['generate', 'dhcpd']);
  t.match(all, { status: 0, stderr: '' }, 'files of lists need not be there');
  t.match(all.stdout, /subnet 192\.0\.2\.0 [^]*subnet 198\.51\.100\.0 /);
  const { stdout } = await house.runHere(['generate', 'dhcpd', 'servers']);
  t.match(stdout, /^# Install: vlandns generate dhcpd servers -c \S+ > \/etc\/dhcpd\.conf$/m);
  t.notMatch(stdout, /192\.0\.2\./);
});

t.test('check refuses paths that rc.subr(8) misreads, for rc.d alone', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const file = path.join(house.folder, 'a+b.yaml');
  copyFileSync(house.file, file);
  t.match(await runHere(['check', '-c', file]), { status: 0, stderr: '' }, 'not on this system');
  const refused = await runProgram(['check', '--rcd', '-c', file]);
  t.match(refused, { status: 1, stdout: /1 error\n$/ });
  t.match(
    refused.stderr,
    /a\+b\.yaml: error: rc\.subr\(8\) finds the daemon by its arguments, .* \+ in ".*a\+b\.yaml" is special/,
  );
  t.match(await house.run(['check', '--rcd']), { status: 0 }, 'a plain path');
  const told = await runHere(['generate', 'rc.d', '-c', file]);
  t.match(told, { status: 1, stdout: '', stderr: /configuration: ".*a\+b\.yaml" has characters/ });
});

const noDig = isInstalled('dig') ? false : 'dig is not installed';

t.test('the question of ifstated.conf tells a daemon that answers', { skip: noDig }, async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const { stdout } = await house.runHere(['generate', 'ifstated']);
  const commands = [...stdout.matchAll(/"(dig [^"]*)"/g)].map(([, command]) => command ?? '');
  t.equal(commands.length, 2, 'one for each listener');
  const outcomes = (): boolean[] => commands.map((command) => spawnSync('sh', ['-c', command]).status === 0);
  const daemon = await house.serve();
  t.strictSame(outcomes(), [true, true], 'while it runs');
  await daemon.stop();
  t.strictSame(outcomes(), [false, false], 'and after');
});

const noPkill = isInstalled('pkill') ? false : 'pkill is not installed';

t.test('the command of newsyslog.conf makes the daemon open its log anew', { skip: noPkill }, async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const log = path.join(house.folder, 'vlandns.log');
  house.configure({ log: `log: { file: ${log} }` });
  const { stdout } = await house.run(['generate', 'newsyslog']);
  const [, command = ''] = /"(pkill -USR2 -xf '[^']+')"$/m.exec(stdout) ?? [];
  const daemon = new Daemon(
    spawn(process.execPath, [builtMain(), 'serve', '-c', house.file], { stdio: ['ignore', 'pipe', 'pipe'] }),
    house.socket,
  );
  t.teardown(() => daemon.kill());
  t.ok(await until(() => existsSync(house.socket) && existsSync(log) && statSync(log).size > 0), 'it runs');
  renameSync(log, `${log}.0`);
  t.equal(spawnSync('sh', ['-c', command]).status, 0, 'the daemon is found');
  t.ok(await until(() => existsSync(log), 5000), 'before it looks for itself');
  t.equal(await daemon.stop(), 0);
});
