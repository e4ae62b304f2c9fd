// Run on a machine of the lab. Each line of its input is an AskerPlan, by which it asks at a steady rate over UDP, or `end`:
// then it waits for the last replies and prints what became of each query as one line of JSON.
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeQuery } from '../support/message-writer.ts';

/** What to ask. */
export interface AskerPlan {
  readonly server: string;
  readonly perSecond: number;
  /** Asked one after the other; `*` in a name becomes a number that was not there before. */
  readonly names: readonly string[];
}

/** What became of a query: when it was sent (milliseconds since 1970), after how many milliseconds its reply came, its rcode. */
export type Asked = readonly [atMs: number, tookMs: number, rcode: number];

/** In the place of a time and an rcode: no reply came. */
export const LOST = -1;

/** How long a reply may take, in milliseconds. */
const PATIENCE_MS = 4000;

/** Milliseconds between two turns; each asks what is due by then. */
const TURN_MS = 5;

/** Makes names that were not asked for before, in this process. */
let numbered = 0;

/** Asks by one plan, until it is ended. */
class Asking {
  readonly #plan: AskerPlan;
  readonly #socket: Socket;
  readonly #asked: [atMs: number, tookMs: number, rcode: number][] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(plan: AskerPlan) {
    this.#plan = plan;
    this.#socket = createSocket(isIPv6(plan.server) ? 'udp6' : 'udp4');
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (reply) => this.#take(reply));
    const begun = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - begun) * plan.perSecond) / 1000);
      while (this.#asked.length < due) this.#ask();
    }, TURN_MS);
  }

  async end(): Promise<readonly Asked[]> {
    clearInterval(this.#timer);
    while (this.#asked.some(([atMs, tookMs]) => tookMs === LOST && atMs > nowMs() - PATIENCE_MS))
      await sleep(25);
    this.#socket.close();
    return this.#asked;
  }

  #ask(): void {
    const { names, server } = this.#plan;
    const number = this.#asked.length;
    const name = (names[number % names.length] ?? '').replace('*', () => String(++numbered));
    const query = writeQuery({ id: number & 0xffff, questions: [{ name, type: 'A' }], edns: {} });
    this.#asked.push([nowMs(), LOST, LOST]);
    // Where there is no way to send it, it is lost.
    this.#socket.send(query, 53, server, () => undefined);
  }

  #take(reply: Buffer): void {
    // No plan asks 65,536 times.
    const entry = this.#asked[reply.readUInt16BE(0)];
    if (entry === undefined || entry[1] !== LOST) return;
    entry[1] = nowMs() - entry[0];
    entry[2] = reply.readUInt8(3) & 15;
  }
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

// Only types and constants are taken from here elsewhere.
if (process.argv[1]?.endsWith('asker.ts') === true) await obey();

async function obey(): Promise<void> {
  let asking: Asking | undefined;
  process.stdout.write('ready\n');
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'end') asking = new Asking(JSON.parse(line));
    else process.stdout.write(`${JSON.stringify(await asking?.end())}\n`);
  }
}
