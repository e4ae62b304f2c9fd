// One request of the page or the API, from who asks to what is sent. The order of the steps stands in `answer` and nowhere else.
import type { HttpBindings, Http2Bindings } from '@hono/node-server';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { WebSettings } from '../access/web-settings.ts';
import type { ControlAnswer, ControlRoutes } from '../control/control-server.ts';
import { apiDescription } from '../packaged/api-description.ts';
import type { ApiDescription } from '../packaged/api-description.ts';
import { ROUTES } from '../api/routes.ts';
import type { Route, RouteName } from '../api/routes.ts';
import { toQueryString } from '../querylog/routes.ts';
import type { HistoryFilter } from '../querylog/history.ts';
import type { ToldLine } from '../querylog/figures.ts';
import { API_ROOT, API_ROUTES } from './api/api-routes.ts';
import type { ApiRoute } from './api/api-routes.ts';
import type { ApiCall, ApiReply } from './api/api-call.ts';
import { readBody } from './api/read-body.ts';
import { requestReader } from './api/read-request.ts';
import type { RequestReader } from './api/read-request.ts';
import { auditLine, loginLine } from './people/audit.ts';
import type { RequestListener } from './listener.ts';
import type { OwnParts } from './own-routes.ts';
import { ownRoutes } from './own-routes.ts';
import type { Questions } from './questions.ts';
import { describeProblem, isProblemCode, toProblem, WebError } from './problem.ts';
import { FIELDS, fileReply, JSON_TYPE, problemReply, toResponse } from './replies.ts';
import type { StaticFile } from './static-files.ts';
import { refuseOtherPages, whoAsks } from './people/who.ts';
import type { Known } from './people/who.ts';

/** What the page and the API are made of. */
export interface AppParts extends OwnParts {
  readonly settings: () => WebSettings;
  /** The routes of the query log. */
  readonly history: ControlRoutes<ControlAnswer>;
  readonly questions: Questions;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly tell: (line: ToldLine) => void;
  readonly counts: { requests: number; refused: number };
}

type Bindings = { Bindings: HttpBindings | Http2Bindings };

/** Gives what answers requests. */
export function requestListener(parts: AppParts): RequestListener {
  const app = makeApp(parts);
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    overrideGlobalObjects: false,
  });
  return (request, response) => void listener(request, response);
}

/** The page and the API by their paths. */
function makeApp(parts: AppParts): Hono<Bindings> {
  const description = apiDescription();
  const app = new Hono<Bindings>();
  const own = ownRoutes(parts);
  const doers: Record<ApiRoute['source'], (route: ApiRoute) => Doer> = {
    daemon: ({ name }) => askingDaemon(parts, name),
    history: ({ name }) => askingHistory(parts, name),
    web: ({ name }) => {
      const route = Object.entries(own).find(([each]) => each === name)?.[1];
      if (route === undefined) throw new Error(`nobody answers ${name}`);
      return route;
    },
  };
  for (const route of API_ROUTES) {
    const [method = '', path = ''] = route.name.split(' ');
    const reader = requestReader(description, route.name);
    const step = { route, reader, perform: doers[route.source](route) };
    app.on(method, `${API_ROOT}${path}`, (context) => answer(parts, step, context));
  }
  addDescription(app, description);
  app.all(`${API_ROOT}/*`, (context) => problemReply(noSuchRoute(context)));
  app.get('*', (context) => fileReply(parts.files.get(context.req.path), context.req.raw.headers));
  app.all('*', () =>
    problemReply(new WebError('method_not_allowed', 'files are read only', { allow: 'GET, HEAD' })),
  );
  app.onError((error) => problemReply(error));
  return app;
}

type Doer = (call: ApiCall) => Promise<ApiReply> | ApiReply;

interface Step {
  readonly route: ApiRoute;
  readonly reader: RequestReader;
  readonly perform: Doer;
}

/** The steps of a call. What is refused is refused before its body is read; whatever goes wrong is a problem. */
async function answer(
  parts: AppParts,
  { route, reader, perform }: Step,
  context: Context<Bindings>,
): Promise<Response> {
  const headers = headersOf(context);
  // Of HEAD as of GET: hono answers both by the same route.
  const isChange = !route.name.startsWith('GET ');
  const from = addressOf(context);
  let known: Known | undefined;
  let asked: Readonly<Record<string, unknown>> = {};
  const tell = (refusal?: string): void => {
    if (isChange && known !== undefined)
      tellChange(parts, known, { from, route: route.name, asked, refusal });
  };
  parts.counts.requests++;
  try {
    if (headers.get('authorization') === null) refuseOtherPages(headers, isChange);
    known = route.isOpen ? undefined : whoAsks(headers, { ...parts, settings: parts.settings() });
    refuseRole(route, known);
    asked = await read(route, reader, context);
    const filter = filterOf(asked, known);
    const reply = await perform({
      known: known ?? NOBODY,
      from,
      headers,
      asked,
      filter,
      tell: teller(parts, from),
    });
    tell();
    return toResponse(reply);
  } catch (error) {
    const { status, detail } = toProblem(error);
    if (REFUSALS.has(status)) parts.counts.refused++;
    if (status === 403) tell(detail);
    return problemReply(error);
  }
}

/** Errors by which somebody is kept out. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);

function refuseRole({ name, roles }: ApiRoute, known: Known | undefined): void {
  if (known === undefined || roles[known.asker.role]) return;
  throw new WebError(
    'forbidden',
    `${name} is not for the role ${known.asker.role}; ask somebody who has another`,
  );
}

async function read(
  { name }: ApiRoute,
  reader: RequestReader,
  { req }: Context<Bindings>,
): Promise<Record<string, unknown>> {
  if (name.startsWith('POST ')) return reader.fromBody(await readBody(req.raw));
  return reader.fromQuery(queryOf(req.url));
}

/** The fields of the header, with `host` also where HTTP/2 has its own word for it (RFC 9113 section 8.3.1). */
function headersOf({ req, env }: Context<Bindings>): Headers {
  const { headers } = req.raw;
  const authority = env.incoming.headers[':authority'];
  if (typeof authority === 'string') headers.set('host', authority);
  return headers;
}

/** Who asks a route that is for everybody. */
const NOBODY: Known = { asker: { role: 'viewer', vlans: [] }, by: 'nobody' };

/** A route of the worker: asked over the control socket for who asks here. */
function askingDaemon(parts: AppParts, name: string): Doer {
  if (!isRouteName(name)) throw new Error(`there is no ${name}`);
  const [method, path = ''] = name.split(' ');
  // With its name as a type, the table's functions would take each its own request: they read one here that was checked by the description.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { toQuery } = ROUTES[name] as unknown as Pick<Route<RouteName>, 'toQuery'>;
  return async ({ known: { asker }, asked }) => {
    if (name === 'GET /status' && Object.keys(asked).length === 0)
      return { text: await parts.daemon().status(asker) };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    const pairs = toQuery({ ...asked }).map(([key, value]) => [key, value]);
    const query = new URLSearchParams(pairs).toString();
    const target = query === '' ? path : `${path}?${query}`;
    const text = await parts.daemon().ask(method === 'GET' ? 'GET' : 'POST', target, asker);
    return name === 'GET /metrics'
      ? { text, fields: { 'content-type': 'text/plain; version=0.0.4' } }
      : { text };
  };
}

function isRouteName(name: string): name is RouteName {
  return Object.hasOwn(ROUTES, name);
}

/** A route of the query log: answered from its store, of the VLANs of who asks. */
function askingHistory({ history, questions }: AppParts, name: string): Doer {
  const route = history[name];
  if (route === undefined) throw new Error(`nobody answers ${name}`);
  return async ({ asked, filter: { within } }) => {
    const query = new URLSearchParams(toQueryString({ ...asked, within }));
    const told = await questions.run(() => route(query, {}));
    if ('text' in told) return { text: told.text };
    return { stream: toBytes(told.texts), fields: { 'content-type': told.contentType } };
  };
}

/** Which queries are meant; of those who have to do with some VLANs only, none of others. */
function filterOf(asked: Readonly<Record<string, unknown>>, known: Known | undefined): HistoryFilter {
  const { vlans = [] } = known?.asker ?? {};
  return { ...asked, within: vlans.length === 0 ? undefined : vlans };
}

function toBytes(texts: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = texts[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

/** The description of the API, and of each problem, which anybody may read: both come with the program. */
function addDescription(app: Hono<Bindings>, description: ApiDescription): void {
  const text = JSON.stringify(description);
  app.get(`${API_ROOT}/openapi.json`, () => new Response(text, { headers: { ...FIELDS, ...JSON_TYPE } }));
  app.get(`${API_ROOT}/problems/:code`, (context) => {
    const code = context.req.param('code');
    if (!isProblemCode(code)) return problemReply(noSuchRoute(context));
    return new Response(JSON.stringify(describeProblem(code)), { headers: { ...FIELDS, ...JSON_TYPE } });
  });
}

function noSuchRoute({ req }: Context<Bindings>): WebError {
  const methods = API_ROUTES.map(({ name }) => name.split(' '))
    .filter(([, path]) => `${API_ROOT}${path}` === req.path)
    .map(([method = '']) => method);
  if (methods.length > 0)
    return new WebError('method_not_allowed', `${req.path} takes ${methods.join(', ')}`, {
      allow: methods.includes('GET') ? [...methods, 'HEAD'].join(', ') : methods.join(', '),
    });
  return new WebError('no_such_route', `there is no ${req.path}; ${API_ROOT}/openapi.json has what there is`);
}

function teller({ tell }: AppParts, from: string): ApiCall['tell'] {
  return {
    change: ({ name, role, vlans }, what) =>
      tell({
        level: 'info',
        event: 'web_change',
        message: auditLine({ asker: { role, vlans, user: name }, by: 'session' }, from, {
          route: what,
          asked: {},
        }),
      }),
    loginRefused: (user, why) =>
      tell({ level: 'warn', event: 'web_login_refused', message: loginLine(user, from, why) }),
  };
}

function tellChange(
  { tell }: AppParts,
  known: Known,
  {
    from,
    ...what
  }: {
    readonly from: string;
    readonly route: string;
    readonly asked: object;
    readonly refusal?: string | undefined;
  },
): void {
  tell({
    level: what.refusal === undefined ? 'info' : 'warn',
    event: 'web_change',
    message: auditLine(known, from, what),
  });
}

function queryOf(url: string): URLSearchParams {
  return new URL(url).searchParams;
}

/** The address of the client: of the connection, whatever a header says. */
function addressOf({ env }: Context<Bindings>): string {
  return (env.incoming.socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '');
}
