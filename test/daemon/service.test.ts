// The daemon as a process: start, stop, reload, with real clients and an upstream that does as it is told.
import dgram from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { ask, openHouse, tell, until, WITHOUT_LISTS } from '../support/house.ts';
import type { Daemon, House } from '../support/house.ts';
import { writeQuery } from '../support/message-writer.ts';
import { eachItsAddress, later, records } from '../support/upstream-scripts.ts';
import { askUdp } from '../support/wire-client.ts';

// Each test has a household of its own, so they do not wait for each other.
t.jobs = 4;

const BLOCKED_BY_LIST = 'NXDOMAIN ede 15';
const BLOCKED_BY_RULE = 'NXDOMAIN ede 16';
const ANSWERED = 'NOERROR 192.0.2.1';

/** No event that only a bug brings about. */
function noBugs(t: Test, daemon: Daemon): void {
  t.strictSame(daemon.events('bug'), [], 'nothing was thrown that nobody caught');
}

t.test('a first start compiles the lists before it serves, and TERM ends it cleanly', async (t) => {
  const house = await openHouse(t);
  const daemon = await house.serve();
  t.equal(await ask(house.kids, 'ads.example'), BLOCKED_BY_LIST);
  t.equal(await ask(house.kids, 'casino.example'), BLOCKED_BY_RULE);
  t.equal(await ask(house.servers, 'ads.example'), ANSWERED);
  t.match(await daemon.status(), {
    vlans: [{ name: 'kids', state: 'serving', counters: { queries: 2, blocked: 2 } }, { name: 'servers' }],
    lists: [{ list: 'ads', state: 'ok', entries: 1 }],
    reloads: 0,
  });
  t.equal(await daemon.stop(), 0);
  t.notOk(existsSync(house.socket), 'the control socket is gone');
  t.ok(existsSync(join(house.folder, 'state/lists.trie')), 'the compiled lists are kept');
  noBugs(t, daemon);
});

t.test('what is in flight at TERM is answered, even when TERM comes twice', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  house.book.set('slow.example.', later(900, eachItsAddress)('.'));
  const daemon = await house.serve();
  const asked = ask(house.servers, 'www.slow.example');
  await until(() => house.book.asked('slow.example.').length > 0);
  daemon.child.kill('SIGTERM');
  await daemon.logged('stopping');
  daemon.child.kill('SIGTERM');
  t.equal(await asked, ANSWERED);
  t.equal(await daemon.ended(), 0);
  noBugs(t, daemon);
});

t.test('connections to upstreams that a reload took out do not hold up the end', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  house.configure({ upstreams: `upstreams: { default: ["tcp://127.0.0.1:${house.upstreamPort}"] }` });
  const daemon = await house.serve();
  t.equal(await ask(house.servers, 'www.example'), ANSWERED);
  house.configure();
  t.match(await daemon.reload(), { reloaded: true });
  t.equal(await daemon.stop(6000), 0);
});

t.test('TERM while lists are being compiled ends it cleanly', async (t) => {
  const house = await openHouse(t);
  const daemon = await house.serve();
  house.write('ads.txt', Array.from({ length: 400_000 }, (_, n) => `a${n}.example\n`).join(''));
  const reload = daemon.reload().catch((error: unknown) => String(error));
  await until(() => hasChild(daemon.pid));
  t.equal(await daemon.stop(), 0);
  t.match(await reload, { reloaded: false, faults: [/stopped/] });
  noBugs(t, daemon);
});

function hasChild(pid: number): boolean {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() !== '';
}

t.test('starts that must not happen', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const vlans = (kids: string): string => `vlans:
  kids: { ${kids}, policy: kids }
  servers: { listen: ["127.0.60.1:${house.port}"], subnets: [127.0.60.0/24], policy: open }`;
  const udp = dgram.createSocket('udp4').bind(house.port, '127.0.60.1');
  await once(udp, 'listening');
  t.teardown(() => udp.close());
  const holder = process.getuid?.() === 0 ? `process ${process.pid}` : 'in use by another program';
  house.write('a-file', '');
  for (const [what, sections, status, said] of [
    [
      'strict, and an interface that is absent',
      { vlans: vlans('interface: nosuch0'), server: 'server: { state: state, carrier: strict }' },
      1,
      /VLAN kids cannot be served: .*nosuch0/,
    ],
    [
      'strict, and an address that another program holds',
      { server: 'server: { state: state, carrier: strict }' },
      1,
      new RegExp(`VLAN servers cannot be served: 127.0.60.1 port ${house.port}/udp .*${holder}`),
    ],
    [
      'an invalid configuration',
      { limits: 'limits: { rat: 0 }', policies: 'policies: { open: {}, kids: { only: perhaps } }' },
      2,
      /vlandns\.yaml:4:37: error: .*only.*[^]*vlandns\.yaml:8:11: error: limits\.rat/,
    ],
    ['a state folder that is in a file', { server: 'server: { state: a-file/state }' }, 1, /server\.state: /],
    ['a log that cannot be written', { log: 'log: { file: nowhere/log }' }, 1, /log\.file: .*nowhere/],
    [
      'a control socket that is a file',
      { control: 'control: { socket: a-file }' },
      1,
      /a-file cannot be opened/,
    ],
  ] as const) {
    house.configure(sections);
    const ran = await house.run(['serve']);
    t.equal(ran.status, status, what);
    t.match(ran.stderr, said, what);
    t.notMatch(ran.stdout, /"event":"ready"/, what);
    t.notOk(existsSync(house.socket), `no socket is left: ${what}`);
  }
  t.ok(existsSync(join(house.folder, 'a-file')), 'a file that is no socket is left alone');
});

t.test('an address in use is told with its holder, and the other VLAN is served', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const udp = dgram.createSocket('udp4').bind(house.port, '127.0.60.1');
  await once(udp, 'listening');
  const daemon = await house.serve();
  const told = await daemon.logged('vlan_waiting');
  t.match(told, { vlan: 'servers', problems: [{ fault: 'EADDRINUSE' }] });
  t.equal(await ask(house.kids, 'casino.example'), BLOCKED_BY_RULE);
  t.match(
    (await daemon.reload()).warnings,
    [/VLAN servers is not served: .*in use/],
    'a reload says so, too',
  );
  udp.close();
  t.equal((await daemon.logged('vlan_healed'))['vlan'], 'servers', 'it is bound when the address is free');
});

t.test('one socket, one daemon: a second one is refused, a dead one is replaced', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const first = await house.serve();
  const second = await house.run(['serve']);
  t.equal(second.status, 1);
  t.match(second.stderr, /another vlandns answers on .*sock/);
  t.equal((await first.status()).pid, first.pid, 'the first one goes on');
  await first.kill();
  t.ok(existsSync(house.socket), 'killed, it leaves its socket');
  const third = await house.serve();
  t.equal((await third.status()).pid, third.pid);
});

t.test('a log reader that goes away does not end it', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const daemon = await house.serve();
  daemon.child.stdout?.destroy();
  daemon.child.stderr?.destroy();
  for (let times = 0; times < 3; times++) t.match(await daemon.reload(), { reloaded: true });
  t.equal(await ask(house.kids, 'casino.example'), BLOCKED_BY_RULE);
  t.ok(daemon.isAlive);
  t.equal(await daemon.stop(), 0);
});

t.test('a log reader that hangs costs lines, which are counted, and nothing else', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const daemon = await house.serve();
  const rules = Array.from({ length: 20 }, (_, n) => `/(${n}${'x'.repeat(1000)}/`);
  const flood = async (): Promise<void> => {
    house.configure({
      policies: `policies: { open: {}, kids: { block: { rules: ${JSON.stringify(rules)} } } }`,
    });
    // Every fault is a line of the log, and 2 MiB of them are more than what waits and what a pipe holds.
    for (let reloads = 0; reloads < 100; reloads++) t.match(await daemon.reload(), { reloaded: false });
  };
  daemon.child.stdout?.pause();
  await flood();
  t.equal(await ask(house.kids, 'casino.example'), BLOCKED_BY_RULE);
  t.equal(await ask(house.servers, 'www.example'), ANSWERED);
  const { log } = await daemon.status();
  t.ok(log.lostLines > 100, `${log.lostLines} lines are lost`);
  t.ok(log.waitingOctets <= 1024 * 1024, `${log.waitingOctets} octets wait`);
  house.configure();
  t.match(await house.run(['status']), {
    stdout: new RegExp(`log: ${log.lostLines} lines lost, \\d+ octets not`),
  });

  daemon.child.stdout?.resume();
  t.match(await daemon.logged('log_lines_lost'), { level: 'error', lines: log.lostLines });
  t.ok(await until(async () => (await daemon.status()).log.waitingOctets === 0), 'everything else was taken');
  daemon.child.stdout?.pause();
  await flood();
  const exited = once(daemon.child, 'exit');
  daemon.child.kill('SIGTERM');
  const killer = setTimeout(() => daemon.child.kill('SIGKILL'), 8000);
  t.strictSame(await exited, [0, null], 'the end does not wait for it');
  clearTimeout(killer);
  daemon.child.stdout?.resume();
});

t.test('a reload that is not good changes nothing', async (t) => {
  const house = await openHouse(t);
  house.book.set('counted.example.', records('@ 300 A 192.0.2.1')('counted.example.'));
  const daemon = await house.serve();
  t.equal(await ask(house.servers, 'counted.example'), ANSWERED);
  house.write('text.txt', 'other.example\n');
  const kids = (side: string): string => `policies: { open: {}, kids: { ${side} } }`;
  for (const [what, sections, fault] of [
    ['an unknown key', { limits: 'limits: { rat: 0 }' }, /vlandns\.yaml:\d+:\d+: error/],
    ['no YAML', { limits: 'limits: [' }, /vlandns\.yaml:\d+:\d+: error/],
    ['a rule that is none', { policies: kids('block: { rules: ["/(/"] }') }, /vlandns\.yaml:\d+:\d+: error/],
    [
      'a broken expectation',
      {
        policies: kids('block: { rules: [new.example] }'),
        expect: 'expect: [{ vlan: kids, name: new.example, is: allowed }]',
      },
      /vlandns\.yaml:\d+:\d+: error: expect: new\.example is blocked .*blocked by name: new\.example/,
    ],
    [
      'a list file that is absent',
      {
        lists: 'lists: { ads: absent.txt }',
        policies: kids('block: { lists: [ads], rules: [new.example] }'),
      },
      /absent\.txt/,
    ],
    [
      'a new list that cannot be fetched',
      {
        lists: 'lists: { ads: "http://127.0.0.1:1/new.txt" }',
        policies: kids('block: { lists: [ads], rules: [new.example] }'),
      },
      /list ads: http:\/\/127\.0\.0\.1:1\/new\.txt cannot be read: .*refuses the connection/,
    ],
    ['a hosts file that is absent', { hosts: 'hosts: [nowhere]' }, /nowhere/],
  ] as const) {
    house.configure(sections);
    t.match(await daemon.reload(), { reloaded: false, faults: [fault] }, what);
    t.equal(await ask(house.kids, 'new.example'), ANSWERED, `its rules do not hold: ${what}`);
    t.equal(await ask(house.kids, 'ads.example'), BLOCKED_BY_LIST, `the list holds: ${what}`);
    t.equal(await ask(house.servers, 'counted.example'), ANSWERED);
  }
  t.equal(house.book.asked('counted.example.').length, 1, 'the cache was kept');
  t.equal((await daemon.status()).reloads, 0);
  daemon.child.kill('SIGHUP');
  await daemon.logged('reload_refused', 8);
  noBugs(t, daemon);
});

t.test('a reload takes effect at once: rules, VLANs, upstreams', async (t) => {
  const house = await openHouse(t);
  const daemon = await house.serve();
  const addresses = async (): Promise<unknown> =>
    (await daemon.status()).vlans.map(({ name, listeners }) => [
      name,
      listeners.map(({ address }) => address),
    ]);
  t.equal(await ask(house.kids, 'shared.example'), ANSWERED);

  house.configure({
    policies: 'policies: { open: {}, kids: { block: { lists: [ads], rules: [shared.example] } } }',
  });
  daemon.child.kill('SIGHUP');
  await daemon.logged('reloaded');
  t.equal(await ask(house.kids, 'shared.example'), BLOCKED_BY_RULE, 'although the answer is in the cache');
  t.equal(await ask(house.kids, 'casino.example'), ANSWERED, 'a rule that is gone holds no more');

  house.configure({
    vlans: `vlans:
  kids: { listen: ["127.0.40.1:${house.port}"], subnets: [127.0.40.0/24], policy: kids }
  lab: { listen: ["127.0.70.1:${house.port}"], subnets: [127.0.70.0/24], policy: open }`,
  });
  t.match(await daemon.reload(), { reloaded: true, warnings: [] });
  t.strictSame(await addresses(), [
    ['kids', ['127.0.40.1']],
    ['lab', ['127.0.70.1']],
  ]);
  const lab = { address: '127.0.70.1', port: house.port, source: '127.0.70.2' };
  t.equal(await ask(lab, 'shared.example'), ANSWERED);
  const free = dgram.createSocket('udp4').bind(house.port, '127.0.60.1');
  await once(free, 'listening');
  free.close();

  house.configure({ upstreams: 'upstreams: { default: ["127.0.0.1:1"] }' });
  await daemon.reload();
  t.match(await ask(house.kids, 'shared.example'), /^SERVFAIL/, 'another upstream, another cache');
  house.configure({ server: 'server: { state: elsewhere }', cache: 'cache: { size: 1MiB }' });
  for (let times = 0; times < 2; times++)
    t.match(await daemon.reload(), { warnings: [/^cache: .*next start/, /^server\.state: .*next start/] });
  house.configure();
  t.match(await daemon.reload(), { warnings: [] }, 'nothing to say where it is as it was at the start');
  noBugs(t, daemon);
});

t.test('no query is lost over reloads, and no descriptor', async (t) => {
  const house = await openHouse(t);
  const daemon = await house.serve();
  const open = (): number => readdirSync(`/proc/${daemon.pid}/fd`).length;
  const changed = async (round: number): Promise<void> => {
    if (round % 4 === 0) house.write('ads.txt', `ads.example\nads${round}.example\n`);
    house.configure({
      policies: `policies: { open: {}, kids: { block: { lists: [ads], rules: [r${round}.example] } } }`,
      upstreams: `upstreams: { default: ["127.0.0.1:${house.upstreamPort}"], round${round % 3}: [127.0.0.9] }`,
    });
    t.match(await daemon.reload(), { reloaded: true });
  };
  await changed(0);
  const before = open();
  const stream = new Stream(house, before);
  for (let round = 1; round <= 30; round++) await changed(round);
  // Two at once, and one by signal.
  daemon.child.kill('SIGHUP');
  await Promise.all([daemon.reload(), daemon.reload()]);
  await daemon.logged('reloaded', 34);
  const { sent, answered } = await stream.end();
  t.ok(sent > 100, `${sent} queries were sent`);
  t.equal(answered, sent);
  t.equal((await daemon.status()).reloads, 34);
  t.ok(await until(() => open() <= before), `${open()} descriptors are open, ${before} were`);
  noBugs(t, daemon);
});

/** Queries at a steady pace: some blocked, some cached, some asked upstream. */
class Stream {
  readonly #socket = dgram.createSocket('udp4');
  readonly #timer: NodeJS.Timeout;
  readonly #answered = new Set<number>();
  #sent = 0;

  constructor(house: House, salt: number) {
    this.#socket.bind(0, '127.0.40.2');
    this.#socket.on('message', (bytes) => this.#answered.add(bytes.readUInt16BE(0)));
    this.#timer = setInterval(() => {
      const id = this.#sent++;
      const name = ['ads.example', 'cached.example', `n${salt}-${id}.example`][id % 3] ?? '';
      const query = writeQuery({ id, questions: [{ name, type: 'A' }] });
      this.#socket.send(query, house.kids.port, house.kids.address);
    }, 5);
  }

  async end(): Promise<{ sent: number; answered: number }> {
    clearInterval(this.#timer);
    await until(() => this.#answered.size === this.#sent, 5000);
    this.#socket.close();
    return { sent: this.#sent, answered: this.#answered.size };
  }
}

t.test('a reload while the start is still under way does not undo it', async (t) => {
  const house = await openHouse(t);
  house.write('ads.txt', Array.from({ length: 200_000 }, (_, n) => `a${n}.example\n`).join(''));
  const starting = house.serve();
  await until(() => existsSync(house.socket));
  house.configure({
    vlans: `vlans:
  kids: { listen: ["127.0.40.1:${house.port}"], subnets: [127.0.40.0/24], policy: kids }
  lab: { listen: ["127.0.70.1:${house.port}"], subnets: [127.0.70.0/24], policy: open }`,
  });
  const early = house.run(['reload']);
  const daemon = await starting;
  t.equal((await early).status, 0);
  t.strictSame(
    (await daemon.status()).vlans.map(({ name }) => name),
    ['kids', 'lab'],
  );
  const lab = { address: '127.0.70.1', port: house.port, source: '127.0.70.2' };
  t.equal(await ask(lab, 'www.example'), ANSWERED);
});

t.test('the image of the last run is loaded; one that is damaged is told and made anew', async (t) => {
  const house = await openHouse(t);
  const image = join(house.folder, 'state/lists.trie');
  await (await house.serve()).stop();
  const good = readFileSync(image);
  for (const [what, bytes] of [
    ['cut off', good.subarray(0, -20)],
    ['empty', Buffer.alloc(0)],
    ['a bit flipped', Buffer.from(good.map((octet, at) => (at === 200 ? octet ^ 1 : octet)))],
    ['something else', Buffer.from('hello')],
  ] as const) {
    writeFileSync(image, bytes);
    const daemon = await house.serve();
    t.match(await daemon.logged('snapshot_unusable'), { fault: /lists\.trie/ }, what);
    t.equal(await ask(house.kids, 'ads.example'), BLOCKED_BY_LIST, what);
    t.equal(await daemon.stop(), 0);
    t.strictSame(readFileSync(image).length, good.length, `it is made anew: ${what}`);
  }
  const loaded = await house.serve();
  t.strictSame(loaded.events('snapshot_unusable'), []);
  t.equal(await ask(house.kids, 'ads.example'), BLOCKED_BY_LIST);
});

t.test('who connects to the control socket and says nothing does not hold up the end', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  const daemon = await house.serve();
  const silent = connect(house.socket);
  silent.on('error', () => {});
  await once(silent, 'connect');
  await daemon.status();
  t.equal(await daemon.stop(6000), 0);
  silent.destroy();
});

t.test('a slow TCP client and a slow upstream are answered through a reload', async (t) => {
  const house = await openHouse(t, WITHOUT_LISTS);
  house.book.set('slow.example.', later(600, eachItsAddress)('.'));
  const daemon = await house.serve();
  const query = writeQuery({ id: 9, questions: [{ name: 'x.slow.example', type: 'A' }], edns: {} });
  const asked = askUdp(house.kids, [query], { waitMs: 6000 });
  await until(() => house.book.asked('slow.example.').length > 0);
  house.configure({ limits: 'limits: { rate: 0, tcp: 3 }' });
  t.match(await daemon.reload(), { reloaded: true });
  t.strictSame((await asked).map(tell), [ANSWERED]);
});

t.test('a house without lists needs no image and writes none', async (t) => {
  const house = await openHouse(t);
  house.configure({ policies: 'policies: { open: {}, kids: {} }', lists: '' });
  const daemon = await house.serve();
  t.equal(await ask(house.kids, 'ads.example'), ANSWERED);
  t.notOk(existsSync(join(house.folder, 'state/lists.trie')));
  t.equal(await daemon.stop(), 0);
});
