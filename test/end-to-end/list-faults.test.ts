/**
 * A bad list must never hurt: the built daemon against a list server, a disk and a power switch that all do their worst. Set
 * VLANDNS_KILLS to have it killed more often.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { gzipSync } from 'node:zlib';
import { askDaemon } from '../../src/control/control-client.ts';
import type { OrderOutcome } from '../../src/api/list-orders.ts';
import type { Status } from '../../src/status/status.ts';
import { ask, openHouse, until } from '../support/house.ts';
import type { Daemon, House } from '../support/house.ts';
import { sleep } from '../support/wire-client.ts';

t.jobs = 3;
// Fifty starts take longer than tests usually may.
t.setTimeout(300_000);

const KILLS = Number(process.env['VLANDNS_KILLS'] ?? 50);
/** For tests of many starts or updates, in milliseconds. */
const LONG = { timeout: 300_000 };
const BLOCKED = 'NXDOMAIN ede 15';
const ANSWERED = 'NOERROR 192.0.2.1';

const names = (count: number, word = 'ads'): string =>
  Array.from({ length: count }, (_, n) => `0.0.0.0 ${word}${n}.example\n`).join('');

/** Answers every path with a text that can be changed, or as it is told. */
class ListServer {
  port = 0;
  asked = 0;
  readonly #answers = new Map<string, RequestListener>();

  /** Serves a text under a path from now on. */
  serve(path: string, text: string): void {
    const etag = `"${text.length}-${Buffer.from(text.slice(-40)).toString('hex')}"`;
    this.answer(path, (request, response) => {
      const isKnown = request.headers['if-none-match'] === etag;
      response.writeHead(isKnown ? 304 : 200, { etag }).end(isKnown ? undefined : text);
    });
  }

  answer(path: string, listener: RequestListener): void {
    this.#answers.set(path, listener);
  }

  readonly listener = (request: IncomingMessage, response: ServerResponse): void => {
    this.asked++;
    const listener = this.#answers.get(request.url ?? '');
    if (listener === undefined) response.writeHead(404).end();
    else listener(request, response);
  };
}

async function openListServer(t: Test): Promise<ListServer> {
  const lists = new ListServer();
  const server = createServer(lists.listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  lists.port = typeof address === 'object' && address !== null ? address.port : 0;
  return lists;
}

/** A house whose kids have two lists from a server and one from a file. */
async function openListHouse(t: Test, more: Record<string, string> = {}) {
  const house = await openHouse(t);
  const server = await openListServer(t);
  const url = (path: string): string => `"http://127.0.0.1:${server.port}${path}"`;
  const sections = {
    policies: 'policies: { open: {}, kids: { block: { lists: [ads, far, near] } } }',
    lists: `lists: { ads: ads.txt, far: ${url('/far')}, near: ${url('/near')} }`,
    expect: 'expect: [{ vlan: kids, name: school.example, is: allowed }]',
    ...more,
  };
  house.configure(sections);
  server.serve('/far', names(100));
  server.serve('/near', names(100, 'near'));
  return { house, server, sections, url };
}

const order = async (house: House, what: string): Promise<OrderOutcome> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are this program
  (await askDaemon(house.socket, 'POST', `/lists/${what}`)) as OrderOutcome;

const askDaemonStatus = async (house: House): Promise<Status> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are this program
  (await askDaemon(house.socket, 'GET', '/status')) as Status;

const sourceOf = ({ lists }: OrderOutcome, name: string) => lists.find(({ list }) => list === name);

async function serve(house: House): Promise<Daemon> {
  const daemon = await house.serve();
  await order(house, 'update');
  return daemon;
}

t.test('what is bad is held alone, and what comes with it takes effect', async (t) => {
  const { house, server } = await openListHouse(t);
  const daemon = await serve(house);
  server.serve('/far', `${names(100)}0.0.0.0 school.example\n`);
  server.serve('/near', `${names(100, 'near')}0.0.0.0 new.example\n`);
  rmSync(join(house.folder, 'ads.txt'));
  const outcome = await order(house, 'update');
  t.match(sourceOf(outcome, 'far'), {
    state: 'held',
    message: /an expectation would break: .*school\.example/,
  });
  t.match(sourceOf(outcome, 'near'), { state: 'updated' });
  t.match(sourceOf(outcome, 'ads'), { state: 'failed', message: /ads\.txt cannot be read.*last good copy/ });
  t.equal(await ask(house.kids, 'new.example'), BLOCKED);
  t.equal(await ask(house.kids, 'school.example'), ANSWERED);
  t.equal(await ask(house.kids, 'ads.example'), BLOCKED, 'the last good copy of the file holds');
  await order(house, 'update');
  t.equal(daemon.events('list_held').length, 1, 'a reason is told once');
  t.match((await daemon.status()).lists, [{}, { isHeld: true }, { isHeld: false }]);

  house.write('ads.txt', 'ads.example\nfile.example\n');
  t.match(sourceOf(await order(house, 'update'), 'ads'), { state: 'updated' });
  t.equal(await ask(house.kids, 'file.example'), BLOCKED, 'a file is not held up either');
  t.strictSame(daemon.events('bug'), []);
});

const harmful: [what: string, answer: RequestListener | string, reason: RegExp][] = [
  ['a server error', (_, response) => void response.writeHead(500).end(), /not fetched: .*500/],
  ['a web page', '<!doctype html>\n<html>Log in</html>\n', /not fetched: .*web page/],
  [
    'half of a compressed text',
    (_, response) =>
      void response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(names(5000)).subarray(0, 900)),
    /not fetched: .*ends in the middle/,
  ],
  [
    'redirects in a circle',
    (_, response) => void response.writeHead(302, { location: '/far' }).end(),
    /not fetched: .*circle/,
  ],
  [
    'a connection that is cut',
    (request) => void request.socket.destroy(),
    /not fetched: .*closed the connection/,
  ],
  ['a tenth of its names', names(10), /held back: shrank by 90 %/],
  ['one line over and over, no name in it', '$0/\n'.repeat(37_500), /held back: no entry in 37,500 lines/],
  ['mostly errors', `${names(100)}${'!!! ??? \u0000\n-- --\n'.repeat(90)}`, /held back: \d+ errors/],
  [
    'a probe of devices',
    `${names(100)}0.0.0.0 captive.apple.com\n`,
    /held back: it would block captive\.apple\.com/,
  ],
  [
    'a tree that an update server is in',
    '||ads77.example^\n||windowsupdate.com^\n'.repeat(90),
    /held back: it would block download\.w/,
  ],
];

t.test('what a server can do wrong leaves the last good list in use', LONG, async (t) => {
  const { house, server, sections, url } = await openListHouse(t);
  const daemon = await serve(house);
  for (const [what, answer, reason] of harmful) {
    if (typeof answer === 'string') server.serve('/far', answer);
    else server.answer('/far', answer);
    t.match(sourceOf(await order(house, 'update?name=far'), 'far')?.message, reason, what);
    t.equal(await ask(house.kids, 'ads77.example'), BLOCKED, `the list holds: ${what}`);
  }
  const lists = `lists: { ads: ads.txt, near: ${url('/near')}, far: { sources: ${url('/far')}, guard: { may_block: [windowsupdate.com] } } }`;
  house.configure({ ...sections, lists });
  t.match(await daemon.reload(), { reloaded: true });
  t.ok(
    await until(async () => (await ask(house.kids, 'download.windowsupdate.com')) === BLOCKED),
    'a list may be let, and what is held is judged again',
  );
  t.strictSame(daemon.events('bug'), []);
});

t.test(
  'accept lets through what is held, after a restart and whatever the server says by then',
  async (t) => {
    const { house, server } = await openListHouse(t);
    const first = await serve(house);
    server.serve('/far', `${names(10)}0.0.0.0 judged.example\n`);
    t.match(sourceOf(await order(house, 'update?name=far'), 'far'), { state: 'held' });
    await first.stop();
    server.serve('/far', names(5));
    const daemon = await house.serve();
    t.match(
      (await daemon.status()).lists,
      [{}, { isHeld: true, state: /shrank/ }, {}],
      'it is known after a restart',
    );
    t.equal(await ask(house.kids, 'judged.example'), ANSWERED);
    t.match(sourceOf(await order(house, 'accept?name=far'), 'far'), { state: 'accepted' });
    t.equal(await ask(house.kids, 'judged.example'), BLOCKED);
    t.equal(await ask(house.kids, 'ads77.example'), ANSWERED);
    t.match(
      sourceOf(await order(house, 'accept?name=far'), 'far'),
      { state: 'unchanged' },
      'nothing is left to accept',
    );
    await t.rejects(order(house, 'accept?name=nobody'), /no list nobody/);
    t.strictSame(sourceNames(house, 'held'), []);
    await daemon.stop();
    await house.serve();
    t.equal(await ask(house.kids, 'judged.example'), BLOCKED, 'it is the last good one from then on');
  },
);

t.test('accept takes no more than what was told last', async (t) => {
  const { house } = await openListHouse(t);
  house.write('ads.txt', names(100, 'own'));
  await serve(house);
  house.write('ads.txt', `${names(5)}0.0.0.0 seen.example\n`);
  t.match(sourceOf(await order(house, 'update?name=ads'), 'ads'), { state: 'held', message: /shrank/ });
  const first = await house.run(['lists', 'update', 'ads']);
  t.match(first, { status: 1, stdout: /held .*\nads: to use it all the same: vlandns lists accept ads\n$/ });
  house.write('ads.txt', '0.0.0.0 unseen.example\n');
  const isOther = async (): Promise<boolean> =>
    (await askDaemonStatus(house)).lists.some(({ list, state }) => list === 'ads' && /99 %/.test(state));
  t.ok(await until(isOther, 30_000), 'another copy is held, and nobody was told of it');
  t.match(sourceOf(await order(house, 'accept?name=ads'), 'ads'), {
    state: 'held',
    message: /99 %.*not what was last shown/,
  });
  t.equal(await ask(house.kids, 'unseen.example'), ANSWERED);
  t.match(sourceOf(await order(house, 'accept?name=ads'), 'ads'), { state: 'accepted' }, 'now it was told');
  t.equal(await ask(house.kids, 'unseen.example'), BLOCKED);
});

t.test('a list server that hangs holds up neither a reload nor the other lists', async (t) => {
  const { house, server, sections, url } = await openListHouse(t);
  const daemon = await serve(house);
  let hanging = 0;
  server.answer('/slow', (request) => {
    hanging++;
    request.socket.once('close', () => hanging--);
  });
  house.configure({
    ...sections,
    lists: `${sections.lists.replace(/ }$/, '')}, slow: ${url('/slow')} }`,
    policies: `policies: { open: {}, kids: { block: { lists: [ads, far, near, slow] }, when_lists_missing: allow } }`,
  });
  t.match(await daemon.reload(), { reloaded: true });
  t.equal(hanging, 1, 'the reload did not wait for it');
  server.serve('/near', `${names(100, 'near')}0.0.0.0 new.example\n`);
  const update = order(house, 'update').catch(() => undefined);
  t.ok(
    await until(async () => (await ask(house.kids, 'new.example')) === BLOCKED),
    'nor did the other lists',
  );
  t.equal(hanging, 1, 'it still hangs');
  await daemon.stop();
  await update;
});

t.test('a list file that is gone at the start is told, and its last good copy serves', async (t) => {
  const { house } = await openListHouse(t);
  await (await serve(house)).stop();
  rmSync(join(house.folder, 'ads.txt'));
  const daemon = await house.serve();
  t.equal(await ask(house.kids, 'ads.example'), BLOCKED);
  t.match(daemon.said, /warning: .*ads\.txt/);
  await daemon.logged('list_not_read');
  t.match(await house.run(['check']), { status: 2, stderr: /error: .*file not found: .*ads\.txt/ });
  t.equal((await house.run(['status'])).status, 0);
});

t.test(
  'compiled lists that are damaged are made anew from the last good texts, without any server',
  LONG,
  async (t) => {
    const { house, server } = await openListHouse(t);
    await (await serve(house)).stop();
    const image = join(house.folder, 'state/lists.trie');
    const whole = readFileSync(image);
    server.answer('/far', (_, response) => void response.writeHead(500).end());
    const damage: [what: string, change: () => void][] = [
      ['empty', () => truncateSync(image)],
      ['cut', () => truncateSync(image, whole.length - 64)],
      ['of another version', () => writeFileSync(image, withWord(whole, 2, 0))],
      ['of the other endianness', () => writeFileSync(image, Buffer.from(whole).swap32())],
      ['damaged in the middle', () => writeFileSync(image, withWord(whole, whole.length >> 3, 0x55555555))],
      [
        'not a file',
        () => {
          rmSync(image);
          mkdirSync(image);
        },
      ],
    ];
    for (const [what, change] of damage) {
      change();
      const daemon = await house.serve();
      t.match(await daemon.logged('snapshot_unusable'), { fault: /lists\.trie/ }, what);
      t.equal(await ask(house.kids, 'ads77.example'), BLOCKED, `the lists hold: ${what}`);
      await daemon.stop();
      rmSync(image, { recursive: true, force: true });
      writeFileSync(image, whole);
    }
  },
);

t.test('a full disk leaves what was good', async (t) => {
  const { house, server } = await openListHouse(t, { server: 'server: { state: disk/state }' });
  const disk = join(house.folder, 'disk');
  if (!mountSmall(t, disk)) {
    t.pass('it is tried', { skip: 'a file system of a few kilobytes can be mounted by root only' });
    t.end();
    return;
  }
  const daemon = await serve(house);
  server.serve('/far', names(60_000));
  const outcome = await order(house, 'update?name=far');
  t.match(sourceOf(outcome, 'far'), { state: 'failed', message: /the disk of .* is full/ });
  t.equal(await ask(house.kids, 'ads77.example'), BLOCKED);
  t.strictSame(sourceNames(house, 'new', 'disk/state'), [], 'nothing half written is left');
  // Room for the text, but not for the lists that are compiled with it.
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(900_000));
  server.serve('/far', names(3000));
  await order(house, 'update?name=far');
  t.equal(await ask(house.kids, 'ads77.example'), BLOCKED);
  await daemon.stop();
  const again = await house.serve();
  t.equal(await ask(house.kids, 'ads77.example'), BLOCKED, 'after a restart, too');
  rmSync(join(disk, 'ballast'));
  t.match(sourceOf(await order(house, 'update?name=far'), 'far'), { message: undefined });
  t.equal(await ask(house.kids, 'ads2999.example'), BLOCKED, 'and with room all is well');
  await again.stop();
});

t.test(`killed ${KILLS} times while lists change, it starts with the last good ones`, LONG, async (t) => {
  const { house, server } = await openListHouse(t);
  server.serve('/far', names(20_000));
  await (await serve(house)).kill();
  const faults: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    server.serve('/far', names(20_000 + round));
    house.write('ads.txt', `ads.example\nround${round}.example\n`);
    const daemon = await house.serve();
    if ((await ask(house.kids, 'ads19999.example')) !== BLOCKED)
      faults.push(`round ${round}: far does not hold`);
    if ((await ask(house.kids, 'ads.example')) !== BLOCKED) faults.push(`round ${round}: ads does not hold`);
    faults.push(...daemon.events('snapshot_unusable').map((event) => JSON.stringify(event)));
    const update = order(house, 'update').catch(() => undefined);
    await sleep((round * 37) % 500);
    await daemon.kill();
    await update;
  }
  t.strictSame(faults, []);
  const daemon = await serve(house);
  t.match((await daemon.status()).lists, [{ state: 'ok' }, { state: 'ok' }, { state: 'ok' }]);
  t.equal(await ask(house.kids, `ads${20_000 + KILLS - 2}.example`), BLOCKED);
  t.strictSame(sourceNames(house, 'new'), []);
  t.equal(readdirSync(join(house.folder, 'state/sources')).length, 6, 'a copy and a record for each source');
  t.ok(
    await until(() => readdirSync(join(house.folder, 'state')).length <= 2),
    'the compiled lists and the copies, no more',
  );
});

/** The files that are kept of sources and end in this way. */
function sourceNames(house: House, ending: string, state = 'state'): string[] {
  return readdirSync(join(house.folder, state, 'sources')).filter((name) => name.endsWith(`.${ending}`));
}

function withWord(image: Buffer, word: number, value: number): Buffer {
  const changed = Buffer.from(image);
  changed.writeUInt32LE(value, word * 4);
  return changed;
}

/** Mounts a file system of a megabyte; says whether that can be done here. */
function mountSmall(t: Test, folder: string): boolean {
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=755', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false; // not root, not allowed, or no such file system
  }
  t.teardown(() => execFileSync('umount', ['-l', folder]));
  return true;
}
