// Questions that wait for an upstream: asks, keeps what comes in the cache, and bounds how many wait, in all and for
// each client.
import { EDE, RCODE } from '../dns/numbers.ts';
import type { AnswerCache, AnswerKey } from '../upstream/answer-cache.ts';
import type { UpstreamQuestion } from '../upstream/question.ts';
import type { ServerFailure } from '../upstream/server-options.ts';
import { toFailureAnswer } from '../upstream/stored-answer.ts';
import type { StoredAnswer } from '../upstream/stored-answer.ts';
import type { UpstreamOutcome, UpstreamSet } from '../upstream/upstream-set.ts';
import type { Arrival } from './query-path.ts';

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
  /** Questions waiting at once, in all and for one client; 0 means no limit. Changes with the configuration. */
  inFlight: number;
  inFlightPerClient: number;
  /** Questions that any VLAN may add while no more than so many wait in all ... */
  inFlightShared: number;
  /** ... and questions of its own that each VLAN may always have waiting, so that none can take what the others need. */
  inFlightPerVlan: number;
  /** Told of each question that no upstream answered. */
  readonly onFailure: (failure: { set: string; failures: readonly ServerFailure[] }) => void;
}

/** A question that is about to wait. */
export interface Waiting {
  readonly key: AnswerKey;
  readonly set: UpstreamSet;
  readonly hasStale: boolean;
}

/** Counts what waits and asks for it. */
export class PendingQuestions {
  /** Questions that wait now. */
  count = 0;
  readonly #parts: PendingParts;
  readonly #perClient = new Map<string, number>();
  readonly #perVlan = new Map<string, number>();
  /** What each outcome was kept as: all who waited for the same question get the same outcome object. */
  readonly #kept = new WeakMap<UpstreamOutcome, StoredAnswer>();

  constructor(parts: PendingParts) {
    this.#parts = parts;
  }

  /** Counts a question of a VLAN's client in; false where too many wait already. leave() must follow on true. */
  enter(vlan: string, client: string): boolean {
    const { inFlight, inFlightPerClient, inFlightPerVlan, inFlightShared } = this.#parts;
    const own = this.#perClient.get(client) ?? 0;
    const ofVlan = this.#perVlan.get(vlan) ?? 0;
    if (inFlight > 0 && this.count >= inFlight) return false;
    if (inFlightPerClient > 0 && own >= inFlightPerClient) return false;
    if (this.count >= inFlightShared && ofVlan >= inFlightPerVlan) return false;
    this.count++;
    this.#perClient.set(client, own + 1);
    this.#perVlan.set(vlan, ofVlan + 1);
    return true;
  }

  /** Counts a question of a VLAN's client out. */
  leave(vlan: string, client: string): void {
    this.count--;
    countDown(this.#perClient, client);
    countDown(this.#perVlan, vlan);
  }

  /**
   * Asks the upstream; with a stale answer at hand no longer than 1.8 s, or not at all while its servers are down, and the
   * asking goes on. Never rejects.
   */
  async ask({ key, set, hasStale }: Waiting): Promise<Arrival> {
    const asked = this.#fetch(key, set);
    if (!hasStale) return asked;
    // While no server of the set answers there is nothing to wait for; whether one does again, the asking finds out.
    if (set.isDown) return { key, answer: undefined };
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<Arrival>((resolve) => {
      timer = setTimeout(() => resolve({ key, answer: undefined }), STALE_WAIT_MS);
    });
    const arrival = await Promise.race([asked, patience]);
    clearTimeout(timer);
    return arrival;
  }

  /** Asks anew for an answer that is about to end, for nobody in particular. */
  prefetch(key: AnswerKey, set: UpstreamSet): void {
    // Its outcome goes into the cache; #fetch never rejects.
    void this.#fetch(key, set);
  }

  async #fetch(key: AnswerKey, set: UpstreamSet): Promise<Arrival> {
    const question = toQuestion(key);
    const outcome = await set.ask(question);
    return { key, answer: this.#keep(key, question, { set, outcome }) };
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
    const recheckSeconds = isOfOurs(outcome.failures) ? FAILURE_TTL_SECONDS : RECHECK_SECONDS;
    cache.putFailure(key, answer, nowMs(), { keptSeconds: FAILURE_TTL_SECONDS, recheckSeconds });
    return answer;
  }
}

/** Failures that say nothing of the upstreams: there was no socket for them, or the question was given up. */
function isOfOurs(failures: readonly ServerFailure[]): boolean {
  return failures.every(({ reason }) => reason === 'too-many-sockets' || reason === 'cancelled');
}

function countDown(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}

/** A copy of a key that outlives the query. */
export function copyKey(key: AnswerKey): AnswerKey {
  return { ...key, name: key.name.copy() };
}

function toQuestion(key: AnswerKey): UpstreamQuestion {
  return {
    name: key.name.wire.slice(0, key.name.length),
    qtype: key.qtype,
    dnssecOk: key.dnssecOk,
    checkingDisabled: key.checkingDisabled,
  };
}

function reasonOf(set: UpstreamSet, failures: readonly ServerFailure[]): { code: number; text: string } {
  const reasons = new Set(failures.map(({ server, reason }) => `${server} ${reason}`));
  return { code: EDE.NETWORK_ERROR, text: `upstream ${set.name}: ${[...reasons].join(', ')}` };
}
