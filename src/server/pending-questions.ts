// Questions that wait for an upstream: asks, and keeps what comes in the cache.
import type { ClientAddress } from '../addresses/client-address.ts';
import { EDE, RCODE } from '../dns/numbers.ts';
import type { AnswerCache, AnswerKey } from '../answers/answer-cache.ts';
import type { UpstreamQuestion } from '../answers/asked-question.ts';
import { isOwnLack } from '../upstream/server-options.ts';
import type { ServerFailure } from '../upstream/server-options.ts';
import { toFailureAnswer } from '../answers/stored-answer.ts';
import type { StoredAnswer } from '../answers/stored-answer.ts';
import type { UpstreamOutcome, UpstreamSet } from '../upstream/upstream-set.ts';
import type { Arrival } from './answer-finder.ts';
import type { Place, WaitingPlaces } from './limits/waiting-places.ts';

/** How long a failure is kept, in seconds: RFC 9520 section 3.2 asks for one second or more. */
const FAILURE_TTL_SECONDS = 1;

/** How long a stale answer is given without asking again: the failure recheck timer of RFC 8767 section 5. */
const RECHECK_SECONDS = 30;

/** How long a client with a stale answer at hand waits for a fresh one (RFC 8767 section 5). */
const STALE_WAIT_MS = 1800;

/** What pending questions work with. */
export interface PendingParts {
  readonly cache: AnswerCache;
  readonly nowMs: () => number;
  readonly places: WaitingPlaces;
  /** Called for each question that no upstream answered. */
  readonly onFailure: (failure: { set: string; failures: readonly ServerFailure[] }) => void;
}

/** A question that is about to wait. */
export interface Waiting {
  readonly key: AnswerKey;
  readonly set: UpstreamSet;
  readonly hasStale: boolean;
}

/** Asks upstreams. The rule: a question keeps its place until the asking ends, whether or not a query still waits for it. */
export class PendingQuestions {
  readonly #parts: PendingParts;
  /** The stored answer of each outcome: all who waited for the same question get the same outcome object. */
  readonly #kept = new WeakMap<UpstreamOutcome, StoredAnswer>();

  constructor(parts: PendingParts) {
    this.#parts = parts;
  }

  /** Questions that are asked now, or wait to be. */
  get count(): number {
    return this.#parts.places.taken;
  }

  /** Takes a place for a question of a VLAN's client; undefined where too many are taken. The caller has to call leave(). */
  enter(vlan: string, client: ClientAddress): Place | undefined {
    return this.#parts.places.enter(vlan, client);
  }

  /**
   * Asks the upstream. With a stale answer available it waits at most 1.8 s, or not at all while the set's servers are down;
   * the asking goes on in the background. Never rejects.
   */
  async ask({ key, set, hasStale }: Waiting, place: Place): Promise<Arrival> {
    const asked = this.#fetch(key, set, place);
    if (!hasStale) return asked;
    // While no server of the set answers, waiting is useless; the asking finds out when one answers again.
    if (set.isDown) return { key, answer: undefined };
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<Arrival>((resolve) => {
      timer = setTimeout(() => resolve({ key, answer: undefined }), STALE_WAIT_MS);
    });
    const arrival = await Promise.race([asked, patience]);
    clearTimeout(timer);
    return arrival;
  }

  /** Fetches an answer again that is about to expire, on the account of the client that was just given it. */
  prefetch(key: AnswerKey, set: UpstreamSet, place: Place): void {
    // The outcome goes into the cache; #fetch never rejects.
    void this.#fetch(key, set, place).finally(() => place.leave());
  }

  async #fetch(key: AnswerKey, set: UpstreamSet, place: Place): Promise<Arrival> {
    const question = toQuestion(key, place.vlan);
    place.stay();
    try {
      const outcome = await set.ask(question);
      const answer = this.#keep(key, question, { set, outcome });
      return outcome.ok ? { key, answer, server: outcome.server } : { key, answer };
    } finally {
      place.leave();
    }
  }

  /** Puts an outcome into the cache; others that waited for the same question may have done so already. */
  #keep(
    key: AnswerKey,
    question: UpstreamQuestion,
    came: { set: UpstreamSet; outcome: UpstreamOutcome },
  ): StoredAnswer {
    const { cache, nowMs, onFailure } = this.#parts;
    const { set, outcome } = came;
    const known = this.#kept.get(outcome);
    if (known !== undefined) return known;
    if (outcome.ok) {
      this.#kept.set(outcome, outcome.answer);
      cache.put(key, outcome.answer, nowMs());
      return outcome.answer;
    }
    onFailure({ set: set.name, failures: outcome.failures });
    const answer =
      outcome.answer ?? toFailureAnswer(question, RCODE.SERVFAIL, reasonOf(set, outcome.failures));
    this.#kept.set(outcome, answer);
    // A VLAN's used-up share says nothing about the name and must not fail others, so it is not cached.
    if (isOwnLack(outcome.failures)) return answer;
    const recheckSeconds = isOfOurs(outcome.failures) ? FAILURE_TTL_SECONDS : RECHECK_SECONDS;
    cache.putFailure(key, answer, nowMs(), { keptSeconds: FAILURE_TTL_SECONDS, recheckSeconds });
    return answer;
  }
}

/** Whether the failures say nothing about the upstreams: there was no socket, or the question was given up. */
function isOfOurs(failures: readonly ServerFailure[]): boolean {
  return failures.every(({ reason }) => reason === 'too-many-sockets' || reason === 'cancelled');
}

/** A copy of a key that outlives the query. */
export function copyKey(key: AnswerKey): AnswerKey {
  return { ...key, name: key.name.copy() };
}

function toQuestion(key: AnswerKey, askedBy: string): UpstreamQuestion {
  return {
    name: key.name.wire.slice(0, key.name.length),
    qtype: key.qtype,
    dnssecOk: key.dnssecOk,
    checkingDisabled: key.checkingDisabled,
    askedBy,
  };
}

function reasonOf(set: UpstreamSet, failures: readonly ServerFailure[]): { code: number; text: string } {
  const reasons = new Set(failures.map(({ server, reason }) => `${server} ${reason}`));
  return { code: EDE.NETWORK_ERROR, text: `upstream ${set.name}: ${[...reasons].join(', ')}` };
}
