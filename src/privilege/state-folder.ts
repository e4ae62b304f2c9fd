// Whether a folder can be vlandns's own: checked by check, and by serve before anything is made in it or given away. The rule:
// it holds only what vlandns makes, and where root is to make it or give it away, nobody else may be able to change
// its path.
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isLeftover, isOwnFile } from '../lists/store/source-names.ts';
import type { Config } from '../config/config.ts';
import { foreignWriter } from '../system/path-writers.ts';
import type { Identity } from '../system/path-writers.ts';
import { historySocketOf } from '../querylog/sockets.ts';

/** The user who starts vlandns, and the one it then runs as: `user`, where root starts it and server.user is set. */
export interface Starter {
  readonly uid: number;
  readonly user?: Identity | undefined;
}

type Paths = Pick<Config, 'file' | 'server' | 'log' | 'control'>;

/** Folders that a whole system shares; those right below the root count, too, but not their contents. */
const SHARED: readonly string[] = [
  '/',
  ...'bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var altroot bsd'
    .split(' ')
    .map((name) => `/${name}`),
  ...'backups cache crash cron db empty games lib local lock log mail msgs opt run spool tmp unbound www yp'
    .split(' ')
    .map((name) => `/var/${name}`),
  ...'bin games include lib lib64 libexec local ports sbin share src X11R6'
    .split(' ')
    .map((name) => `/usr/${name}`),
  ...'bin etc games include lib libexec man sbin share src'.split(' ').map((name) => `/usr/local/${name}`),
  ...'shm pts mqueue'.split(' ').map((name) => `/dev/${name}`),
  '/run/lock',
  '/run/user',
];

const CURE = 'set server.state to a folder for vlandns alone, such as /var/vlandns';

/** Names that a file system itself has in its uppermost folder. */
const OF_FILE_SYSTEMS: readonly string[] = ['lost+found', '.snap', '.snapshot'];

/** Why the folder of server.state must not be made, given away or written to, with the cure; undefined where it may. */
export function stateFault(config: Paths, { uid, user }: Starter): string | undefined {
  const folder = realPath(config.server.state);
  const told = `server.state: ${folder}`;
  const what = sharedAs(folder, user?.uid ?? uid) ?? (user && configIn(folder, config.file));
  if (what !== undefined) return `${told} ${what}; ${CURE}`;
  const there = lookAt(folder);
  if (there === undefined) return user && pathFault(folder, user);
  if (!there.isDirectory()) return `${told} is no folder; ${CURE}`;
  return contentFault(folder, there.uid, { config, user });
}

/** The same for a folder that is there. */
function contentFault(
  folder: string,
  folderUid: number,
  { config, user }: { readonly config: Paths; readonly user: Identity | undefined },
): string | undefined {
  const told = `server.state: ${folder}`;
  // Without server.user, the owner of the folder is taken to be the user who runs vlandns.
  const owner = user?.uid ?? folderUid;
  if (folderUid !== 0 && folderUid !== owner)
    return `${told} belongs to user ${folderUid}, neither to root nor to server.user; ${CURE}`;
  const foreign = foreignEntry(folder, folderUid, owner, config);
  if (foreign !== undefined)
    return `${told} holds ${foreign}, which is not vlandns's; ${CURE}, or move that away`;
  return user !== undefined && folderUid === 0 ? pathFault(folder, user) : undefined;
}

function lookAt(folder: string) {
  try {
    return statSync(folder, { throwIfNoEntry: false });
  } catch {
    // In a folder that we may not pass, or below a file: making it reports that.
    return undefined;
  }
}

/** Where a path leads, links resolved as far as it exists. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realPath(above), basename(path));
  }
}

/** In words, what else a folder is used for. */
function sharedAs(folder: string, owner: number): string | undefined {
  if (SHARED.includes(folder)) return 'is a folder of the system';
  const home = homes().find((one) => one.path === folder && !(one.isService && one.uid === owner));
  return home && `is the home of ${home.name}`;
}

/** Where root starts vlandns, its configuration decides what root does. */
function configIn(folder: string, configFile: string): string | undefined {
  return `${dirname(realPath(configFile))}/`.startsWith(`${folder}/`)
    ? 'has the configuration in it, which whoever owns the folder may replace'
    : undefined;
}

function homes() {
  return readText('/etc/passwd')
    .split('\n')
    .flatMap((line) => {
      const [name = '', , uid = '', , , path = '', shell = ''] = line.split(':');
      const isService = /\/(?:nologin|false)$/.test(shell);
      return path === '' ? [] : [{ name, uid: Number(uid), path: resolve(path), isService }];
    });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // This system has no such file of users; homes are below /home.
    return '';
  }
}

/** The path of something in the folder that vlandns did not make; its own user may have left something there. */
function foreignEntry(folder: string, folderUid: number, owner: number, config: Paths): string | undefined {
  const isLeft = (uid: number): boolean => owner !== 0 && folderUid === owner && uid === owner;
  const names = namesIn(folder);
  const texts = names.includes(SOURCES) ? namesIn(join(folder, SOURCES)) : [];
  for (const name of [...names, ...texts.map((text) => join(SOURCES, text))]) {
    const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (found === undefined || OF_FILE_SYSTEMS.includes(name)) continue;
    const isOurs = name === SOURCES ? found.isDirectory() : isOwnName(name, folder, config);
    const isTheirs = found.uid !== 0 && found.uid !== owner;
    if (isTheirs || (!isOurs && !isLeft(found.uid))) return join(folder, name);
  }
  return undefined;
}

/** The folder of the lists' texts in the state folder. */
const SOURCES = 'sources';

/** The files of vlandns in its state folder: those it makes, control socket and log included, and those it reads. */
function isOwnName(name: string, folder: string, { file, log, control }: Paths): boolean {
  if (/^(?:lists\.trie|desk\.yaml|recorder\.sock|web-sessions\.json)(?:\.|$)/.test(name)) return true;
  if (/^querylog\.(?:db|spool)(?:[.-]|$)/.test(name)) return true;
  if (dirname(name) === SOURCES) return isOwnFile(basename(name)) || isLeftover(basename(name));
  if (
    [control.socket, historySocketOf(control.socket), control.parents?.socket, file].some(
      (path) => path !== undefined && realPath(path) === join(folder, name),
    )
  )
    return true;
  return (
    log.file !== 'stdout' && realPath(dirname(log.file)) === folder && name.startsWith(basename(log.file))
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // We may not look into it; the user who starts vlandns may.
    return [];
  }
}

/** Root makes nothing below a folder that somebody else may change, who could put something else in its place. */
function pathFault(folder: string, user: Identity): string | undefined {
  const writer = foreignWriter(dirname(folder), user);
  if (writer === undefined) return undefined;
  const who = writer.isUser ? 'server.user' : 'another user than root';
  return `server.state: ${who} may write to ${writer.folder}, so that root does not make ${folder} there; make it for server.user yourself, or ${CURE}`;
}
