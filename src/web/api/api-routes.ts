// All routes of the API, in one table: those of the control socket and of the query log's socket with their own paths below /api/v1, and those
// that the web server answers itself. The server, the description (config/openapi.json) and the tests derive from it.
import { ACCESS_ROLES } from '../../access/role.ts';
import type { AccessRole } from '../../access/role.ts';
import { ROUTES } from '../../api/routes.ts';
import { routeNames } from '../../api/serve-routes.ts';
import { HISTORY_ROUTES } from '../../querylog/routes.ts';
import type { HistoryRouteName } from '../../querylog/routes.ts';
import type { ProblemCode } from '../problem.ts';
import type { WebRouteName } from '../web-routes.ts';

/** One route. */
export interface ApiRoute {
  /** Method and path, such as `POST /grant`. */
  readonly name: string;
  /** Who answers: the worker, the query log's own store, or the web server. */
  readonly source: 'daemon' | 'history' | 'web';
  readonly summary: string;
  readonly roles: Readonly<Record<AccessRole, boolean>>;
  /** Whether nobody needs to be logged in. */
  readonly isOpen: boolean;
  /** Errors beside those of every route. */
  readonly errors: readonly ProblemCode[];
}

const ALL = rolesOf(ACCESS_ROLES);
const ADMIN = rolesOf(['admin']);

/** Below this path. */
export const API_ROOT = '/api/v1';

const WEB_ROUTES: Readonly<Record<WebRouteName, Omit<ApiRoute, 'name' | 'source'>>> = {
  'GET /session': {
    summary: 'who is logged in',
    roles: ALL,
    isOpen: false,
    errors: [],
  },
  'POST /session': {
    summary: 'log in: the cookie of the session comes with the reply',
    roles: ALL,
    isOpen: true,
    errors: ['bad_request', 'unauthenticated', 'too_many'],
  },
  'DELETE /session': { summary: 'log out', roles: ALL, isOpen: true, errors: [] },
  'GET /events': {
    summary: 'what happens, as server-sent events',
    roles: ALL,
    isOpen: false,
    errors: ['bad_request', 'too_many'],
  },
  'GET /doctor': {
    summary: 'why a VLAN has no DNS: run doctor, or tell what it found a moment ago',
    roles: ADMIN,
    isOpen: false,
    errors: ['too_many', 'unavailable'],
  },
  'GET /services': {
    summary: 'the bundles that policies can block or allow by name',
    roles: ALL,
    isOpen: false,
    errors: ['too_many', 'unavailable'],
  },
  'GET /configuration': {
    summary: 'the configuration in effect, what its file says now, and what is wrong with that',
    roles: ADMIN,
    isOpen: false,
    errors: ['too_many', 'unavailable'],
  },
};

/** Routes of the query log that tell of what a VLAN asked; the others are about the whole machine, or tell all there is. */
const LOG_FOR_ALL: readonly HistoryRouteName[] = [
  'GET /log',
  'GET /top',
  'GET /statistics',
  'GET /first-seen',
];

/** The routes. */
export const API_ROUTES: readonly ApiRoute[] = [
  ...routeNames()
    .filter((name) => !Object.hasOwn(WEB_ROUTES, name))
    .map((name): ApiRoute => {
      const { summary, roles, errors } = ROUTES[name];
      return {
        name,
        source: 'daemon',
        summary,
        roles,
        isOpen: false,
        errors: ['bad_request', ...errors, 'unavailable'],
      };
    }),
  ...historyNames().map((name): ApiRoute => {
    const { summary } = HISTORY_ROUTES[name];
    const roles = LOG_FOR_ALL.includes(name) ? ALL : ADMIN;
    return { name, source: 'history', summary, roles, isOpen: false, errors: ['bad_request', 'refused'] };
  }),
  ...Object.entries(WEB_ROUTES).map(([name, route]): ApiRoute => ({ name, source: 'web', ...route })),
];

/** Following the log is one of the events here. */
function historyNames(): HistoryRouteName[] {
  return Object.keys(HISTORY_ROUTES)
    .filter((name): name is HistoryRouteName => Object.hasOwn(HISTORY_ROUTES, name))
    .filter((name) => name !== 'GET /follow');
}

function rolesOf(roles: readonly AccessRole[]): Readonly<Record<AccessRole, boolean>> {
  return {
    admin: roles.includes('admin'),
    parent: roles.includes('parent'),
    viewer: roles.includes('viewer'),
  };
}
