// Load that judges every reply: the id leads to the question and to when it was asked, and a reply is right where it is what holds at
// some instant between question and reply, and where its TTLs do not reach over the edge.
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readMessage } from '../support/message-reader.ts';
import { writeQuery } from '../support/message-writer.ts';
import type { Endpoint } from '../support/wire-client.ts';
import type { EdgeQuestion } from './edge-plan.ts';
import type { MovedClock } from './moved-clock.ts';

/** What became of all questions. */
export interface Judged {
  sent: number;
  answered: number;
  /** Questions of which the replies were to be judged by either side of an edge, since it lay between the two. */
  across: number;
  /** Replies that came when the clock had jumped already, and are not judged. */
  late: number;
  /** Replies within the second from an edge on. */
  atEdge: number;
  /** The first of what was wrong, a line each, and how many there were. */
  readonly faults: string[];
  wrong: number;
  /** How far TTLs reached over the edge from when the reply came, in milliseconds; negative where none did. */
  latestMs: number;
  /** How far short of the edge the TTLs of answers fell that the upstream has longer, in milliseconds, at most. */
  shortestMs: number;
}

/** A question that is under way. */
interface Asked {
  readonly question: EdgeQuestion;
  readonly sentMs: number;
  readonly piece: number | undefined;
}

const IDS = 65_536;
const MOST_FAULTS = 20;
/** The seconds that the upstream and the policies would give, more than any edge is away. */
const FULL_TTL_SECONDS = 300;
/** By how much an answer may fall short of the edge: `CLOCK_LAG_MS` of query-reply.ts, and whole seconds. */
const MARGIN_MS = 100;

/** The client of one VLAN. */
export class JudgingClient {
  readonly judged: Judged = {
    sent: 0,
    answered: 0,
    across: 0,
    late: 0,
    atEdge: 0,
    faults: [],
    wrong: 0,
    latestMs: -Infinity,
    shortestMs: -Infinity,
  };
  readonly #socket: Socket;
  readonly #clock: MovedClock;
  readonly #asked: (Asked | undefined)[] = Array.from({ length: IDS });
  #nextId = 0;
  #waiting = 0;

  private constructor(socket: Socket, clock: MovedClock) {
    this.#socket = socket;
    this.#clock = clock;
    socket.on('message', (reply) => this.#take(reply));
    // A daemon that has ended is silence.
    socket.on('error', () => {});
  }

  /** Opens one that goes by this clock. */
  static async open({ address, port, source }: Endpoint, clock: MovedClock): Promise<JudgingClient> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    socket.bind(0, source);
    await once(socket, 'listening');
    socket.connect(port, address);
    await once(socket, 'connect');
    return new JudgingClient(socket, clock);
  }

  /** Asks. */
  ask(question: EdgeQuestion): void {
    const id = this.#nextId;
    this.#nextId = (id + 1) % IDS;
    const query = writeQuery({ id, questions: [{ name: question.name, type: 'A' }] });
    if (this.#asked[id] === undefined) this.#waiting++;
    this.#asked[id] = { question, sentMs: this.#clock.now(), piece: this.#clock.piece };
    this.judged.sent++;
    this.#socket.send(query);
  }

  /** Waits until all has been answered, or nothing comes any more. */
  async close(): Promise<void> {
    for (let tries = 0; tries < 100 && this.#waiting > 0; tries++) await sleep(20);
    this.#socket.close();
  }

  #take(bytes: Uint8Array): void {
    const nowMs = this.#clock.now();
    const reply = readMessage(bytes);
    const asked = this.#asked[reply.id];
    if (asked === undefined) return this.#fault(`a reply that nobody waits for: ${reply.id}`);
    this.#asked[reply.id] = undefined;
    this.#waiting--;
    this.judged.answered++;
    const { question, sentMs, piece } = asked;
    if (piece !== this.#clock.piece) {
      this.judged.late++;
      return;
    }
    const is = reply.rcode === 'NXDOMAIN' ? 'blocked' : reply.answer.length > 0 ? 'allowed' : reply.rcode;
    const told = `${question.kind} ${question.name} asked at ${sentMs - question.edgeMs} ms, answered at ${nowMs - question.edgeMs} ms: ${is}`;
    const mayBe = new Set([stateAt(question, sentMs), stateAt(question, nowMs)]);
    if (sentMs < question.edgeMs && nowMs >= question.edgeMs) this.judged.across++;
    if (nowMs >= question.edgeMs && nowMs < question.edgeMs + 1000) this.judged.atEdge++;
    if (!mayBe.has(is === 'blocked' ? 'blocked' : is === 'allowed' ? 'allowed' : 'neither'))
      this.#fault(told);
    if (`${question.name}.` !== reply.questions[0]?.name) this.#fault(`${told}, to another question`);
    const ttls = [...reply.answer, ...reply.authority].map(({ ttl }) => ttl);
    // A reply of which nobody can tell on which side of the edge it was made may last until the next one.
    const isOfBefore =
      sentMs < question.edgeMs && is === question.before && question.before !== question.after;
    if (nowMs < question.edgeMs || isOfBefore)
      this.#judgeTtl(Math.max(0, ...ttls), question.edgeMs, { sentMs, nowMs, told });
  }

  #judgeTtl(
    ttl: number,
    edgeMs: number,
    { sentMs, nowMs, told }: { readonly sentMs: number; readonly nowMs: number; readonly told: string },
  ): void {
    const { judged } = this;
    if (ttl > 0) judged.latestMs = Math.max(judged.latestMs, nowMs + ttl * 1000 - edgeMs);
    if (ttl > 0 && sentMs + ttl * 1000 > edgeMs) this.#fault(`${told}, TTL ${ttl} over the edge`);
    if (nowMs >= edgeMs) return;
    const least = Math.min(FULL_TTL_SECONDS, Math.max(0, Math.floor((edgeMs - nowMs - MARGIN_MS) / 1000)));
    judged.shortestMs = Math.max(judged.shortestMs, edgeMs - nowMs - ttl * 1000);
    if (ttl < least) this.#fault(`${told}, TTL ${ttl}, which could be ${least}`);
  }

  #fault(text: string): void {
    this.judged.wrong++;
    if (this.judged.faults.length < MOST_FAULTS) this.judged.faults.push(text);
  }
}

function stateAt({ edgeMs, before, after }: EdgeQuestion, atMs: number): string {
  return atMs < edgeMs ? before : after;
}
