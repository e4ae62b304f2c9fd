import type { Test } from 'tap';
import t from 'tap';
import type { LinkAddress, LinkState } from '../../../src/links/link-state.ts';
import { ownBinder } from '../../../src/listeners/sockets/binder.ts';
import { openPlainUdpListener } from '../../../src/listeners/udp/plain-udp-listener.ts';
import { ListenerSet } from '../../../src/listeners/vlans/listener-set.ts';
import { TcpConnections } from '../../../src/listeners/stream/tcp-connections.ts';
import { LookPace, restMs } from '../../../src/listeners/vlans/look-pace.ts';
import { VlanWatch } from '../../../src/listeners/vlans/vlan-watch.ts';
import {
  ANY_CONNECTIONS,
  freePort,
  KeptLog,
  query,
  ScriptedPath,
  UdpClient,
  until,
} from '../../support/listener-parts.ts';

const ipv4 = (address: string, prefixLength = 24): LinkAddress => ({
  address,
  family: 4,
  prefixLength,
  state: 'ready',
});

function link(name: string, addresses: LinkAddress[], change: Partial<LinkState> = {}): LinkState {
  const driver = name.replace(/\d+$/, '');
  return { name, driver, up: true, running: true, carrier: 'yes', addresses, evidence: name, ...change };
}

interface FakeMonitor {
  isRunning: boolean;
  isClosed: boolean;
  readonly onNews: () => void;
  readonly onEnd: (error: Error) => void;
}

async function make(t: Test) {
  const links: LinkState[] = [];
  const log = new KeptLog();
  const events: string[] = [];
  const prefixes: string[] = [];
  const system = { links, fails: false, reads: 0, nowMs: 0 };
  const monitors: FakeMonitor[] = [];
  const port = await freePort();
  const listeners = new ListenerSet({
    binder: ownBinder,
    openUdp: openPlainUdpListener,
    handlerFor: () => new ScriptedPath(),
    connections: new TcpConnections(() => ANY_CONNECTIONS),
    log,
  });
  const watch = new VlanWatch({
    listeners,
    readLinks: async () => {
      system.reads++;
      if (system.fails) throw new Error('ifconfig timed out');
      return system.links;
    },
    onPrefixes: (name, list) => {
      const has = list.map(({ address }) => address).join(' ') || 'nothing';
      prefixes.push(`${name} has ${has}, ${listeners.bound.length} open`);
    },
    onChange: (event, status) => {
      const addresses = status.bound.map(({ binding }) => binding.address).join(' ');
      events.push(
        `${status.vlan} ${event} [${addresses}] ${status.problems.map(({ fault }) => fault).join()}`.trim(),
      );
    },
    log,
    platform: 'openbsd',
    pollMs: 3_600_000,
    now: () => system.nowMs,
    openMonitor: (onNews, onEnd) => {
      monitors.push({ isRunning: true, isClosed: false, onNews, onEnd });
      return {
        get isRunning() {
          return monitors.at(-1)?.isRunning === true;
        },
        close: () => {
          const last = monitors.at(-1);
          if (last !== undefined) last.isClosed = true;
        },
      };
    },
  });
  t.teardown(() => watch.close());
  const seen = async () => {
    await watch.poll();
    return events.splice(0);
  };
  const kids = { name: 'kids', id: 40, interface: 'em0', port };
  const servers = { name: 'servers', interface: 'vio0', port };
  return { system, watch, listeners, events, prefixes, monitors, seen, log, port, kids, servers };
}

function prefixesOf(watch: VlanWatch, vlan: string) {
  return watch.statuses.find((status) => status.vlan === vlan)?.prefixes;
}

t.test(
  'a VLAN is bound when its interface, link and address come, and each change is told once',
  async (t) => {
    const { system, watch, events, seen, kids } = await make(t);
    const [status] = await watch.serve([kids]);
    t.match(status, { state: 'waiting', problems: [{ fault: 'absent', why: /no interface em0/ }] });
    t.strictSame(events.splice(0), ['kids waiting [] absent']);
    t.strictSame(await seen(), []);
    system.links = [link('em0', [], { up: false, running: false })];
    t.strictSame(await seen(), ['kids waiting [] down']);
    system.links = [link('em0', [], { carrier: 'no', status: 'no carrier' })];
    t.strictSame(await seen(), ['kids waiting [] no carrier']);
    t.strictSame(await seen(), []);
    system.links = [link('em0', [])];
    t.strictSame(await seen(), ['kids waiting [] no address']);
    system.links = [link('em0', [ipv4('127.0.0.2')])];
    t.strictSame(await seen(), ['kids healed [127.0.0.2]']);
    t.strictSame(await seen(), []);
  },
);

t.test('a link that goes away keeps the sockets and marks the VLAN', async (t) => {
  const { system, watch, events, seen, kids, servers } = await make(t);
  const up = [link('em0', [ipv4('127.0.0.2')]), link('vio0', [ipv4('127.0.0.3')])];
  system.links = up;
  await watch.serve([kids, servers]);
  t.strictSame(events.splice(0), ['kids bound [127.0.0.2]', 'servers bound [127.0.0.3]']);
  const before = watch.statuses.map((status) => status.bound[0]?.listeners[0]);
  for (const change of [{ carrier: 'no' }, { up: false, running: false, addresses: [] }] as const) {
    system.links = [link('em0', [ipv4('127.0.0.2')], change), link('vio0', [ipv4('127.0.0.3')])];
    t.match(await seen(), [/^kids (?:lost|changed) \[127\.0\.0\.2\]/]);
    t.match(watch.statuses, [
      { state: 'link lost', losses: 1 },
      { state: 'serving', losses: 0 },
    ]);
    t.match(
      prefixesOf(watch, 'kids'),
      [{ address: '127.0.0.2', prefixLength: 24 }],
      'its prefixes are still known',
    );
  }
  system.links = up;
  t.strictSame(await seen(), ['kids healed [127.0.0.2]']);
  t.strictSame(
    watch.statuses.map((status) => status.bound[0]?.listeners[0]),
    before,
    'all sockets are the same ones',
  );
});

t.test('an address that moves from a lost link to another interface is served there', async (t) => {
  const { system, watch, events, seen, kids, servers } = await make(t);
  system.links = [link('em0', [ipv4('127.0.0.2')]), link('vio0', [ipv4('127.0.0.3')])];
  await watch.serve([kids, servers]);
  events.length = 0;
  system.links = [link('em0', [], { carrier: 'no' }), link('vio0', [ipv4('127.0.0.3'), ipv4('127.0.0.2')])];
  t.strictSame(await seen(), ['kids lost [] no carrier', 'servers changed [127.0.0.3 127.0.0.2]']);
});

t.test('a socket of an interface that was made anew under its name is made anew, too', async (t) => {
  const { system, watch, seen, kids } = await make(t);
  const linkLocal = (zoneIndex: number): LinkAddress => ({ ...ipv4('127.0.0.2'), zoneIndex });
  system.links = [link('em0', [linkLocal(3)])];
  await watch.serve([kids]);
  const before = watch.statuses[0]?.bound[0];
  await seen();
  t.equal(watch.statuses[0]?.bound[0]?.listeners[0], before?.listeners[0]);
  system.links = [link('em0', [linkLocal(4)])];
  await seen();
  t.match(watch.statuses, [{ state: 'serving', problems: [] }]);
  t.not(watch.statuses[0]?.bound[0]?.listeners[0], before?.listeners[0]);
});

t.test('who answers changes together with what takes effect', async (t) => {
  const { system, watch, kids, listeners } = await make(t);
  system.links = [link('em0', [ipv4('127.0.0.2')])];
  await watch.serve([kids]);
  const owners: (string | undefined)[] = [];
  const owner = (): void => void owners.push(listeners.bound[0]?.binding.vlan);
  await watch.serve([{ ...kids, name: 'children' }], async () => {
    await new Promise((resolve) => setImmediate(resolve));
    owner();
    // The first moment in which a query could come in.
    setImmediate(owner);
  });
  await new Promise((resolve) => setImmediate(resolve));
  t.strictSame(owners, ['kids', 'children']);
});

t.test('changed addresses are followed, and another VLAN loses no query', async (t) => {
  const { system, watch, events, seen, kids, servers, port } = await make(t);
  const vio0 = link('vio0', [ipv4('127.0.0.3')]);
  system.links = [link('em0', [ipv4('127.0.0.2')]), vio0];
  await watch.serve([kids, servers]);
  events.length = 0;
  const client = new UdpClient('127.0.0.1');
  t.teardown(() => client.close());
  let sent = 0;
  const timer = setInterval(() => client.send(query(++sent, 'now'), port, '127.0.0.3'), 1);
  system.links = [link('em0', [ipv4('127.0.0.2'), ipv4('127.0.0.4')]), vio0];
  t.strictSame(await seen(), ['kids changed [127.0.0.2 127.0.0.4]']);
  system.links = [link('em0', [ipv4('127.0.0.4', 16)]), vio0];
  t.strictSame(await seen(), ['kids changed [127.0.0.4]']);
  t.match(prefixesOf(watch, 'kids'), [{ address: '127.0.0.4', prefixLength: 16 }]);
  system.links = [link('em0', []), vio0];
  t.strictSame(await seen(), ['kids lost [] no address']);
  t.strictSame(prefixesOf(watch, 'kids'), []);
  system.links = [vio0];
  t.strictSame(await seen(), ['kids waiting [] absent']);
  system.links = [link('em0', [ipv4('127.0.0.2')]), vio0];
  t.strictSame(await seen(), ['kids healed [127.0.0.2]']);
  await until(() => sent > 20, 'enough was sent');
  clearInterval(timer);
  for (let id = 1; id <= sent; id++) await client.reply(id);
});

t.test(
  'an IPv6 address waits until it is no longer tentative, then stays while it is checked anew',
  async (t) => {
    const { system, watch, events, seen, kids } = await make(t);
    const loopback = { address: '::1', family: 6, prefixLength: 128 } as const;
    const show = (state: LinkAddress['state']) => [link('em0', [ipv4('127.0.0.2'), { ...loopback, state }])];
    system.links = [link('em0', [{ ...loopback, state: 'tentative' }])];
    await watch.serve([kids]);
    t.strictSame(events.splice(0), ['kids waiting [] tentative']);
    system.links = show('tentative');
    t.strictSame(await seen(), ['kids healed [127.0.0.2]']);
    system.links = show('ready');
    t.strictSame(await seen(), ['kids changed [127.0.0.2 ::1]']);
    system.links = show('detached');
    t.strictSame(await seen(), []);
    system.links = show('duplicated');
    t.strictSame(await seen(), ['kids changed [127.0.0.2]']);
  },
);

t.test('what closed listeners have counted stays in the sums of their VLAN', async (t) => {
  const { system, watch, kids, port } = await make(t);
  const client = new UdpClient('127.0.0.1');
  t.teardown(() => client.close());
  const sums = (): unknown => watch.statuses.map((status) => watch.countsOf(status));
  system.links = [link('em0', [ipv4('127.0.0.2')])];
  await watch.serve([kids]);
  client.send(query(1, 'now'), port, '127.0.0.2');
  await client.reply(1);
  for (const [addresses, queries] of [
    [[ipv4('127.0.0.4')], 1],
    [[], 1],
    [[ipv4('127.0.0.2')], 1],
  ] as const) {
    system.links = [link('em0', [...addresses])];
    await watch.poll();
    t.match(sums(), [{ udp: { queries, replies: queries, pending: 0 }, tcp: { queries: 0 } }]);
  }
  client.send(query(2, 'now'), port, '127.0.0.2');
  await client.reply(2);
  t.match(sums(), [{ udp: { queries: 2, replies: 2 } }]);
});

t.test('an address that cannot be bound is told with its reason and tried again', async (t) => {
  const { system, watch, events, seen, kids, port } = await make(t);
  const other = await ownBinder.bindUdp('127.0.0.2', port);
  system.links = [link('em0', [ipv4('127.0.0.2'), ipv4('127.0.0.4')])];
  const [status] = await watch.serve([kids]);
  t.match(status, {
    state: 'in part',
    unbound: [{ address: '127.0.0.2', port, code: 'EADDRINUSE' }],
    problems: [{ fault: 'EADDRINUSE', cure: /./ }],
    losses: 0,
  });
  t.strictSame(events.splice(0), ['kids in part [127.0.0.4] EADDRINUSE']);
  t.strictSame(await seen(), []);
  other.close();
  t.strictSame(await seen(), ['kids healed [127.0.0.2 127.0.0.4]']);
  t.match(watch.statuses, [{ state: 'serving', unbound: [], losses: 0 }]);
});

t.test('addresses to listen on need no interface', async (t) => {
  const { watch, events, port } = await make(t);
  await watch.serve([{ name: 'lab', port: 53, listen: [{ address: '127.0.0.5', port }] }]);
  t.strictSame(events.splice(0), ['lab bound [127.0.0.5]']);
  t.strictSame(prefixesOf(watch, 'lab'), [], 'it has no prefixes');
  await watch.serve([]);
  t.strictSame(watch.statuses, []);
});

t.test('interfaces that cannot be read change nothing', async (t) => {
  const { system, watch, events, seen, kids, log } = await make(t);
  system.fails = true;
  await t.rejects(watch.serve([kids]), /ifconfig timed out/, 'at the start it is an error');
  t.strictSame(watch.statuses, []);
  system.fails = false;
  system.links = [link('em0', [ipv4('127.0.0.2')])];
  await watch.serve([kids]);
  t.strictSame(events.splice(0), ['kids bound [127.0.0.2]']);
  system.fails = true;
  t.strictSame(await seen(), []);
  t.match(log.lines, [{ fields: { event: 'links_unreadable' } }]);
  t.match(watch.statuses, [{ state: 'serving' }]);
});

t.test('it looks again by itself', async (t) => {
  const { system, kids, log } = await make(t);
  const listeners = new ListenerSet({
    binder: ownBinder,
    openUdp: openPlainUdpListener,
    handlerFor: () => new ScriptedPath(),
    connections: new TcpConnections(() => ({ ...ANY_CONNECTIONS, idleMs: 0 })),
    log,
  });
  const watch = new VlanWatch({
    listeners,
    readLinks: async () => system.links,
    onChange: () => undefined,
    onPrefixes: () => undefined,
    log,
    pollMs: 5,
  });
  t.teardown(() => watch.close());
  await watch.serve([kids]);
  system.links = [link('em0', [ipv4('127.0.0.2')])];
  await until(() => watch.statuses[0]?.state === 'serving', 'it was bound');
  await watch.close();
  t.strictSame(listeners.bound, []);
});

t.test('news of the system leads to a look, much of it at once to few', async (t) => {
  const { system, watch, events, monitors, kids, log } = await make(t);
  t.equal(watch.mode, 'poll');
  await watch.serve([kids]);
  t.equal(watch.mode, 'monitor');
  system.links = [link('em0', [ipv4('127.0.0.2')])];
  const before = system.reads;
  const news = setInterval(() => monitors[0]?.onNews(), 1);
  t.teardown(() => clearInterval(news));
  await until(() => events.includes('kids healed [127.0.0.2]'), 'it was bound');
  let told = 0;
  while (system.reads < before + 10) {
    told++;
    await new Promise((done) => {
      setTimeout(done, 5);
    });
  }
  t.ok(told > 60, `10 looks at what was told for more than 300 ms (${told})`);
  clearInterval(news);
  const [monitor] = monitors;
  if (monitor !== undefined) monitor.isRunning = false;
  monitor?.onEnd(new Error('it was killed'));
  t.equal(watch.mode, 'poll');
  t.match(log.lines, [{ fields: { event: 'link_monitor_ended' } }]);
  await watch.serve([]);
  t.ok(monitor?.isClosed, 'where no interface is followed, none runs');
  await watch.serve([kids]);
  t.equal(monitors.length, 2);
});

t.test('the pace of looks', (t) => {
  const pace = new LookPace();
  const delays = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1300].map((nowMs) => pace.afterNews(nowMs));
  t.strictSame(delays, [50, 50, 50, 50, 50, 50, 100, 200, 400, 500, 500]);
  t.equal(pace.afterNews(3301), 50, 'after a time of quiet');
  t.equal(restMs({ hasNews: true, isWell: true }), 10_000);
  t.equal(restMs({ hasNews: true, isWell: false }), 2000);
  t.equal(restMs({ hasNews: false, isWell: true }), 2000);
  t.end();
});

t.test('a link that flaps is counted, and told no more one by one until it is quiet', async (t) => {
  const { system, watch, events, seen, kids, servers } = await make(t);
  const vio0 = link('vio0', [ipv4('127.0.0.3')]);
  const up = link('em0', [ipv4('127.0.0.2')]);
  const down = link('em0', [ipv4('127.0.0.2')], { carrier: 'no', status: 'no carrier' });
  system.links = [up, vio0];
  await watch.serve([kids, servers]);
  const sockets = watch.statuses.map(({ bound }) => bound[0]?.listeners[0]);
  events.length = 0;
  const told: string[] = [];
  for (let i = 1; i <= 101; i++) {
    system.nowMs += 500;
    system.links = [i % 2 === 1 ? down : up, vio0];
    told.push(...(await seen()));
  }
  t.equal(told.length, 20);
  t.match(told.at(-2), /^kids (?:lost|healed)/);
  t.match(told.at(-1), /^kids flapping/);
  t.ok(watch.isFlapping('kids'));
  t.notOk(watch.isFlapping('servers'));
  t.match(watch.statuses, [
    { state: 'link lost', linkChanges: 101, losses: 51, hasLink: false },
    { state: 'serving', linkChanges: 0 },
  ]);
  t.strictSame(
    watch.statuses.map(({ bound }) => bound[0]?.listeners[0]),
    sockets,
    'all sockets are the same ones',
  );
  system.nowMs += 59_000;
  t.strictSame(await seen(), []);
  system.nowMs += 2000;
  t.strictSame(await seen(), ['kids settled [127.0.0.2] no carrier'], 'its state is told in the end');
  system.links = [up, vio0];
  t.strictSame(await seen(), ['kids healed [127.0.0.2]'], 'and changes again');
});

t.test('other prefixes are told before their addresses are served, and each once', async (t) => {
  const { system, watch, prefixes, kids } = await make(t);
  system.links = [link('em0', [])];
  await watch.serve([kids]);
  t.strictSame(prefixes.splice(0), ['em0 has nothing, 0 open']);
  system.links = [link('em0', [ipv4('127.0.0.2')])];
  await watch.poll();
  await watch.poll();
  t.strictSame(prefixes.splice(0), ['em0 has 127.0.0.2, 0 open']);
  t.equal(watch.statuses[0]?.bound.length, 1);
  system.links = [link('em0', [ipv4('127.0.0.2')], { carrier: 'no' })];
  await watch.poll();
  t.strictSame(prefixes, [], 'a link that is lost has them still');
});

t.test('an address that another machine has is told beside those that are served', async (t) => {
  const { system, watch, seen, kids } = await make(t);
  const taken = { address: '2001:db8::1', family: 6, prefixLength: 64, state: 'duplicated' } as const;
  system.links = [link('em0', [ipv4('127.0.0.2')])];
  await watch.serve([kids]);
  await seen();
  system.links = [link('em0', [ipv4('127.0.0.2'), taken])];
  t.strictSame(await seen(), ['kids changed [127.0.0.2]']);
  t.match(watch.statuses, [{ note: /another machine uses 2001:db8::1 too \(duplicated\)/ }]);
});
