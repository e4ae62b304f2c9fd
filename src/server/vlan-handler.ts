// What a listener calls: the query path for one VLAN and transport, in the two halves that listeners know.
import { NameView } from '../dns/name-view.ts';
import { EDE } from '../dns/numbers.ts';
import { ClientAddress } from '../addresses/client-address.ts';
import { copyKey } from './pending-questions.ts';
import type { PendingQuestions } from './pending-questions.ts';
import { PENDING } from '../listeners/query-handler.ts';
import type { QueryHandler } from '../listeners/query-handler.ts';
import type { Arrival } from './answer-finder.ts';
import type { QueryPath } from './query-path.ts';
import type { TellWhy } from './query-path-parts.ts';
import type { Entrance, Incoming } from './entrance.ts';
import { toExtendedError } from './replies/reply.ts';
import type { Serving } from './serving.ts';
import type { Place } from './limits/waiting-places.ts';

/** What handlers work with; the same for all. */
export interface HandlerParts {
  /** Buffer in which replies of queries that waited are written before they are copied; 65,535 octets. */
  readonly late: Uint8Array;
  readonly path: QueryPath;
  readonly pending: PendingQuestions;
  readonly serving: () => Serving;
  /** Whether popular answers are fetched again before they expire. */
  readonly prefetch: boolean;
  /** Needed where the path tells clients why. */
  readonly tellWhy?: TellWhy | undefined;
}

/** The most questions that one query may lead to, by aliases or by changes of the service; then it is given up. */
const MAX_ROUNDS = 9;

const BUSY_ERROR = toExtendedError(EDE.NETWORK_ERROR, 'too many questions in flight');
/** The arrival where no upstream was asked: what is in the cache has to do, however old. */
const NOTHING_ARRIVED: Arrival = {
  key: { setNumber: 0, name: new NameView(), qtype: 0, dnssecOk: false, checkingDisabled: false },
  answer: undefined,
};
const GIVEN_UP_ERROR = toExtendedError(
  EDE.NETWORK_ERROR,
  'given up: aliases led on and on, or the configuration changed',
);

/** The query path as one listener sees it. */
export class VlanHandler implements QueryHandler {
  readonly #parts: HandlerParts;
  readonly #incoming: Incoming;
  #successor: QueryHandler | undefined;
  constructor(parts: HandlerParts, entrance: Entrance) {
    this.#parts = parts;
    this.#incoming = {
      entrance,
      query: parts.late,
      length: 0,
      client: new ClientAddress(),
      startedMs: 0,
      wasHit: false,
    };
  }

  answerNow(query: Uint8Array, length: number, client: ClientAddress, reply: Uint8Array): number {
    const incoming = this.#incoming;
    incoming.query = query;
    incoming.length = length;
    incoming.client = client;
    const { path, pending, serving, prefetch } = this.#parts;
    const octets = path.first(incoming, reply);
    if (path.prefetchDue && prefetch) {
      const set = serving().upstreams.get(path.question.setNumber);
      const place = set && pending.enter(incoming.entrance.vlan, client.copy());
      if (set !== undefined && place !== undefined) pending.prefetch(copyKey(path.question), set, place);
    }
    return octets;
  }

  async resolve(query: Uint8Array, client: ClientAddress): Promise<Uint8Array | undefined> {
    const { pending, late } = this.#parts;
    // Listeners call it as soon as answerNow has said PENDING: what was noted of the query still stands there.
    const { entrance, startedMs, wasHit } = this.#incoming;
    const incoming: Incoming = { entrance, query, length: query.length, client, startedMs, wasHit };
    const { vlan } = incoming.entrance;
    const place = pending.enter(vlan, client);
    if (place === undefined) return copyOut(late, this.#busy(incoming));
    try {
      return await this.#wait(incoming, place);
    } finally {
      place.leave();
    }
  }

  handOver(successor: QueryHandler): void {
    this.#successor = successor;
  }

  async #tellWhy(incoming: Incoming, name: Uint8Array): Promise<Uint8Array | undefined> {
    const { path, late, tellWhy } = this.#parts;
    const { entrance, client } = incoming;
    const texts = (await tellWhy?.({ vlan: entrance.vlan, client, name })) ?? [];
    return copyOut(late, path.tell(incoming, late, texts));
  }

  /** Answers when all places are taken: with a stale answer if there is one, since no upstream will be asked. */
  #busy(incoming: Incoming): number {
    const { path, late } = this.#parts;
    const octets = path.again(incoming, late, NOTHING_ARRIVED);
    return octets === PENDING ? path.fail(incoming, late, BUSY_ERROR) : octets;
  }

  /** Runs the query path, asks for what it lacks, and runs it again; the service may change in between. */
  async #wait(incoming: Incoming, place: Place): Promise<Uint8Array | undefined> {
    const { path, pending, serving, late } = this.#parts;
    let arrival: Arrival | undefined;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      // The VLAN was renamed meanwhile: the handler that has its listener now answers the query.
      if (this.#successor !== undefined && !serving().vlans.has(incoming.entrance.vlan))
        return this.#successor.resolve(incoming.query, incoming.client);
      const octets = path.again(incoming, late, arrival);
      if (octets !== PENDING) return copyOut(late, octets);
      if (path.askedWhy !== undefined) return this.#tellWhy(incoming, path.askedWhy);
      const { hasStale } = path;
      const key = copyKey(path.question);
      const set = serving().upstreams.get(key.setNumber);
      if (set === undefined) break;
      incoming.entrance.counters.forwarded++;
      arrival = { ...(await pending.ask({ key, set, hasStale }, place)), before: arrival };
    }
    return copyOut(late, path.fail(incoming, late, GIVEN_UP_ERROR));
  }
}

function copyOut(target: Uint8Array, octets: number): Uint8Array | undefined {
  return octets > 0 ? target.slice(0, octets) : undefined;
}
