// The query log: what is read, which mode each policy has, and what is told where sections do not agree.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { configOf, faultLines, MINIMAL } from '../reading.ts';

const DAY_MS = 86_400_000;

/** A configuration with this section. */
const section = (text: string): string => `${MINIMAL}querylog: ${text}\n`;

t.test('what is not written has its default', (t) => {
  const { querylog, policies, vlans } = configOf(t.testdir(), MINIMAL);
  t.strictSame(querylog, { keepMs: 30 * DAY_MS, maxOctets: 2 * 1024 ** 3, statisticsMs: 400 * DAY_MS });
  t.equal(policies[0]?.queryLog, 'full');
  t.equal(vlans[0]?.firstSeen, false);
  t.end();
});

t.test('targets are given as URLs and absolute paths', (t) => {
  // A socket's path is short, and that of a test's own folder is not.
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'store'), 'postgres://vlandns:secret@192.0.2.10/log\n');
  chmodSync(join(folder, 'store'), 0o600);
  const of = (text: string) => configOf(folder, section(text)).querylog;
  t.equal(of('{ store: "postgres://v@192.0.2.10/log" }').store, 'postgres://v@192.0.2.10/log');
  t.equal(
    of('{ store: "postgres:///log?host=/run/postgresql" }').store,
    'postgres:///log?host=/run/postgresql',
  );
  t.equal(of('{ store: file:store }').store, 'postgres://vlandns:secret@192.0.2.10/log');
  t.equal(
    of(`{ store: "file://${join(folder, 'store')}" }`).store,
    'postgres://vlandns:secret@192.0.2.10/log',
  );
  t.equal(of('{ dnstap: { to: "unix:tap.sock" } }').dnstap, `unix:${join(folder, 'tap.sock')}`);
  t.equal(of('{ dnstap: "unix:///run/tap.sock" }').dnstap, 'unix:/run/tap.sock');
  t.equal(of('{ dnstap: "tcp://[2001:DB8::7]:6000" }').dnstap, 'tcp://[2001:db8::7]:6000');
  t.end();
});

t.test('what will not do is told where it stands, with what to write instead', (t) => {
  const folder = t.testdir({
    open: 'postgres://v@192.0.2.10/log\n',
    junk: 'secret\n',
    big: 'x'.repeat(5000),
  });
  chmodSync(join(folder, 'open'), 0o644);
  chmodSync(join(folder, 'junk'), 0o600);
  const STORE = 'postgres://vlandns@192.0.2.10/vlandns, or file:PATH of a file with such a line';
  const table: [what: string, text: string, faults: string[]][] = [
    [
      'a database too small',
      '{ max_size: 1MiB }',
      ['max_size: 1MiB is out of range; write 16MiB to 1024GiB'],
    ],
    ['a stretch too short', '{ keep: 5m }', ['keep: 5m is out of range; write 1h to 3650d']],
    ['sums for too short', '{ statistics: 1h }', ['statistics: 1h is out of range; write 1d to 3650d']],
    ['a store that is no URL', '{ store: log.db }', [`store: is not a URL; write ${STORE}`]],
    [
      'another kind of database, whose password is not repeated',
      '{ store: "mysql://v:secret@192.0.2.10/log" }',
      [`store: mysql: is no store; write ${STORE}, or take it out for SQLite in server.state`],
    ],
    [
      'a server without database',
      '{ store: "postgres://192.0.2.10" }',
      [`store: names no database; write ${STORE}`],
    ],
    ['no server', '{ store: "postgres:///log" }', [`store: names no server; write ${STORE}`]],
    ['a file without a path', '{ store: "file:" }', [`store: has no path; write ${STORE}`]],
    [
      'a file that is missing',
      '{ store: file:gone }',
      [
        "store: FOLDER/gone cannot be read (ENOENT: no such file or directory, stat 'FOLDER/gone'); write the path of a file with a line such as postgres://…",
      ],
    ],
    [
      'a file with something else',
      '{ store: file:junk }',
      [`store: FOLDER/junk is not a URL; write ${STORE}`],
    ],
    [
      'a file that is too long for a URL',
      '{ store: file:big }',
      [`store: FOLDER/big is not a URL; write ${STORE}`],
    ],
    [
      'a collector without a scheme',
      '{ dnstap: /run/tap.sock }',
      [
        'dnstap.to: "/run/tap.sock" is no collector of dnstap; write unix:/var/run/dnstap.sock or "tcp://192.0.2.10:6000"',
      ],
    ],
    [
      'a collector without a port',
      '{ dnstap: "tcp://192.0.2.10" }',
      [
        'dnstap.to: "tcp://192.0.2.10" has no port; write unix:/var/run/dnstap.sock or "tcp://192.0.2.10:6000"',
      ],
    ],
    [
      'a socket that no system takes',
      `{ dnstap: "unix:/${'x'.repeat(110)}" }`,
      [
        `dnstap.to: /${'x'.repeat(110)} has 111 octets, and sockets may have 103; write a shorter path such as /var/run/vlandns.sock`,
      ],
    ],
  ];
  for (const [what, text, faults] of table) {
    const lines = faultLines(folder, section(text)).map((line) =>
      line.replace(/^5:\d+: error: querylog\./, ''),
    );
    t.strictSame(
      lines.map((line) => line.replaceAll(folder, 'FOLDER')),
      faults,
      what,
    );
  }
  t.strictSame(
    faultLines(folder, section('{ store: file:open }')).map((line) => line.replaceAll(folder, 'FOLDER')),
    [
      '5:20: warning: querylog.store: FOLDER/open can be read by every user of this machine; chmod o= FOLDER/open',
    ],
    'a file that everybody may read is told',
  );
  t.end();
});

t.test('a policy has its own mode, that of what it extends, or that of all', (t) => {
  const text = `vlans:
  a: { interface: em0, policy: own }
  b: { interface: em1, policy: inherits }
  c: { interface: em2, policy: neither }
policies:
  base: { querylog: anonymous }
  own: { extends: base, querylog: full }
  inherits: { extends: base }
  neither: {}
querylog: { mode: blocked }
`;
  const { policies } = configOf(t.testdir(), text);
  t.strictSame(
    policies.map(({ name, queryLog }) => [name, queryLog]),
    [
      ['base', 'anonymous'],
      ['own', 'full'],
      ['inherits', 'anonymous'],
      ['neither', 'blocked'],
    ],
  );
  t.end();
});

t.test('options of a log that nothing is written to are told', (t) => {
  const folder = t.testdir();
  const off = '  open: { querylog: off }\n';
  const minimal = MINIMAL.replace('  open: {}\n', off);
  const line =
    'querylog: every policy has querylog: off, so nothing is logged; write full, blocked or anonymous in one, or take this out';
  t.strictSame(faultLines(folder, `${minimal}querylog: { keep: 7d }\n`), [`5:11: warning: ${line}`]);
  t.strictSame(faultLines(folder, minimal), [], 'without options it is what was meant');
  t.strictSame(faultLines(folder, section('{ mode: off }')), [], 'so it is where the mode alone is written');
  t.end();
});

t.test('a VLAN that tells new names and does not log them is told', (t) => {
  const config = (mode: string, clients = '', others = ''): string => `vlans:
  lan: { interface: em0, subnets: [192.0.2.0/24], policy: open, first_seen: true${clients} }
policies:
  open: { querylog: ${mode} }
${others}`;
  const warning = (policies: string): string =>
    `2:3: warning: vlans.lan.first_seen: names of allowed queries are not logged under ${policies}, so that they cannot be told; write querylog: full or anonymous there, or take first_seen out`;
  const client = ', clients: [{ address: 192.0.2.7, policy: quiet }]';
  t.strictSame(faultLines(t.testdir(), config('full')), []);
  t.strictSame(faultLines(t.testdir(), config('anonymous')), []);
  t.strictSame(faultLines(t.testdir(), config('off')), [warning('policy open')]);
  t.strictSame(faultLines(t.testdir(), config('blocked', client, '  quiet: { querylog: off }\n')), [
    warning('policies open, quiet'),
  ]);
  t.end();
});
