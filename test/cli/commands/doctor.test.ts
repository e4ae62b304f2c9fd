/** doctor as people run it: the built program on captures, on this machine, and in a network namespace of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Diagnosis } from '../../../src/doctor/diagnosis.ts';
import { runItem } from '../../../src/doctor/collect/run-item.ts';
import { builtMain } from '../../support/build.ts';
import { ask, openHouse, runHere, runProgram } from '../../support/house.ts';

const CAPTURES = fileURLToPath(new URL('../../doctor/captures/', import.meta.url));
const NO_CONFIG = ['-c', '/nowhere/vlandns.yaml'];
const main = builtMain();

t.jobs = 4;

t.test('usage errors say what to write and end with 2', async (t) => {
  for (const [args, said] of [
    [['doctor', 'kids', 'servers'], /write: vlandns doctor \[VLAN\]/],
    [['doctor', '--capture', 'a', '--collect', 'b'], /write: vlandns doctor/],
    [['doctor', '--capture', '/nowhere/at/all'], /\/nowhere\/at\/all cannot be read/],
    [
      ['doctor', 'nosuch', '--capture', `${CAPTURES}openbsd`],
      /no VLAN or interface "nosuch"; there are: kids, servers/,
    ],
    [['check', '--capture', 'a'], /check does not take --capture/],
  ] as const) {
    const { status, stderr, stdout } = await runHere(args);
    t.match({ status, stderr, stdout }, { status: 2, stderr: said, stdout: '' }, args.join(' '));
  }
});

t.test("of the story's captures it says that the interfaces were not up, and blames no driver", async (t) => {
  const { status, stdout } = await runProgram(['doctor', '--capture', `${CAPTURES}story`, ...NO_CONFIG]);
  t.equal(status, 1);
  t.match(stdout, /^note: there is no configuration at \/nowhere\/vlandns\.yaml/);
  t.match(stdout, /em0, vio1: 2 faults found/);
  t.match(stdout, /vio1 is not up .* so this says nothing about the wire/);
  t.match(stdout, /em0 is not up .* although `status: active` shows that there is a wire/);
  t.match(stdout, / {7}ifconfig vio1 up\n/);
  t.match(stdout, /not a fault: dmesg\.txt:3: virtio4: msix per-VQ/);
  t.notMatch(stdout, /e1000|driver|interrupt is lost|config vector/);
});

t.test('--json has all of it, and the status tells whether anything was found', async (t) => {
  const sound = await runHere(['doctor', '--capture', `${CAPTURES}openbsd`, '--json']);
  t.equal(sound.status, 0);
  const nothing: Diagnosis = JSON.parse(sound.stdout);
  t.strictSame(nothing.vlans, [
    { name: 'kids', id: 40, interface: 'vio1' },
    { name: 'servers', id: 60, interface: 'vio0' },
  ]);
  t.strictSame(nothing.findings, []);
  t.ok(nothing.parts.every(({ seen }) => seen));
  const told = await runHere(['doctor', 'vio1', '--capture', `${CAPTURES}story`, '--json', ...NO_CONFIG]);
  t.equal(told.status, 1);
  const { findings, notFaults }: Diagnosis = JSON.parse(told.stdout);
  t.match(findings, [
    {
      id: 'not-up',
      layer: 'link',
      interface: 'vio1',
      sure: 'certain',
      evidence: [
        { source: 'ifconfig-vio1.txt', line: 1 },
        { source: 'ifconfig-vio1.txt', line: 5, text: 'status: no carrier' },
      ],
      cure: [{ on: 'this machine', run: 'ifconfig vio1 up' }, {}],
    },
  ]);
  t.equal(findings.length, 1);
  t.equal(notFaults.length, 1);
});

t.test('a VLAN is named by its name, its tag or its interface', async (t) => {
  for (const name of ['kids', '40', 'vio1']) {
    const { status, stdout } = await runHere(['doctor', name, '--capture', `${CAPTURES}openbsd`]);
    t.match({ status, stdout }, { status: 0, stdout: /^kids \(VLAN 40, vio1\): no fault found/ }, name);
  }
});

t.test(
  'an invalid configuration is told, the interfaces are looked at all the same, and the status is 2',
  async (t) => {
    const folder = t.testdir({});
    cpSync(`${CAPTURES}openbsd`, folder, { recursive: true });
    writeFileSync(join(folder, 'vlandns.yaml'), 'vlans: { kids: { interfaec: vio1 } }\n');
    const { status, stdout } = await runProgram(['doctor', '--capture', folder]);
    t.equal(status, 2);
    t.match(stdout, /note: .*vlandns\.yaml:1:\d+: error: .*interfaec/);
    t.match(stdout, /vio0, vio1: /);
  },
);

t.test('a capture that PowerShell or Notepad wrote is read, in UTF-16 or with a mark', async (t) => {
  const sound = `${CAPTURES}openbsd`;
  const folder = t.testdir({});
  cpSync(sound, folder, { recursive: true });
  for (const [name, encoding] of [
    ['ifconfig.txt', 'utf16le'],
    ['export.rsc', 'utf8'],
  ] as const)
    writeFileSync(join(folder, name), `\ufeff${readFileSync(join(sound, name), 'utf8')}`, encoding);
  const { stdout } = await runHere(['doctor', '--capture', folder, '--json']);
  const { notes, parts }: Diagnosis = JSON.parse(stdout);
  t.strictSame(notes, []);
  t.ok(parts.find(({ name }) => name === 'interfaces and addresses')?.seen);
});

t.test('what a tool could not finish to say is told', async (t) => {
  const much = await runItem({ file: 'ss.txt', run: ['/bin/sh', '-c', 'exec head -c 9000000 /dev/zero'] });
  t.match(much, { isCut: true, note: /wrote too much/ });
  t.match(await runItem({ file: 'ss.txt', run: ['/bin/sh', '-c', 'echo no >&2; exit 3'] }), {
    isCut: false,
    note: 'no',
  });
  t.match(await runItem({ file: 'nft.txt', run: ['/bin/sh', '-c', ':'] }), {
    isCut: false,
    note: 'it printed nothing',
  });
});

t.test('what is no text, and what nobody understands, is named', async (t) => {
  const folder = t.testdir({
    core: Buffer.from([0, 1, 2, 0]),
    'letter.txt': 'dear all\n',
    sub: {
      'ifconfig.txt':
        'em0: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n\tstatus: active\n\tinet 192.0.2.1 netmask 0xffffff00\n',
    },
  });
  const { status, stdout } = await runHere(['doctor', '--capture', folder, ...NO_CONFIG]);
  t.equal(status, 0);
  t.match(stdout, /note: core: too large, or no text; left out/);
  t.match(stdout, /note: letter\.txt: nothing in it was understood/);
  t.match(stdout, /em0: no fault found/);
});

t.test(
  'it looks at this machine, at the running daemon and at its upstreams',
  { skip: process.platform !== 'linux' && 'its commands are for Linux' },
  async (t) => {
    const house = await openHouse(t);
    house.configure();
    const asleep = await house.run(['doctor', '--json']);
    t.equal(asleep.status, 1);
    const before: Diagnosis = JSON.parse(asleep.stdout);
    const [asleepFinding, ...others] = besideTraffic(before);
    t.match(asleepFinding, {
      id: 'daemon-not-running',
      evidence: [{ source: 'status.json', text: /nobody listens on/ }],
    });
    t.strictSame(others, []);

    await house.serve();
    await ask(house.kids, 'www.example.net');
    const folder = join(house.folder, 'capture');
    const awake = await house.run(['doctor', '--collect', folder, '--json']);
    t.match(awake, { stderr: /saved in .*capture: \d+ outputs/ });
    const after: Diagnosis = JSON.parse(awake.stdout);
    t.strictSame(besideTraffic(after), []);
    t.equal(awake.status, after.findings.length === 0 ? 0 : 1);
    t.equal(statSync(folder).mode & 0o777, 0o700);
    const saved = readdirSync(folder);
    for (const file of [
      'ip-addr.txt',
      'ip-addr-2.txt',
      'status.json',
      'upstream-reach.txt',
      'date.txt',
      'vlandns.yaml',
    ])
      t.ok(saved.includes(file), file);
    t.match(readFileSync(join(folder, 'upstream-reach.txt'), 'utf8'), /^127\.0\.0\.1:\d+: ok: \d+ ms$/m);
    const manifest: { host: string; entries: { file?: string; command: string; note?: string }[] } =
      JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    t.equal(manifest.host, 'linux');
    t.ok(manifest.entries.some(({ command }) => command === 'ip -d -s addr show'));
    for (const { file, note } of manifest.entries)
      t.ok(file !== undefined || note !== undefined, 'what is missing has a reason');
    // The saved outputs tell the same on any machine; what other programs' datagrams did meanwhile is taken out.
    copyFileSync(join(folder, 'snmp.txt'), join(folder, 'snmp-2.txt'));
    t.match(await runHere(['doctor', '--capture', folder]), {
      status: 0,
      stdout: /^kids, servers: no fault found/,
    });
  },
);

/**
 * What was found but for counters of the whole machine that rose between two looks: other programs' datagrams move them as well.
 * test/doctor/findings/kernel-drops.cases.ts has what is made of them.
 */
function besideTraffic({ findings }: Diagnosis): Diagnosis['findings'] {
  const ofTheMachine = ['kernel-drops', 'udp-no-socket'];
  return findings.filter(({ id, vlan }) => vlan !== undefined || !ofTheMachine.includes(id));
}

const canUnshare =
  spawnSync('unshare', ['-n', 'ip', 'link', 'add', 'kids0', 'type', 'veth', 'peer', 'name', 'kids1'])
    .status === 0;

t.test(
  'in a namespace of its own it finds what is wrong with an interface',
  { skip: !canUnshare && 'no root, unshare or veth here' },
  async (t) => {
    const folder = t.testdir({
      'vlandns.yaml': [
        'vlans: { kids: { id: 40, interface: kids0, policy: open } }',
        'policies: { open: {} }',
        'upstreams: { default: [192.0.2.53] }',
        'control: { socket: /nowhere/sock }\n',
      ].join('\n'),
    });
    const add = 'ip link add kids0 type veth peer name kids1';
    const up = `${add}; ip link set kids0 up; ip link set kids1 up`;
    const table: readonly (readonly [string, string, string])[] = [
      ['not up', add, 'not-up'],
      ['its peer down', `${add}; ip link set kids0 up`, 'no-carrier'],
      ['without an address', `${up}; sysctl -qw net.ipv6.conf.kids0.disable_ipv6=1`, 'no-address'],
      ['absent', 'ip link set lo up', 'interface-absent'],
      ['sound, but without a way out', `${up}; ip addr add 192.168.40.2/24 dev kids0`, 'no-default-route'],
    ];
    // No daemon runs in there, and there is no way to the upstream.
    const always = ['daemon-not-running', 'upstream-unreachable'];
    await Promise.all(
      table.map(async ([when, setup, id]) => {
        const script = `${setup}; exec "$0" "$1" doctor --json -c "$2"`;
        const { status, stdout } = await runIn(script, join(folder, 'vlandns.yaml'));
        t.equal(status, 1, when);
        const { findings }: Diagnosis = JSON.parse(stdout);
        t.strictSame(findings.map((finding) => finding.id).toSorted(), [...always, id].toSorted(), when);
        t.ok(findings.every(({ evidence }) => evidence.length > 0));
      }),
    );
  },
);

async function runIn(script: string, config: string): Promise<{ status: number | null; stdout: string }> {
  const child = spawn('unshare', ['-n', 'sh', '-c', script, process.execPath, main, config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  await once(child, 'close');
  return { status: child.exitCode, stdout };
}
