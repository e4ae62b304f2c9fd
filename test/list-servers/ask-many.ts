/**
 * Asks a server very many questions over UDP, some at a time, and says in one line what became of each. A question that gets
 * no reply is asked again alone, so that silence means that the server keeps silent.
 */
import dgram from 'node:dgram';
import { once } from 'node:events';

import { type ReadMessage, readMessage } from '../support/message-reader.ts';
import { writeQuery } from '../support/message-writer.ts';
import type { Endpoint } from '../support/wire-client.ts';

/** A name, without a dot at the end, and a type. */
export interface Question {
  readonly name: string;
  readonly type: string;
}

/** Questions on the way at a time. */
const WINDOW = 64;
/** Milliseconds until a question is asked again. */
const PATIENCE_MS = 1500;
/** Times that a question is asked before it is silence. */
const TRIES = 3;

/**
 * What a reply says, TTLs and order aside: `NOERROR` and the records, `NODATA`, an rcode, `TC`; `SILENCE` where none came.
 * Only the answer section counts.
 */
export async function askMany(to: Endpoint, questions: readonly Question[]): Promise<string[]> {
  const outcomes = Array.from<string>({ length: questions.length }).fill('SILENCE');
  const socket = dgram.createSocket('udp4');
  socket.bind(0, to.source);
  await once(socket, 'listening');
  let left = questions.map((_, index) => index);
  for (let tries = 0; tries < TRIES && left.length > 0; tries++) {
    await askAll(socket, to, { questions, indexes: left, outcomes });
    left = left.filter((index) => outcomes[index] === 'SILENCE');
  }
  socket.close();
  return outcomes;
}

interface Round {
  readonly questions: readonly Question[];
  readonly indexes: readonly number[];
  readonly outcomes: string[];
}

async function askAll(socket: dgram.Socket, to: Endpoint, round: Round): Promise<void> {
  const { questions, indexes, outcomes } = round;
  const waiting = new Map<number, NodeJS.Timeout>();
  let next = 0;
  await new Promise<void>((resolve) => {
    const done = (id: number): void => {
      clearTimeout(waiting.get(id));
      waiting.delete(id);
      if (next < indexes.length) send();
      else if (waiting.size === 0) resolve();
    };
    const send = (): void => {
      const id = next++ & 0xffff;
      const index = indexes[next - 1] ?? 0;
      const { name, type } = questions[index] ?? { name: '.', type: 'A' };
      waiting.set(
        id,
        setTimeout(() => done(id), PATIENCE_MS),
      );
      socket.send(writeQuery({ id, questions: [{ name: `${name}.`, type }] }), to.port, to.address);
    };
    socket.removeAllListeners('message');
    socket.on('message', (bytes, from) => {
      if (from.port !== to.port) return;
      const message = readMessage(Uint8Array.from(bytes));
      if (!waiting.has(message.id)) return;
      outcomes[indexes[lastWithId(message.id, next)] ?? 0] = toOutcome(message);
      done(message.id);
    });
    for (let started = 0; started < WINDOW && next < indexes.length; started++) send();
    if (indexes.length === 0) resolve();
  });
}

/** Which of the questions sent so far has this id: the last one. */
function lastWithId(id: number, sent: number): number {
  return id + Math.floor((sent - 1 - id) / 65_536) * 65_536;
}

function toOutcome(message: ReadMessage): string {
  if (message.tc) return 'TC';
  if (message.answer.length === 0) return message.rcode === 'NOERROR' ? 'NODATA' : message.rcode;
  const records = message.answer.map(({ owner, type, rdata }) => `${owner.toLowerCase()} ${type} ${rdata}`);
  return `${message.rcode} ${[...new Set(records)].toSorted().join(', ')}`;
}
