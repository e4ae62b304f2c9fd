// All routes of the control socket: method, path, what is asked and what is answered. The control server, the commands, the
// metrics outlet and the tests derive from this table; a route stands nowhere else.
import type { AccessRole } from '../access/role.ts';
import { ControlError } from '../control/error-codes.ts';
import type { Withheld } from '../clients/host-names.ts';
import type { ErrorCode } from '../control/error-codes.ts';
import type { AnswerQuestion, ToldAnswer } from '../explain/upstream-answer.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { ToldClient } from '../explain/told/clients.ts';
import type { Status } from '../status/status.ts';
import type { ToldLeases } from '../status/told-leases.ts';
import { DESK_ROUTES, textOf } from './desk-routes.ts';
import type { DeskRouteTypes } from './desk-routes.ts';
import type { OrderOutcome } from './list-orders.ts';

/** What status is asked. */
export interface StatusRequest {
  /** `people`: a person will see it, so that what is held back now counts as told and may be accepted. */
  readonly told?: 'people' | undefined;
}

/** Lists that are meant by name; none are all. */
interface ListsRequest {
  readonly names: readonly string[];
}

/** The list that is meant. */
interface ListRequest {
  readonly name: string;
}

/** The cached answers that are meant: those of a name and all below it, or all. */
interface FlushRequest {
  readonly name?: string | undefined;
}

/** The VLAN whose clients are meant; none: those of all. */
interface ClientsRequest {
  readonly vlan?: string | undefined;
}

/** The clients that are known. */
export interface ToldClients {
  readonly clients: readonly ToldClient[];
  /** How many more there are than are told. */
  readonly more: number;
  readonly leases: readonly ToldLeases[];
  /** By VLAN how many clients were not given the name that they ask for, where there are some. */
  readonly withheld: readonly (Withheld & { readonly vlan: string })[];
}

/** A query that is to be explained. */
export interface ExplainRequest {
  /** A VLAN by name, tag or interface, or a client by name or address. */
  readonly who: string;
  readonly name: string;
  /** The number of a record type; default A. */
  readonly qtype?: number | undefined;
  /** A moment, as `explain --at` takes it, or an instant in ISO 8601; default now. */
  readonly at?: string | undefined;
}

/** The configuration in effect. */
export interface ToldConfiguration {
  /** Its file, an absolute path. */
  readonly file: string;
  /** Its text as it was read when it took effect; secrets are replaced. */
  readonly text: string;
}

/** What a reload came to. */
export interface ReloadOutcome {
  readonly reloaded: boolean;
  /** Why it was refused, a line each. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** What a flush came to. */
export interface FlushOutcome {
  /** How many cached answers were forgotten. */
  readonly flushed: number;
}

/** Nothing is asked but the route itself. */
type NoRequest = Readonly<Record<string, never>>;

/** What each route takes and gives. */
export interface RouteTypes extends DeskRouteTypes {
  'GET /status': { readonly request: StatusRequest; readonly reply: Status };
  /** Text in Prometheus's format; all others are JSON. */
  'GET /metrics': { readonly request: NoRequest; readonly reply: string };
  'POST /reload': { readonly request: NoRequest; readonly reply: ReloadOutcome };
  'POST /lists/update': { readonly request: ListsRequest; readonly reply: OrderOutcome };
  'POST /lists/accept': { readonly request: ListRequest; readonly reply: OrderOutcome };
  'GET /clients': { readonly request: ClientsRequest; readonly reply: ToldClients };
  'GET /answer': { readonly request: AnswerQuestion; readonly reply: ToldAnswer };
  'POST /flush': { readonly request: FlushRequest; readonly reply: FlushOutcome };
  /** Texts of rules are left out: whole files would be read for them. */
  'GET /explain': { readonly request: ExplainRequest; readonly reply: Explanation };
  'GET /configuration': { readonly request: NoRequest; readonly reply: ToldConfiguration };
}

/** A route, by method and path. */
export type RouteName = keyof RouteTypes;

/** One route. */
export interface Route<Name extends RouteName> {
  /** What it is for. */
  readonly summary: string;
  /** Who may ask it. */
  readonly roles: Readonly<Record<AccessRole, boolean>>;
  /** Errors that it may be answered with beside `from_browser`, `forbidden` and `internal`. */
  readonly errors: readonly ErrorCode[];
  /** Reads what is asked from the query string; throws a ControlError `bad_request`. */
  readonly toRequest: (query: URLSearchParams) => RouteTypes[Name]['request'];
  /** The same as a query string. */
  readonly toQuery: (
    request: RouteTypes[Name]['request'],
  ) => readonly (readonly [key: string, value: string])[];
}

/** Who may ask a route: everybody, or who may do everything. */
const ALL: Readonly<Record<AccessRole, boolean>> = { admin: true, parent: true, viewer: true };
const ADMIN: Readonly<Record<AccessRole, boolean>> = { admin: true, parent: false, viewer: false };

const nothing = { toRequest: (): NoRequest => ({}), toQuery: () => [] };

/** The routes. */
export const ROUTES: { readonly [Name in RouteName]: Route<Name> } = {
  'GET /status': {
    summary: 'how the service is; a parent is told of its VLANs',
    roles: ALL,
    errors: [],
    toRequest: (query) => ({ told: query.get('told') === 'people' ? 'people' : undefined }),
    toQuery: ({ told }) => (told === undefined ? [] : [['told', told]]),
  },
  'GET /metrics': { summary: 'the same figures for Prometheus', roles: ADMIN, errors: [], ...nothing },
  'POST /reload': {
    summary: 'put the configuration file into effect',
    roles: ADMIN,
    errors: [],
    ...nothing,
  },
  'POST /lists/update': {
    summary: 'fetch lists now',
    roles: ADMIN,
    errors: ['refused'],
    toRequest: (query) => ({ names: query.getAll('name') }),
    toQuery: ({ names }) => names.map((name) => ['name', name] as const),
  },
  'POST /lists/accept': {
    summary: 'let through what is held back of a list',
    roles: ADMIN,
    errors: ['bad_request', 'refused'],
    toRequest: (query) => ({ name: textOf(query, 'name') }),
    toQuery: ({ name }) => [['name', name]],
  },
  'GET /clients': {
    summary: 'who has which address and policy; a parent is told of its VLANs',
    roles: ALL,
    errors: ['bad_request', 'forbidden'],
    toRequest: (query) => ({ vlan: query.get('vlan') ?? undefined }),
    toQuery: ({ vlan }) => (vlan === undefined ? [] : [['vlan', vlan]]),
  },
  'GET /answer': {
    summary: 'what an upstream set answers',
    roles: ADMIN,
    errors: ['bad_request', 'refused'],
    toRequest: (query) => ({
      vlan: textOf(query, 'vlan'),
      set: textOf(query, 'set'),
      name: textOf(query, 'name'),
      qtype: typeOf(query),
    }),
    toQuery: ({ vlan, set, name, qtype }) => [
      ['vlan', vlan],
      ['set', set],
      ['name', name],
      ['type', String(qtype)],
    ],
  },
  'POST /flush': {
    summary: 'forget cached answers',
    roles: ADMIN,
    errors: ['bad_request'],
    toRequest: (query) => ({ name: query.get('name') ?? undefined }),
    toQuery: ({ name }) => (name === undefined ? [] : [['name', name]]),
  },
  'GET /explain': {
    summary: 'the whole decision for a client and a name',
    roles: ALL,
    errors: ['bad_request', 'unknown', 'forbidden', 'full'],
    toRequest: (query) => ({
      who: textOf(query, 'who'),
      name: textOf(query, 'name'),
      qtype: query.has('type') ? typeOf(query) : undefined,
      at: query.get('at') ?? undefined,
    }),
    toQuery: ({ who, name, qtype, at }) => [
      ['who', who],
      ['name', name],
      ...(qtype === undefined ? [] : [['type', String(qtype)] as const]),
      ...(at === undefined ? [] : [['at', at] as const]),
    ],
  },
  'GET /configuration': {
    summary: 'the text of the configuration in effect',
    roles: ADMIN,
    errors: [],
    ...nothing,
  },
  ...DESK_ROUTES,
};

function typeOf(query: URLSearchParams): number {
  const qtype = Number(query.get('type'));
  if (!Number.isInteger(qtype) || qtype < 1 || qtype > 0xffff)
    throw new ControlError('bad_request', 'type is not a number of a record type, 1 to 65535');
  return qtype;
}
