// Random valid configurations, together with what reading them must give.

/** Gives numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Copies a value without positions and without keys that are undefined. */
export function withoutPositions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPositions);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, child]) => key !== 'at' && child !== undefined);
  return Object.fromEntries(entries.map(([key, child]) => [key, withoutPositions(child)]));
}

type Random = () => number;

/** Makes a configuration with some VLANs, policies, lists and sets; the text is YAML in flow style, as JSON. */
export function randomConfig(random: Random): { text: string; expected: unknown } {
  const lists = Array.from({ length: 1 + below(random, 3) }, (_, index) => randomList(random, index));
  const policies = Array.from({ length: 1 + below(random, 4) }, (_, index) =>
    randomPolicy(random, index, lists.length),
  );
  const vlans = policies.map((_, index) => randomVlan(random, index));
  const burst = below(random, 1000);
  const rate = below(random, burst + 1);
  const ttlSeconds = below(random, 3600);
  const text = JSON.stringify({
    vlans: Object.fromEntries(vlans.map(({ name, written }) => [name, written])),
    policies: Object.fromEntries(policies.map(({ name, written }) => [name, written])),
    lists: Object.fromEntries(lists.map(({ name, written }) => [name, written])),
    services: { mine: 'mine.example' },
    cache: {
      size: `${64 + ttlSeconds}KiB`,
      min_ttl: `${ttlSeconds}s`,
      max_ttl: '1d',
      prefetch: rate % 2 === 0,
    },
    limits: { rate, burst, tcp_idle: `${100 + rate}ms` },
    server: { port: 1 + rate },
    querylog: { keep: `${1 + rate}d`, max_size: `${16 + rate}MiB` },
    web: { listen: `127.0.0.1:${1024 + rate}` },
    leases: ['/var/db/dhcpd.leases', { file: `/tmp/leases${rate}`, format: 'kea' }],
  });
  const expected = {
    vlans: vlans.map(({ meant }) => ({ ...meant, port: 1 + rate })),
    policies: policies.map(({ meant }) => meant),
    lists: lists.map(({ meant }) => meant),
    services: [
      { name: 'mine', title: 'mine', parts: [{ file: 'FILE', names: [{ text: 'mine.example', line: 1 }] }] },
    ],
    upstreams: [{ name: 'default', servers: [{ kind: 'system', text: 'system' }], strategy: 'fastest' }],
    forward: [],
    records: [],
    hosts: [],
    leases: [
      { file: '/var/db/dhcpd.leases', format: 'auto' },
      { file: `/tmp/leases${rate}`, format: 'kea' },
    ],
    expect: [],
    cache: {
      sizeOctets: (64 + ttlSeconds) * 1024,
      minTtlSeconds: ttlSeconds,
      maxTtlSeconds: 86_400,
      negativeTtlSeconds: 900,
      serveStaleSeconds: 86_400,
      prefetch: rate % 2 === 0,
    },
    limits: {
      rate,
      burst,
      inFlight: 2000,
      inFlightPerClient: 200,
      tcp: 256,
      tcpPerClient: 16,
      tcpIdleMs: 100 + rate,
      prefix: { bits: 64, rate: 800, burst: 2400, inFlight: 400, tcp: 64 },
    },
    server: {
      carrier: 'heal',
      port: 1 + rate,
      io: 'auto',
      pledge: false,
      ca: [],
      state: '/var/vlandns',
      timeZone: 'local',
    },
    log: { level: 'info', file: 'stdout' },
    control: { socket: '/var/run/vlandns.sock' },
    querylog: {
      keepMs: (1 + rate) * 86_400_000,
      maxOctets: (16 + rate) * 1024 ** 2,
      statisticsMs: 34_560_000_000,
    },
    web: { listen: [{ address: '127.0.0.1', port: 1024 + rate }], users: [], tokens: [], files: [] },
  };
  return { text, expected };
}

interface Part {
  readonly name: string;
  readonly written: unknown;
  readonly meant: object;
}

function randomVlan(random: Random, index: number): Part {
  const name = `vlan-${index}`;
  const id = 1 + index + 100 * below(random, 40);
  const host = 1 + below(random, 254);
  const zone = `v${index}.home.arpa`;
  const hex = (16 + (host % 200)).toString(16);
  const written = {
    id,
    interface: `em${index}`,
    subnets: [`10.${index}.0.0/16`, `fd00:${index}::/64`],
    policy: `policy_${index}`,
    records: [`nas-${index}.example. A 192.0.2.${host}`],
    clients: [
      { name: 'laptop', address: `10.${index}.7.${host}`, policy: 'policy_0' },
      {
        mac: pick(random, [`00:00:5e:00:53:${hex}`, `0000.5E00.53${hex}`, `0:0:5e:0:53:${hex}`]),
        policy: 'policy_0',
      },
    ],
    local_names: index === 0 ? zone : { zone, show_to: ['vlan-0'] },
  };
  const first = 10 * 2 ** 24 + index * 2 ** 16;
  const meant = {
    name,
    id,
    interface: `em${index}`,
    subnets: [
      { family: 4, words: [first, 0, 0, 0], length: 16, text: `10.${index}.0.0/16` },
      {
        family: 6,
        words: [0xfd000000 + index, 0, 0, 0],
        length: 64,
        text: index === 0 ? 'fd00::/64' : `fd00:${index}::/64`,
      },
    ],
    policy: `policy_${index}`,
    clients: [
      {
        name: 'laptop',
        prefix: {
          family: 4,
          words: [first + 7 * 256 + host, 0, 0, 0],
          length: 32,
          text: `10.${index}.7.${host}/32`,
        },
        policy: 'policy_0',
      },
    ],
    records: [{ text: `nas-${index}.example. A 192.0.2.${host}` }],
    hosts: [],
    devices: [{ mac: `00:00:5e:00:53:${hex}`, policy: 'policy_0' }],
    firstSeen: false,
    localNames: { zone, showTo: index === 0 ? [] : ['vlan-0'] },
  };
  return { name, written, meant };
}

function randomPolicy(random: Random, index: number, lists: number): Part {
  const name = `policy_${index}`;
  const list = `list${below(random, lists)}`;
  const rules = Array.from(
    { length: below(random, 4) },
    (_, rule) => `${pick(random, ['', '*.'])}r${rule}.example`,
  );
  const only = random() < 0.5;
  const answer = pick(random, [
    'nxdomain',
    'nodata',
    'zero',
    'refused',
    { ipv4: '192.0.2.1' },
    { ipv6: '2001:db8::1' },
  ]);
  const [ttlText, blockTtlSeconds] = pick(random, [
    ['0', 0] as const,
    ['90s', 90] as const,
    ['3h', 10_800] as const,
  ]);
  const written = {
    block: { lists: list, rules, services: 'mine' },
    allow: { rules: 'ok.example' },
    only,
    answer,
    block_ttl: ttlText,
  };
  const meant = {
    name,
    block: {
      lists: [{ name: list }],
      services: [{ name: 'mine' }],
      rules: rules.map((text) => ({ text, policy: name })),
    },
    allow: { lists: [], services: [], rules: [{ text: 'ok.example', policy: name }] },
    only,
    answer,
    blockTtlSeconds,
    bypass: 'allow',
    rebindProtection: false,
    queryLog: 'full',
    allowance: {},
    safeSearch: {},
    schedules: [],
    inspect: true,
    upstream: 'default',
    whenListsMissing: 'refuse',
  };
  return { name, written, meant };
}

function randomList(random: Random, index: number): Part {
  const name = `list${index}`;
  const url = `https://lists.example/${below(random, 1000)}`;
  const format = pick(random, ['auto', 'hosts', 'domains', 'wildcard', 'adguard', 'rpz', 'unbound', 'ip']);
  const mode = pick(random, ['enforce', 'observe'] as const);
  const percent = below(random, 101);
  const minutes = 1 + below(random, 500);
  return {
    name,
    written: {
      sources: [url, { url, format }],
      mode,
      refresh: `${minutes}m`,
      guard: { max_shrink: `${percent}%` },
    },
    meant: {
      name,
      sources: [
        { kind: 'url', location: url, format: 'auto' },
        { kind: 'url', location: url, format },
      ],
      mode,
      refreshMs: minutes * 60_000,
      guard: { maxShrink: percent / 100, maxGrowth: 10, maxErrors: 0.05, mayBlock: [] },
    },
  };
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(random: Random, items: readonly [T, ...T[]] | readonly T[]): T {
  const item = items[below(random, items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
