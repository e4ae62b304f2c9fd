// The table of routes as the control server takes it: reads what is asked, has it done, and gives errors their codes.
import type { IncomingHttpHeaders } from 'node:http';
import { Refused } from '../config/refused.ts';
import { toJson } from '../control/control-server.ts';
import type { ControlReply, ControlRoutes } from '../control/control-server.ts';
import { ControlError } from '../control/error-codes.ts';
import { ASKER_HEADER, lowered, readAskerHeader } from '../access/asker-header.ts';
import { ACCESS_ROLES, ADMIN } from '../access/role.ts';
import type { Asker } from '../access/role.ts';
import { METRICS_CONTENT_TYPE } from '../status/metrics/metrics-text.ts';
import { ROUTES } from './routes.ts';
import type { Route, RouteName, RouteTypes } from './routes.ts';

/** Who does what each route asks. */
export type RouteHandlers = {
  readonly [Name in RouteName]: (
    request: RouteTypes[Name]['request'],
    asker: Asker,
  ) => RouteTypes[Name]['reply'] | Promise<RouteTypes[Name]['reply']>;
};

/**
 * Answers every route of the table for who may use a socket, or for whom a header says that they ask (access/asker-header.ts): those
 * that are not for their role say so.
 */
export function toControlRoutes(handlers: RouteHandlers, own: Asker = ADMIN): ControlRoutes {
  const routes: Record<string, ControlRoutes[string]> = {};
  for (const name of routeNames()) routes[name] = routeOf(name, handlers, own);
  return routes;
}

/** Who asks; throws a ControlError where a header is malformed, or is about VLANs that the socket is not for. */
function askerOf(own: Asker, headers: IncomingHttpHeaders): Asker {
  const value = headers[ASKER_HEADER];
  if (value === undefined) return own;
  const claimed = typeof value === 'string' ? readAskerHeader(value) : undefined;
  if (claimed === undefined)
    throw new ControlError('bad_request', `${ASKER_HEADER} is not the percent-encoded JSON of an asker`);
  const asker = lowered(own, claimed);
  if (asker !== undefined) return asker;
  throw new ControlError('forbidden', `this socket is for VLAN ${own.vlans.join(', ')} only`);
}

function refuseRole(name: RouteName, { role }: Asker): void {
  const { roles } = ROUTES[name];
  if (roles[role]) return;
  const path = name.slice(name.indexOf('/'));
  const takes = ACCESS_ROLES.filter((other) => roles[other]).join(' or ');
  throw new ControlError(
    'forbidden',
    `${path} takes the role ${takes}, and this is ${role}; ask somebody who has it`,
  );
}

/** The names of all routes. */
export function routeNames(): RouteName[] {
  return Object.keys(ROUTES).filter((name): name is RouteName => Object.hasOwn(ROUTES, name));
}

// With its name as a type, the route and its handler are known to belong together.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function routeOf<Name extends RouteName>(
  name: Name,
  handlers: RouteHandlers,
  own: Asker,
): ControlRoutes[string] {
  const { toRequest }: Route<Name> = ROUTES[name];
  const handle = handlers[name];
  return async (query, headers): Promise<ControlReply> => {
    const asker = askerOf(own, headers);
    refuseRole(name, asker);
    const request = toRequest(query);
    try {
      const reply = await handle(request, asker);
      return typeof reply === 'string' ? { contentType: METRICS_CONTENT_TYPE, text: reply } : toJson(reply);
    } catch (error) {
      throw error instanceof Refused ? new ControlError('refused', error.message, { cause: error }) : error;
    }
  };
}
