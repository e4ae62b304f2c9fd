/** A query log in memory, answered on the socket that belongs to a house's control socket: for what commands make of answers. */
import type { Test } from 'tap';
import { listenOnPath } from '../../src/control/control-server.ts';
import type {
  AskedName,
  FirstSeen,
  History,
  HistoryFilter,
  LoggedQuery,
  Ranked,
  Sum,
  TopSubject,
} from '../../src/querylog/history.ts';
import { historySocketOf } from '../../src/querylog/sockets.ts';
import { Followers } from '../../src/recorder/followers.ts';
import { openHistoryServer } from '../../src/recorder/history-server.ts';
import { wantedBy } from '../../src/recorder/wanted.ts';

/** A query of VLAN kids that was answered from the cache, with some things otherwise. */
export function toldQuery(change: Partial<LoggedQuery> = {}): LoggedQuery {
  return {
    id: 1,
    unixMs: Date.now() - 1000,
    vlan: 'kids',
    policy: 'kids',
    client: { address: '127.0.40.2' },
    name: 'www.example',
    type: 'A',
    rcode: 'NOERROR',
    step: 'passed',
    blocked: false,
    waitedUs: 0,
    cached: true,
    stale: false,
    transport: 'udp',
    ...change,
  };
}

export class MemoryHistory implements History {
  readonly queries: LoggedQuery[];
  readonly first: FirstSeen[] = [];
  sums: Sum[] = [];
  readonly backups: string[] = [];

  /** `queries` in the order of time; their ids are given here. */
  constructor(queries: readonly LoggedQuery[]) {
    this.queries = queries.map((query, index) => ({ ...query, id: index + 1 }));
  }

  #of(filter: HistoryFilter): LoggedQuery[] {
    return this.queries.filter(wantedBy(filter));
  }

  async page(
    filter: HistoryFilter,
    { before = Infinity, limit }: { before?: number | undefined; limit: number },
  ) {
    const found = this.#of(filter)
      .filter(({ id }) => id < before)
      .toReversed();
    const queries = found.slice(0, limit);
    return Promise.resolve({ queries, before: found.length > limit ? queries.at(-1)?.id : undefined });
  }

  async top(subject: TopSubject, filter: HistoryFilter, limit: number): Promise<readonly Ranked[]> {
    const ranks = new Map<string, Ranked>();
    for (const { name, client, reason, blocked } of this.#of(filter)) {
      const what = { names: name, clients: client?.name ?? client?.address, lists: reason?.source }[subject];
      if (what === undefined) continue;
      const before = ranks.get(what) ?? { what, queries: 0, blocked: 0 };
      ranks.set(what, { what, queries: before.queries + 1, blocked: before.blocked + Number(blocked) });
    }
    return Promise.resolve([...ranks.values()].toSorted((a, b) => b.queries - a.queries).slice(0, limit));
  }

  async statistics(filter: HistoryFilter): Promise<readonly Sum[]> {
    const { vlan, sinceMs = 0, untilMs = Infinity } = filter;
    return Promise.resolve(
      this.sums.filter(
        (sum) => sum.fromMs >= sinceMs && sum.fromMs < untilMs && (vlan === undefined || sum.vlan === vlan),
      ),
    );
  }

  async *asked(filter: HistoryFilter): AsyncGenerator<AskedName> {
    for (const { vlan, policy = '', client, name, type, blocked, unixMs } of this.#of(filter))
      yield await Promise.resolve({
        vlan,
        policy,
        client: client?.address,
        name,
        type,
        queries: 1,
        blocked: Number(blocked),
        firstMs: unixMs,
        lastMs: unixMs,
      });
  }

  async firstSeen(filter: HistoryFilter, limit: number): Promise<readonly FirstSeen[]> {
    return Promise.resolve(
      this.first.filter(({ vlan }) => filter.vlan === undefined || vlan === filter.vlan).slice(0, limit),
    );
  }

  async backup(file: string): Promise<void> {
    if (this.backups.includes(file)) throw new Error(`${file} is there already`);
    this.backups.push(file);
    return Promise.resolve();
  }

  async figures() {
    return Promise.resolve({
      store: 'sqlite' as const,
      queries: this.queries.length,
      octets: 0,
      oldestMs: undefined,
    });
  }
}

/** Answers from a history until the test's end. */
export async function serveHistory(
  t: Test,
  controlSocket: string,
  history: MemoryHistory,
): Promise<Followers> {
  const followers = new Followers();
  const server = await openHistoryServer(
    { history: () => history, figures: () => Promise.reject(new Error('nobody asks')), followers },
    (listening) => listenOnPath(listening, historySocketOf(controlSocket)),
  );
  t.teardown(() => server.close());
  return followers;
}
