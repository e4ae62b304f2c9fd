// The socket of the query log: HTTP and JSON as on the control socket, answered from what is kept and from what comes.
import type { Server } from 'node:net';
import { openControlServer, toJson } from '../control/control-server.ts';
import type { ControlAnswer, ControlRoutes, ControlServer } from '../control/control-server.ts';
import type { History } from '../querylog/history.ts';
import type { RecorderFigures } from '../querylog/figures.ts';
import type { Followed, Followers } from './followers.ts';

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
  const server = await openControlServer(listen, routesOf(source));
  return {
    close() {
      source.followers.close();
      return server.close();
    },
  };
}

function routesOf({ figures, followers }: HistorySource): ControlRoutes<ControlAnswer> {
  return {
    'GET /figures': async () => toJson(await figures()),
    'GET /follow': () => ({
      contentType: 'application/x-ndjson',
      texts: toLines(followers.follow(() => true)),
    }),
  };
}

/** A line of JSON for each query. No generator: that would hear of its end only once there is another query. */
function toLines(followed: AsyncIterable<Followed>): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = followed[Symbol.asyncIterator]();
      return {
        async next() {
          const { done, value } = await iterator.next();
          return done === true ? { done, value: undefined } : { value: `${JSON.stringify(value)}\n` };
        },
        async return() {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
