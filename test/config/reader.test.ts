// Files and YAML as they come: what cannot be read says why, and what can gives exactly the configuration that was meant.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig, readConfig } from '../../src/config/reader.ts';
import { configOf, faultLines, MINIMAL, readText } from './reading.ts';
import { randomConfig, seededRandom, withoutPositions } from './random-config.ts';

const EMPTY_SIDE = { lists: [], services: [], rules: [] };

t.test('a file that cannot be read is one fault without a line', (t) => {
  const folder = t.testdir({ sub: {} });
  const large = join(folder, 'large.yaml');
  writeFileSync(large, '#'.repeat(4 * 1024 * 1024 + 1));
  const cases: [file: string, message: string][] = [
    [join(folder, 'absent.yaml'), 'file not found; write its path behind -c'],
    [join(folder, 'sub'), 'is a folder; write the path of the file in it'],
    ['/dev/null', 'is not a regular file; write the path of one'],
    [large, 'is larger than 4 MiB; put long lists of names into files under "lists"'],
  ];
  for (const [file, message] of cases) {
    const expected = { file, line: 0, column: 0, setting: '', message, severity: 'error' };
    t.strictSame(
      readConfig(file),
      { config: undefined, remains: undefined, text: undefined, faults: [expected] },
      message,
    );
  }
  t.end();
});

t.test('parseConfig throws a ConfigError with every fault as a line', (t) => {
  const file = join(t.testdir({ 'a.yaml': 'vlans: []\npolicies: 1\n' }), 'a.yaml');
  t.throws(() => parseConfig(file), ConfigError);
  t.throws(() => parseConfig(file), {
    message: `${file}:1:8: error: vlans: is a list; write at least one VLAN\n${file}:2:11: error: policies: is the number 1; write a map of policies`,
  });
  t.end();
});

t.test('octets that are not UTF-8 are found by line and column', (t) => {
  const folder = t.testdir();
  const fault = 'error: is not UTF-8 from here on; save the file as UTF-8';
  t.strictSame(faultLines(folder, Buffer.from('vlans:\n  k\u00e4ds: {}\n', 'latin1')), [`2:4: ${fault}`]);
  t.strictSame(faultLines(folder, Buffer.from(`\ufeff${MINIMAL}`, 'utf16le')), [`1:1: ${fault}`]);
  t.strictSame(faultLines(folder, `\ufeff${MINIMAL}`), [], 'a UTF-8 byte order mark does no harm');
  t.strictSame(faultLines(folder, MINIMAL.replaceAll('\n', '\r\n')), [], 'nor do line ends of Windows');
  t.end();
});

const YAML_FAULTS: readonly (readonly [when: string, text: string, faults: readonly string[]])[] = [
  ['an empty file', '', ['1:1: error: is empty; write at least "vlans:" and "policies:"']],
  ['comments only', '# nothing\n\n', ['1:1: error: is empty; write at least "vlans:" and "policies:"']],
  ['a marker only', '---\n...\n', ['1:1: error: is empty; write at least "vlans:" and "policies:"']],
  [
    'two documents',
    `${MINIMAL}---\n${MINIMAL}`,
    ['5:1: error: a second YAML document starts here; put everything into one, without "---" lines between'],
  ],
  ['a tab', 'vlans:\n\tlan: {}\n', ['2:1: error: Tabs are not allowed as indentation; indent with spaces']],
  [
    'a value with a colon and a space',
    'vlans: lan: em0\n',
    [
      '1:8: error: Nested mappings are not allowed in compact mappings; put quotes round a value that has ": " in it',
    ],
  ],
  [
    'a value that starts with @',
    'vlans: @lan\n',
    ['1:8: error: Plain value cannot start with reserved character @; put quotes round the value'],
  ],
  [
    'a regular expression between double quotes',
    `${MINIMAL}records: ["\\d"]\n`,
    [
      '5:12: error: Invalid escape sequence \\d; write \\\\ for a backslash between double quotes, or use single quotes',
    ],
  ],
  ['a tag', 'vlans: !ours {}\n', ['1:8: error: Unresolved tag: !ours; leave the tag away']],
  [
    'a key written twice, and what is wrong further on',
    `${MINIMAL}cache: {}\nlog: { level: loud }\ncache: {}\n`,
    [
      '6:15: error: log.level: "loud" will not do; write one of trace, debug, info, warn, error',
      '7:1: error: cache: is written twice, first in line 5; keep one of them',
    ],
  ],
  [
    'a merge of YAML 1.1',
    `${MINIMAL}cache: { <<: *a }\n`,
    [
      '5:10: error: cache: "<<" merges are not part of YAML 1.2; use "extends" in a policy, or write the keys out',
    ],
  ],
  [
    'a name that YAML takes for an alias',
    MINIMAL.replace('{}', '{ block: { rules: [*.game.example] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: *.game.example is a YAML alias, and no complete "&.game.example" stands before it; to write a name that starts with "*", put quotes round it: "*.game.example"',
    ],
  ],
  [
    'an alias inside what it names',
    `${MINIMAL}hosts: &a [*a]\n`,
    [
      '5:12: error: hosts[0]: *a is a YAML alias, and no complete "&a" stands before it; to write a name that starts with "*", put quotes round it: "*a"',
      '5:12: error: hosts[0]: file not found: FOLDER/*a; write the path of a file that is there',
    ],
  ],
  [
    'aliases that multiply',
    `a: &a [${'x,'.repeat(9)}]\n${Array.from('bcdefghi')
      .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'.charAt(index)},`.repeat(9)}]\n`)
      .join('')}`,
    ['6:11: error: f[1]: aliases multiply the configuration to more than 200000 values; write it out'],
  ],
  [
    'brackets nested until a parser would break',
    `vlans: ${'['.repeat(100_000)}`,
    ['1:68: error: is nested more than 60 levels deep; no setting needs more than 8'],
  ],
  [
    'indicators nested until a parser would break',
    '- '.repeat(100_000),
    ['1:121: error: is nested more than 60 levels deep; no setting needs more than 8'],
  ],
  [
    'indents nested until a parser would break',
    Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    ['602:1: error: is nested more than 60 levels deep; no setting needs more than 8'],
  ],
];

t.test('each trap of YAML is reported where it stands', (t) => {
  const folder = t.testdir();
  for (const [when, text, faults] of YAML_FAULTS) {
    const lines = faultLines(folder, text).map((line) => line.replaceAll(folder, 'FOLDER'));
    t.strictSame(lines, faults, when);
  }
  t.end();
});

t.test('aliases stand for what they name', (t) => {
  const text = `vlans:
  lan: { interface: em0, policy: &name open }
policies:
  *name : { block: &side { rules: [a.example] }, allow: { rules: &none [] } }
  other: { extends: *name, block: *side, allow: { rules: *none } }
expect: [{ vlan: lan, name: a.example, is: blocked }]
`;
  t.strictSame(faultLines(t.testdir(), text), [
    '5:3: error: policies.other: no VLAN, client or policy uses it; name it somewhere, or take it out',
  ]);
  t.end();
});

t.test('what is not written has the default that the documentation says', (t) => {
  const folder = t.testdir();
  const config = configOf(folder, MINIMAL);
  const file = join(folder, 'vlandns.yaml');
  t.strictSame(config.file, file);
  t.strictSame(withoutPositions(config.vlans), [
    {
      name: 'lan',
      interface: 'em0',
      port: 53,
      subnets: 'interface',
      policy: 'open',
      clients: [],
      records: [],
      hosts: [],
      devices: [],
      firstSeen: false,
    },
  ]);
  t.strictSame(withoutPositions(config.policies), [
    {
      name: 'open',
      block: EMPTY_SIDE,
      allow: EMPTY_SIDE,
      only: false,
      answer: 'nxdomain',
      blockTtlSeconds: 10,
      bypass: 'allow',
      rebindProtection: false,
      queryLog: 'full',
      allowance: {},
      safeSearch: {},
      schedules: [],
      inspect: true,
      upstream: 'default',
      whenListsMissing: 'refuse',
    },
  ]);
  const { lists, upstreams, forward, records, hosts, expect, cache, limits, server, log, control } = config;
  t.strictSame(
    { lists, forward, records, hosts, expect },
    { lists: [], forward: [], records: [], hosts: [], expect: [] },
  );
  t.strictSame(withoutPositions(upstreams), [
    { name: 'default', servers: [{ kind: 'system', text: 'system' }], strategy: 'fastest' },
  ]);
  t.strictSame(cache, {
    sizeOctets: 33_554_432,
    minTtlSeconds: 0,
    maxTtlSeconds: 86_400,
    negativeTtlSeconds: 900,
    serveStaleSeconds: 86_400,
    prefetch: true,
  });
  t.strictSame(limits, {
    rate: 100,
    burst: 300,
    inFlight: 2000,
    inFlightPerClient: 200,
    tcp: 256,
    tcpPerClient: 16,
    tcpIdleMs: 10_000,
    prefix: { bits: 64, rate: 800, burst: 2400, inFlight: 400, tcp: 64 },
  });
  t.strictSame(server, {
    carrier: 'heal',
    port: 53,
    io: 'auto',
    pledge: false,
    timeZone: 'local',
    ca: [],
    state: '/var/vlandns',
    user: undefined,
  });
  t.strictSame(log, { level: 'info', file: 'stdout' });
  t.strictSame(control, { socket: '/var/run/vlandns.sock' });
  t.end();
});

t.test('every way to write a list gives the same list', (t) => {
  const folder = t.testdir({ lists: { 'ads.txt': '' } });
  const location = join(folder, 'lists/ads.txt');
  const expected = {
    name: 'ads',
    sources: [{ kind: 'file', location, format: 'auto' }],
    mode: 'enforce',
    refreshMs: 43_200_000,
    guard: { maxShrink: 0.5, maxGrowth: 10, maxErrors: 0.05, mayBlock: [] },
  };
  const ways = [
    'lists/ads.txt',
    '[lists/ads.txt]',
    '{ sources: lists/ads.txt }',
    '{ file: lists/ads.txt, format: auto }',
    `[{ file: "${location}" }]`,
    '{ sources: [{ file: ./lists/ads.txt, format: auto }], refresh: 12h, guard: { max_shrink: 50%, max_errors: 5.0% } }',
  ];
  for (const way of ways) {
    const config = configOf(
      folder,
      `${MINIMAL.replace('{}', '{ block: { lists: ads } }')}lists: { ads: ${way} }\n`,
    );
    t.strictSame(withoutPositions(config.lists), [expected], way);
  }
  t.end();
});

t.test('every kind of server is read with its address, port and name', (t) => {
  const cases: [text: string, server: object][] = [
    ['192.0.2.53', { kind: 'udp', address: '192.0.2.53', port: 53 }],
    ['udp://192.0.2.53:5353', { kind: 'udp', address: '192.0.2.53', port: 5353 }],
    ['2001:DB8:0::53', { kind: 'udp', address: '2001:db8::53', port: 53 }],
    ['[2001:db8::53]:5353', { kind: 'udp', address: '2001:db8::53', port: 5353 }],
    ['::ffff:192.0.2.53', { kind: 'udp', address: '192.0.2.53', port: 53 }],
    ['tcp://[2001:db8::53]', { kind: 'tcp', address: '2001:db8::53', port: 53 }],
    [
      'tls://192.0.2.53#DNS.example.',
      { kind: 'tls', address: '192.0.2.53', port: 853, tlsName: 'dns.example' },
    ],
    [
      'tls://[2001:db8::53]:8853#dns.example',
      { kind: 'tls', address: '2001:db8::53', port: 8853, tlsName: 'dns.example' },
    ],
    ['fe80::1%em0', { kind: 'udp', address: 'fe80::1%em0', port: 53 }],
    ['[FE80:0::1%vlan40]:5353', { kind: 'udp', address: 'fe80::1%vlan40', port: 5353 }],
    ['tcp://fe80::1%em0.40', { kind: 'tcp', address: 'fe80::1%em0.40', port: 53 }],
    [
      'TLS://[fe80::1%em0]#dns.example',
      { kind: 'tls', address: 'fe80::1%em0', port: 853, tlsName: 'dns.example' },
    ],
    ['system', { kind: 'system' }],
  ];
  const servers = JSON.stringify(cases.map(([text]) => text));
  const config = configOf(t.testdir(), `${MINIMAL}upstreams: { default: ${servers} }\n`);
  const expected = cases.map(([text, server]) => ({ ...server, text }));
  t.strictSame(withoutPositions(config.upstreams[0]?.servers), expected);
  t.end();
});

t.test('a policy that extends another adds lists and rules and overrides the rest', (t) => {
  const config = configOf(
    t.testdir(),
    `vlans:
  lan: { interface: em0, policy: grandchild }
policies:
  grandchild:
    extends: child
    block: { rules: [c.example, a.example], lists: [two, one] }
    inspect: true
  child:
    extends: base
    allow: { rules: [ok.example] }
    answer: { ipv4: 192.0.2.80 }
    block_ttl: 0
  base:
    block: { lists: one, rules: [a.example, "*.b.example"] }
    answer: zero
    block_ttl: 5m
    inspect: false
    bypass: block
    when_lists_missing: allow
    only: true
    rebind_protection: true
    safe_search: { google: true, bing: false, youtube: moderate }
lists:
  one: https://lists.example/1
  two: https://lists.example/2
`,
  );
  t.strictSame(withoutPositions(config.policies[0]), {
    name: 'grandchild',
    extends: 'child',
    block: {
      lists: [{ name: 'one' }, { name: 'two' }],
      services: [],
      rules: [
        { text: 'a.example', policy: 'base' },
        { text: '*.b.example', policy: 'base' },
        { text: 'c.example', policy: 'grandchild' },
      ],
    },
    allow: { lists: [], services: [], rules: [{ text: 'ok.example', policy: 'child' }] },
    only: true,
    answer: { ipv4: '192.0.2.80' },
    blockTtlSeconds: 0,
    bypass: 'block',
    rebindProtection: true,
    queryLog: 'full',
    allowance: {},
    safeSearch: { google: 'strict', youtube: 'moderate' },
    schedules: [],
    inspect: true,
    upstream: 'default',
    whenListsMissing: 'allow',
  });
  t.strictSame(config.policies[0]?.block.rules[0]?.at, { line: 14, column: 34 }, 'a rule keeps its place');
  t.end();
});

t.test('extending is bounded, and a long ladder does not exhaust anything', (t) => {
  const ladder = Array.from({ length: 5000 }, (_, level) => `  p${level}: { extends: p${level + 1} }\n`).join(
    '',
  );
  const text = `vlans:\n  lan: { interface: em0, policy: p0 }\npolicies:\n${ladder}  p5000: {}\n`;
  const { faults } = readText(t.testdir(), text);
  t.match(faults[0], {
    setting: 'policies.p32.extends',
    message: 'is more than 32 levels deep; extend a policy with fewer levels',
  });
  t.end();
});

t.test('paths start at the folder of the configuration', (t) => {
  const folder = t.testdir({ etc: { hosts: '' } });
  const config = configOf(
    folder,
    `${MINIMAL}hosts: [etc/hosts]\nserver: { state: ../state }\nlog: { file: ./log }\ncontrol: { socket: ../s }\n`,
  );
  t.equal(config.hosts[0]?.file, join(folder, 'etc/hosts'));
  t.equal(config.server.state, join(folder, '../state'));
  t.equal(config.log.file, join(folder, 'log'));
  t.equal(config.control.socket, join(folder, '../s'));
  t.end();
});

t.test('files that are named must be there, and a socket must fit into its address', (t) => {
  const folder = t.testdir({ lists: {} });
  const socket = `/run/${'s'.repeat(99)}`;
  const text = `${MINIMAL.replace('{}', '{ block: { lists: [ads] } }')}lists: { ads: [absent.txt, lists] }
hosts: [lists, ${'x'.repeat(300)}]
control: { socket: ${socket} }
`;
  const lines = faultLines(folder, text).map((line) => line.replaceAll(folder, 'FOLDER'));
  t.strictSame(lines.slice(0, 3), [
    '5:16: error: lists.ads.sources[0]: file not found: FOLDER/absent.txt; write the path of a file that is there',
    '5:28: error: lists.ads.sources[1]: FOLDER/lists is a folder; write the path of a file in it',
    '6:9: error: hosts[0]: FOLDER/lists is a folder; write the path of a file in it',
  ]);
  t.match(
    lines[3],
    /^6:16: error: hosts\[1\]: cannot be looked at \(ENAMETOOLONG.*\); write the path of a file/,
  );
  t.strictSame(lines.slice(4), [
    `7:20: error: control.socket: ${socket} has 104 octets, and sockets may have 103; write a shorter path such as /var/run/vlandns.sock`,
  ]);
  t.end();
});

t.test('a random valid configuration is read as it was meant', (t) => {
  const folder = t.testdir();
  const random = seededRandom(20_240_501);
  for (let round = 0; round < 150; round++) {
    const { text, expected } = randomConfig(random);
    const { file, ...config } = configOf(folder, text);
    const meant: unknown = JSON.parse(JSON.stringify(expected).replaceAll('"FILE"', JSON.stringify(file)));
    t.strictSame(withoutPositions(config), meant, `round ${round} of ${file}`);
  }
  t.end();
});

t.test('a damaged file gives faults or a configuration, never an exception', (t) => {
  const folder = t.testdir();
  cpSync(new URL('../../config/demo', import.meta.url), join(folder, 'demo'), { recursive: true });
  const random = seededRandom(7);
  const originals = ['vlandns.yaml', 'vlandns.demo.yaml', 'vlandns.openbsd.yaml'].map((name) =>
    readFileSync(new URL(`../../config/${name}`, import.meta.url)),
  );
  for (let round = 0; round < 200; round++) {
    const damaged = damage(originals[round % originals.length] ?? Buffer.alloc(0), random);
    const { config, faults } = readText(folder, damaged);
    const sound = faults.every(
      ({ line, column, message }) => line >= 1 && column >= 1 && message.includes(';'),
    );
    if (!sound || (config === undefined) !== faults.some(({ severity }) => severity === 'error'))
      t.fail(`round ${round}`, { faults, text: damaged.toString('latin1') });
  }
  t.pass('200 rounds');
  t.end();
});

/** Changes, removes, doubles or inserts some octets, most of them signs that YAML gives a meaning. */
function damage(original: Buffer, random: () => number): Buffer {
  const signs = [
    '[',
    ']',
    '{',
    '}',
    ':',
    '- ',
    '\n',
    '  ',
    '#',
    '*',
    '&',
    '"',
    "'",
    '|',
    '!',
    '\t',
    '\u0000',
    '\u00ff',
  ];
  let octets = original;
  for (let change = 0; change <= random() * 6; change++) {
    const at = Math.floor(random() * octets.length);
    const to = at + Math.floor(random() * 12);
    const sign = Buffer.from(signs[Math.floor(random() * signs.length)] ?? '', 'latin1');
    const middle = [sign, Buffer.alloc(0), Buffer.concat([octets.subarray(at, to), octets.subarray(at, to)])];
    const filling = middle[Math.floor(random() * middle.length)] ?? sign;
    octets = Buffer.concat([octets.subarray(0, at), filling, octets.subarray(to)]);
  }
  return octets;
}

t.test('one prefix needs no brackets, and a policy zone may be given its name', (t) => {
  const folder = t.testdir({
    'policy.zone': '',
    'vlandns.yaml': [
      'vlans:',
      '  lab: { listen: 127.0.0.1:5340, subnets: 127.0.0.0/8, policy: open }',
      'policies: { open: { block: { lists: zone } } }',
      'lists: { zone: { file: policy.zone, format: rpz, zone: RPZ.Example. } }',
      '',
    ].join('\n'),
  });
  const { config, faults } = readConfig(join(folder, 'vlandns.yaml'));
  t.strictSame(faults, []);
  t.match(config?.vlans[0]?.subnets, [{ family: 4, length: 8 }]);
  t.equal(config?.lists[0]?.sources[0]?.zone, 'rpz.example');
  t.end();
});
