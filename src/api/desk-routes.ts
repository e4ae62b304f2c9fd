// The routes about what is changed at the desk: their parameters, which a command, a page and a program write alike.
import { ControlError } from '../control/error-codes.ts';
import type { ErrorCode } from '../control/error-codes.ts';
import type { DeskTold, GrantsTold } from './told-desk.ts';

/** A change that stays. */
export interface RuleRequest {
  /** A VLAN, or a policy. */
  readonly who: string;
  readonly what: string;
  readonly reason?: string | undefined;
  /** Who asks, by their own words. */
  readonly user?: string | undefined;
}

/** A change that ends by itself. */
export interface TimedRequest extends RuleRequest {
  /** `45m`, `until 18:00`. */
  readonly end: string;
}

/** A pause; without an end it is as long as the default. */
export interface PauseRequest extends Omit<RuleRequest, 'what'> {
  readonly end?: string | undefined;
}

/** Whose pause ends. */
export interface ResumeRequest {
  readonly who: string;
  readonly user?: string | undefined;
}

/** What ends: an entry by its id, or what was said about something for somebody. */
export interface RevokeRequest {
  /** The id, where `what` is undefined. */
  readonly who: string;
  readonly what?: string | undefined;
  readonly user?: string | undefined;
}

/** Whose entries are told; all unless said. */
export interface GrantsRequest {
  readonly who?: string | undefined;
}

/** What the routes of the desk take and give. */
export interface DeskRouteTypes {
  'GET /grants': { readonly request: GrantsRequest; readonly reply: GrantsTold };
  'POST /allow': { readonly request: RuleRequest; readonly reply: DeskTold };
  'POST /block': { readonly request: RuleRequest; readonly reply: DeskTold };
  'POST /grant': { readonly request: TimedRequest; readonly reply: DeskTold };
  'POST /deny': { readonly request: TimedRequest; readonly reply: DeskTold };
  'POST /pause': { readonly request: PauseRequest; readonly reply: DeskTold };
  'POST /resume': { readonly request: ResumeRequest; readonly reply: DeskTold };
  'POST /revoke': { readonly request: RevokeRequest; readonly reply: DeskTold };
}

const ERRORS: readonly ErrorCode[] = ['bad_request', 'unknown', 'forbidden', 'full'];

const ORDERS = { admin: true, parent: true, viewer: false } as const;

/** The routes, as `ROUTES` has them. */
export const DESK_ROUTES = {
  'GET /grants': {
    summary: 'what was changed at the desk and holds',
    roles: { ...ORDERS, viewer: true },
    errors: ['unknown'] satisfies ErrorCode[],
    toRequest: (query: URLSearchParams): GrantsRequest => ({ who: optionalOf(query, 'who') }),
    toQuery: (request: GrantsRequest) => pairsOf({ ...request }),
  },
  'POST /allow': {
    summary: 'allow a name or a service for good; a parent only where the policy has no allowance',
    roles: ORDERS,
    errors: ERRORS,
    toRequest: toRule,
    toQuery: (request: RuleRequest) => pairsOf({ ...request }),
  },
  'POST /block': {
    summary: 'block a name or a service for good',
    roles: { admin: true, parent: false, viewer: false },
    errors: ERRORS,
    toRequest: toRule,
    toQuery: (request: RuleRequest) => pairsOf({ ...request }),
  },
  'POST /grant': {
    summary: 'allow something for a time; a parent within the allowance',
    roles: ORDERS,
    errors: ERRORS,
    toRequest: toTimed,
    toQuery: (request: TimedRequest) => pairsOf({ ...request }),
  },
  'POST /deny': {
    summary: 'block something for a time',
    roles: ORDERS,
    errors: ERRORS,
    toRequest: toTimed,
    toQuery: (request: TimedRequest) => pairsOf({ ...request }),
  },
  'POST /pause': {
    summary: 'suspend what a VLAN blocks for a time; a parent within the allowance of everything',
    roles: ORDERS,
    errors: ERRORS,
    toRequest: (query: URLSearchParams): PauseRequest => ({
      who: textOf(query, 'who'),
      end: optionalOf(query, 'end'),
      ...whyOf(query),
    }),
    toQuery: (request: PauseRequest) => pairsOf({ ...request }),
  },
  'POST /resume': {
    summary: 'end a pause',
    roles: ORDERS,
    errors: ERRORS,
    toRequest: (query: URLSearchParams): ResumeRequest => ({
      who: textOf(query, 'who'),
      user: optionalOf(query, 'user'),
    }),
    toQuery: (request: ResumeRequest) => pairsOf({ ...request }),
  },
  'POST /revoke': {
    summary: 'end something before its time, or a rule; a parent only what parents began',
    roles: ORDERS,
    errors: ERRORS,
    toRequest: (query: URLSearchParams): RevokeRequest => ({
      who: textOf(query, 'who'),
      what: optionalOf(query, 'what'),
      user: optionalOf(query, 'user'),
    }),
    toQuery: (request: RevokeRequest) => pairsOf({ ...request }),
  },
} as const;

function toRule(query: URLSearchParams): RuleRequest {
  return { who: textOf(query, 'who'), what: textOf(query, 'what'), ...whyOf(query) };
}

function toTimed(query: URLSearchParams): TimedRequest {
  return { ...toRule(query), end: textOf(query, 'end') };
}

function whyOf(query: URLSearchParams): Pick<RuleRequest, 'reason' | 'user'> {
  return { reason: optionalOf(query, 'reason'), user: optionalOf(query, 'user') };
}

function pairsOf(values: Readonly<Record<string, string | undefined>>): (readonly [string, string])[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
}

function optionalOf(query: URLSearchParams, key: string): string | undefined {
  return query.get(key) ?? undefined;
}

/** A parameter that has to be there; throws a ControlError `bad_request`. */
export function textOf(query: URLSearchParams, key: string): string {
  const text = query.get(key);
  if (text === null || text === '')
    throw new ControlError('bad_request', `${key} is missing; write ?${key}=…`);
  return text;
}
