// An upstream set's answer to a question, sent over the control socket: from the cache or else asked for, as for a client.
// Policies are not applied; the caller judges the answer.
import { parseName } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import { ClientAddress } from '../addresses/client-address.ts';
import { AnswerView } from '../answers/answer-view.ts';
import type { AnswerCache, AnswerKey } from '../answers/answer-cache.ts';
import type { StoredAnswer } from '../answers/stored-answer.ts';
import { Refused } from '../config/refused.ts';
import type { PendingQuestions } from '../server/pending-questions.ts';
import type { Serving } from '../server/serving.ts';

/** An upstream's answer, as JSON has it. */
export interface ToldAnswer {
  readonly from: 'cache' | 'upstream';
  readonly rcode: number;
  readonly facts: number;
  /** The message in base64, TTLs as they came. */
  readonly message: string;
}

/** What is asked for. */
export interface AnswerQuestion {
  /** The VLAN on whose behalf it is asked, and where it counts while it waits. */
  readonly vlan: string;
  /** The name of the upstream set. */
  readonly set: string;
  readonly name: string;
  readonly qtype: number;
}

/** Where answers come from. */
export interface AnswerSource {
  readonly serving: Serving;
  readonly query: { readonly cache: AnswerCache; readonly pending: PendingQuestions };
}

/** Gives the answer of a set; Refused where there is no such set. */
export async function tellAnswer(
  { serving, query }: AnswerSource,
  { vlan, set, name, qtype }: AnswerQuestion,
): Promise<ToldAnswer> {
  const found = [...serving.upstreams].find(([, { name: known }]) => known === set);
  if (found === undefined) throw new Refused([`the running daemon has no upstream set "${set}"`]);
  const [setNumber, upstreams] = found;
  const view = new NameView();
  view.setWire(parseName(name));
  const key: AnswerKey = { setNumber, name: view, qtype, dnssecOk: false, checkingDisabled: false };
  const { cache, pending } = query;
  const entry = cache.peek(key, { ms: performance.now() });
  if (entry >= 0 && !cache.found.stale) return toTold('cache', cache.found);
  if (!serving.vlans.has(vlan)) throw new Refused([`the running daemon has no VLAN "${vlan}"`]);
  const asker = new ClientAddress();
  asker.set('127.0.0.1');
  const place = pending.enter(vlan, asker);
  if (place === undefined) throw new Refused(['too many questions wait for an upstream']);
  const { answer } = await pending
    .ask({ key, set: upstreams, hasStale: false }, place)
    .finally(() => place.leave());
  if (answer === undefined) throw new Error('no answer came');
  const shown = new AnswerView();
  shown.show(answer);
  return toTold('upstream', shown);
}

/** The answer in the form of the cache, which the inspector reads. */
export function toAnswer({ message, rcode, facts }: ToldAnswer): StoredAnswer {
  const octets = Uint8Array.from(Buffer.from(message, 'base64'));
  const { length: messageLength } = octets;
  return { octets, messageLength, ttlCount: 0, edeLength: 0, rcode, ttlSeconds: 0, negative: 'no', facts };
}

function toTold(from: ToldAnswer['from'], view: AnswerView): ToldAnswer {
  const { rcode, facts } = view;
  return { from, rcode, facts, message: Buffer.from(view.message()).toString('base64') };
}
