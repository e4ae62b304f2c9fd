// The page: what is read, which listeners are refused without users and TLS, and what is told of secrets, files and ports.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { hashToken, makeToken } from '../../../../src/access/token.ts';
import { readConfig } from '../../../../src/config/reader.ts';
import { configOf, faultLines, MINIMAL } from '../../reading.ts';

const HASH = `$scrypt$ln=14,r=8,p=5$${'A'.repeat(22)}$${'B'.repeat(43)}`;
const TOKEN = hashToken(makeToken());
const USERS = `users: [{ name: anna, password: "${HASH}", role: admin }]`;
const TLS = 'certificate: cert.pem, key: key.pem';

/** A configuration with this section. */
const section = (text: string, before = MINIMAL): string => `${before}web: ${text}\n`;

/** The faults of the section, without the place. */
const faultsOf = (folder: string, text: string): string[] =>
  faultLines(folder, text).map((line) => line.replace(/^\d+:\d+: /, ''));

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const skip = hasOpenssl ? false : 'there is no openssl to make a certificate with';

/** A folder with a certificate and its key, and a key of another one. */
function withCertificate(t: Test): string {
  const folder = t.testdir({
    'junk.pem': 'nothing\n',
    hash: `${HASH}\n`,
    open: `${HASH}\n`,
    'no-hash': 'secret\n',
  });
  const make = (...args: string[]): unknown =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
  const curve = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=page.example',
  ];
  make('req', '-x509', ...curve, '-days', '30', '-keyout', 'key.pem', '-out', 'cert.pem');
  make('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'other.pem');
  chmodSync(join(folder, 'hash'), 0o600);
  chmodSync(join(folder, 'open'), 0o644);
  chmodSync(join(folder, 'no-hash'), 0o600);
  return folder;
}

t.test('the section becomes what the server goes by', { skip }, (t) => {
  const folder = withCertificate(t);
  t.equal(configOf(folder, MINIMAL).web, undefined);
  const { web } = configOf(
    folder,
    section(`
  listen: ["192.0.2.1:8053", "[2001:DB8::1]:8053"]
  ${TLS.replace(', ', '\n  ')}
  users:
    - { name: anna, password: "${HASH}", role: admin }
    - { name: b.c@example, password: file:hash, role: parent, vlans: lan }
  tokens:
    - { name: home, hash: "${TOKEN}", role: viewer, vlans: [lan], until: 2999-12-31 }`),
  );
  t.strictSame(
    web?.listen.map(({ address, port }) => [address, port]),
    [
      ['192.0.2.1', 8053],
      ['2001:db8::1', 8053],
    ],
  );
  t.strictSame(web?.tls, { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') });
  t.strictSame(web?.users, [
    { name: 'anna', password: HASH, role: 'admin', vlans: [] },
    { name: 'b.c@example', password: HASH, role: 'parent', vlans: ['lan'] },
  ]);
  t.strictSame(web?.tokens, [
    { name: 'home', hash: TOKEN, role: 'viewer', vlans: ['lan'], untilMs: Date.UTC(3000, 0, 1) },
  ]);
  t.strictSame(web?.files, [
    { setting: 'web.certificate', path: join(folder, 'cert.pem') },
    { setting: 'web.key', path: join(folder, 'key.pem') },
    { setting: 'web.users[1].password', path: join(folder, 'hash') },
  ]);
  t.end();
});

t.test('on loopback nobody has to log in, and elsewhere it takes users and TLS', { skip }, (t) => {
  const folder = withCertificate(t);
  const NO_USERS =
    'error: web.listen: 192.0.2.1:8053 can be reached from other machines, and there are no users; write users: with lines that "vlandns passwd NAME" prints, or listen on 127.0.0.1:8053';
  const NO_TLS =
    'error: web.listen: 192.0.2.1:8053 can be reached from other machines, and passwords would cross the network as plain text; write certificate: and key:, or listen on 127.0.0.1:8053 behind a server with TLS, or write insecure: true to have it so';
  const table: readonly (readonly [when: string, text: string, faults: readonly string[]])[] = [
    ['loopback', '{ listen: "127.0.0.1:8053" }', []],
    ['both loopbacks', '{ listen: ["127.0.0.1:8053", "[::1]:8053"] }', []],
    ['neither', '{ listen: "192.0.2.1:8053" }', [NO_USERS, NO_TLS]],
    ['one of two listeners', `{ listen: ["127.0.0.1:8053", "192.0.2.1:8053"], ${USERS} }`, [NO_TLS]],
    ['no users', `{ listen: "192.0.2.1:8053", ${TLS} }`, [NO_USERS]],
    ['users and TLS', `{ listen: "192.0.2.1:8053", ${USERS}, ${TLS} }`, []],
    [
      'a list of nobody',
      `{ listen: "192.0.2.1:8053", ${TLS}, users: [] }`,
      [
        'error: web.users: is empty, and 192.0.2.1:8053 can be reached from other machines; write lines that "vlandns passwd NAME" prints, or listen on 127.0.0.1:8053',
      ],
    ],
    [
      'plain text that is wanted',
      `{ listen: "192.0.2.1:8053", ${USERS}, insecure: true }`,
      [
        'warning: web.insecure: passwords cross the network as plain text, and whoever sees one can use it (192.0.2.1:8053 can be reached from other machines); write certificate: and key:',
      ],
    ],
    [
      'plain text without users',
      `{ listen: "192.0.2.1:8053", insecure: true }`,
      [
        NO_USERS,
        'warning: web.insecure: passwords cross the network as plain text, and whoever sees one can use it (192.0.2.1:8053 can be reached from other machines); write certificate: and key:',
      ],
    ],
    [
      'insecure on loopback',
      '{ listen: "127.0.0.1:8053", insecure: true }',
      ['warning: web.insecure: makes no difference on loopback; take it out'],
    ],
    [
      'insecure with TLS',
      `{ listen: "192.0.2.1:8053", ${USERS}, ${TLS}, insecure: true }`,
      ['warning: web.insecure: makes no difference beside certificate; take it out'],
    ],
  ];
  for (const [when, text, faults] of table)
    t.strictSame(faultsOf(folder, section(text)).toSorted(), [...faults].toSorted(), when);
  t.end();
});

t.test('a port that something else has is refused', (t) => {
  const folder = t.testdir();
  const house = `vlans:
  kids: { listen: ["127.0.0.1:5353"], subnets: [192.0.2.0/24], policy: open }
  lan: { interface: em0, policy: open }
policies: { open: {} }
metrics: { listen: "127.0.0.1:9153" }
`;
  const secure = `${USERS}, insecure: true`;
  const table: readonly (readonly [listen: string, owner: string, where: string])[] = [
    ['["127.0.0.1:5353"]', 'VLAN kids listens', '127.0.0.1:5353'],
    ['["127.0.0.1:9153"]', 'metrics are served', '127.0.0.1:9153'],
    ['["127.0.0.1:8053", "127.0.0.1:8053"]', 'the page is served', '127.0.0.1:8053'],
    ['["0.0.0.0:9153"]', 'metrics are served', '0.0.0.0:9153'],
    ['["192.0.2.1:53"]', 'VLAN lan listens', '192.0.2.1:53'],
  ];
  for (const [listen, owner, where] of table) {
    const faults = faultsOf(folder, section(`{ listen: ${listen}, ${secure} }`, house));
    const found = faults.filter((fault) => fault.includes('already'));
    t.equal(found.length, 1, listen);
    t.match(found[0], `${owner} on ${where} already; write another port, such as 8053`, listen);
  }
  t.strictSame(faultsOf(folder, section('{ listen: ["127.0.0.2:9153", "127.0.0.1:53"] }', house)), []);
  t.end();
});

t.test('what will not do is told with what to write instead, and never with the secret', { skip }, (t) => {
  const folder = withCertificate(t);
  const at = (text: string): string => section(`{ listen: "127.0.0.1:8053", ${text} }`);
  const user = (text: string): string =>
    at(`users: [{ name: anna, password: "${HASH}", role: parent, ${text} }]`);
  const missing = join(folder, 'missing.pem');
  const table: readonly (readonly [when: string, text: string, faults: readonly string[]])[] = [
    [
      'no listener',
      section('{}'),
      ['error: web.listen: is missing; write one or more addresses with a port, such as 127.0.0.1:8053'],
    ],
    [
      'no port',
      section('{ listen: 127.0.0.1 }'),
      ['error: web.listen: "127.0.0.1" has no port; write one, such as 127.0.0.1:8053'],
    ],
    [
      'a certificate alone',
      at('certificate: cert.pem'),
      ['error: web.certificate: has no key; write key: with the path of its private key'],
    ],
    [
      'a key alone',
      at('key: key.pem'),
      ['error: web.key: has no certificate; write certificate: with the path of its certificate'],
    ],
    [
      'a file that is not there',
      at('certificate: missing.pem, key: key.pem'),
      [
        `error: web.certificate: ${missing} cannot be read (file not found); write the path of a file with a certificate in PEM form`,
      ],
    ],
    [
      'no certificate in it',
      at('certificate: junk.pem, key: key.pem'),
      [
        `error: web.certificate: ${join(folder, 'junk.pem')} holds none that can be used; write the path of a file with a certificate in PEM form`,
      ],
    ],
    [
      'no key in it',
      at('certificate: cert.pem, key: junk.pem'),
      [
        `error: web.key: ${join(folder, 'junk.pem')} holds none that can be used; write the path of a file with a private key in PEM form and without a passphrase`,
      ],
    ],
    [
      "another one's key",
      at('certificate: cert.pem, key: other.pem'),
      [
        `error: web.key: ${join(folder, 'other.pem')} is not the key of ${join(folder, 'cert.pem')}; write the paths of two that belong together`,
      ],
    ],
    [
      'a password in place of its hash',
      at('users: [{ name: anna, password: geheim, role: admin }]'),
      [
        'error: web.users[0].password: is no hash; write what "vlandns passwd" prints, or file:PATH of a file with it',
      ],
    ],
    [
      'a hash that asks for gigabytes',
      at(`users: [{ name: anna, password: "${HASH.replace('ln=14', 'ln=24')}", role: admin }]`),
      [
        'error: web.users[0].password: is no hash; write what "vlandns passwd" prints, or file:PATH of a file with it',
      ],
    ],
    [
      'a token in place of its hash',
      at('tokens: [{ name: home, hash: vlandns_abc, role: admin }]'),
      [
        'error: web.tokens[0].hash: is no hash; write what "vlandns token NAME" prints, or file:PATH of a file with it',
      ],
    ],
    [
      'no path',
      at('users: [{ name: anna, password: "file:", role: admin }]'),
      [
        'error: web.users[0].password: has no path; write the path of a file with a line that "vlandns passwd" prints',
      ],
    ],
    [
      'a file without a hash',
      at('users: [{ name: anna, password: file:no-hash, role: admin }]'),
      [
        `error: web.users[0].password: ${join(folder, 'no-hash')} holds no hash; write what "vlandns passwd" prints into it, and nothing else`,
      ],
    ],
    [
      'a file of a hash that is not there',
      at('users: [{ name: anna, password: file:gone, role: admin }]'),
      [
        `error: web.users[0].password: ${join(folder, 'gone')} cannot be read (file not found); write the path of a file with what "vlandns passwd" prints`,
      ],
    ],
    [
      'a file for everybody',
      at('users: [{ name: anna, password: file:open, role: admin }]'),
      [
        `warning: web.users[0].password: ${join(folder, 'open')} can be read by every user of this machine; chmod o= ${join(folder, 'open')}`,
      ],
    ],
    [
      'a role that there is not',
      at(`users: [{ name: anna, password: "${HASH}", role: root }]`),
      ['error: web.users[0].role: "root" will not do; write one of admin, parent, viewer'],
    ],
    [
      'a VLAN that there is not',
      user('vlans: [la]'),
      ['error: web.users[0].vlans[0]: there is no VLAN "la"; write "lan" (there are: lan)'],
    ],
    [
      'an admin of some VLANs',
      at(`users: [{ name: anna, password: "${HASH}", role: admin, vlans: lan }]`),
      [
        'error: web.users[0].vlans: stands beside role: admin, who may do everything in all VLANs; write role: parent or viewer, or take it out',
      ],
    ],
    [
      'a name twice',
      at(
        `users: [{ name: anna, password: "${HASH}", role: admin }, { name: Anna, password: "${HASH}", role: viewer }]`,
      ),
      [
        'error: web.users[1].name: user Anna stands in line 5 already; write another name, or keep one of them',
      ],
    ],
    [
      'a token that is past',
      at(`tokens: [{ name: home, hash: "${TOKEN}", role: admin, until: 2001-01-31 }]`),
      [
        'warning: web.tokens[0].until: 2001-01-31 is past, and the token is not taken any more; write a later day, or take the token out',
      ],
    ],
    [
      'no date',
      at(`tokens: [{ name: home, hash: "${TOKEN}", role: admin, until: 2999-02-30 }]`),
      ['error: web.tokens[0].until: "2999-02-30" is not a date; write a date such as 2027-12-31'],
    ],
  ];
  for (const [when, text, faults] of table) t.strictSame(faultsOf(folder, text), faults, when);
  t.end();
});

t.test('names are served without the files of the page', { skip }, (t) => {
  const folder = withCertificate(t);
  const file = join(folder, 'vlandns.yaml');
  writeFileSync(
    file,
    section(`{ listen: "192.0.2.1:8053", ${USERS}, certificate: missing.pem, key: other.pem }`),
  );
  t.equal(readConfig(file).config, undefined);
  const { config, faults } = readConfig(file, { mayLackLists: true });
  t.equal(config?.web?.tls?.certificate, join(folder, 'missing.pem'));
  t.match(faults, [{ severity: 'warning', setting: 'web.certificate' }]);
  t.end();
});

t.test('a certificate that has ended is told', { skip }, (t) => {
  const folder = withCertificate(t);
  const file = join(folder, 'vlandns.yaml');
  writeFileSync(file, section(`{ listen: "127.0.0.1:8053", ${TLS} }`));
  t.strictSame(readConfig(file).faults, []);
  const { config, faults } = readConfig(file, { nowMs: Date.UTC(2999, 0, 1) });
  t.ok(config);
  t.match(faults, [{ severity: 'warning', message: /ended on .*, and browsers will warn; renew it/ }]);
  t.end();
});
