import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import t from 'tap';
import type { LinkAddress, LinkState } from '../../src/links/link-state.ts';
import { ownBinder } from '../../src/listeners/binder.ts';
import { openPlainUdpListener } from '../../src/listeners/plain-udp-listener.ts';
import { ListenerSet } from '../../src/listeners/listener-set.ts';
import { TcpConnections } from '../../src/listeners/tcp-connections.ts';
import { VlanWatch } from '../../src/listeners/vlan-watch.ts';
import { freePort, KeptLog, query, ScriptedPath, UdpClient, until } from '../support/listener-parts.ts';

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

async function make(t: Test) {
  const links: LinkState[] = [];
  const log = new KeptLog();
  const events: string[] = [];
  const system = { links, fails: false };
  const port = await freePort();
  const watch = new VlanWatch({
    listeners: new ListenerSet({
      binder: ownBinder,
      openUdp: openPlainUdpListener,
      handlerFor: () => new ScriptedPath(),
      connections: new TcpConnections({ connections: 0, perClient: 0, idleMs: 10_000 }),
      log,
    }),
    readLinks: async () => {
      if (system.fails) throw new Error('ifconfig timed out');
      return system.links;
    },
    onChange: (event, status) => {
      const addresses = status.pairs.map((pair) => pair.binding.address).join(' ');
      events.push(
        `${status.vlan} ${event} [${addresses}] ${status.problems.map(({ fault }) => fault).join()}`.trim(),
      );
    },
    log,
    platform: 'openbsd',
    pollMs: 3_600_000,
  });
  t.teardown(() => watch.close());
  const seen = async () => {
    await watch.poll();
    return events.splice(0);
  };
  const kids = { name: 'kids', id: 40, interface: 'em0', port };
  const servers = { name: 'servers', interface: 'vio0', port };
  return { system, watch, events, seen, log, port, kids, servers };
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
  const before = watch.statuses.map((status) => status.pairs[0]?.udp);
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
    watch.statuses.map((status) => status.pairs[0]?.udp),
    before,
    'all sockets are the same ones',
  );
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
  t.match(status, { state: 'serving', problems: [{ fault: 'EADDRINUSE', cure: /./ }] });
  t.strictSame(events.splice(0), ['kids bound [127.0.0.4] EADDRINUSE']);
  t.strictSame(await seen(), []);
  other.close();
  t.strictSame(await seen(), ['kids changed [127.0.0.2 127.0.0.4]']);
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
    connections: new TcpConnections({ connections: 0, perClient: 0, idleMs: 0 }),
    log,
  });
  const watch = new VlanWatch({
    listeners,
    readLinks: async () => system.links,
    onChange: () => undefined,
    log,
    pollMs: 5,
  });
  t.teardown(() => watch.close());
  await watch.serve([kids]);
  system.links = [link('em0', [ipv4('127.0.0.2')])];
  await until(() => watch.statuses[0]?.state === 'serving', 'it was bound');
  await watch.close();
  t.strictSame(listeners.pairs, []);
});

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'pipe'] });

const noNamespaces = whyNoNamespaces();
if (noNamespaces !== false) t.comment(`without network namespaces: ${noNamespaces}`);

t.test('in a network namespace', { skip: noNamespaces }, async (t) => {
  const vm = `vlandns-vm-${process.pid}`;
  const home = `vlandns-home-${process.pid}`;
  const inVm = (...words: string[]) => ip('-n', vm, ...words);
  const inHome = (...words: string[]) => ip('-n', home, ...words);
  ip('netns', 'add', vm);
  t.teardown(() => ip('netns', 'delete', vm));
  ip('netns', 'add', home);
  t.teardown(() => ip('netns', 'delete', home));
  for (const name of ['kids0', 'servers0']) {
    inVm('link', 'add', name, 'type', 'veth', 'peer', 'name', name, 'netns', home);
  }
  inVm('link', 'set', 'servers0', 'up');
  inHome('link', 'set', 'servers0', 'up');
  inVm('addr', 'add', '198.51.100.1/24', 'dev', 'servers0');
  inHome('addr', 'add', '198.51.100.2/24', 'dev', 'servers0');

  const events: string[] = [];
  const script = fileURLToPath(new URL('../support/links/watch-in-namespace.ts', import.meta.url));
  const child = runIn(vm, [script, 'kids0,servers0'], events);
  t.teardown(() => child.kill());
  const told = async (pattern: RegExp) => {
    await until(() => events.some((line) => pattern.test(line)), `${pattern} was told; ${events.join('\n')}`);
    return events.splice(0).find((line) => pattern.test(line));
  };
  const answered = async (address: string) => {
    const lines: string[] = [];
    const asker = runIn(home, ['--eval', ASK, address], lines);
    await until(() => asker.exitCode !== null, 'the client was done');
    return lines.join('');
  };

  await told(/"bound","vlan":"servers0".*"198\.51\.100\.1"/);
  inVm('addr', 'add', '192.0.2.1/24', 'dev', 'kids0');
  t.notOk(events.some((line) => line.includes('bound","vlan":"kids0')));
  inVm('link', 'set', 'kids0', 'up');
  await told(/"waiting","vlan":"kids0".*no carrier/);
  inHome('link', 'set', 'kids0', 'up');
  inHome('addr', 'add', '192.0.2.2/24', 'dev', 'kids0');
  await told(/"(?:healed|changed)","vlan":"kids0".*"192\.0\.2\.1"/);
  t.equal(await answered('192.0.2.1'), 'answered', 'bound without a restart');

  inVm('addr', 'del', '192.0.2.1/24', 'dev', 'kids0');
  inVm('addr', 'add', '192.0.2.9/24', 'dev', 'kids0');
  await told(/"vlan":"kids0".*"addresses":\[[^\]]*"192\.0\.2\.9"/);
  t.equal(await answered('192.0.2.9'), 'answered', 'a changed address is followed');
  inVm('addr', 'add', '2001:db8:40::53/64', 'dev', 'kids0');
  await told(/"changed","vlan":"kids0".*"addresses":\[[^\]]*"2001:db8:40::53"/);

  inHome('link', 'set', 'kids0', 'down');
  await told(/"lost","vlan":"kids0","state":"link lost","addresses":\[[^\]]*"192\.0\.2\.9".*no carrier/);
  t.equal(await answered('198.51.100.1'), 'answered', 'the other VLAN notices nothing');
  inHome('link', 'set', 'kids0', 'up');
  await told(/"healed","vlan":"kids0"/);
  t.equal(await answered('192.0.2.9'), 'answered', 'the same sockets serve again');
  inVm('link', 'del', 'kids0');
  await told(/"vlan":"kids0","state":"waiting","addresses":\[\].*absent: there is no interface kids0/);
  child.stdin?.end();
  await until(() => child.exitCode !== null, 'it ended');
  t.equal(child.exitCode, 0);
});

const ASK = `
  const message = Buffer.from('0001010000010000000000000' + '36e6f770000010001', 'hex');
  const socket = require('node:dgram').createSocket('udp4');
  const send = () => socket.send(message, 53, process.argv[1]);
  const again = setInterval(send, 200);
  const end = setTimeout(() => { console.log('silence'); process.exit(0); }, 3000);
  socket.on('message', () => { console.log('answered'); process.exit(0); });
  send();
`;

function runIn(namespace: string, words: string[], lines: string[]): ChildProcess {
  const node = [process.execPath, ...(words[0] === '--eval' ? [] : process.execArgv)];
  const child = spawn('ip', ['netns', 'exec', namespace, ...node, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return child;
}

function whyNoNamespaces(): string | false {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  const name = `vlandns-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
  } catch {
    return 'ip(8) is missing or cannot make a namespace';
  }
  try {
    ip('-n', name, 'link', 'add', 'try0', 'type', 'veth', 'peer', 'name', 'try1');
    return false;
  } catch {
    return 'this kernel has no veth';
  } finally {
    ip('netns', 'delete', name);
  }
}
