// What is secret in a configuration is hidden, however it is written, and nothing else.
import { readFileSync } from 'node:fs';
import t from 'tap';
import { hashToken } from '../../src/access/token.ts';
import { withoutSecrets } from '../../src/config/without-secrets.ts';

const HASH = `$scrypt$ln=14,r=8,p=5$${'A'.repeat(22)}$${'B'.repeat(43)}`;
const TOKEN = hashToken('geheim');

const LINES: readonly (readonly [when: string, line: string, shown: string])[] = [
  [
    'in a flow map',
    `- { name: anna, password: ${HASH}, role: admin }`,
    '- { name: anna, password: (hidden), role: admin }',
  ],
  ['in quotes', `password: "${HASH}"`, 'password: (hidden)'],
  ['in single quotes', `'password': '${HASH}' # mine`, "'password': (hidden) # mine"],
  ['escaped', String.raw`password: "\x24scrypt\u0024ln=14,r=8"`, 'password: (hidden)'],
  ['on the next line', `password:\n  ${HASH}\nrole: admin`, 'password:\n  (hidden)\nrole: admin'],
  ['a password that is no hash', '  password: geheim', '  password: (hidden)'],
  ['with a comma in it', 'password: ge,heim', 'password: (hidden)'],
  ['behind an anchor', `mine: &mine ${HASH}\npassword: *mine`, 'mine: &mine (hidden)\npassword: *mine'],
  ['commented out', `# - { name: anna, hash: "${TOKEN}" }`, '# - { name: anna, hash: (hidden) }'],
  ['a token without its key', `"${TOKEN}"`, '"(hidden)"'],
  ['a file is no secret', 'password: file:/etc/vlandns/anna', 'password: file:/etc/vlandns/anna'],
  ['a file in quotes', 'hash: "file:token"', 'hash: "file:token"'],
  [
    'a database',
    'store: postgres://vlandns:geheim@192.0.2.10/log',
    'store: postgres://(hidden)@192.0.2.10/log',
  ],
  [
    'a database by parameters',
    'store: "postgres:///log?user=v&password=geheim&host=/run"',
    'store: "postgres:///log?user=v&password=(hidden)&host=/run"',
  ],
  [
    'a list',
    '- https://me:geheim@lists.example/x?token=abc&format=hosts',
    '- https://(hidden)@lists.example/x?token=(hidden)&format=hosts',
  ],
  ['a server with TLS', '- "tls://192.0.2.53#dns.example"', '- "tls://192.0.2.53#dns.example"'],
  ['an address of mail', '# ask root@example.org', '# ask root@example.org'],
  ['a URL', '- https://lists.example/ads?v=1', '- https://lists.example/ads?v=1'],
];

t.test('each secret is hidden, and its surroundings stay', (t) => {
  for (const [when, line, shown] of LINES) t.equal(withoutSecrets(line), shown, when);
  t.end();
});

t.test('a text without secrets is as it was', (t) => {
  const text = readFileSync(new URL('../../config/vlandns.openbsd.yaml', import.meta.url), 'utf8');
  t.equal(withoutSecrets(text), text);
  t.end();
});

t.test('a hostile text costs no more than its length', (t) => {
  for (const text of [
    'password: "'.repeat(20_000),
    'a://'.repeat(50_000),
    `?token${'key'.repeat(50_000)}`,
    'password:'.repeat(30_000),
  ])
    t.ok(withoutSecrets(text).length > 0, text.slice(0, 12));
  t.end();
});
