/**
 * What `vlandns generate` makes of VLANs: golden files, which their own programs check where they are installed, and
 * parsers of ours where not. After a change that is meant, `GOLDEN=write npx tap test/generate/targets.test.ts` writes them anew.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Config } from '../../src/config/config.ts';
import { bypassAddresses } from '../../src/packaged/bypass-addresses.ts';
import { contains, prefixOf } from '../../src/generate/plan.ts';
import type { Generated } from '../../src/generate/plan.ts';
import { poolsOf } from '../../src/generate/neighbours/pools.ts';
import type { LinkAddress } from '../../src/links/link-state.ts';
import { misreadByRc } from '../../src/generate/system/rc-script.ts';
import { programTargets, vlanTargets } from '../../src/generate/targets.ts';
import { decide, parsePf } from '../support/pf-rules.ts';
import { configOf, link, LINKS, planOf, programAt, threeVlans } from './plans.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GOLDEN = fileURLToPath(new URL('golden/', import.meta.url));
const installed = (program: string, ...args: string[]): string | false =>
  spawnSync(program, args).error === undefined ? false : `${program} is not installed`;

/** Makes a target of VLANs. */
function make(what: string, config: Config, links = LINKS, names: readonly string[] = []): Generated {
  const target = vlanTargets[what];
  if (target === undefined) throw new Error(`no target ${what}`);
  return target(planOf(config, links, names));
}

/** The text of a target; throws with the faults where there is none. */
function textOf(generated: Generated | undefined): string {
  if (generated !== undefined && 'text' in generated) return generated.text;
  throw new Error(generated?.faults.join('\n') ?? 'no such target');
}

function faultsOf(generated: Generated): string {
  return 'faults' in generated ? generated.faults.join('\n') : '';
}

t.test('every target of three VLANs is what its golden file says', (t) => {
  const config = threeVlans();
  const made = [
    ...Object.keys(vlanTargets).map((what) => {
      const names = what === 'hostname.if' ? ['kids'] : [];
      return [what, textOf(make(what, config, LINKS, names))] as const;
    }),
    ...Object.entries(programTargets).map(
      ([what, target]) => [what, textOf(target(programAt(config)))] as const,
    ),
  ];
  for (const [what, text] of made) {
    const file = path.join(GOLDEN, `${what}.txt`);
    if (process.env['GOLDEN'] === 'write') writeFileSync(file, text);
    t.equal(text, readFileSync(file, 'utf8'), what);
    t.match(text, /[^\n]\n$/, `${what} ends with a line`);
  }
  t.end();
});

/** The golden files that a program checks, how it is asked, and something that it refuses. */
const CHECKED: readonly (readonly [
  what: string,
  program: string,
  ask: (file: string) => string[],
  wrong: string,
])[] = [
  ['dhcpd', 'dhcpd', (file) => ['-t', '-cf', file], 'subnet 192.168.40.0 { }'],
  ['kea', 'kea-dhcp4', (file) => ['-t', file], '{ "Dhcp4": { "nonsense": 1 } }'],
  ['kea6', 'kea-dhcp6', (file) => ['-t', file], '{ "Dhcp6": { "nonsense": 1 } }'],
  ['dnsmasq', 'dnsmasq', (file) => ['--test', '-C', file], 'nonsense=1'],
  ['rc.d', 'mksh', (file) => ['-n', file], 'rc_pre() {'],
  [
    'nftables',
    'nft',
    (file) => ['-c', '-f', file],
    'table inet x { chain c { type nat hook nowhere priority 0; } }',
  ],
];

/** nft(8) asks the kernel what there is, which only root may. */
const mayNotAsk = (program: string): string | false =>
  program === 'nft' && spawnSync('nft', ['list', 'ruleset']).status !== 0
    ? 'nft may not ask the kernel here'
    : false;

for (const [what, program, ask, wrong] of CHECKED) {
  t.test(
    `${program} takes the output for ${what}`,
    { skip: installed(program, '--version') || mayNotAsk(program) },
    (t) => {
      const run = (text: string) => {
        const file = path.join(t.testdir(), 'file');
        writeFileSync(file, text);
        // Kea keeps its lock beside its lease files, which tests have no business in.
        const env = {
          ...process.env,
          KEA_LOCKFILE_DIR: path.dirname(file),
          KEA_LOGGER_DESTINATION: 'stderr',
        };
        return spawnSync(program, ask(file), { encoding: 'utf8', env });
      };
      // kea-dhcp6 looks whether the interfaces are there.
      const text = readFileSync(path.join(GOLDEN, `${what}.txt`), 'utf8')
        .replace(/("interfaces": \[)[^\]]*/, '$1 "*" ')
        .replaceAll(/("interface": )"\w+"/g, '$1"lo"');
      const { status, stderr, stdout } = run(text);
      t.notMatch(`${stdout}${stderr}`, /warn|error/i, 'no complaint');
      t.equal(status, 0, 'and status 0');
      t.not(run(wrong).status, 0, 'and it does look');
      t.end();
    },
  );
}

t.test('files of the tree are those that generate makes', (t) => {
  const config = configOf(t.testdir(), 'vlans: { a: { interface: em0, policy: p } }\npolicies: { p: {} }\n');
  const program = programAt({ ...config, file: '/etc/vlandns/vlandns.yaml' });
  for (const [what, file] of [
    ['rc.d', 'rc.d/vlandns'],
    ['login.conf.d', 'config/login.conf.d/vlandns'],
  ] as const)
    t.equal(textOf(programTargets[what]?.(program)), readFileSync(path.join(ROOT, file), 'utf8'), file);
  t.end();
});

t.test('pf: the page is closed to filtered VLANs, and open to the others', (t) => {
  const page = { address: '192.168.60.2', port: 8053, at: { line: 1, column: 1 } };
  const six = { ...page, address: 'fd00:60::2' };
  const config = threeVlans();
  const web = { listen: [page, six, { ...page, address: '127.0.0.1' }], users: [], tokens: [], files: [] };
  const { rules } = parsePf(textOf(make('pf', { ...config, web })));
  const closed = rules.filter(({ port }) => port === '8053');
  t.match(closed, [
    { action: 'block return', on: 'em0', family: 4, to: { not: false, what: '192.168.60.2' } },
    { action: 'block return', on: 'em0', family: 6, to: { not: false, what: 'fd00:60::2' } },
    { from: ['192.0.2.128/26', '198.51.100.0/24'], family: 4 },
    { from: ['2001:db8:80::/64'], family: 6 },
  ]);
  t.notOk(
    closed.some(({ on }) => on === 'vio0'),
    'the VLAN of the page reaches it',
  );
  const own = { ...web, listen: [{ ...page, address: '192.168.40.2' }] };
  t.strictSame(
    parsePf(textOf(make('pf', { ...config, web: own }))).rules.filter(
      ({ on, port }) => on === 'em0' && port === '8053',
    ),
    [],
    'of one in its own subnet check warns',
  );
  t.end();
});

t.test('pf: the rules decide as the VLANs do', (t) => {
  const config = threeVlans();
  const rules = parsePf(textOf(make('pf', config)));
  const loopback = parsePf(textOf(make('pf-loopback', config)));
  const own = Object.fromEntries(
    LINKS.map(({ name, addresses }) => [name, addresses.map((one) => one.address)]),
  );
  const has = (prefix: string, address: string): boolean => contains(prefixOf(prefix), address);
  for (const [what, on, from, to, port, decision, behind] of [
    [
      'stray DNS',
      'em0',
      '192.168.40.9',
      '203.0.113.5',
      53,
      'rdr-to (em0:0) port 53',
      'rdr-to 127.0.0.1 port 5340',
    ],
    [
      'to a resolver',
      'em0',
      '192.168.40.9',
      '8.8.8.8',
      53,
      'rdr-to (em0:0) port 53',
      'rdr-to 127.0.0.1 port 5340',
    ],
    [
      'over IPv6',
      'em0',
      'fd00:40::9',
      '2001:db8::5',
      53,
      'rdr-to fd00:40::2 port 53',
      'rdr-to ::1 port 5340',
    ],
    [
      'to another VLAN',
      'em0',
      '192.168.40.9',
      '192.168.60.2',
      53,
      'rdr-to (em0:0) port 53',
      'rdr-to 127.0.0.1 port 5340',
    ],
    ['to its own', 'em0', '192.168.40.9', '192.168.40.2', 53, 'pass', 'rdr-to 127.0.0.1 port 5340'],
    ['DNS over TLS', 'em0', '192.168.40.9', '203.0.113.5', 853, 'block return', 'block return'],
    ['DNS over HTTPS', 'em0', '192.168.40.9', '1.1.1.1', 443, 'block return', 'block return'],
    ['in a range', 'em0', 'fd00:40::9', '2606:1a40::11', 443, 'block return', 'block return'],
    ['the web', 'em0', '192.168.40.9', '203.0.113.5', 443, 'no rule', 'no rule'],
    ['bypass: allow', 'vio0', '192.168.60.9', '1.1.1.1', 443, 'no rule', 'no rule'],
    [
      'DNS there',
      'vio0',
      '192.168.60.9',
      '1.1.1.1',
      53,
      'rdr-to (vio0:0) port 53',
      'rdr-to 127.0.0.1 port 5360',
    ],
    [
      'no interface',
      'em9',
      '192.0.2.140',
      '8.8.8.8',
      53,
      'rdr-to 192.0.2.130 port 53',
      'rdr-to 127.0.0.1 port 10055',
    ],
    ['its own', 'em9', '198.51.100.7', '192.0.2.130', 53, 'pass', 'rdr-to 127.0.0.1 port 10055'],
    [
      'its port',
      'em9',
      '2001:db8:80::9',
      '2001:db8:80::2',
      53,
      'rdr-to 2001:db8:80::2 port 5380',
      'rdr-to ::1 port 10055',
    ],
    ['its TLS', 'em9', '2001:db8:80::9', '2001:db8::5', 853, 'block return', 'block return'],
    ['somebody else', 'em9', '203.0.113.99', '8.8.8.8', 53, 'no rule', 'no rule'],
  ] as const) {
    const packet = { on, from, to, port };
    t.equal(decide(rules, packet, own, has), decision, what);
    t.equal(decide(loopback, packet, own, has), behind, `${what}, without root`);
  }
  const four = configOf(t.testdir(), 'vlans: { a: { interface: em0, policy: p } }\npolicies: { p: {} }\n');
  const stray = { on: 'em0', from: 'fd00:40::9', to: '2001:db8::5', port: 53 };
  const noSix = parsePf(textOf(make('pf', four, [link('em0', ['192.168.40.2/24'])])));
  t.equal(decide(noSix, stray, {}, has), 'block return', 'IPv6 without an address to lead to');
  t.throws(() => parsePf('pass in quick on em0 to port domain rdr-to 192.0.2.1 port domain\n'), /not a rule/);
  t.end();
});

t.test('pf: a VLAN that listens for one family only has the other turned away', (t) => {
  const config = configOf(
    t.testdir(),
    `vlans:
  kids: { listen: ["127.0.0.1:5340"], subnets: [192.168.40.0/24, "fd00:40::/64"], policy: kids }
  own: { listen: ["127.0.0.1:5360"], subnets: [127.0.0.0/8], policy: kids }
policies: { kids: {} }
`,
  );
  const onLink = [
    'pass in quick on em0 inet proto { udp tcp } to port domain rdr-to 127.0.0.1 port 5340',
    'block return in quick on em0 inet6 proto { udp tcp } to port domain',
  ];
  for (const what of ['pf', 'pf-loopback']) {
    const text = textOf(make(what, config));
    t.strictSame(
      text.split('\n').filter((line) => /^(pass|block|table)/.test(line)),
      onLink,
      what,
    );
    t.match(text, /^# VLAN own is on loopback/m, what);
    t.notMatch(text, /In the configuration/, `${what} has nothing to change`);
  }
  t.match(
    textOf(make('pf', config, [])),
    /^pass in quick inet proto \{ udp tcp \} from \{ 192\.168\.40\.0\/24 \} /m,
  );
  t.end();
});

t.test('what is not known is told, for all VLANs, and nothing is made', (t) => {
  const folder = t.testdir();
  const two = (kids: string, servers = 'interface: vio0'): Config =>
    configOf(
      folder,
      `vlans:\n  kids: { ${kids}, policy: p }\n  servers: { ${servers}, policy: p }\npolicies: { p: {} }\n`,
    );
  const down = link('em0', [], { up: false, running: false, carrier: 'no', evidence: 'em0: flags=8802<>' });
  const six = link('vio0', ['fd00:60::2/64']);
  for (const [when, what, config, links, fault] of [
    [
      'interfaces are absent',
      'dhcpd',
      two('interface: em0'),
      [],
      /:2:3: error: vlans\.kids: .*em0.*\n.*:3:3: error: vlans\.servers: /,
    ],
    [
      'an interface is not up',
      'kea',
      two('interface: em0'),
      [down, six],
      /vlans\.kids: its address is not known: em0 is not up.*ifconfig em0 up.*listen: \[ADDRESS\]/,
    ],
    [
      'an interface is not up',
      'ifstated',
      two('interface: em0'),
      [down, six],
      /vlans\.kids: its address is not known/,
    ],
    [
      'no VLAN has IPv4',
      'dhcpd',
      two('interface: vio0', 'listen: "::1", subnets: ["::1/128"]'),
      [six],
      /kids is left out: it has no subnet of IPv4 clients/,
    ],
    [
      'no VLAN has IPv6',
      'rad',
      two('interface: em0'),
      [link('em0', ['192.0.2.1/24']), link('vio0', ['198.51.100.1/24'])],
      /no subnet of IPv6 clients/,
    ],
    [
      'a listener is on loopback',
      'dnsmasq',
      two('listen: "127.0.0.1:5340", subnets: [192.168.40.0/24]'),
      [link('vio0', ['192.168.60.2/24'])],
      /vlans\.kids: its clients cannot ask 127\.0\.0\.1 port 5340; .*redirect port 53/,
    ],
    [
      'a listener has another port',
      'mikrotik',
      two('listen: "192.0.2.1:5353", subnets: [192.168.40.0/24]'),
      [link('vio0', ['192.168.60.2/24'])],
      /cannot ask 192\.0\.2\.1 port 5353/,
    ],
    [
      'no interface has the address',
      'kea6',
      two('listen: "2001:db8::1", subnets: ["2001:db8::/64"]'),
      [six],
      /vlans\.kids: DHCPv6 has to be told the interface/,
    ],
    [
      'the interface is of Linux',
      'pf',
      two('interface: eth0.40'),
      [],
      /vlans\.kids\.interface: "eth0\.40" is no name of an interface of OpenBSD/,
    ],
    [
      'the interface is of Linux',
      'rad',
      two('interface: eth0.40'),
      [link('eth0.40', ['fd00::2/64']), six],
      /eth0\.40/,
    ],
    [
      'subnets are not known',
      'pf-loopback',
      two('interface: em0'),
      [six],
      /vlans\.kids\.subnets: the prefixes of the clients are not known here/,
    ],
    [
      'two VLANs share subnets',
      'pf',
      two(
        'listen: "127.0.0.1:5340", subnets: [192.0.2.0/24]',
        'listen: "127.0.0.1:5360", subnets: [192.0.2.0/24]',
      ),
      [],
      /vlans\.servers: its clients cannot be told/,
    ],
    [
      'all is on loopback',
      'pf',
      two(
        'listen: "127.0.0.1:5340", subnets: [127.0.0.0/8]',
        'listen: "127.0.0.1:5360", subnets: [127.0.0.0/8]',
      ),
      [],
      /no VLAN has clients/,
    ],
  ] as const) {
    const made = make(what, config, links);
    t.match(faultsOf(made), fault, `${what}: ${when}`);
  }
  t.end();
});

t.test('behind a redirection, clients ask the address that this machine has in the VLAN', (t) => {
  const config = configOf(
    t.testdir(),
    'vlans: { kids: { listen: ["127.0.0.1:5340"], subnets: [192.168.40.0/24], policy: p } }\npolicies: { p: {} }\n',
  );
  for (const what of ['dhcpd', 'kea', 'dnsmasq', 'mikrotik']) {
    const text = textOf(make(what, config));
    t.match(text, /192\.168\.40\.2\b/, what);
    t.notMatch(text, /127\.0\.0\.1/, what);
    t.match(text, /Port 53 of this address has to be redirected/, what);
  }
  t.end();
});

t.test('nothing that a user wrote gets out of its place', (t) => {
  const hostile = `/tmp/a "b' $(touch x) \`y\`;\nrm -rf / \\\u2028# {\n`;
  const config = { ...threeVlans(), file: `${hostile}vlandns.yaml` };
  const heads: Readonly<Record<string, string>> = { kea: '//', kea6: '//' };
  for (const what of Object.keys(vlanTargets)) {
    const names = what === 'hostname.if' ? ['kids'] : [];
    const text = textOf(make(what, config, LINKS, names));
    const plain = textOf(make(what, threeVlans(), LINKS, names));
    const body = (all: string): string => all.slice(all.indexOf('\n\n'));
    t.equal(body(text), body(plain), `${what}: below the head nothing changes`);
    for (const line of text.slice(0, text.indexOf('\n\n')).split('\n'))
      t.match(
        line,
        new RegExp(`^${heads[what] ?? '#'}( [ -~]*[^\\\\])?$`),
        `${what}: a comment, and it ends`,
      );
  }
  const program = programAt(threeVlans());
  for (const [what, wrong, fault] of [
    ['rc.d', { file: '/etc/a+b.yaml' }, /configuration: "\/etc\/a\+b\.yaml" has characters that rc\.subr/],
    ['rc.d', { node: '/opt/my node/bin/node' }, /node: /],
    ['rc.d', { main: '/opt/$(id)/main.js' }, /vlandns: /],
    ['rc.d', { state: '/var/a;b' }, /server\.state: /],
    ['rc.d', { runFolder: '/var/run/"' }, /control\.socket: /],
    ['newsyslog', { logFile: '/var/log/a b.log' }, /log\.file: /],
    ['newsyslog', { logFile: '/var/log/a.log', file: "/etc/a'b" }, /configuration: /],
    ['newsyslog', { logFile: '/var/log/a.log\n/etc/passwd' }, /log\.file: /],
  ] as const)
    t.match(
      faultsOf(programTargets[what]?.({ ...program, ...wrong }) ?? { text: '' }),
      fault,
      `${what}: ${fault}`,
    );
  t.end();
});

t.test('pools lie in the middle of a subnet and leave out what somebody has', (t) => {
  for (const [subnet, taken, pools] of [
    ['192.0.2.0/24', [], '192.0.2.100-192.0.2.199'],
    ['192.0.2.0/24', ['192.0.2.100', '192.0.2.199'], '192.0.2.101-192.0.2.198'],
    [
      '192.0.2.0/24',
      ['192.0.2.128/26', '192.0.2.110'],
      '192.0.2.100-192.0.2.109 192.0.2.111-192.0.2.127 192.0.2.192-192.0.2.199',
    ],
    ['192.0.2.0/24', ['192.0.2.0/24'], ''],
    ['192.0.2.0/24', ['198.51.100.0/24', '2001:db8::/32'], '192.0.2.100-192.0.2.199'],
    ['192.0.2.128/26', [], '192.0.2.153-192.0.2.177'],
    ['192.0.2.8/29', ['192.0.2.9'], '192.0.2.11-192.0.2.13'],
    ['192.0.2.0/30', ['192.0.2.1'], '192.0.2.2-192.0.2.2'],
    ['192.0.2.0/30', ['192.0.2.1', '192.0.2.2'], ''],
    ['10.0.0.0/8', [], '10.100.0.0-10.100.3.231'],
    ['2001:db8::/64', [], '2001:db8::1000-2001:db8::1fff'],
    ['2001:db8::/64', ['2001:db8::1800/117'], '2001:db8::1000-2001:db8::17ff'],
    ['2001:db8::/120', [], ''],
  ] as const) {
    const found = poolsOf(prefixOf(subnet), taken.map(prefixOf));
    t.equal(
      found.map(({ first, last }) => `${first}-${last}`).join(' '),
      pools,
      `${subnet} without ${taken.join()}`,
    );
  }
  t.end();
});

t.test('hostname.if has the address that there is, a proposal, or asks for one', (t) => {
  const folder = t.testdir();
  const of = (vlan: string, links: typeof LINKS): string => {
    const text = textOf(
      make(
        'hostname.if',
        configOf(folder, `vlans: { a: { ${vlan}, policy: p } }\npolicies: { p: {} }\n`),
        links,
      ),
    );
    return text.slice(text.indexOf('\n\n') + 2);
  };
  t.equal(of('interface: em0', LINKS), 'inet 192.168.40.2 255.255.255.0\ninet6 fd00:40::2 64\nup\n');
  t.match(of('interface: em0', []), /^# The subnet is not known.*\ninet autoconf\nup\n$/);
  t.match(
    of('interface: em0, subnets: [192.0.2.0/26, "2001:db8::/64"]', []),
    /^# Proposed: 192\.0\.2\.2 of .*\ninet 192\.0\.2\.2 255\.255\.255\.192\n# .*\ninet6 2001:db8::2 64\nup\n$/,
  );
  const vlan40 = link('vlan40', ['192.0.2.9/24'], { parent: 'vio0', vlanId: 40 });
  t.equal(
    of('id: 40, interface: vlan40', [vlan40]),
    'vnetid 40 parent vio0\ninet 192.0.2.9 255.255.255.0\nup\n',
  );
  t.match(of('id: 40, interface: vlan40', []), /^# Put the tag .*\nvnetid 40 parent PARENT\n/);
  t.end();
});

t.test('the files of programs that are not here have the form that their manuals say', (t) => {
  const config = threeVlans();
  const statements = (text: string): string[] =>
    text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  const rad = statements(textOf(make('rad', config)));
  const block = ['default router no', 'no auto prefix', 'dns {', 'nameserver ADDRESS', '}', '}'];
  const expected = ['em0', 'vio0'].flatMap((name) => [`interface ${name} {`, ...block]);
  t.strictSame(
    rad.map((line) => line.trim().replace(/fd00:\d0::2$/, 'ADDRESS')),
    expected,
    'rad.conf(5)',
  );

  for (const line of statements(textOf(make('mikrotik', config)))) {
    const [, find, network, set, address] =
      /^:if \(\[:len \[\/ip dhcp-server network find address=([\d./]+)\]\] = 0\) do=\{ :put "there is no DHCP network ([\d./]+)" \} else=\{ \/ip dhcp-server network set \[\/ip dhcp-server network find address=([\d./]+)\] dns-server=([\d.]+) \}$/.exec(
        line,
      ) ?? [];
    t.ok(find !== undefined && find === network && find === set && address !== undefined, line);
  }

  const ifstated = textOf(make('ifstated', config)).replaceAll(/ *\\\n\t*/g, ' ');
  t.match(
    ifstated,
    /^answers = '\( ("[^"']+" every 10)( && "[^"']+" every 10){5} \)'$/m,
    'six listeners are asked',
  );
  const states = [...ifstated.matchAll(/^state ([a-z]+) \{$/gm)].map(([, name]) => name);
  const targets = [...ifstated.matchAll(/set-state ([a-z]+)$/gm)].map(([, name]) => name);
  t.strictSame(new Set(targets), new Set(['silent', 'answering']), 'and states go to');
  t.ok(
    targets.every((name) => states.includes(name)),
    'states that there are',
  );

  const fields = /^\S+\t\S*:\S*\t[0-7]{3} +\d+ +\d+ +\* +Z( "pkill -USR2 -xf '[\w ./-]+'")?$/;
  for (const logFile of ['stdout', '/var/log/vlandns/vlandns.log'])
    t.match(
      statements(textOf(programTargets['newsyslog']?.(programAt(config, { logFile })))).at(-1),
      fields,
      logFile,
    );
  t.match(
    textOf(programTargets['login.conf.d']?.(programAt(config, { descriptors: 9000 }))),
    /:openfiles-cur=12288:\\\n\t:openfiles-max=12288:/,
  );
  t.end();
});

t.test('the addresses of public resolvers are public, and each stands there once', (t) => {
  const addresses = bypassAddresses();
  t.ok(addresses.length > 50);
  t.equal(new Set(addresses).size, addresses.length);
  const local = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', 'fc00::/7', 'fe80::/10'];
  for (const address of addresses)
    t.notOk(
      local.some((prefix) => contains(prefixOf(prefix), address.replace(/\/.*/, ''))),
      address,
    );
  t.end();
});

t.test('a path with a character of regular expressions is one that rc.subr(8) misreads', (t) => {
  const main = '/usr/local/libexec/vlandns/dist/main.js';
  t.equal(misreadByRc(['/usr/local/bin/node', main, '/etc/vlandns/vlandns-2.yaml']), undefined);
  for (const character of '+*?()[]{}|^$\\')
    t.match(misreadByRc(['/usr/local/bin/node', main, `/etc/a${character}b`]), `and ${character} in "/etc/a`);
  t.match(misreadByRc(['/opt/c++/node', main, '/etc/a']), /\/opt\/c\+\+\/node/);
  t.end();
});

t.test('clients are told the address that somebody chose, not one that the machine made for itself', (t) => {
  const config = configOf(
    t.testdir(),
    'vlans: { kids: { interface: em0, subnets: interface, policy: kids } }\npolicies: { kids: {} }\n',
  );
  const links = [
    link('em0', ['fd00:60::5c1b:aff:fe5e:1/64', 'fd00:60::53/64', 'fd00:60::9a2e:77c:1f3:4b1/64']),
  ];
  t.match(textOf(make('dnsmasq', config, links)), /option6:dns-server,\[fd00:60::53\]/);
  t.match(textOf(make('rad', config, links)), /fd00:60::53\b/);
  t.end();
});

t.test('what replaces a whole file says so, and dnsmasq advertises on known interfaces only', (t) => {
  const text =
    'vlans: { six: { listen: ["fd00:64::53", 10.0.64.53], subnets: ["fd00:64::/64", 10.0.64.0/24], policy: open } }\npolicies: { open: {} }\nupstreams: { default: [192.0.2.1] }\n';
  const config = configOf(t.testdir({}), text);
  const made = textOf(make('dnsmasq', config, []));
  t.notMatch(made, /^(?:ra-param|enable-ra)/m, 'ra-param=* would hold for all of them');
  t.match(made, /^# IPv6: left out, since no interface here/m);
  t.match(made, /^dhcp-range=set:vlan-six,10\./m);
  for (const what of ['dhcpd', 'kea'])
    t.match(textOf(make(what, config, [])), /takes the place of the whole file/, what);
  t.end();
});

/** The lines of a target that are no comments, of a configuration with policies. */
function linesOf(what: string, vlans: string, links: typeof LINKS, folder: string): string[] {
  const config = configOf(folder, `vlans:\n${vlans}policies: { p: { bypass: block } }\n`);
  return textOf(make(what, config, links))
    .split('\n')
    .filter((line) => line !== '' && !/^\s*#/.test(line));
}

const passing = (address: string, origin: 'autoconf' | 'temporary'): LinkAddress => ({
  address,
  family: address.includes(':') ? 6 : 4,
  prefixLength: address.includes(':') ? 64 : 24,
  state: 'ready',
  origin,
});

t.test('hostname.if: further addresses are aliases, and what is asked for stays so', (t) => {
  const folder = t.testdir();
  const of = (links: typeof LINKS, vlan = 'interface: em0'): string[] =>
    linesOf('hostname.if', `  a: { ${vlan}, policy: p }\n`, links, folder);
  t.strictSame(of([link('em0', ['192.0.2.9/32', '192.0.2.2/24', '198.51.100.2/25'])]), [
    'inet 192.0.2.2 255.255.255.0',
    'inet alias 198.51.100.2 255.255.255.128',
    'inet alias 192.0.2.9 255.255.255.255',
    'up',
  ]);
  t.strictSame(
    of([link('em0', ['192.0.2.2/24'])], 'listen: [192.0.2.2, 192.0.2.3], subnets: [192.0.2.0/24]'),
    ['inet 192.0.2.2 255.255.255.0', 'inet alias 192.0.2.3 255.255.255.0', 'up'],
    'an address that is only in the configuration so far',
  );
  t.strictSame(of([], 'interface: em0, subnets: [192.0.2.0/26, 198.51.100.0/24]'), [
    'inet 192.0.2.2 255.255.255.192',
    'inet alias 198.51.100.2 255.255.255.0',
    'up',
  ]);
  const leased = link('em0', ['192.0.2.9/32', 'fd00:40::2/64'], { autoconfFamilies: [4] });
  t.strictSame(
    of([{ ...leased, addresses: [passing('192.0.2.77', 'autoconf'), ...leased.addresses] }]),
    ['inet autoconf', 'inet alias 192.0.2.9 255.255.255.255', 'inet6 fd00:40::2 64', 'up'],
    'what DHCP gave is not written down',
  );
  t.strictSame(
    of([
      link('em0', [], {
        autoconfFamilies: [6],
        addresses: [passing('2001:db8::5', 'autoconf'), passing('2001:db8::6', 'temporary')],
      }),
    ]).slice(-2),
    ['inet6 autoconf', 'up'],
  );
  t.end();
});

t.test('hostname.if: the file of an interface that is told more than addresses is not replaced', (t) => {
  const folder = t.testdir();
  for (const [name, more, kept, first] of [
    [
      'carp40',
      { parent: 'vlan40', carp: { vhid: 40, advbase: 1, advskew: 100 } },
      /vhid, carpdev, pass/,
      'vhid 40 carpdev vlan40 advbase 1 advskew 100',
    ],
    ['wg0', {}, /wgkey, wgport, wgpeer/, 'inet 192.0.2.2 255.255.255.0'],
    ['trunk0', {}, /trunkproto, trunkport/, 'inet 192.0.2.2 255.255.255.0'],
  ] as const) {
    const vlans = `  a: { interface: ${name}, policy: p }\n`;
    const links = [link(name, ['192.0.2.2/24'], more)];
    const text = textOf(
      make('hostname.if', configOf(folder, `vlans:\n${vlans}policies: { p: {} }\n`), links),
    );
    t.match(text, kept, name);
    t.notMatch(text, />\s*\/etc\/hostname/, `${name}: nothing is written over`);
    t.equal(linesOf('hostname.if', vlans, links, folder)[0], first);
  }
  t.end();
});

t.test('packet filters are told where packets come in, and no address that may be gone tomorrow', (t) => {
  const folder = t.testdir();
  const carp = [
    link('vlan40', ['192.0.2.3/24']),
    link('carp40', ['192.0.2.2/24', 'fd00:40::2/64'], { parent: 'vlan40' }),
  ];
  const vlan = (name: string): string => `  a: { interface: ${name}, policy: p }\n`;
  const rules = linesOf('pf', vlan('carp40'), carp, folder).filter((line) => /^(?:pass|block)/.test(line));
  t.equal(rules.length, 5);
  for (const rule of rules) t.match(rule, / on vlan40 /, rule);
  t.match(rules[0], /to ! \(carp40\) port domain rdr-to \(carp40:0\) port domain$/);
  const unseen = make('pf', configOf(folder, `vlans:\n${vlan('carp40')}policies: { p: {} }\n`), []);
  t.match(faultsOf(unseen), /vlans\.a\.interface: what carp40 lies on is not known here/);

  const moving = [
    link('em0', [], {
      addresses: [
        ...link('em0', ['192.0.2.2/24']).addresses,
        passing('2001:db8::5', 'autoconf'),
        passing('2001:db8::6', 'temporary'),
      ],
    }),
  ];
  for (const what of ['pf', 'nftables', 'mikrotik-firewall', 'mikrotik', 'dnsmasq', 'ifstated', 'dhcpd']) {
    const lines = linesOf(what, vlan('em0'), moving, folder);
    t.notMatch(lines.join('\n'), /2001:db8::/, what);
    t.match(lines.join('\n'), /192\.0\.2\.2|em0/, what);
  }
  t.match(linesOf('pf', vlan('em0'), moving, folder).join('\n'), /^block return in quick on em0 inet6 /m);
  const rad = make('rad', configOf(folder, `vlans:\n${vlan('em0')}policies: { p: {} }\n`), moving);
  t.match(faultsOf(rad), /addresses of IPv6 that em0 has may be others tomorrow/);
  t.match(
    linesOf('dnsmasq', vlan('em0'), moving, folder).join('\n'),
    /dhcp-range=set:vlan-a,::,constructor:em0,ra-stateless,64,12h\ndhcp-option=tag:vlan-a,option6:dns-server,\[::\]/,
    'dnsmasq follows them by itself',
  );
  t.end();
});

t.test('two VLANs in one subnet are told apart by nobody', (t) => {
  const folder = t.testdir();
  const two = (kids: string, own: string): Config =>
    configOf(
      folder,
      `vlans:\n  kids: { ${kids}, policy: p }\n  own: { ${own}, policy: p }\npolicies: { p: {} }\n`,
    );
  const links = [link('em0', ['192.0.2.2/24', '192.0.2.3/24', 'fd00::2/64', 'fd00::3/64'])];
  for (const [kids, own] of [
    ['listen: 192.0.2.2, subnets: [192.0.2.0/24]', 'listen: 192.0.2.3, subnets: [192.0.2.0/24]'],
    ['listen: 192.0.2.2, subnets: [192.0.2.0/24]', 'listen: 192.0.2.3, subnets: [192.0.2.128/25]'],
  ] as const)
    for (const what of ['dhcpd', 'kea', 'dnsmasq', 'mikrotik', 'mikrotik-firewall', 'pf', 'nftables'])
      t.match(faultsOf(make(what, two(kids, own), links)), /vlans\.own: .*(?:VLAN kids|another VLAN)/, what);
  const six = two('listen: "fd00::2", subnets: ["fd00::/64"]', 'listen: "fd00::3", subnets: ["fd00::/64"]');
  for (const what of ['rad', 'kea6'])
    t.match(faultsOf(make(what, six, links)), /fd00::\/64 is a subnet of VLAN kids too/);
  t.match(
    textOf(
      make(
        'dhcpd',
        two('listen: 192.0.2.2, subnets: [192.0.2.0/24]', 'listen: 192.0.2.3, subnets: [192.0.2.0/24]'),
        links,
        ['kids'],
      ),
    ),
    /domain-name-servers 192\.0\.2\.2;/,
    'one of them alone is fine',
  );
  t.end();
});

t.test('nftables: loopback needs to be let in, IPv6 of it is turned away, and odd names are refused', (t) => {
  const folder = t.testdir();
  const behind =
    '  a: { listen: ["127.0.0.1:5340", "[::1]:5340"], subnets: [192.168.40.0/24, "fd00:40::/64"], policy: p }\n';
  const lines = linesOf('nftables', behind, LINKS, folder).map((line) => line.trim());
  t.ok(
    lines.includes(
      'iifname "em0" meta nfproto ipv4 meta l4proto { tcp, udp } th dport 53 dnat ip to 127.0.0.1:5340',
    ),
  );
  t.ok(
    lines.includes('iifname "em0" meta nfproto ipv6 meta l4proto { tcp, udp } th dport 53 goto turn_away'),
  );
  const config = configOf(folder, `vlans:\n${behind}policies: { p: {} }\n`);
  t.match(textOf(make('nftables', config)), /sysctl -w net\.ipv4\.conf\.em0\.route_localnet=1/);
  const odd = configOf(folder, 'vlans: { a: { interface: eth0, policy: p } }\npolicies: { p: {} }\n');
  const named = odd.vlans.map((vlan) => ({ ...vlan, interface: 'eth*' }));
  t.match(
    faultsOf(make('nftables', { ...odd, vlans: named }, [])),
    /vlans\.a\.interface: "eth\*" is no name/,
  );
  t.match(
    linesOf('nftables', '  a: { interface: eth0.40, policy: p }\n', [], folder).join('\n'),
    /iifname "eth0\.40" fib daddr \. iif type != local .* redirect$/m,
  );
  t.end();
});

t.test('RouterOS: every line of the firewall is a command, and vlandns itself is let through', (t) => {
  const lines = textOf(make('mikrotik-firewall', threeVlans()))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const value = String.raw`(?:"vlandns[ \w-]*"|!?[\w.:/-]+)`;
  const command = new RegExp(
    String.raw`^/ip(?:v6)? firewall (?:nat|filter|address-list) (?:remove \[find comment~"\^vlandns"\]|add(?: [a-z-]+=${value})+)$`,
  );
  for (const line of lines) {
    t.match(line, command);
    if (/action=(?:dst-nat|reject)/.test(line)) t.match(line, / src-address-list=!vlandns-self\b/, line);
  }
  t.ok(
    lines.includes(
      '/ipv6 firewall address-list add address=fd00:40::2/128 comment="vlandns" list=vlandns-self',
    ),
  );
  t.equal(
    lines.filter((line) => line.includes('action=masquerade')).length,
    6,
    'where clients are beside the listener',
  );
  t.end();
});
