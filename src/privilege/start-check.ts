// Finds beforehand what would stop a start of the daemon: used by check, by serve, and after a reload, for the next boot. The
// rule: nothing is made or changed, and what cannot be known here is not reported.
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { hostsFiles } from '../config/local-sources.ts';
import { foreignWriter } from '../system/path-writers.ts';
import type { Identity } from '../system/path-writers.ts';
import { realPath, stateFault } from './state-folder.ts';
import type { Starter } from './state-folder.ts';
import { identityOf } from './supervisor.ts';
import { denied } from './user-access.ts';
import type { WantedAccess } from './user-access.ts';

/** Who asks. */
export interface StartQuestion {
  /** The user who asks. */
  readonly uid: number;
  /** Whether that user is the one who will start vlandns; always true of root. */
  readonly isStarter: boolean;
  /** The numbers of server.user, where they are known already: looking them up takes two processes. */
  readonly known?: Identity | undefined;
  /** Where rcctl(8) keeps the user of a daemon; default: the file of OpenBSD, on OpenBSD. */
  readonly rcConf?: string | undefined;
}

/** The faults, one line each, which names the setting and the cure. */
export function startFaults(config: Config, question: StartQuestion): string[] {
  const { uid, isStarter, known, rcConf = RC_CONF } = question;
  const name = config.server.user;
  if (uid !== 0) return faultsFor(config, { uid }, isStarter ? { uid, gid: NOBODYS } : undefined);
  const daemonUser = rcConf === undefined ? undefined : rcUser(rcConf);
  try {
    // Started by rc.d as that user, it is not root and becomes nobody else.
    if (daemonUser !== undefined && daemonUser !== 'root') {
      const user = identityOf(daemonUser);
      return faultsFor(config, { uid: user.uid }, user);
    }
    const user = name === undefined ? undefined : (known ?? identityOf(name));
    return faultsFor(config, { uid, user }, user);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

const RC_CONF = process.platform === 'openbsd' ? '/etc/rc.conf.local' : undefined;

/** The group does not matter for the user who runs this: the system is asked directly. */
const NOBODYS = -1;

/** The user that `rcctl set vlandns user NAME` has written to the file. */
function rcUser(file: string): string | undefined {
  try {
    return /^vlandns_user=["']?([\w.-]+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    // Nothing was ever set.
    return undefined;
  }
}

/** `user` is the user who answers queries, where that is known. */
function faultsFor(config: Config, starter: Starter, user: Identity | undefined): string[] {
  const found = [stateFault(config, starter), ...socketFaults(config, starter)];
  return [
    ...found.filter((fault) => fault !== undefined),
    ...(user === undefined ? [] : accessFaults(config, user, starter)),
  ];
}

/** Why no control sockets may be made where they are configured. */
export function socketFaults({ control }: Pick<Config, 'control'>, starter: Starter): (string | undefined)[] {
  const { socket, parents } = control;
  const ofAll = socketFault(socket, starter);
  const ofParents = parents === undefined ? undefined : socketFault(parents.socket, starter);
  return [ofAll, ofParents?.replaceAll('control.socket', 'control.parents.socket')];
}

/** Why no control socket may be made there: root makes one only where nobody else could put something in its place. */
function socketFault(socket: string, { uid, user }: Starter): string | undefined {
  const there = lookAt(socket);
  if (there !== undefined && !there.isSocket())
    return `control.socket: ${socket} cannot be opened: a file that is no socket is there; set control.socket to another path`;
  const writer = uid === 0 ? foreignWriter(dirname(socket), user) : undefined;
  if (writer === undefined) return undefined;
  const who = writer.isUser ? 'server.user' : 'another user than root';
  return `control.socket: ${who} may write to ${writer.folder}; set control.socket to a path in a folder that only root may write, such as /var/run/vlandns.sock`;
}

function lookAt(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // In a folder that we may not pass: that is reported instead.
    return undefined;
  }
}

interface Wanted extends WantedAccess {
  /** The message where it may not be done. */
  readonly fault: string;
}

/** What the user who answers queries may not do with files. */
function accessFaults(config: Config, user: Identity, starter: Starter): string[] {
  const who = starter.user === undefined ? 'the user that runs vlandns' : `user ${config.server.user ?? ''}`;
  const cure = `let it, and pass the folders above (chgrp, chmod)`;
  const reads = [
    { setting: config.file, path: config.file },
    ...hostsFiles(config).map(({ file, setting }) => ({ setting, path: file })),
    ...config.server.ca.map((path) => ({ setting: 'server.ca', path })),
    ...(config.web?.files ?? []),
    ...config.lists.flatMap(({ name, sources }) =>
      sources.flatMap(({ kind, location }) =>
        kind === 'file' ? [{ setting: `lists.${name}`, path: location }] : [],
      ),
    ),
  ];
  const wanted: Wanted[] = reads
    .filter(({ path }) => isThere(path))
    .map(({ setting, path }) => ({
      kind: 'read',
      path,
      fault: `${setting}: ${path} cannot be read by ${who}; ${cure}`,
    }));
  if (config.log.file !== 'stdout') wanted.push(logAccess(config.log.file, who));
  return (denied([...wanted, ...ownAccess(config, who, starter)], user) ?? []).map(({ fault }) => fault);
}

function logAccess(path: string, who: string): Wanted {
  const cure = `make it for that user (install -o USER -m 640 /dev/null ${path}), or set log.file to stdout`;
  return { kind: 'write', path, fault: `log.file: ${path} cannot be written or made by ${who}; ${cure}` };
}

/** What root does for server.user, and any other user must be able to do by itself. */
function ownAccess({ server, control }: Config, who: string, { user }: Starter): Wanted[] {
  const state = realPath(server.state);
  const wanted: Wanted[] = [];
  // Root's own is given away at the start.
  if (isThere(state) && (user === undefined || statSync(state).uid === user.uid))
    wanted.push({
      kind: 'folder',
      path: state,
      fault: `server.state: ${state} cannot be used by ${who}; give it to that user (chown -R), or set server.state`,
    });
  if (user !== undefined) return wanted;
  if (!isThere(state))
    wanted.push({
      kind: 'folder',
      path: deepest(state),
      fault: `server.state: ${state} cannot be made by ${who}; make it for that user (install -d -o USER -m 750), or set server.state`,
    });
  const folder = deepest(dirname(realPath(control.socket)));
  wanted.push({
    kind: 'folder',
    path: folder,
    fault: `control.socket: ${who} may not write to ${folder}; set control.socket to a path in a folder of that user, such as /var/run/vlandns/vlandns.sock`,
  });
  return wanted;
}

/** The lowest folder of a path that exists. */
function deepest(path: string): string {
  return isThere(path) || dirname(path) === path ? path : deepest(dirname(path));
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // In a folder that we may not pass, or below a file.
    return false;
  }
}
