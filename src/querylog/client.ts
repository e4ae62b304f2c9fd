// The query log as commands and tests ask it: a method for each route of the table, with its types.
import { askDaemon } from '../control/control-client.ts';
import { askForLines } from '../control/line-stream.ts';
import type { RecorderFigures } from './figures.ts';
import type { AskedName, FirstSeen, HistoryFilter, LogPage, Ranked, Sum } from './history.ts';
import { toQueryString } from './routes.ts';
import type {
  FirstSeenRequest,
  Followed,
  HistoryRouteName,
  HistoryRouteTypes,
  LogRequest,
  StatisticsRequest,
  TopRequest,
} from './routes.ts';

/** The routes that answer once, and those that answer with lines. */
type Once = { [Name in HistoryRouteName]: HistoryRouteTypes[Name] extends { reply: unknown } ? Name : never };
type Lines = Exclude<HistoryRouteName, Once[HistoryRouteName]>;

/** Asks one recorder through its socket; every method throws NotRunning, or a ControlError with its code. */
export class HistoryClient {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** A page of queries, the newest first. */
  log(request: LogRequest): Promise<LogPage> {
    return this.#ask('GET /log', request);
  }

  /** Queries as they come, without end. */
  follow(filter: HistoryFilter): AsyncGenerator<Followed> {
    return this.#lines('GET /follow', filter);
  }

  async top(request: TopRequest): Promise<readonly Ranked[]> {
    return (await this.#ask('GET /top', request)).ranked;
  }

  async statistics(request: StatisticsRequest): Promise<readonly Sum[]> {
    return (await this.#ask('GET /statistics', request)).sums;
  }

  /** Each name that each client asked for. */
  asked(filter: HistoryFilter): AsyncGenerator<AskedName> {
    return this.#lines('GET /asked', filter);
  }

  async firstSeen(request: FirstSeenRequest): Promise<readonly FirstSeen[]> {
    return (await this.#ask('GET /first-seen', request)).names;
  }

  figures(): Promise<RecorderFigures> {
    return this.#ask('GET /figures', {});
  }

  /** Copies the database to an absolute path at which nothing is. */
  async backup(file: string): Promise<void> {
    await this.#ask('POST /backup', { file });
  }

  async #ask<Name extends Once[HistoryRouteName]>(
    name: Name,
    request: HistoryRouteTypes[Name]['request'],
  ): Promise<HistoryRouteTypes[Name]['reply']> {
    const [method, path] = targetOf(name, request);
    const reply = await askDaemon(this.#socket, method, path);
    // Both ends are this program: the recorder sends what the route's type says.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return reply as HistoryRouteTypes[Name]['reply'];
  }

  #lines<Name extends Lines>(
    name: Name,
    request: HistoryRouteTypes[Name]['request'],
  ): AsyncGenerator<HistoryRouteTypes[Name]['stream']> {
    const [, path] = targetOf(name, request);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    return askForLines(this.#socket, path) as AsyncGenerator<HistoryRouteTypes[Name]['stream']>;
  }
}

function targetOf(name: HistoryRouteName, request: object): readonly [method: 'GET' | 'POST', path: string] {
  const query = toQueryString(request);
  const [method, path = ''] = name.split(' ');
  return [method === 'GET' ? 'GET' : 'POST', query === '' ? path : `${path}?${query}`];
}
