// The files that are shipped: the JSON Schema is what the definition gives, the examples are valid by both, and the
// reference names every key.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { FaultLog, formatFault } from '../../src/config/config-error.ts';
import { jsonSchema } from '../../src/config/json-schema.ts';
import type { ConfigNode } from '../../src/config/yaml/node.ts';
import { readConfig } from '../../src/config/reader.ts';
import type { JsonSchema } from '../../src/config/schema.ts';
import { readYamlTree } from '../../src/config/yaml/yaml-tree.ts';
import { randomConfig, seededRandom } from './random-config.ts';
import { configOf, MINIMAL } from './reading.ts';
import { schemaFaults } from './schema-check.ts';

const shipped = (name: string): string => fileURLToPath(new URL(`../../config/${name}`, import.meta.url));
const SHIPPED = ['vlandns.yaml', 'vlandns.demo.yaml', 'vlandns.openbsd.yaml'];

t.test('the JSON Schema that is shipped is the one of the definition', (t) => {
  t.strictSame(JSON.parse(readFileSync(shipped('vlandns.schema.json'), 'utf8')), plain(jsonSchema()));
  t.end();
});

t.test('every example is valid without a warning, for the reader and for the JSON Schema', (t) => {
  for (const name of SHIPPED) {
    const file = shipped(name);
    t.strictSame(readConfig(file).faults.map(formatFault), [], `${name} is read`);
    t.strictSame(
      schemaFaults(jsonSchema(), valueOf(readFileSync(file, 'utf8'))),
      [],
      `${name} fits the schema`,
    );
  }
  t.end();
});

t.test('the reference names every key of the definition', (t) => {
  // Files that are on no machine are commented out.
  const text = readFileSync(shipped('vlandns.yaml'), 'utf8').replaceAll(/^( +)#(?=[a-z]+: \/)/gm, '$1');
  const written = keyPaths(valueOf(text));
  // A list in short is its source alone, whose keys the reference explains under "sources".
  const paths = schemaPaths(jsonSchema()).map((path) =>
    path.replace(/^\.lists\.\*\.(file|url|format|zone)$/, '.lists.*.sources.$1'),
  );
  const missing = paths.filter((path) => !written.has(path));
  t.strictSame(missing, []);
  t.ok(written.size > 70, 'and there are many');
  t.end();
});

t.test('every key and section of the JSON Schema has a sentence', (t) => {
  const silent: string[] = [];
  walk(jsonSchema(), '', (path, schema) => {
    if (!/^[^ ].*\.$/.test(String(schema['description']))) silent.push(path);
  });
  t.strictSame(silent, []);
  t.end();
});

t.test('the reader and the JSON Schema agree on what fits', (t) => {
  const folder = t.testdir();
  const random = seededRandom(11);
  for (let round = 0; round < 30; round++) {
    const { text } = randomConfig(random);
    configOf(folder, text);
    t.strictSame(schemaFaults(jsonSchema(), valueOf(text)), [], `round ${round}`);
  }
  const misfits = [
    'vlans: {}\npolicies: {}\n',
    'vlans: { Kids: { policy: open } }\npolicies: { open: {} }\n',
    `${MINIMAL}nonsense: 1\n`,
    `${MINIMAL}cache: { size: 64MB }\n`,
    `${MINIMAL}cache: { min_ttl: 30 }\n`,
    `${MINIMAL}limits: { rate: -1 }\n`,
    `${MINIMAL}server: { carrier: steel }\n`,
    `${MINIMAL}server: { io: fast }\n`,
    `${MINIMAL}upstreams: { default: [] }\n`,
    `${MINIMAL}expect: [{ vlan: lan, name: a.example }]\n`,
    MINIMAL.replace('{}', '{ answer: { ipv5: 192.0.2.1 } }'),
  ];
  for (const text of misfits) {
    t.throws(() => configOf(folder, text), text);
    t.not(schemaFaults(jsonSchema(), valueOf(text)).length, 0, text);
  }
  t.end();
});

t.test('the short and the long form of the documentation are valid as they stand', (t) => {
  const folder = t.testdir({ lists: { 'more.txt': '', 'ads.txt': '' } });
  const short = configOf(
    folder,
    `vlans:
  kids:    { interface: em0,  policy: strict }
  servers: { interface: vio0, policy: open }
policies:
  open: {}
  strict: { block: { lists: [ads, adult] } }
lists:
  ads: https://lists.example/ads.txt
  adult: [https://lists.example/adult.txt, lists/more.txt]
upstreams: { default: [9.9.9.9, 149.112.112.112] }
`,
  );
  t.equal(short.lists[1]?.sources.length, 2);
  const long = configOf(folder, LONG_FORM);
  t.strictSame(
    long.policies.map(({ name, block }) => [name, block.lists.map((list) => list.name)]),
    [
      ['open', []],
      ['family', ['malware']],
      ['kids', ['malware', 'ads', 'adult']],
      ['homework', []],
    ],
  );
  t.end();
});

const LONG_FORM = `vlans:
  kids:
    id: 40                        # VLAN tag, for people and for doctor; the frames arrive untagged
    interface: em0                # bind every address of it, and follow changes
    subnets: [192.168.40.0/24, "fd00:40::/64"]   # or: interface (= its own prefixes, followed)
    policy: kids
    clients:                      # exceptions inside the VLAN, most specific wins
      - { name: homework-laptop, address: 192.168.40.23, policy: homework }
  servers:
    id: 60
    interface: vio0
    subnets: interface
    policy: open
  lab:
    listen: [127.0.0.1:5340]      # addresses instead of an interface; port default 53
    subnets: [127.0.0.0/8]
    policy: open
policies:
  open: {}
  family: { block: { lists: malware } }
  kids:
    extends: family
    block:
      lists: [ads, malware, adult]
      rules: ["casino.example", "*.game.example", "/^ad[0-9]+\\\\./"]
    allow:
      lists: [school]
      rules: [school.example]
    only: false
    answer: nxdomain
    block_ttl: 30s
    bypass: block
    rebind_protection: true
    inspect: true
    upstream: family
    when_lists_missing: refuse
  homework: { only: true }
lists:
  ads:
    sources:
      - https://lists.example/hosts.txt
      - { file: lists/ads.txt, format: hosts }   # format default: auto
    refresh: 12h
    guard: { max_shrink: 50%, max_errors: 5% }
  malware: https://lists.example/malware.txt
  adult: https://lists.example/adult.txt
  school: https://lists.example/school.txt
upstreams:
  default:
    servers: ["tls://9.9.9.9#dns.quad9.net", "192.168.60.1"]
    strategy: fastest
  family: { servers: ["tls://1.1.1.3#family.cloudflare-dns.com"] }
  router: 192.168.60.1
forward:
  - { zones: [lan, 40.168.192.in-addr.arpa], upstream: router }
records:
  - "nas.home.arpa. 300 A 192.168.60.10"
hosts: [/etc/hosts]
expect:
  - { vlan: kids, name: casino.example, is: blocked }
  - { vlan: servers, name: casino.example, is: allowed }
cache:   { size: 32MiB, min_ttl: 0s, max_ttl: 1d, negative_ttl: 15m, serve_stale: 1d, prefetch: true }
limits:  { rate: 100, burst: 300, in_flight: 2000, in_flight_per_client: 200, tcp: 256, tcp_per_client: 16, tcp_idle: 10s }
server:  { user: _vlandns, carrier: heal, port: 53, state: /var/vlandns }
log:     { level: info, file: stdout }
control: { socket: /var/run/vlandns.sock }
`;

/** The value of a YAML text, as JSON would have it. */
function valueOf(text: string): unknown {
  const tree = readYamlTree(text, new FaultLog('text'));
  if (tree === undefined) throw new Error('not YAML');
  return toValue(tree);
}

function toValue(node: ConfigNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toValue);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, toValue(value)]));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The paths of all keys in a value, with `*` for names: under which name a key is shown does not matter. */
function keyPaths(value: unknown): Set<string> {
  const paths = new Set<string>();
  const visit = (child: unknown, path: string, depth: number): void => {
    if (Array.isArray(child)) for (const item of child) visit(item, path, depth);
    else if (typeof child === 'object' && child !== null)
      for (const [key, inner] of Object.entries(child)) {
        const isName = depth === 1 && /^\.(vlans|policies|lists|services|upstreams)$/.test(path);
        const next = `${path}.${isName ? '*' : key}`;
        paths.add(next);
        visit(inner, next, depth + 1);
      }
  };
  visit(value, '', 0);
  return paths;
}

function schemaPaths(schema: JsonSchema): string[] {
  const paths: string[] = [];
  walk(schema, '', (path) => paths.push(path));
  return [...new Set(paths)];
}

/** Visits the schema of every key. */
function walk(schema: JsonSchema, path: string, visit: (path: string, schema: JsonSchema) => void): void {
  for (const [key, child] of Object.entries(sub(schema['properties']))) {
    visit(`${path}.${key}`, sub(child));
    walk(sub(child), `${path}.${key}`, visit);
  }
  if (typeof schema['additionalProperties'] === 'object')
    walk(sub(schema['additionalProperties']), `${path}.*`, visit);
  if (schema['items'] !== undefined) walk(sub(schema['items']), path, visit);
  if (Array.isArray(schema['anyOf'])) for (const branch of schema['anyOf']) walk(sub(branch), path, visit);
}

function sub(value: unknown): JsonSchema {
  return typeof value === 'object' ? { ...value } : {};
}
