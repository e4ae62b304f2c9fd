// All routes of the query log's socket: method, path, what is asked and what is answered. The recorder, the commands and the tests derive
// from this table; a route stands nowhere else.
import { ControlError } from '../control/error-codes.ts';
import type { RecorderFigures } from './figures.ts';
import type {
  AskedName,
  FirstSeen,
  HistoryFilter,
  LoggedQuery,
  LogPage,
  Ranked,
  Sum,
  TopSubject,
} from './history.ts';

/** A page of the log. */
export interface LogRequest extends HistoryFilter {
  /** The cursor of a page before. */
  readonly before?: number | undefined;
  /** Queries on a page, 1 to 1000. */
  readonly limit: number;
}

/** A ranking; 1 to 1000 places. */
export interface TopRequest extends HistoryFilter {
  readonly subject: TopSubject;
  readonly limit: number;
}

/** Sums over stretches of time: hours, or days of UTC. */
export interface StatisticsRequest extends HistoryFilter {
  readonly per: 'hour' | 'day';
}

/** Names that a VLAN never asked for before; 1 to 1000 of them. */
export interface FirstSeenRequest extends HistoryFilter {
  readonly limit: number;
}

/** A copy of the database. */
interface BackupRequest {
  /** An absolute path at which nothing is. */
  readonly file: string;
}

/** What somebody who follows the log is given: a query, or how many could not be told. */
export type Followed = { readonly query: LoggedQuery } | { readonly missed: number };

type NoRequest = Readonly<Record<string, never>>;

/** What each route takes and gives; those that give a stream give one value a line. */
export interface HistoryRouteTypes {
  'GET /log': { readonly request: LogRequest; readonly reply: LogPage };
  'GET /follow': { readonly request: HistoryFilter; readonly stream: Followed };
  'GET /top': { readonly request: TopRequest; readonly reply: { readonly ranked: readonly Ranked[] } };
  'GET /statistics': {
    readonly request: StatisticsRequest;
    readonly reply: { readonly sums: readonly Sum[] };
  };
  'GET /asked': { readonly request: HistoryFilter; readonly stream: AskedName };
  'GET /first-seen': {
    readonly request: FirstSeenRequest;
    readonly reply: { readonly names: readonly FirstSeen[] };
  };
  'GET /figures': { readonly request: NoRequest; readonly reply: RecorderFigures };
  'POST /backup': { readonly request: BackupRequest; readonly reply: { readonly file: string } };
}

/** A route, by method and path. */
export type HistoryRouteName = keyof HistoryRouteTypes;

/** One route. */
interface HistoryRoute<Name extends HistoryRouteName> {
  /** What it is for. */
  readonly summary: string;
  /** Reads what is asked from the query string; throws a ControlError `bad_request`. */
  readonly toRequest: (query: URLSearchParams) => HistoryRouteTypes[Name]['request'];
}

/** The most places or queries that are given at once. */
export const MOST_AT_ONCE = 1000;

/** The routes. */
export const HISTORY_ROUTES: { readonly [Name in HistoryRouteName]: HistoryRoute<Name> } = {
  'GET /log': {
    summary: 'queries, the newest first',
    toRequest: (query) => ({ ...toFilter(query), before: toNumber(query, 'before'), limit: toLimit(query) }),
  },
  'GET /follow': { summary: 'queries as they come', toRequest: toFilter },
  'GET /top': {
    summary: 'what was asked for most, by whom, and what blocked most',
    toRequest: (query) => ({
      ...toFilter(query),
      subject: oneOf(query, 'subject', ['names', 'clients', 'lists']),
      limit: toLimit(query),
    }),
  },
  'GET /statistics': {
    summary: 'sums by the hour or the day',
    toRequest: (query) => ({ ...toFilter(query), per: oneOf(query, 'per', ['hour', 'day']) }),
  },
  'GET /asked': { summary: 'each name that each client asked for, with how often', toRequest: toFilter },
  'GET /first-seen': {
    summary: 'names that a VLAN never asked for before',
    toRequest: (query) => ({ ...toFilter(query), limit: toLimit(query) }),
  },
  'GET /figures': { summary: 'how the recorder and its database are', toRequest: () => ({}) },
  'POST /backup': {
    summary: 'copy the database',
    toRequest: (query) => {
      const file = query.get('file');
      if (file?.startsWith('/') === true) return { file };
      throw new ControlError('bad_request', 'file is not an absolute path');
    },
  },
};

/** What is asked as a query string, the same for all routes: keys that are undefined are left out. */
export function toQueryString(request: object): string {
  const pairs = Object.entries(request).filter(([, value]) => value !== undefined);
  return new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
}

function toFilter(query: URLSearchParams): HistoryFilter {
  const text = (key: string): string | undefined => query.get(key) ?? undefined;
  const blocked = query.has('blocked') ? oneOf(query, 'blocked', ['true', 'false']) : undefined;
  return {
    vlan: text('vlan'),
    within: text('within')?.split(','),
    client: text('client'),
    name: text('name'),
    blocked: blocked === undefined ? undefined : blocked === 'true',
    sinceMs: toNumber(query, 'sinceMs'),
    untilMs: toNumber(query, 'untilMs'),
  };
}

function toNumber(query: URLSearchParams, key: string): number | undefined {
  const text = query.get(key);
  if (text === null) return undefined;
  const number = Number(text);
  if (text !== '' && Number.isSafeInteger(number)) return number;
  throw new ControlError('bad_request', `${key} is not a whole number`);
}

function toLimit(query: URLSearchParams): number {
  const limit = toNumber(query, 'limit') ?? MOST_AT_ONCE;
  if (limit >= 1 && limit <= MOST_AT_ONCE) return limit;
  throw new ControlError('bad_request', `limit is not a number from 1 to ${MOST_AT_ONCE}`);
}

function oneOf<Word extends string>(query: URLSearchParams, key: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === query.get(key));
  if (word !== undefined) return word;
  throw new ControlError('bad_request', `${key} is none of ${words.join(', ')}`);
}
