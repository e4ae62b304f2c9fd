// Which folder may be vlandns's own, and what a start would meet beside it.
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/reader.ts';
import { giveFolder } from '../../src/privilege/give-folder.ts';
import { startFaults } from '../../src/privilege/start-check.ts';
import { realPath, stateFault } from '../../src/privilege/state-folder.ts';
import { unprivileged } from '../support/unprivileged.ts';

const nobody = unprivileged();
const user = nobody ?? { uid: 65_534, gid: 65_534 };
const skip = nobody === undefined ? 'it takes root, and a program that user nobody may read' : false;

/** A folder with a configuration in etc/, and how it reads with some settings. */
function openPlace(t: Test) {
  const folder = mkdtempSync(join(tmpdir(), 'place-'));
  chmodSync(folder, 0o755);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  mkdirSync(at('etc'));
  const configure = (settings: string, mayLackLists = false): Config => {
    writeFileSync(
      at('etc/vlandns.yaml'),
      `vlans: { a: { listen: [127.0.0.1], subnets: [127.0.0.0/8], policy: open } }\npolicies: { open: {} }\n${settings}\n`,
    );
    const { config, faults } = readConfig(at('etc/vlandns.yaml'), { mayLackLists });
    if (config === undefined) throw new Error(faults.map(({ message }) => message).join());
    return config;
  };
  return { folder, at, configure };
}

t.test("a state folder that is somebody else's is refused, with the cure", { skip }, (t) => {
  const { at, configure } = openPlace(t);
  const starter = { uid: 0, user };
  mkdirSync(at('data'));
  writeFileSync(at('data/notes.txt'), '');
  mkdirSync(at('theirs'));
  chownSync(at('theirs'), 1, 1);
  mkdirSync(at('planted/sources'), { recursive: true });
  chownSync(at('planted/sources'), 1, 1);
  mkdirSync(at('mixed/sources'), { recursive: true });
  writeFileSync(at('mixed/sources/diary.txt'), '');
  mkdirSync(at('workers'));
  chownSync(at('workers'), user.uid, user.gid);
  symlinkSync('/etc', at('link'));
  writeFileSync(at('file'), '');
  for (const [state, said] of [
    ['.', /etc has the configuration in it/],
    ['..', /has the configuration in it/],
    ['/', /is a folder of the system/],
    ['/etc', /is a folder of the system/],
    ['/tmp', /is a folder of the system/],
    ['/var/lib', /is a folder of the system/],
    ['/usr/local/etc', /is a folder of the system/],
    [at('link'), /\/etc is a folder of the system/],
    ['/root', /is (?:a folder of the system|the home of root)/],
    [at('data'), /holds .*data\/notes\.txt, which is not vlandns's/],
    [at('theirs'), /belongs to user 1, neither to root nor to server\.user/],
    [at('planted'), /holds .*planted\/sources, which is not vlandns's/],
    [at('mixed'), /holds .*sources\/diary\.txt, which is not vlandns's/],
    [at('file'), /is no folder/],
    [at('workers/below/state'), /server\.user may write to .*workers, so that root does not make/],
  ] as const) {
    const fault = stateFault(configure(`server: { state: "${state}", user: nobody }`), starter);
    t.match(fault, said, state);
    t.match(fault, /set server\.state to a folder for vlandns alone, such as \/var\/vlandns/, state);
  }
  t.end();
});

t.test('a state folder of vlandns is none of that', { skip }, (t) => {
  const { at, configure } = openPlace(t);
  mkdirSync(at('old/sources'), { recursive: true });
  const text = `sources/${'0'.repeat(16)}-lists.example.txt`;
  for (const name of [
    'lists.trie',
    'lists.trie.next-1-1',
    'web-sessions.json',
    'web-sessions.json.new',
    text,
    'log',
    'log.0.gz',
  ])
    writeFileSync(join(at('old'), name), '');
  mkdirSync(at('used'));
  writeFileSync(at('used/left-by-it'), '');
  for (const name of ['used', 'used/left-by-it']) chownSync(at(name), user.uid, user.gid);
  symlinkSync('old', at('link'));
  for (const state of ['old', 'used', 'new/state', 'link']) {
    const config = configure(
      `server: { state: ${at(state)}, user: nobody }\nlog: { file: ${at('old/log')} }\ncontrol: { socket: ${at('s')} }`,
    );
    t.equal(stateFault(config, { uid: 0, user }), undefined, state);
    t.equal(stateFault(config, { uid: 1000 }), undefined, `${state}, for who only asks`);
  }
  t.end();
});

t.test('root gives away what root made, and nothing else', { skip }, (t) => {
  const { at } = openPlace(t);
  const owner = (name: string): number => lstatSync(at(name)).uid;
  mkdirSync(at('precious'));
  writeFileSync(at('precious/file'), '');
  mkdirSync(at('old/sources'), { recursive: true });
  writeFileSync(at('old/lists.trie'), '');
  symlinkSync(at('precious/file'), at('old/lists.trie.link'));
  linkSync(at('precious/file'), at('old/lists.trie.hard'));
  symlinkSync(at('precious'), at('link'));
  giveFolder(at('old'), user);
  giveFolder(at('new/state'), user);
  for (const name of ['old', 'old/sources', 'old/lists.trie', 'new/state'])
    t.equal(owner(name), user.uid, name);
  t.throws(() => giveFolder(at('link'), user), 'a link in the place of the folder');
  for (const name of ['new', 'precious', 'precious/file']) t.equal(owner(name), 0, name);
  t.equal(lstatSync(at('new/state')).mode & 0o777, 0o750);
  t.equal(realPath(at('link/not/there')), at('precious/not/there'));
  t.end();
});

t.test('what the start would meet is found before it', { skip }, (t) => {
  const { at, configure } = openPlace(t);
  const good = `server: { state: ${at('state')}, user: nobody }\ncontrol: { socket: ${at('sock')} }`;
  const faults = (settings: string): string[] =>
    startFaults(configure(settings), { uid: 0, isStarter: true });
  t.strictSame(faults(good), []);
  t.notOk(existsSync(at('state')), 'and nothing is made');
  t.match(faults('server: { user: no-such-user }'), [/there is no user "no-such-user"; make it/]);
  mkdirSync(at('run/deep'), { recursive: true });
  chownSync(at('run'), user.uid, user.gid);
  t.match(faults(good.replace(at('sock'), at('run/deep/sock'))), [
    /control\.socket: server\.user may write to .*run; set control\.socket/,
  ]);
  writeFileSync(at('hosts'), '');
  chmodSync(at('hosts'), 0o600);
  mkdirSync(at('closed'), { mode: 0o700 });
  writeFileSync(at('closed/list'), 'ads.example\n');
  t.match(
    faults(`${good}
hosts: [${at('hosts')}]
lists: { ads: ${at('closed/list')} }
log: { file: ${at('closed/log')} }`),
    [
      /hosts: .*hosts cannot be read by user nobody; let it, and pass the folders above/,
      /lists\.ads: .*closed\/list cannot be read by user nobody/,
      /log\.file: .*closed\/log cannot be written or made by user nobody; make it for that user/,
    ],
  );
  writeFileSync(at('page.key'), 'x');
  chmodSync(at('page.key'), 0o600);
  const page = `web: { listen: "127.0.0.1:8053", certificate: ${at('hosts')}, key: ${at('page.key')} }`;
  t.match(startFaults(configure(`${good}\n${page}`, true), { uid: 0, isStarter: true }), [
    /web\.certificate: .*hosts cannot be read by user nobody/,
    /web\.key: .*page\.key cannot be read by user nobody; let it/,
  ]);
  writeFileSync(at('log'), '');
  chmodSync(at('log'), 0o600);
  t.match(faults(`${good}\nlog: { file: ${at('log')} }`), [/log\.file: .*log cannot be written or made/]);
  chownSync(at('log'), user.uid, user.gid);
  t.strictSame(faults(`${good}\nlog: { file: ${at('log')} }`), [], 'a log that was made for it');
  const config = configure(good);
  chmodSync(at('etc/vlandns.yaml'), 0o600);
  t.match(startFaults(config, { uid: 0, isStarter: true }), [/vlandns\.yaml cannot be read by user nobody/]);
  t.end();
});

t.test("where rc.d starts it as another user, that user's rights count", { skip }, (t) => {
  const { at, configure } = openPlace(t);
  const config = configure(`server: { state: ${at('state')} }\ncontrol: { socket: ${at('vlandns.sock')} }`);
  writeFileSync(at('rc.conf.local'), 'ntpd_flags=\nvlandns_user=nobody\n');
  t.match(startFaults(config, { uid: 0, isStarter: true, rcConf: at('rc.conf.local') }), [
    /server\.state: .* cannot be made by/,
    /control\.socket: the user that runs vlandns may not write to .*; set control\.socket .* \/var\/run\/vlandns\/vlandns\.sock/,
  ]);
  t.strictSame(startFaults(config, { uid: 0, isStarter: true, rcConf: at('absent') }), []);
  t.end();
});
