/**
 * How datagrams are read, as an operator chooses it and as `status` tells it: with koffi, and by a copy of the built
 * program that has all packages but koffi, as on systems that no binary of it fits.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { chooseUdpIo } from '../../src/listeners/udp/udp-io.ts';
import { builtMain } from '../support/build.ts';
import { ask, openHouse } from '../support/house.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { reason } = await chooseUdpIo('auto');
const noBatchedIo = reason === undefined ? false : `no batched I/O here: ${reason}`;

/** Makes a copy of the program without koffi and gives its entry file. */
function withoutKoffi(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'without-koffi-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.dirname(builtMain()), path.join(folder, 'dist'), { recursive: true });
  cpSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  symlinkSync(path.join(ROOT, 'config'), path.join(folder, 'config'));
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
  );
  for (const name of Object.keys(dependencies)) {
    const link = path.join(folder, 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules', name), link);
  }
  return path.join(folder, 'dist/main.js');
}

const main = builtMain();
const bare = withoutKoffi();

const table: readonly (readonly [
  when: string,
  program: string,
  io: string | undefined,
  mode: 'plain' | 'batched',
  reason: RegExp | undefined,
])[] = [
  ['nothing is written', main, undefined, 'batched', undefined],
  ['batched is written', main, 'batched', 'batched', undefined],
  ['plain is written', main, 'plain', 'plain', undefined],
  [
    'nothing is written and koffi is not there',
    bare,
    undefined,
    'plain',
    /koffi cannot be used: Cannot find package/,
  ],
];

for (const [when, program, io, mode, why] of table) {
  const skip = mode === 'batched' && noBatchedIo;
  t.test(`where ${when}, it is ${mode}`, { skip }, async (t) => {
    process.env['VLANDNS_MAIN'] = program;
    const house = await openHouse(t);
    if (io !== undefined) house.configure({ server: `server: { state: state, io: ${io} }` });
    const daemon = await house.serve();
    t.equal(await ask(house.kids, 'fine.example'), 'NOERROR 192.0.2.1');
    t.equal(await ask(house.kids, 'casino.example'), 'NXDOMAIN ede 16');
    const status = await daemon.status();
    t.equal(status.io.mode, mode);
    t.match(status.io.reason ?? '', why ?? /^$/);
    t.match(
      (await house.run(['status'])).stdout,
      new RegExp(`, ${mode} I/O${why === undefined ? '\n' : ' \\(koffi'}`),
    );
    t.equal(
      daemon.events('plain_io').length,
      why === undefined ? 0 : 1,
      'one line where it was to be batched',
    );
    const maps = process.platform === 'linux' ? readFileSync(`/proc/${daemon.pid}/maps`, 'utf8') : undefined;
    if (maps !== undefined)
      t.equal(maps.includes('koffi'), mode === 'batched', 'koffi is loaded where it is used');
    t.equal(await daemon.stop(), 0);
    t.equal(daemon.events('bug').length, 0);
  });
}

t.test(
  'where batched is written and koffi is not there, check tells it and the start is refused',
  async (t) => {
    process.env['VLANDNS_MAIN'] = bare;
    const house = await openHouse(t);
    house.configure({ server: 'server: { state: state, io: batched }' });
    const said =
      /server\.io: datagrams cannot be read in batches here: koffi cannot be used: .*; write auto or plain\n/;
    t.match(await house.run(['check']), { status: 1, stderr: said });
    t.match(await house.run(['serve']), { status: 1, stderr: said });
  },
);

t.test('a reload does not change it, and says so', async (t) => {
  process.env['VLANDNS_MAIN'] = main;
  const house = await openHouse(t);
  const daemon = await house.serve();
  const { mode } = (await daemon.status()).io;
  house.configure({ server: 'server: { state: state, io: plain }' });
  t.match(await daemon.reload(), { reloaded: true, warnings: ['server.io: takes effect at the next start'] });
  t.equal((await daemon.status()).io.mode, mode);
  t.equal(await ask(house.servers, 'fine.example'), 'NOERROR 192.0.2.1');
});
