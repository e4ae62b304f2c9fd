// Calls of /api/v1 by the names of the tables of routes: `call('GET /status', {})`. The rule: what goes wrong is a CallError with a
// Problem in it, be it the server's own, a lost connection or a reply that is none.
import type { RouteTypes } from '../api/routes.ts';
import type { HistoryRouteTypes } from '../querylog/routes.ts';
import type {
  LoginRequest,
  Problem,
  ToldConfigurationFile,
  ToldDoctor,
  ToldServices,
  ToldSession,
} from '../web/web-routes.ts';

type NoRequest = Readonly<Record<string, never>>;

/** What the web server answers itself. */
interface WebRouteTypes {
  'GET /session': { readonly request: NoRequest; readonly reply: ToldSession };
  'POST /session': { readonly request: LoginRequest; readonly reply: ToldSession };
  'DELETE /session': { readonly request: NoRequest; readonly reply: undefined };
  'GET /doctor': { readonly request: NoRequest; readonly reply: ToldDoctor };
  'GET /services': { readonly request: NoRequest; readonly reply: ToldServices };
  'GET /configuration': { readonly request: NoRequest; readonly reply: ToldConfigurationFile };
}

/** Everything that the page may call. */
type Calls = Omit<RouteTypes, keyof WebRouteTypes | 'GET /metrics'> &
  Omit<HistoryRouteTypes, 'GET /follow' | 'GET /asked'> &
  WebRouteTypes;

/** A call, by method and path. */
export type CallName = keyof Calls;
/** What it takes. */
export type CallRequest<Name extends CallName> = Calls[Name]['request'];
/** What it gives. */
export type CallReply<Name extends CallName> = Calls[Name]['reply'];

/** A call that came to nothing. */
export class CallError extends Error {
  readonly problem: Problem;
  /** When to try again, in seconds, where the server says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.detail);
    this.name = 'CallError';
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The codes of problems that no server tells: it was not reached, or what answered is not vlandns. */
export const LOST = 'lost';
export const NOT_OURS = 'not_ours';

/** How a call goes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default: the browser's. */
  readonly fetch?: typeof fetch;
}

/** Calls a route; throws a CallError, or what an aborted fetch throws. */
export async function call<Name extends CallName>(
  name: Name,
  request: CallRequest<Name>,
  { signal, fetch: ask = fetch }: CallOptions = {},
): Promise<CallReply<Name>> {
  const { url, init } = toFetch(name, request);
  let response;
  try {
    response = await ask(url, signal === undefined ? init : { ...init, signal });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw lost(error);
  }
  const body = await bodyOf(response);
  if (!response.ok) throw toCallError(response, body);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server sends what the table of routes says
  return body as CallReply<Name>;
}

/** A call as fetch takes it: a GET has a query string, another method a JSON object. */
export function toFetch(
  name: CallName,
  request: object,
): { readonly url: string; readonly init: RequestInit } {
  const [method = 'GET', path = ''] = name.split(' ');
  const given = Object.entries(request).filter(([, value]) => value !== undefined && value !== '');
  const headers = { accept: 'application/json' };
  if (method !== 'GET')
    return {
      url: `/api/v1${path}`,
      init: {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(Object.fromEntries(given)),
        credentials: 'same-origin',
      },
    };
  const pairs = given.flatMap(([key, value]) =>
    Array.isArray(value) ? value.map((one) => [key, String(one)]) : [[key, String(value)]],
  );
  const query = new URLSearchParams(pairs).toString();
  return {
    url: `/api/v1${path}${query === '' ? '' : `?${query}`}`,
    init: { method, headers, credentials: 'same-origin' },
  };
}

/** The problem of what was thrown, whatever it is. */
export function problemOf(error: unknown): Problem {
  return error instanceof CallError ? error.problem : lost(error).problem;
}

function lost(error: unknown): CallError {
  const detail = error instanceof Error ? error.message : String(error);
  return new CallError({ type: 'about:blank', title: '', status: 0, detail, code: LOST });
}

/** JSON, or undefined where there is none. */
async function bodyOf(response: Response): Promise<unknown> {
  try {
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    // A proxy's page, or half of a reply: told by its status.
    return undefined;
  }
}

function toCallError({ status, statusText, headers }: Response, body: unknown): CallError {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new CallError(
    isProblem(body)
      ? body
      : { type: 'about:blank', title: statusText, status, detail: `${status} ${statusText}`, code: NOT_OURS },
    Number.isFinite(seconds) ? seconds : undefined,
  );
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    typeof body.code === 'string' &&
    'detail' in body &&
    typeof body.detail === 'string'
  );
}
