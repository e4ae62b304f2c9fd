// What the web server answers itself: log-in and log-out, live news, and what commands of our own program print.
import { readFile } from 'node:fs/promises';
import type { WebSettings } from '../access/web-settings.ts';
import { withoutSecrets } from '../config/without-secrets.ts';
import { ownVersion } from '../packaged/own-version.ts';
import { reasonOf } from '../system/system-error.ts';
import type { ApiCall, ApiReply } from './api/api-call.ts';
import type { Children, Ran } from './children.ts';
import { faultsIn, partsBetween } from './configuration-told.ts';
import type { DaemonAsks } from './daemon-asks.ts';
import type { Login } from './people/login.ts';
import type { News } from './live/news.ts';
import { readTopics } from './live/news.ts';
import { WebError } from './problem.ts';
import type { Sessions } from './people/sessions.ts';
import { cookieName, whoAsks } from './people/who.ts';
import type { ToldConfigurationFile, ToldSession, WebRouteName } from './web-routes.ts';

/** What is answered from. */
export interface OwnParts {
  readonly settings: () => WebSettings;
  /** The zone of times that people write and read, and whether queries are logged. */
  readonly told: () => Pick<ToldSession, 'timeZone' | 'hasLog'>;
  readonly sessions: Sessions;
  readonly login: Login;
  readonly news: () => News;
  readonly daemon: () => DaemonAsks;
  readonly children: Children;
  readonly now: () => number;
}

/** How long a browser keeps the cookie, in seconds; the session may end before. */
const COOKIE_SECONDS = 30 * 86_400;

/** Services change with the configuration only. */
const SERVICES_MS = 60_000;

/** Answers the routes. */
export function ownRoutes(
  parts: OwnParts,
): Readonly<Record<WebRouteName, (call: ApiCall) => Promise<ApiReply> | ApiReply>> {
  return {
    'GET /session': ({ known }) => ({ json: sessionOf(parts, known.asker) }),
    'POST /session': (call) => logIn(parts, call),
    'DELETE /session': (call) => logOut(parts, call),
    'GET /events': (call) => follow(parts, call),
    'GET /doctor': async () => {
      const ran = await runOwn(parts, ['doctor', '--json'], [0, 1, 2]);
      return { json: { at: new Date(ran.atMs).toISOString(), diagnosis: JSON.parse(ran.stdout) } };
    },
    'GET /services': async () => ({
      text: (await runOwn(parts, ['services', '--json'], [0, 2], SERVICES_MS)).stdout,
    }),
    'GET /configuration': async ({ known }) => ({ json: await tellConfiguration(parts, known.asker) }),
  };
}

function sessionOf({ told }: OwnParts, { user, role, vlans }: ApiCall['known']['asker']): ToldSession {
  return { user, role, vlans, version: ownVersion(), ...told() };
}

async function logIn(parts: OwnParts, { asked, from, tell }: ApiCall): Promise<ApiReply> {
  const { settings, sessions, login } = parts;
  const { users } = settings();
  const { user: name, password } = asked;
  if (typeof name !== 'string' || typeof password !== 'string')
    throw new WebError('bad_request', 'user and password are missing');
  if (users.length === 0)
    throw new WebError('bad_request', 'nobody needs to log in here: web.users is empty');
  try {
    const user = await login.check({ user: name, password }, from, users);
    const id = sessions.begin(user);
    tell.change(user, 'logged in');
    return {
      json: sessionOf(parts, { role: user.role, vlans: user.vlans, user: user.name }),
      fields: { 'set-cookie': cookie(settings(), id, COOKIE_SECONDS) },
    };
  } catch (error) {
    tell.loginRefused(name, reasonOf(error));
    throw error;
  }
}

function logOut({ settings, sessions, now }: OwnParts, { headers, tell }: ApiCall): ApiReply {
  const own = settings();
  try {
    const { session, asker } = whoAsks(headers, { settings: own, sessions, now });
    if (session !== undefined) {
      sessions.end(session);
      tell.change({ name: asker.user ?? '', role: asker.role, vlans: asker.vlans }, 'logged out');
    }
  } catch {
    // Who is not logged in is logged out.
  }
  return { fields: { 'set-cookie': cookie(own, '', 0) } };
}

function cookie(settings: WebSettings, id: string, seconds: number): string {
  const secure = settings.tls === undefined ? '' : '; Secure';
  return `${cookieName(settings)}=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
}

function follow(parts: OwnParts, { known, asked, filter, headers, from }: ApiCall): ApiReply {
  const { news, settings, sessions, now } = parts;
  const { asker } = known;
  const stream = news().open({
    asker,
    who: asker.user ?? from,
    topics: readTopics(String(asked['topics'])),
    filter,
    lastEventId: headers.get('last-event-id') ?? undefined,
    isStillAllowed: () => {
      try {
        const { asker: still } = whoAsks(headers, { settings: settings(), sessions, now });
        return still.role === asker.role && String(still.vlans) === String(asker.vlans);
      } catch {
        return false;
      }
    },
  });
  // Proxies of nginx's kind would keep events back until there are many.
  return { stream, fields: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' } };
}

async function tellConfiguration(
  parts: OwnParts,
  asker: ApiCall['known']['asker'],
): Promise<ToldConfigurationFile> {
  const file = parts.settings().configuration;
  const inEffect: { readonly text: string } = JSON.parse(
    await parts.daemon().ask('GET', '/configuration', asker),
  );
  const ran = await runOwn(parts, ['check', '--json'], [0, 1, 2]);
  const onDisk = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new WebError('unavailable', `${file} cannot be read: ${reasonOf(cause)}`);
  });
  return {
    file,
    parts: partsBetween(inEffect.text, withoutSecrets(onDisk)),
    faults: faultsIn(ran.stdout, file),
  };
}

/** Runs a command of ours on the configuration; throws a WebError where it ends with another status. */
async function runOwn(
  { children, settings }: OwnParts,
  words: readonly string[],
  statuses: readonly number[],
  goodMs?: number,
): Promise<Ran> {
  const ran = await children.run([...words, '-c', settings().configuration], goodMs);
  if (statuses.includes(ran.status) && ran.stdout !== '') return ran;
  throw new WebError(
    'unavailable',
    ran.stderr.trim() === '' ? `it ended with ${ran.status}` : ran.stderr.trim(),
  );
}
