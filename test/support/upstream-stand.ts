// Two scripted servers, a set over them, and what comes of a question in a few words.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Test } from 'tap';
import { AnswerView } from '../../src/answers/answer-view.ts';
import type { UpstreamQuestion } from '../../src/answers/asked-question.ts';
import { UpstreamSet } from '../../src/upstream/upstream-set.ts';
import type { UpstreamOutcome, UpstreamSetOptions } from '../../src/upstream/upstream-set.ts';
import { readMessage } from './message-reader.ts';
import type { ReadMessage } from './message-reader.ts';
import { nameToWire } from './message-writer.ts';
import { openScriptedUpstream, ScriptBook } from './scripted-upstream.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

/** The name that is asked for, and what it has. */
export const NAME = 'www.example.net.';
export const A = '@ 300 A 192.0.2.1';

/** Two scripted servers and what a set over them needs. */
export interface Stand {
  readonly book: ScriptBook;
  readonly first: ScriptedUpstream;
  readonly second: ScriptedUpstream;
  /** A port of loopback on which nobody listens. */
  readonly nobody: number;
}

/** Opens two servers that do what the book says. */
export async function openStand(t: Test): Promise<Stand> {
  const book = new ScriptBook();
  const [first, second] = await Promise.all(
    ['first', 'second'].map((name) => openScriptedUpstream(book, name)),
  );
  if (first === undefined || second === undefined) throw new Error('no upstreams');
  const closed = createSocket('udp4').bind(0, '127.0.0.1');
  await once(closed, 'listening');
  const nobody = closed.address().port;
  closed.close();
  t.teardown(() => [first, second].forEach((upstream) => upstream.close()));
  return { book, first, second, nobody };
}

/** Opens a set over servers on loopback; it is closed with the test. */
export function openSet(
  t: Test,
  ports: readonly number[],
  more: Partial<UpstreamSetOptions> = {},
): UpstreamSet {
  const set = new UpstreamSet({
    name: 'default',
    servers: ports.map((port) => ({ transport: 'udp', address: '127.0.0.1', port })),
    strategy: 'ordered',
    ttlLimits: { minSeconds: 0, maxSeconds: 86_400, negativeSeconds: 900 },
    now: () => performance.now(),
    ...more,
  });
  t.teardown(() => set.close());
  return set;
}

/** A question for a name, by default A of NAME. */
export function questionFor(name = NAME, fields: Partial<UpstreamQuestion> = {}): UpstreamQuestion {
  return { name: nameToWire(name), qtype: 1, dnssecOk: false, checkingDisabled: false, ...fields };
}

/** What an outcome says, short enough for a table: `NOERROR 192.0.2.1`, `failed timeout,timeout`, `failed rcode SERVFAIL`. */
export function say(outcome: UpstreamOutcome): string {
  if (outcome.ok) return sayMessage(messageOf(outcome.answer));
  const reasons = outcome.failures.map(({ reason }) => reason).join(',');
  return `failed ${reasons}${outcome.answer === undefined ? '' : ` ${sayMessage(messageOf(outcome.answer))}`}`;
}

/** A stored answer, read. */
export function messageOf(stored: Parameters<AnswerView['show']>[0]): ReadMessage {
  const view = new AnswerView();
  view.show(stored);
  return readMessage(Uint8Array.from(view.message()));
}

function sayMessage(message: ReadMessage): string {
  const addresses = message.answer.map(({ rdata }) => Buffer.from(rdata, 'hex').join('.'));
  return [message.rcode, ...addresses].join(' ');
}

/** What `say` says of the right answer. */
export const GOOD = 'NOERROR 192.0.2.1';
