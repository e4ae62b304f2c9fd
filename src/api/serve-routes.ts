// The table of routes as the control server takes it: reads what is asked, has it done, and gives errors their codes.
import { Refused } from '../config/refused.ts';
import { toJson } from '../control/control-server.ts';
import type { ControlReply, ControlRoutes } from '../control/control-server.ts';
import { ControlError } from '../control/error-codes.ts';
import { ADMIN } from '../access/role.ts';
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

/** Answers every route of the table for one asker; those that are not for its role say so. */
export function toControlRoutes(handlers: RouteHandlers, asker: Asker = ADMIN): ControlRoutes {
  const routes: Record<string, ControlRoutes[string]> = {};
  for (const name of routeNames())
    routes[name] = ROUTES[name].roles[asker.role] ? routeOf(name, handlers, asker) : notFor(name, asker);
  return routes;
}

function notFor(name: RouteName, { role }: Asker): ControlRoutes[string] {
  const [, path = ''] = name.split('/', 2);
  return () => {
    throw new ControlError(
      'forbidden',
      `${path} is not for the role ${role}; ask who may use control.socket`,
    );
  };
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
  asker: Asker,
): ControlRoutes[string] {
  const { toRequest }: Route<Name> = ROUTES[name];
  const handle = handlers[name];
  return async (query): Promise<ControlReply> => {
    const request = toRequest(query);
    try {
      const reply = await handle(request, asker);
      return typeof reply === 'string' ? { contentType: METRICS_CONTENT_TYPE, text: reply } : toJson(reply);
    } catch (error) {
      throw error instanceof Refused ? new ControlError('refused', error.message, { cause: error }) : error;
    }
  };
}
