// The socket of the query log: HTTP and JSON as on the control socket, answered from what is kept and from what comes.
import type { Server } from 'node:net';
import { openControlServer, toJson } from '../control/control-server.ts';
import type { ControlAnswer, ControlRoutes, ControlServer } from '../control/control-server.ts';
import { ControlError } from '../control/error-codes.ts';
import type { RecorderFigures } from '../querylog/figures.ts';
import type { History } from '../querylog/history.ts';
import { HISTORY_ROUTES } from '../querylog/routes.ts';
import { reasonOf } from '../system/system-error.ts';
import type { Followers } from './followers.ts';
import { wantedBy } from './wanted.ts';

/** What questions are answered from. */
export interface HistorySource {
  /** Throws an Error with the reason while nothing is open. */
  readonly history: () => History;
  readonly figures: () => Promise<RecorderFigures>;
  readonly followers: Followers;
}

/** Answers questions on a server that `listen` makes listen. */
export async function openHistoryServer(
  source: HistorySource,
  listen: (server: Server) => Promise<void>,
): Promise<ControlServer> {
  const server = await openControlServer(listen, historyRoutes(source));
  return {
    close() {
      source.followers.close();
      return server.close();
    },
  };
}

/** What each route of the table is answered with. */
export function historyRoutes({
  history: open,
  figures,
  followers,
}: HistorySource): ControlRoutes<ControlAnswer> {
  const history = (): History => orRefused(open);
  return {
    'GET /log': async (query) => {
      const { before, limit, ...filter } = HISTORY_ROUTES['GET /log'].toRequest(query);
      return toJson(await history().page(filter, { before, limit }));
    },
    'GET /follow': (query) => {
      const filter = HISTORY_ROUTES['GET /follow'].toRequest(query);
      return toLines(orRefused(() => followers.follow(wantedBy(filter))));
    },
    'GET /top': async (query) => {
      const { subject, limit, ...filter } = HISTORY_ROUTES['GET /top'].toRequest(query);
      return toJson({ ranked: await history().top(subject, filter, limit) });
    },
    'GET /statistics': async (query) => {
      const { per, ...filter } = HISTORY_ROUTES['GET /statistics'].toRequest(query);
      return toJson({ sums: await history().statistics(filter, per) });
    },
    'GET /asked': (query) => toLines(history().asked(HISTORY_ROUTES['GET /asked'].toRequest(query))),
    'GET /first-seen': async (query) => {
      const { limit, ...filter } = HISTORY_ROUTES['GET /first-seen'].toRequest(query);
      return toJson({ names: await history().firstSeen(filter, limit) });
    },
    'GET /figures': async () => toJson(await figures()),
    'POST /backup': async (query) => {
      const { file } = HISTORY_ROUTES['POST /backup'].toRequest(query);
      await history()
        .backup(file)
        .catch((cause: unknown) => {
          throw new ControlError('refused', reasonOf(cause), { cause });
        });
      return toJson({ file });
    },
  };
}

/** What cannot be done as things are is told as such, and not as a fault of our own. */
function orRefused<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new ControlError('refused', reasonOf(cause), { cause });
  }
}

/** A stream of lines. */
function toLines(values: AsyncIterable<unknown>): ControlAnswer {
  return { contentType: 'application/x-ndjson', texts: toTexts(values) };
}

/** A line of JSON for each value. No generator: that would hear of its end only once there is another value. */
function toTexts(values: AsyncIterable<unknown>): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = values[Symbol.asyncIterator]();
      return {
        async next() {
          const result = await iterator.next();
          if (result.done === true) return { done: true, value: undefined };
          return { value: `${JSON.stringify(result.value)}\n` };
        },
        async return() {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
