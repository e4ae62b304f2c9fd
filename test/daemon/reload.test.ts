// A reload as one change: whichever of its stages fails, everything is as it was before, the very objects; and what has not
// changed goes on with what it knows.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { Service } from '../../src/daemon/service.ts';
import type { LinkState } from '../../src/links/link-state.ts';
import { ownBinder } from '../../src/listeners/sockets/binder.ts';
import { PLAIN_IO } from '../../src/listeners/udp/udp-io.ts';
import { ADMIT } from '../../src/server/limits/rate-limit.ts';
import { Clock } from '../../src/time/clock.ts';
import { UpstreamSet } from '../../src/upstream/upstream-set.ts';
import { ask, openHouse } from '../support/house.ts';
import type { House, Sections } from '../support/house.ts';
import { toAddress } from '../support/in-process.ts';

const vlans = (house: House, kids = 'policy: kids', more = ''): string => `vlans:
  kids: { listen: ["127.0.40.1:${house.port}"], subnets: [127.0.40.0/24], ${kids} }
  servers: { listen: ["127.0.60.1:${house.port}"], subnets: [127.0.60.0/24], policy: open }${more}`;

/** The interface that some configurations follow, with an address that no configuration of these listens on. */
const LINK: LinkState = {
  name: 'vlan40',
  driver: 'vlan',
  up: true,
  running: true,
  carrier: 'yes',
  evidence: '',
  addresses: [{ address: '127.0.70.1', family: 4, prefixLength: 24, state: 'ready' }],
};

interface Serving {
  readonly service: Service;
  readonly events: string[];
  /** What reading the interfaces gives, or throws. */
  links: () => LinkState[];
  /** What is done before an upstream set is made. */
  beforeSet: () => void;
}

async function serve(t: Test, house: House): Promise<Serving> {
  const events: string[] = [];
  const note = (fields: Record<string, unknown>): void => void events.push(String(fields['event']));
  const scene = { links: () => [LINK], beforeSet: (): void => undefined };
  const service = new Service(await parsePrepared(house.file, () => undefined), {
    log: { info: note, warn: note, error: note },
    binder: ownBinder,
    udpIo: PLAIN_IO,
    readLinks: () => Promise.resolve().then(() => scene.links()),
    makeSet: (options) => {
      scene.beforeSet();
      return new UpstreamSet(options);
    },
  });
  t.teardown(() => service.stop());
  await service.start();
  await service.updates.run();
  return Object.assign(scene, { service, events });
}

/** All that a reload could touch, the very objects. */
function snapshot({ service }: Serving, house: House) {
  const { current, watch, query } = service;
  const { inputs, serving, limits } = current;
  return {
    current,
    inputs,
    prepared: inputs.prepared,
    lists: inputs.lists,
    trie: inputs.lists.trie,
    prefixes: inputs.prefixes,
    trust: inputs.trust,
    serving,
    limits,
    rate: limits.rate,
    tcpRate: limits.tcpRate,
    config: service.config,
    cache: query.cache,
    entries: query.cache.entries,
    sets: [...serving.upstreams.entries()].flat(),
    listeners: watch.statuses.flatMap(({ bound }) => bound.flatMap(({ listeners }) => listeners)),
    handlers: watch.statuses.flatMap(({ bound }) =>
      bound.flatMap(({ listeners }) => listeners.map(({ handler }) => handler)),
    ),
    reloads: service.reloads,
    sources: JSON.stringify(service.refresh.statuses(service.config.lists, service.lists)),
    folder: filesOf(join(house.folder, 'state')),
    other: existsSync(join(house.folder, 'elsewhere')),
  };
}

/** The files below a folder with what is in them. */
function filesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => `${file} ${readFileSync(file, 'latin1')}`)
    .join('\n');
}

/** The sockets that this process has open, by what the system calls them. */
function openHandles(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /Socket|Server|UDP|TCP|Pipe/.test(name));
}

function sameObjects(t: Test, now: object, before: object): void {
  const was = new Map(Object.entries(before));
  for (const [what, value] of Object.entries(now)) {
    const other: unknown = was.get(what);
    if (Array.isArray(value) && Array.isArray(other)) {
      t.equal(value.length, other.length, `as many ${what}`);
      for (const [at, one] of value.entries()) t.equal(one, other[at], `${what} ${at}`);
    } else t.equal(value, other, what);
  }
}

/** A configuration in which nothing is as it was; each stage makes one thing of it fail. */
function everythingElse(house: House): Sections {
  house.write('more.txt', 'more.example\n');
  return {
    vlans: vlans(house, 'policy: open', `\n  new: { interface: vlan40, policy: kids }`),
    policies: `policies:
  open: { block: { rules: [new.example] } }
  kids: { block: { lists: [more] } }`,
    lists: 'lists: { more: [more.txt, ads.txt] }',
    upstreams: `upstreams: { default: ["127.0.0.1:${house.upstreamPort}", "tcp://127.0.0.1:1"], far: ["127.0.0.1:2"] }`,
    limits: 'limits: { rate: 7, burst: 9, tcp: 5 }',
    server: `server: { state: state, port: ${house.port} }`,
  };
}

interface Stage {
  readonly stage: string;
  /** What is otherwise than in `everythingElse`. */
  readonly sections?: Sections;
  /** Breaks something beside the configuration. */
  readonly breaks?: (serving: Serving) => void;
  readonly refusal: RegExp;
}

const STAGES: readonly Stage[] = [
  {
    stage: 'the file is no YAML',
    sections: { limits: 'limits: { rate: [' },
    refusal: /vlandns\.yaml:\d+:\d+: error/,
  },
  { stage: 'the configuration is invalid', sections: { limits: 'limits: { rat: 1 }' }, refusal: /rat/ },
  {
    stage: 'a hosts file is missing',
    sections: { hosts: 'hosts: [nowhere.hosts]' },
    refusal: /file not found: .*nowhere\.hosts/,
  },
  {
    stage: 'a file of certificates is missing',
    sections: { server: 'server: { state: state, ca: [nowhere.pem] }' },
    refusal: /nowhere\.pem/,
  },
  {
    stage: 'an upstream set is not there',
    sections: { forward: 'forward: [{ zones: [x.example], upstream: nobody }]' },
    refusal: /nobody/,
  },
  {
    stage: 'the file of a list is missing that a policy needs',
    sections: { lists: 'lists: { more: [nowhere.txt] }' },
    refusal: /list more: .*nowhere\.txt cannot be read/,
  },
  {
    stage: 'an upstream set cannot be made',
    breaks: (serving) => {
      let left = 1;
      serving.beforeSet = () => {
        if (left-- === 0) throw new Error('there is no room for another set');
      };
    },
    refusal: /no room for another set/,
  },
  {
    stage: 'an expectation is broken',
    sections: { expect: 'expect: [{ vlan: servers, name: www.example, is: blocked }]' },
    refusal: /www\.example is allowed/,
  },
  {
    stage: 'the interfaces cannot be read',
    breaks: (serving) => {
      serving.links = () => {
        throw new Error('no interfaces today');
      };
    },
    refusal: /no interfaces today/,
  },
  {
    stage: 'the interfaces cannot be read any more when the listeners are to be opened',
    breaks: (serving) => {
      let left = 1;
      serving.links = () => {
        if (left-- === 0) throw new Error('they have gone');
        return [LINK];
      };
    },
    refusal: /they have gone/,
  },
  // The last one: what ends the compiler ends it for good.
  {
    stage: 'the lists cannot be compiled',
    breaks: ({ service }) => service.keeper.close(),
    refusal: /could not be compiled/,
  },
];

const heal = (serving: Serving): void =>
  void Object.assign(serving, { links: () => [LINK], beforeSet: () => undefined });

t.test('whichever stage of a reload fails, everything is as before', async (t) => {
  const house = await openHouse(t);
  const serving = await serve(t, house);
  t.equal(await ask(house.servers, 'www.example'), 'NOERROR 192.0.2.1');
  t.equal(await ask(house.kids, 'ads.example'), 'NXDOMAIN ede 15');
  const before = snapshot(serving, house);
  const handles = openHandles().length;
  const told = serving.events.length;
  for (const { stage, sections = {}, breaks, refusal } of STAGES) {
    await t.test(stage, async (t) => {
      house.configure({ ...everythingElse(house), ...sections });
      breaks?.(serving);
      await t.rejects(serving.service.reload(), { message: refusal });
      heal(serving);
      sameObjects(t, snapshot(serving, house), before);
      t.ok(openHandles().length <= handles, 'no socket more');
      t.equal(await ask(house.kids, 'ads.example'), 'NXDOMAIN ede 15');
    });
  }
  // Nobody has started a recorder of queries here.
  const expected = ['list_not_read', 'recorder_away'];
  const since = serving.events.slice(told).filter((event) => !expected.includes(event));
  t.strictSame(since, [], 'nothing is told as done');
});

/** A name of config/never-block/names.txt: a list that begins to block it is held back. */
const NEEDED = 'captive.apple.com';

t.test('a reload that is refused for its lists takes none of them, and holds none back', async (t) => {
  const house = await openHouse(t);
  const serving = await serve(t, house);
  const { service } = serving;
  // In turn, so that nobody else notices the other text of the file.
  await service.inTurn(async () => {
    const before = snapshot(serving, house);
    house.write('ads.txt', `ads.example\n${NEEDED}\n`);
    const proposal = await service.updates.propose(service.config);
    await proposal.refuse();
    sameObjects(t, snapshot(serving, house), before);
    t.notOk(serving.events.includes('list_held'));
    const again = await service.updates.propose(service.config);
    await again.keep();
    t.ok(serving.events.includes('list_held'), 'what is kept is told');
  });
});

t.test('what a reload does not change goes on with what it knows', async (t) => {
  const house = await openHouse(t);
  const limits = 'limits: { rate: 1, burst: 2 }';
  house.configure({ limits });
  const serving = await serve(t, house);
  const { service } = serving;
  await ask(house.servers, 'www.example');
  const before = snapshot(serving, house);
  const client = toAddress('198.51.100.9');
  const clock = new Clock({ now: () => 1, unixMs: () => 1, holdMs: 0 });
  clock.use();
  const spend = (): boolean => {
    const { rate } = service.current.limits;
    return rate.admit(client, clock) === ADMIT.YES && rate.pay();
  };
  t.strictSame([spend(), spend(), spend()], [true, true, false], 'two tokens, and they are spent');
  house.configure({
    limits,
    policies: 'policies: { open: {}, kids: { block: { rules: [new.example] } } }',
    lists: '',
  });
  await service.reload();
  const after = snapshot(serving, house);
  t.not(after.serving, before.serving);
  t.equal(after.rate, before.rate, 'the rates are as they were');
  t.notOk(spend(), 'and hand out no new tokens');
  t.equal(after.entries, before.entries, 'answers are still known');
  sameObjects(
    t,
    { sets: after.sets, listeners: after.listeners, trust: after.trust, limits: after.limits },
    before,
  );
  house.configure({ limits: 'limits: { rate: 1, burst: 2, tcp: 77 }' });
  await service.reload();
  t.equal(service.current.limits.rate, before.rate, 'another limit is no reason either');
  t.equal(service.connections.limits.idleMs, before.limits.tcp.idleMs);
  t.not(service.current.limits.tcp, before.limits.tcp);
  house.configure({ limits: 'limits: { rate: 2, burst: 2 }' });
  await service.reload();
  t.ok(spend(), 'another rate begins anew');
});

t.test('an address that cannot be bound costs its own VLAN, and no other its sockets', async (t) => {
  const house = await openHouse(t);
  const serving = await serve(t, house);
  const holder = createServer().listen(house.port, '127.0.80.1');
  await once(holder, 'listening');
  t.teardown(() => holder.close());
  const before = snapshot(serving, house);
  const added = `\n  held: { listen: ["127.0.80.1:${house.port}"], subnets: [127.0.80.0/24], policy: open }`;
  house.configure({ vlans: vlans(house, 'policy: kids', added) });
  const { warnings } = await serving.service.reload();
  t.match(warnings.join('\n'), /VLAN held is not served: .*127\.0\.80\.1/);
  sameObjects(t, { listeners: snapshot(serving, house).listeners }, before);
});

t.test(
  'an interface that gets another prefix while a reload is under way has that one afterwards',
  async (t) => {
    const house = await openHouse(t);
    house.configure({
      vlans: vlans(house, 'policy: kids', `\n  new: { interface: vlan40, policy: kids }`),
    });
    const serving = await serve(t, house);
    const { service } = serving;
    t.equal(service.current.inputs.prefixes.get('vlan40')?.[0]?.text, '127.0.70.0/24');
    const [address] = LINK.addresses;
    if (address === undefined) throw new Error('the interface has no address');
    const moved = { ...LINK, addresses: [{ ...address, prefixLength: 16 }] };
    let reads = 0;
    // The reload has read the old one when news comes of the new one.
    serving.links = () => (reads++ === 0 ? [LINK] : [moved]);
    await service.reload();
    t.equal(service.current.inputs.prefixes.get('vlan40')?.[0]?.text, '127.0.0.0/16');
    t.equal(service.serving.vlans.get('new')?.subnets.find(toAddress('127.0.99.1')), 0);
  },
);
