// Who asks: by a token, by the cookie of a session, or anybody where there are no users (and then on loopback only).
import { findToken } from '../../access/token.ts';
import { ADMIN } from '../../access/role.ts';
import type { Asker } from '../../access/role.ts';
import type { WebSettings } from '../../access/web-settings.ts';
import { refusalOf as browserRefusal } from '../../control/browser-guard.ts';
import { WebError } from '../problem.ts';
import type { Sessions } from './sessions.ts';

/** Somebody who asks, and how that is known. */
export interface Known {
  readonly asker: Asker;
  readonly by: 'token' | 'session' | 'nobody';
  /** Of a session: its id. */
  readonly session?: string | undefined;
}

/** What is looked at. */
export interface WhoParts {
  readonly settings: Pick<WebSettings, 'users' | 'tokens' | 'tls'>;
  readonly sessions: Sessions;
  readonly now: () => number;
}

/** The name of the cookie: over TLS the browser takes it from this very host only, and no other may set it. */
export function cookieName({ tls }: Pick<WebSettings, 'tls'>): string {
  return tls === undefined ? 'vlandns' : '__Host-vlandns';
}

/** Throws a WebError where nobody is known. */
export function whoAsks(headers: Headers, { settings, sessions, now }: WhoParts): Known {
  const authorization = headers.get('authorization');
  if (authorization !== null) {
    const token = findToken(settings.tokens, authorization.replace(/^bearer /i, ''), now());
    if (token === undefined)
      throw new WebError(
        'unauthenticated',
        'there is no such token, or its time is over; make one with vlandns token',
        {
          'www-authenticate': 'Bearer',
        },
      );
    const { role, vlans, name } = token;
    return { asker: { role, vlans, user: name }, by: 'token' };
  }
  if (settings.users.length === 0) return { asker: openTo(headers), by: 'nobody' };
  const session = cookieOf(headers.get('cookie'), cookieName(settings));
  const user = session === undefined ? undefined : sessions.find(session, settings.users);
  if (user === undefined)
    throw new WebError('unauthenticated', 'nobody is logged in here, or no longer; log in');
  return { asker: { role: user.role, vlans: user.vlans, user: user.name }, by: 'session', session };
}

/** Where there are no users, whoever reaches this machine's own address may do everything; a page of somebody else's must not reach it. */
function openTo(headers: Headers): Asker {
  const refusal = browserRefusal({ host: headers.get('host') ?? undefined });
  if (refusal !== undefined) throw new WebError('from_browser', refusal);
  return ADMIN;
}

/** Throws a WebError where a request was made by another page. `isChange`: it may change something. */
export function refuseOtherPages(headers: Headers, isChange: boolean): void {
  const site = headers.get('sec-fetch-site');
  const isOther = site !== null && site !== 'same-origin' && (isChange || site !== 'none');
  if (isOther || !isOwnOrigin(headers.get('origin'), headers.get('host')))
    throw new WebError('from_browser', 'this comes from another page than ours, and is not done');
}

/** By host and port: a proxy in front may speak TLS where we do not. */
function isOwnOrigin(origin: string | null, host: string | null): boolean {
  return origin === null || (URL.canParse(origin) && new URL(origin).host === host);
}

function cookieOf(header: string | null, name: string): string | undefined {
  const prefix = `${name}=`;
  const found = (header ?? '').split(/;\s*/).find((part) => part.startsWith(prefix));
  return found?.slice(prefix.length);
}
